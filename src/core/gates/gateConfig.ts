import * as z from 'zod/mini';
import { commandSchema } from '../agents/command';
import { worktreeSchema } from '../setUp/worktreeConfig';
import { orderProblems } from './gateOrder';
import { placeSchema } from './placeSchema';

/** Where a project keeps its gates, from the top of the repository. */
export const CONFIG_FILE = '.switchyard/config.yaml';

/**
 * Paths a person looks at before a story that changes them lands: what decides whether a gate means anything.
 * `package.json` is not among them, although its scripts can be gates: nearly every story that adds a dependency
 * changes it, and a hold that always comes is soon waved through. A project whose gates are scripts of it adds it.
 */
export const DEFAULT_REVIEW_PATHS: readonly string[] = [
  '.switchyard/**',
  '**/.vscode/settings.json',
  '**/*.code-workspace',
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

/** The largest file (MB) that a story adds without anybody looking at it: code and pictures stay below. */
export const DEFAULT_MAX_FILE_MB = 5;

const name = z.string().check(
  z.regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,60}$/u, 'A name has 1 to 60 characters, on one line.'),
  z.refine((text) => text.trim() === text && text !== '', 'A name neither begins nor ends with a space.'),
);

const names = z.array(name).check(z.minLength(1, 'Name at least one, or leave it out.'));

/** A gate as configured. */
export const gateSchema = z.strictObject({
  name,
  command: commandSchema,
  timeoutSeconds: z._default(z.number().check(z.minimum(1), z.maximum(7 * 24 * 3600)), 1800),
  /** It may change tracked files, such as a generator whose result nobody commits; else that makes it red. */
  writes: z._default(z.boolean(), false),
  /** It needs something that there is only once, and never runs beside another gate. */
  exclusive: z._default(z.boolean(), false),
  /** It runs only where something below these patterns changed; `!` before one takes out what it names. */
  paths: z.optional(
    z
      .array(
        z
          .string()
          .check(
            z.refine(
              (one) => placeSchema.safeParse(one.replace(/^!/, '')).success,
              'Name a pattern inside the repository, from its top, such as src/**.',
            ),
          ),
      ) // prettier-ignore
      .check(z.minLength(1, 'Name at least one pattern, or leave paths out: without any, the gate would never run.')),
  ),
  /** Gates that must have passed before it, in the same tree. */
  needs: z.optional(names),
  /** What it uses that two gates cannot use at once, such as a database; two that name the same one never run together. */
  resources: z.optional(names),
  /** Too slow to wait for: it runs on what has landed. */
  after: z.optional(z.literal('landing')),
  /** Where it writes its report of single tests (JUnit XML or TAP). */
  report: z.optional(placeSchema),
});
export type GateConfig = z.infer<typeof gateSchema>;

/** Gates run in this order, as far as what they need does not say otherwise. */
export const gatesSchema = z.array(gateSchema).check(
  z.superRefine((gates, context) => {
    gates.forEach((gate, index) => {
      if (gates.findIndex((one) => one.name === gate.name) === index) return;
      context.addIssue({ code: 'custom', path: [index, 'name'], message: `Two gates are named ${gate.name}.` });
    });
    for (const { index, key, message } of orderProblems(gates))
      context.addIssue({ code: 'custom', path: [index, key], message });
  }),
);

/** `.switchyard/config.yaml`. What is left out comes from the settings. A key it does not know is most often a typo. */
export const configSchema = z.strictObject({
  gates: z.optional(gatesSchema),
  worktree: z.optional(worktreeSchema),
  review: z.optional(
    z.strictObject({
      paths: z.optional(z.array(z.string().check(z.minLength(1)))),
      maxFileMB: z.optional(z.number().check(z.positive())),
      /** For so long (minutes) it is tried whether tests notice when the lines of a story say something else. */
      testHonestyMinutes: z.optional(z.number().check(z.positive(), z.maximum(24 * 60))),
    }),
  ),
});
export type SwitchyardConfig = z.infer<typeof configSchema>;
