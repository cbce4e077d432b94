import type { MergeJob } from '../landing/job';
import type { Oid } from '../story/stage';
import type { StoryRecord } from '../story/story';
import type { StoreLoss } from '../recovery/storeLoss';
import type { Said } from '../words/said';
import type { Permission } from '../pipeline/facts';

/** A log file as it lies on disk. `from` counts bytes. */
export type LogFileFacts =
  | { readonly kind: 'whole' }
  | { readonly kind: 'foreign'; readonly path: string }
  | {
      readonly kind: 'damaged';
      readonly path: string;
      readonly from: number;
      readonly bytes: number;
      readonly since: number;
    };

/** A file with when it was changed last (ms since 1970). */
export interface DatedFile {
  readonly path: string;
  readonly since: number;
}

export interface IndexFacts {
  readonly log: LogFileFacts;
  /** What was cut from logs and put aside. */
  readonly keptAside: readonly DatedFile[];
  readonly losses: readonly Pick<StoreLoss, 'id' | 'at' | 'text' | 'said'>[];
  /** Null while no store is open here. */
  readonly stories: readonly StoryRecord[] | null;
  readonly tombstones: readonly { readonly key: string; readonly number: number }[];
  /** Stories that are kept outside of the index: numbers by key. */
  readonly archived: ReadonlyMap<string, number>;
}

export interface ContentFacts {
  readonly folder: string;
  readonly stories: readonly {
    readonly key: string;
    readonly hasBody: boolean;
    /** Null where the file beside it cannot be read. */
    readonly number: number | null;
    /** Parts whose checksum does not fit. */
    readonly damaged: readonly DamagedPart[];
  }[];
  /** What Switchyard did not put there. */
  readonly strangers: readonly DatedFile[];
}

export interface DamagedPart extends DatedFile {
  readonly what: string;
}

export interface ShadowFacts {
  readonly path: string;
  readonly state: 'whole' | 'missing' | 'damaged';
  /** When the log of stories changed last, in ms since 1970; null where there is none. */
  readonly logChangedAt: number | null;
}

export interface JournalFacts {
  readonly log: LogFileFacts;
  /** Records of a form that is not known. */
  readonly unreadable: number;
  readonly path: string;
  /** Jobs that are not over; null while no store is open here. */
  readonly open: readonly MergeJob[] | null;
}

export interface RefFacts {
  /** Local branches and everything of Switchyard's by full name; `to` for a ref that points to another. */
  readonly all: ReadonlyMap<string, { readonly oid: Oid; readonly to: string | null }>;
  /** Files among the refs that hold no ref. */
  readonly broken: readonly DatedFile[];
}

/** git's record of a worktree, with what Switchyard noted in it. */
export interface WorktreeFacts {
  readonly gitDir: string;
  /** By the record; empty where it names none. */
  readonly folder: string;
  readonly since: number;
  readonly state: 'linked' | 'gone' | 'unlinked';
  /** Files of the record that are not there or empty. */
  readonly lacks: readonly string[];
  readonly locked: string | null;
  readonly isGateTree: boolean;
  /** The story's branch that it was made for (full name). */
  readonly madeFor: string | null;
  /** Full name; null for a detached HEAD and where it cannot be read. */
  readonly branch: string | null;
  /** Uncommitted paths; null where nobody looked. */
  readonly changes: readonly string[] | null;
}

/** A folder whose `.git` file names a record that names another folder. */
export interface StrayFolder {
  readonly folder: string;
  readonly gitDir: string;
  readonly recordedAs: string;
  readonly isOriginalThere: boolean;
}

export interface WorktreesFacts {
  readonly all: readonly WorktreeFacts[];
  readonly strays: readonly StrayFolder[];
  readonly main: { readonly path: string; readonly branch: string | null };
  /** Where stories get their worktrees. */
  readonly home: string;
}

export interface GateTreeFacts {
  /** Folders with a gate tree's name that are none of ours. */
  readonly foreign: readonly DatedFile[];
  readonly setAside: readonly DatedFile[];
  /** Mount points in our own trees. */
  readonly mounts: readonly string[];
}

export interface LockFacts extends DatedFile {
  /** Processes of git that work where the lock is; `unknown` where the system does not show them. */
  readonly owners: readonly number[] | 'unknown';
}

export interface RunFacts {
  readonly id: string;
  readonly label: string;
  /** Null where the record cannot be read, or is not there. */
  readonly since: number | null;
  readonly record: 'there' | 'unreadable' | 'missing';
  /** Processes that carry its id, or are the one on record. */
  readonly processes: readonly number[];
  /** It is known to the engine of this window. */
  readonly isOurs: boolean;
}

export interface LeaderFacts {
  readonly folder: string;
  /** The highest claim; null where there is none. */
  readonly highest: {
    readonly epoch: number;
    readonly since: number;
    readonly holder: { readonly pid: number; readonly isAlive: boolean } | null;
  } | null;
  readonly absurd: readonly string[];
  /** What others may read or enter. */
  readonly exposed: readonly DatedFile[];
  /** On which nobody listens any more. */
  readonly sockets: readonly DatedFile[];
}

/** What git, asked for the folder, says of it. `refused` gives git's own reason in a line. */
export type RepositoryFacts =
  | { readonly kind: 'ready' }
  | { readonly kind: 'gitMissing' | 'notARepository' | 'bare' | 'noCommits' }
  | { readonly kind: 'gitTooOld'; readonly found: string }
  | { readonly kind: 'refused'; readonly why: string };

export interface GitFacts {
  readonly settings: ReadonlyMap<string, string | null>;
  readonly configFile: string;
  readonly isShallow: boolean;
  readonly hasGrafts: boolean;
  readonly missingAlternates: readonly string[];
  readonly hooksPath: { readonly path: string; readonly isThere: boolean } | null;
  /** Hooks that could refuse a merge or a move of a ref: their files. */
  readonly guards: readonly string[];
  readonly takesCaseForSame: boolean;
  /** Whether `.gitattributes` on the target says what is text. */
  readonly saysWhatIsText: boolean;
  readonly lfs: 'notUsed' | 'ready' | 'noProgram' | 'notSetUp';
  /** The program that signs commits and is not found; null where none is wanted or it is there. */
  readonly missingSigner: string | null;
  readonly hasIdentity: boolean;
}

/** Where a program of the configuration is found. `onlyHere`: in the main work tree, and not in the target's commit. */
export type ProgramPlace = 'there' | 'onlyHere' | 'nowhere';

export interface ConfigurationFacts {
  readonly target:
    | { readonly kind: 'found'; readonly name: string }
    | { readonly kind: 'missing'; readonly wanted: string };
  readonly gates:
    | {
        readonly kind: 'gates';
        readonly gates: readonly { readonly name: string; readonly program: string; readonly place: ProgramPlace }[];
        /** Names of gates that need installed packages which no gate installs. */
        readonly needInstall: readonly string[];
      }
    | { readonly kind: 'none' }
    | { readonly kind: 'invalid'; readonly message: string; readonly isUnknownKey: boolean };
  readonly agents: readonly { readonly name: string; readonly program: string; readonly isThere: boolean }[];
  readonly agentProblem: string | null;
  /** The configuration file of the main work tree where it is not as on the target. */
  readonly differsHere: string | null;
  readonly permission: Permission;
}

export interface DiskFacts {
  readonly places: readonly {
    readonly path: string;
    /** Bytes that this person may still write; null where the system does not say. */
    readonly free: number | null;
    readonly state: 'writable' | 'readOnly' | 'noPermission';
  }[];
  /** Things of the store that belong to another user. */
  readonly foreignOwner: readonly string[];
  /** Files that a killed window left half-written. */
  readonly leftOvers: readonly DatedFile[];
}

export interface EnvironmentFacts {
  /** Names of what runs are not given, as the output of a run says it. */
  readonly takenOut: readonly string[];
  /** Variables that point git elsewhere. */
  readonly gitVariables: readonly string[];
}

/** Everything that Doctor decides by. A part that nobody could look at is null, and `notLooked` says why. */
export interface DoctorFacts {
  /** In ms since 1970. */
  readonly now: number;
  readonly folder: string;
  readonly repository: RepositoryFacts;
  /** Why this window neither leads nor follows, in a sentence. */
  readonly notWorking: string | null;
  readonly index: IndexFacts | null;
  readonly content: ContentFacts | null;
  readonly shadow: ShadowFacts | null;
  readonly journal: JournalFacts | null;
  /** The record of gate runs. */
  readonly ledger: LogFileFacts | null;
  readonly refs: RefFacts | null;
  readonly worktrees: WorktreesFacts | null;
  readonly gateTrees: GateTreeFacts | null;
  readonly locks: readonly LockFacts[] | null;
  readonly runs: readonly RunFacts[] | null;
  /** What agents changed outside their stories and nobody has decided about. */
  readonly findings: readonly { readonly id: string; readonly at: string; readonly said: readonly Said[] }[] | null;
  readonly leader: LeaderFacts | null;
  readonly git: GitFacts | null;
  readonly configuration: ConfigurationFacts | null;
  readonly disk: DiskFacts | null;
  readonly environment: EnvironmentFacts | null;
  readonly notLooked: readonly { readonly what: string; readonly why: string }[];
}
