import {
  CONFIG_FILE,
  configSchema,
  DEFAULT_MAX_FILE_MB,
  DEFAULT_REVIEW_PATHS,
  gatesSchema,
  type GateConfig,
} from '../core/gates/gateConfig';
import type { ConfigOutcome } from '../core/gates/configFile';
import { inOrder } from '../core/gates/gateOrder';
import { describeIssue } from '../core/words/describeIssue';
import { IN_WORDS } from '../core/words/inWords';

/** A gate that can run. `command` is what a person wrote, for showing; no shell reads `argv`. */
export interface Gate {
  readonly name: string;
  readonly argv: readonly string[];
  readonly command: string;
  readonly timeoutMs: number;
  /** It may change tracked files, and what it makes of them is thrown away. */
  readonly writes: boolean;
  /** It never runs beside another gate. */
  readonly exclusive: boolean;
  /** It runs only where something here changed, in patterns of the configuration; left out: always. */
  readonly paths?: readonly string[];
  /** Names of the gates that must have passed before it, in the same tree. */
  readonly needs?: readonly string[];
  /** What no two gates use at once, by name. */
  readonly resources?: readonly string[];
  readonly after?: 'landing';
  /** Where it writes a report of its tests, from the top of the tree, with `/`. */
  readonly report?: string;
}

/** What a person looks at before a story lands. */
export interface ReviewRules {
  readonly paths: readonly string[];
  /** The largest file (in MB of 1,000,000 bytes) that a story may add without being looked at. */
  readonly maxFileMB: number;
}

/** `config` is all that is configured, as it is approved; `afterLanding` are the gates that run on what has landed. */
interface Rules {
  readonly config: readonly GateConfig[];
  readonly afterLanding: readonly Gate[];
  readonly review: ReviewRules;
}

/**
 * The rules a story is proven by. Without a gate before the landing there is no list of gates to hand on, so none can be
 * "passed". `gates` are in the order in which they run.
 */
export type GatesChoice =
  | ({ kind: 'gates'; gates: readonly [Gate, ...Gate[]] } & Rules)
  | ({ kind: 'noGates' } & Rules)
  /** `file` is a path in the repository, null for the settings; `line` counts from 1. `message` names both. */
  | { kind: 'invalid'; file: string | null; line: number | null; message: string };

export interface GatesSource {
  /** Contents of a file at the target's tip, null where it is missing. Never asked about the story's branch. */
  readonly readFileAt: (path: string) => Promise<string | null>;
  /** The settings as they stand, unread. */
  readonly settings: {
    readonly gates: unknown;
    readonly reviewPaths: readonly string[] | null;
    readonly reviewMaxFileMB?: number | null;
  };
}

/** Chooses gates and reviewed paths: from the file at the target's tip, else from the settings, else the defaults. */
export async function chooseGates({ readFileAt, settings }: GatesSource): Promise<GatesChoice> {
  const text = await readFileAt(CONFIG_FILE);
  const file = text === null ? null : await readFile(text);
  if (file?.kind === 'invalid') {
    const [{ line, message }] = file.problems;
    return { kind: 'invalid', file: CONFIG_FILE, line, message: `${CONFIG_FILE}, line ${line}: ${message}` };
  }
  const inFile = file?.config.review;
  const review = {
    paths: inFile?.paths ?? settings.reviewPaths ?? DEFAULT_REVIEW_PATHS,
    maxFileMB: inFile?.maxFileMB ?? settings.reviewMaxFileMB ?? DEFAULT_MAX_FILE_MB,
  };
  if (file?.config.gates !== undefined) return chosen(file.config.gates, review);
  const parsed = gatesSchema.safeParse(settings.gates ?? [], IN_WORDS);
  if (parsed.success) return chosen(parsed.data, review);
  const [issue] = parsed.error.issues;
  const message = `The setting for gates: ${issue === undefined ? 'it cannot be read.' : describeIssue(issue)}`;
  return { kind: 'invalid', file: null, line: null, message };
}

/** What was read last, by its text: the same file is asked for in every round, and in every worktree. */
const read = new Map<string, ConfigOutcome>();
const KEPT = 8;

async function readFile(text: string): Promise<ConfigOutcome> {
  const { readConfigFile } = await import('../core/gates/configFile');
  const outcome = read.get(text) ?? readConfigFile(text, configSchema);
  read.delete(text);
  read.set(text, outcome);
  for (const oldest of read.keys()) if (read.size > KEPT) read.delete(oldest);
  return outcome;
}

async function chosen(config: readonly GateConfig[], review: ReviewRules): Promise<GatesChoice> {
  const gates = inOrder(await Promise.all(config.map(toGate)));
  const afterLanding = gates.filter((gate) => gate.after === 'landing');
  const [first, ...rest] = gates.filter((gate) => gate.after === undefined);
  const rules = { config, afterLanding, review };
  return first === undefined ? { kind: 'noGates', ...rules } : { kind: 'gates', gates: [first, ...rest], ...rules };
}

/**
 * A command line is split at spaces and quotes, and that is all: `&&`, pipes and variables need a shell that is named,
 * `sh -c "npm ci && npm test"`. The schema has refused a line that needs one and does not name it.
 */
async function toGate({ name, command, timeoutSeconds, writes, exclusive, ...more }: GateConfig): Promise<Gate> {
  // Loaded when needed, because the package is for `import` alone and tests load this file with `require`.
  const { parseArgsStringToArgv } = await import('string-argv');
  const argv = typeof command === 'string' ? parseArgsStringToArgv(command) : command;
  const shown = typeof command === 'string' ? command : command.map(quoted).join(' ');
  const { paths, needs, resources, after, report } = more;
  return {
    ...{ name, argv, command: shown, timeoutMs: timeoutSeconds * 1000, writes, exclusive },
    ...(paths && { paths }),
    ...(needs && { needs }),
    ...(resources && { resources }),
    ...(after && { after }),
    ...(report !== undefined && { report: report.replaceAll('\\', '/') }),
  };
}

function quoted(argument: string): string {
  return /^[\w./:=@%+,-]+$/.test(argument) ? argument : JSON.stringify(argument);
}
