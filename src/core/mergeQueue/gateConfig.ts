import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import * as z from 'zod';
import { commandSchema } from '../agents/command';
import { nestsWithin } from './yamlNesting';

/** Where a project keeps its gates, from the top of the repository. */
export const CONFIG_FILE = '.switchyard/config.yaml';

/**
 * Paths a person looks at before a story that changes them lands: what decides whether a gate means anything.
 * `package.json` is not among them, although its scripts can be gates: nearly every story that adds a dependency
 * changes it, and a hold that always comes is soon waved through. A project whose gates are scripts of it adds it.
 */
export const DEFAULT_REVIEW_PATHS: readonly string[] = [
  '.switchyard/**',
  '.github/workflows/**',
  '.github/actions/**',
  '.gitlab-ci.yml',
  '.circleci/**',
  '.buildkite/**',
  '.travis.yml',
  'azure-pipelines.yml',
  'bitbucket-pipelines.yml',
  '**/Jenkinsfile',
  '**/jest.config.*',
  '**/vitest.config.*',
  '**/vitest.workspace.*',
  '**/playwright.config.*',
  '**/cypress.config.*',
  '**/karma.conf.*',
  '**/.mocharc*',
  '**/.c8rc*',
  '**/.nycrc*',
  '**/pytest.ini',
  '**/tox.ini',
  '**/noxfile.py',
  '**/conftest.py',
  '**/phpunit.xml*',
  '**/.rspec',
  '**/nextest.toml',
  '**/*.runsettings',
];

const name = z
  .string()
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,60}$/u, 'A name has 1 to 60 characters, on one line.')
  .refine((text) => text.trim() === text && text !== '', 'A name neither begins nor ends with a space.');

/** A gate as configured. */
export const gateSchema = z.strictObject({
  name,
  command: commandSchema,
  timeoutSeconds: z
    .number()
    .min(1)
    .max(7 * 24 * 3600)
    .default(1800),
});
export type GateConfig = z.infer<typeof gateSchema>;

/** Gates run in this order. */
export const gatesSchema = z.array(gateSchema).superRefine((gates, context) => {
  gates.forEach((gate, index) => {
    if (gates.findIndex((one) => one.name === gate.name) === index) return;
    context.addIssue({ code: 'custom', path: [index, 'name'], message: `Two gates are named ${gate.name}.` });
  });
});

/** `.switchyard/config.yaml`. What is left out comes from the settings. A key it does not know is most often a typo. */
export const configSchema = z.strictObject({
  gates: gatesSchema.optional(),
  review: z.strictObject({ paths: z.array(z.string().min(1)).optional() }).optional(),
});
export type SwitchyardConfig = z.infer<typeof configSchema>;

/** `line` counts from 1. */
export interface ConfigProblem {
  readonly line: number;
  readonly message: string;
}

export type ConfigOutcome =
  | { kind: 'ok'; config: SwitchyardConfig }
  | { kind: 'invalid'; problems: readonly [ConfigProblem, ...ConfigProblem[]] };

/** In characters, and in lists within lists; a configuration that anyone wrote stays far below both. */
const LONGEST = 100_000;
const DEEPEST = 40;

/** Reads the text of a configuration file. Never throws; an empty file is an empty configuration. */
export function readConfigFile(text: string): ConfigOutcome {
  if (text.length > LONGEST) return invalid([{ line: 1, message: `The file is longer than ${LONGEST} characters.` }]);
  try {
    if (!nestsWithin(text, DEEPEST))
      return invalid([{ line: 1, message: `The file nests deeper than ${DEEPEST} levels.` }]);
    return readDocument(text);
  } catch (error) {
    // The YAML library gives up on aliases that multiply.
    return invalid([
      { line: 1, message: `The file cannot be read: ${error instanceof Error ? error.message : 'not YAML'}` },
    ]);
  }
}

function readDocument(text: string): ConfigOutcome {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  if (document.errors.length > 0) {
    return invalid(document.errors.map((error) => ({ line: lineAt(lines, error.pos[0]), message: error.message })));
  }
  const parsed = configSchema.safeParse(document.toJS() ?? {});
  if (parsed.success) return { kind: 'ok', config: parsed.data };
  return invalid(
    parsed.error.issues.map((issue) => ({
      line: lineOf(document, lines, issue),
      message: describeIssue(issue),
    })),
  );
}

/** The line of the nearest thing that is there: a missing key has none of its own. */
function lineOf(document: Document, lines: LineCounter, issue: z.core.$ZodIssue): number {
  const node = issue.code === 'unrecognized_keys' ? keyAt(document, issue.path, issue.keys[0]) : null;
  if (isNode(node) && node.range != null) return lineAt(lines, node.range[0]);
  for (let path: unknown[] = [...issue.path]; path.length > 0; path = path.slice(0, -1)) {
    const found: unknown = document.getIn(path, true);
    if (isNode(found) && found.range != null) return lineAt(lines, found.range[0]);
  }
  return 1;
}

function keyAt(document: Document, path: readonly unknown[], key: string | undefined): unknown {
  const map: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
  return isMap(map) ? map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key)?.key : null;
}

function lineAt(lines: LineCounter, offset: number): number {
  return Math.max(1, lines.linePos(offset).line);
}

/** A problem with its place, such as `gates[1].command: The command is empty.` */
export function describeIssue(issue: z.core.$ZodIssue): string {
  const place = issue.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return place === '' ? issue.message : `${place.replace(/^\./, '')}: ${issue.message}`;
}

function invalid(problems: readonly ConfigProblem[]): ConfigOutcome {
  const [first = { line: 1, message: 'The file cannot be read.' }, ...rest] = problems;
  return { kind: 'invalid', problems: [first, ...rest] };
}
