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
import { worktreeSchema } from '../core/setUp/worktreeConfig';
import { describeIssue } from '../core/words/describeIssue';
import { IN_WORDS } from '../core/words/inWords';
import { argvOf, shownCommand } from './argvOf';
import { chooseWorktree, type SetUpCommand, type WorktreeRules } from './chooseWorktree';

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
  /** What makes its tree ready before the first gate runs there. */
  readonly setUp?: readonly SetUpCommand[];
  /** Where it writes a report of its tests, from the top of the tree, with `/`. */
  readonly report?: string;
}

/** What a person looks at before a story lands. */
export interface ReviewRules {
  readonly paths: readonly string[];
  /** The largest file (in MB of 1,000,000 bytes) that a story may add without being looked at. */
  readonly maxFileMB: number;
  /** How long (minutes) tests are tried with changed lines; null: not at all. */
  readonly testHonestyMinutes: number | null;
}

/** `config` is all that is configured, as it is approved; `afterLanding` are the gates that run on what has landed. */
interface Rules {
  readonly config: readonly GateConfig[];
  readonly afterLanding: readonly Gate[];
  /** How the worktrees of stories are made ready. */
  readonly worktree: WorktreeRules;
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
    readonly worktree?: unknown;
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
    testHonestyMinutes: inFile?.testHonestyMinutes ?? null,
  };
  const fromSettings = worktreeSchema.safeParse(settings.worktree ?? {}, IN_WORDS);
  if (!fromSettings.success) return invalidSetting('worktrees', fromSettings.error.issues[0]);
  const worktree = await chooseWorktree(file?.config.worktree ?? {}, fromSettings.data);
  if (file?.config.gates !== undefined) return chosen(file.config.gates, { review, worktree });
  const parsed = gatesSchema.safeParse(settings.gates ?? [], IN_WORDS);
  if (parsed.success) return chosen(parsed.data, { review, worktree });
  return invalidSetting('gates', parsed.error.issues[0]);
}

function invalidSetting(name: string, issue: Parameters<typeof describeIssue>[0] | undefined): GatesChoice {
  const message = `The setting for ${name}: ${issue === undefined ? 'it cannot be read.' : describeIssue(issue)}`;
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

async function chosen(config: readonly GateConfig[], more: Pick<Rules, 'review' | 'worktree'>): Promise<GatesChoice> {
  const { setUp, gateTrees } = more.worktree;
  // It is a part of each gate, because what a gate proves depends on it.
  const ready = gateTrees && setUp.length > 0 ? { setUp } : {};
  const gates = inOrder(await Promise.all(config.map(toGate))).map((gate) => ({ ...gate, ...ready }));
  const afterLanding = gates.filter((gate) => gate.after === 'landing');
  const [first, ...rest] = gates.filter((gate) => gate.after === undefined);
  const rules = { config, afterLanding, ...more };
  return first === undefined ? { kind: 'noGates', ...rules } : { kind: 'gates', gates: [first, ...rest], ...rules };
}

async function toGate({ name, command, timeoutSeconds, writes, exclusive, ...more }: GateConfig): Promise<Gate> {
  const argv = await argvOf(command);
  const { paths, needs, resources, after, report } = more;
  return {
    ...{ name, argv, command: shownCommand(command), timeoutMs: timeoutSeconds * 1000, writes, exclusive },
    ...(paths && { paths }),
    ...(needs && { needs }),
    ...(resources && { resources }),
    ...(after && { after }),
    ...(report !== undefined && { report: report.replaceAll('\\', '/') }),
  };
}
