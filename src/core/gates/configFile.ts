import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type * as z from 'zod/mini';
import { describeIssue } from '../words/describeIssue';
import { IN_WORDS } from '../words/inWords';
import type { SwitchyardConfig } from './gateConfig';
import { yamlSize } from './yamlSize';

/** `line` counts from 1. */
export interface ConfigProblem {
  readonly line: number;
  readonly message: string;
}

export type ConfigOutcome =
  | { kind: 'ok'; config: SwitchyardConfig }
  | { kind: 'invalid'; problems: readonly [ConfigProblem, ...ConfigProblem[]] };

/**
 * In characters, lists within lists, and entries in all. A configuration that anyone wrote stays far below each, and at
 * each of them it is read in a few hundredths of a second.
 */
const LONGEST = 20_000;
const LIMITS = { depth: 40, entries: 1000 };

/** `configSchema`. Handed in, so that this file and the YAML library are loaded only where there is a file to read. */
type ConfigSchema = Pick<z.ZodMiniType<SwitchyardConfig>, 'safeParse'>;

/** Reads the text of a configuration file. Never throws; an empty file is an empty configuration. */
export function readConfigFile(text: string, schema: ConfigSchema): ConfigOutcome {
  const tooLarge = (what: string): ConfigOutcome => invalid([{ line: 1, message: `The file ${what}.` }]);
  if (text.length > LONGEST)
    return tooLarge(`is longer than ${LONGEST} characters. Put long commands into scripts and name those`);
  try {
    const size = yamlSize(text, LIMITS);
    if (size === 'tooDeep') return tooLarge(`nests deeper than ${LIMITS.depth} levels`);
    if (size === 'tooMany') return tooLarge(`has more than ${LIMITS.entries} entries`);
    return readDocument(text, schema);
  } catch (error) {
    // The YAML library gives up on aliases that multiply.
    return invalid([
      { line: 1, message: `The file cannot be read: ${error instanceof Error ? error.message : 'not YAML'}` },
    ]);
  }
}

/** Whether the first thing that is wrong with it is a key that nobody knows. Never throws. */
export function startsWithUnknownKey(text: string, schema: ConfigSchema): boolean {
  if (text.length > LONGEST) return false;
  try {
    if (yamlSize(text, LIMITS) !== 'within') return false;
    const document = parseDocument(text, { prettyErrors: false, logLevel: 'error' });
    if (document.errors.length > 0) return false;
    return schema.safeParse(document.toJS() ?? {}).error?.issues[0]?.code === 'unrecognized_keys';
  } catch {
    return false;
  }
}

function readDocument(text: string, schema: ConfigSchema): ConfigOutcome {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  if (document.errors.length > 0) {
    return invalid(document.errors.map((error) => ({ line: lineAt(lines, error.pos[0]), message: error.message })));
  }
  const parsed = schema.safeParse(document.toJS() ?? {}, IN_WORDS);
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

function invalid(problems: readonly ConfigProblem[]): ConfigOutcome {
  const [first = { line: 1, message: 'The file cannot be read.' }, ...rest] = problems;
  return { kind: 'invalid', problems: [first, ...rest] };
}
