import type { RaceWinner } from '../agents/race';
import type { LandingTurn } from '../sharing/queueLease';
import type { SharingState } from '../sharing/sharingState';
import type { Quarantine } from '../gates/quarantine';
import type { DoctorNote } from '../doctor/doctorNote';
import type { AgentQuestion } from '../agents/question';
import type { RunFinding } from '../agents/finding';
import type { AgentLimit } from '../agents/sessions/standing';
import type { PolicyChoice } from './policy';
import type { CriteriaCount } from '../story/criteria';
import type { Lack } from '../setUp/offers';
import type { AgentNames, AgentRole, RunRole } from './roles';
import type { LeftLock } from '../landing/leftLock';
import type { PushFacts } from '../landing/push';
import type { MergeJob } from '../landing/job';
import type { MergeOrder } from '../landing/mergeOrder';
import type { PredictedConflict } from '../landing/radar';
import type { StoreLoss } from '../recovery/storeLoss';
import type { Dependency } from '../story/dependencies';
import type { EventName } from '../story/events';
import type { Oid } from '../story/stage';
import type { StoryRecord } from '../story/story';
import type { LandedRed } from './landedRed';
import type { DiskRoom } from './diskRoom';
import type { RestackWait } from './restackWait';
import type { GreenAgain, RedTarget } from './targetHealth';
import type { Told } from '../words/said';

/** A process at work on a story right now. `startedAt` in milliseconds since 1970. */
export interface LiveRun {
  readonly kind: RunRole | 'gates' | 'setUp';
  /** The agent's name, or the gate that runs. */
  readonly name: string;
  readonly role: AgentRole | null;
  readonly startedAt: number;
  /** The commit that gates, or an agent that reviews, look at; null for another agent. */
  readonly tip: Oid | null;
  readonly progress: GateProgress | null;
  /** What it waits for a person to say. */
  readonly question?: AgentQuestion;
  readonly activity?: AgentActivity | undefined;
}

/** What an agent said last, and what its run took so far; null is what it does not say. */
export interface AgentActivity {
  readonly line: string;
  readonly turns: number | null;
  readonly tokens: number | null;
  readonly costUsd: number | null;
}

/** `index` counts from 0. */
export interface GateProgress {
  readonly gate: string;
  readonly index: number;
  readonly total: number;
  readonly startedAt: number;
}

/** A person's command that is being done: what it leads to, and since when (ms since 1970). */
export interface PendingCommand {
  readonly event: EventName;
  readonly since: number;
}

/** A landing that is held up by something that can pass; `files` are paths in the person's checkout. */
export interface LandingWait {
  readonly why: Told;
  readonly files: readonly string[];
  /** What must wait with it: every landing, only those that change what it changes, or none. */
  readonly holdsBack: 'all' | 'touching' | 'nothing';
  /** Since when it waits for this, in ms since 1970. */
  readonly since: number;
}

/** A merge job as it stands: the durable record, and what is known of it in this process. */
export interface JobFacts {
  readonly job: MergeJob;
  /** `active`: this process works on it. `orphaned`: it was running under an earlier boot and waits to be dispatched. */
  readonly state: 'active' | 'orphaned';
  readonly progress: GateProgress | null;
  readonly wait: LandingWait | null;
  /** It is merged, and its gates begin once there is room for them. */
  readonly isAhead?: boolean;
  /** Of several that are proven together: the one whose gates run. */
  readonly provenWith?: { readonly number: number; readonly progress: GateProgress } | null;
  /** It has been told to end, and does so once what it is in the middle of is over. */
  readonly isEnding?: boolean;
}

export type TargetFacts =
  | {
      readonly kind: 'found';
      readonly ref: string;
      readonly tip: Oid;
      /** What it follows on a remote has commits that it lacks, as this clone knows it; it has `ahead` that are not there. */
      readonly behind?: { readonly upstream: string; readonly commits: number; readonly ahead: number };
    }
  | ({ readonly kind: 'missing' } & Told);

export type GateFacts =
  | { readonly kind: 'configured'; readonly names: readonly string[] }
  | { readonly kind: 'none' }
  | ({ readonly kind: 'invalid' } & Told);

/** May configured commands run? `unapproved`: a person has not yet agreed to just these commands. */
export type Permission = 'granted' | 'unapproved' | 'untrusted';

/** A git call that goes on for long, with the program it waits for. `since` in ms since 1970. */
export interface GitWait {
  readonly verb: string;
  readonly program: string;
  readonly cwd: string;
  readonly since: number;
  /** Key of the story that it is for; null where it is for several, or for none. */
  readonly story: string | null;
}

/** The engine's own rounds do not get through, so nothing is decided. `since` in ms since 1970. */
export type RoundProblem =
  | { readonly kind: 'fails'; readonly why: string; readonly since: number }
  /** Something that the round waits for does not answer. */
  | { readonly kind: 'hangs'; readonly since: number };

/** A merge of the target that Switchyard began in a story's worktree and that is not over. */
export interface StandingMerge {
  /** For whom: an agent that is to solve it, or the person who asked for it. */
  readonly by: 'agent' | 'person';
  /** Paths that git could not merge and that are not settled yet. */
  readonly open: readonly string[];
}

/** What decides whether an agent is put to a failed merge. */
export interface MergingFacts {
  /** Name of the agent that solves merges. */
  readonly agent: string | null;
  /** Names of outputs that are kept, of those that failed merges name: `<key>:gate_output`. */
  readonly outputs: ReadonlySet<string>;
  /** By story key. */
  readonly standing: ReadonlyMap<string, StandingMerge>;
}

/** What came of gates that run on a merge nobody has asked for yet. `why` is what a gate said. */
export type AheadState = { readonly kind: 'running' | 'passed' } | { readonly kind: 'red'; readonly why: string };

/** Everything a decision looks at. Facts are read; nothing here is derived from another fact. */
export interface PipelineFacts {
  /** Gates are red on the target's tip; null or left out where nothing says so. */
  readonly redTarget?: RedTarget | null;
  /** It was red, and is not any more; null or left out where that was long ago. */
  readonly greenAgain?: GreenAgain | null;
  /** Gates that run after landings and are red on the target's tip. */
  readonly landedRed?: readonly LandedRed[];
  readonly now: number;
  readonly repository: string;
  readonly target: TargetFacts;
  readonly permission: Permission;
  readonly identity: 'known' | 'missing';
  readonly gates: GateFacts;
  /** Name of the agent that codes; null where people do it. */
  readonly coder: string | null;
  readonly agents?: Partial<AgentNames>;
  /** The agent that reviews, by its name: null where it cannot be read. Null or left out where there is none. */
  readonly reviewer?: { readonly name: string | null } | null;
  /** How many runs of an agent there may be at once, by its name; those without a cap are left out. */
  readonly agentCaps?: ReadonlyMap<string, number>;
  /** Who ends a race of agents; a person where nothing is said. */
  readonly raceWinner?: RaceWinner;
  /** A problem with the configured agents, in one sentence. */
  readonly agentProblem: string | null;
  /** Why changes cannot be written to disk now. */
  readonly storeProblem: Told | null;
  /** Too little room for new work where worktrees lie; null or left out where there is enough. */
  readonly diskRoom?: DiskRoom | null;
  readonly roundProblem: RoundProblem | null;
  readonly gitWaits: readonly GitWait[];
  /** Old lock files of git's that no git seems to hold. */
  readonly locks: readonly LeftLock[];
  /** Records that were lost, until a person has acknowledged it. */
  readonly losses: readonly StoreLoss[];
  /** What agents changed outside their stories, until a person has decided about it. */
  readonly findings: readonly RunFinding[];
  /** Gates whose red stops nothing, by a person's word; none where this is left out. */
  readonly quarantines?: readonly Quarantine[];
  /** How the target stands to its remote; null or left out where nobody wants to know. */
  readonly push?: PushFacts | null;
  /** What Doctor found that matters so much that it is said unasked. */
  readonly doctor?: DoctorNote | null;
  /** With whom stories are shared; left out where nobody can share from here. */
  readonly sharing?: SharingState;
  /** Whose turn it is to land, where several machines do; left out where this one lands by itself. */
  readonly landingTurn?: LandingTurn | undefined;
  readonly maxCoders: number;
  /** Which agents must wait, and until when; those of which it is over may be among them. */
  readonly agentLimits?: readonly AgentLimit[];
  /** How failed merges are solved; left out where nobody has looked yet. */
  readonly merging?: MergingFacts;
  /** How long (ms) a story stays in Done before it is archived; null for ever. */
  readonly archiveAfterMs: number | null;
  readonly stories: readonly StoryRecord[];
  /** What is known of stories that others depend on and that are not among `stories`, by key. */
  readonly elsewhere: ReadonlyMap<string, Dependency>;
  /** Tip of each story's branch by story key; null where the branch is gone. */
  readonly tips: ReadonlyMap<string, Oid | null>;
  readonly runs: ReadonlyMap<string, LiveRun>;
  readonly jobs: readonly JobFacts[];
  /** Conflicts that will come, as far as they are known. */
  readonly conflicts?: readonly PredictedConflict[];
  /** In which order stories of one priority land; that of their arrival where nothing is said. */
  readonly mergeOrder?: MergeOrder;
  /** How the queue lands; one at a time where nothing is said. */
  readonly queue?: PolicyChoice;
  /** Children that could not be moved to what their parent is now, by key. */
  readonly restackWaits?: ReadonlyMap<string, RestackWait>;
  /** Stories on whose branch and worktree git is at work by itself, as where a child is moved, by key. */
  readonly gitAtWork?: ReadonlySet<string>;
  /** Stories whose worktree was made and is not set up yet. */
  readonly setUpsDue?: ReadonlySet<string>;
  /** Stories that landed and whose criteria are to be checked on what landed, by key. */
  readonly criteriaDue?: readonly string[];
  /** Numbers of stories whose criteria name commands that nobody has approved. */
  readonly criteriaWaiting?: readonly number[];
  /** What the worktrees of stories in Coding lack, as far as is known. */
  readonly lacks?: ReadonlyMap<string, readonly Lack[]>;
  /** What gates that run ahead say of the merges of stories in review, by key. */
  readonly ahead?: ReadonlyMap<string, AheadState>;
  /** Commands that are being done now, by story key. */
  readonly pending: ReadonlyMap<string, PendingCommand>;
  readonly criteria: ReadonlyMap<string, CriteriaCount>;
}
