import type { LandingNeed, LandingTurn } from '../core/sharing/queueLease';
import type { SharingState } from '../core/sharing/sharingState';
import type { PushSetting } from '../core/landing/push';
import type { AgentSessions } from '../ports/agentSessions';
import type { Remotes } from '../ports/remotes';
import type { AgentAccess, AgentAtWork, AgentPass } from '../ports/agentAccess';
import type { Clock } from '../ports/clock';
import type { GitPort } from '../ports/git';
import type { Lead } from '../ports/lead';
import type { Log } from '../ports/log';
import type { KeptRuns } from '../ports/keptRuns';
import type { ProcessPort } from '../ports/processes';
import type { Quarantines, Verdicts } from '../ports/verdicts';
import type {
  ContentStore,
  HalfWrittenStore,
  JobJournal,
  PushMemory,
  QueueResumes,
  RunFacts,
  Removals,
  RunFindings,
  StoreHealth,
  StoryStore,
  TipMemory,
} from '../ports/store';
import type { AgentWords } from '../ports/agentWords';
import type { AgentTalks } from './agents/talks/agentTalks';
import type { AgentActivity } from '../core/pipeline/facts';
import type { MergeOrder } from '../core/landing/mergeOrder';
import type { RadarGates } from '../core/landing/semanticRadar';
import type { MergeStrategy } from '../core/landing/strategy';
import type { RaceEndStep, RaceWinner } from '../core/agents/race';
import type { RemovalStep } from '../core/rescue/removal';
import type { Permission } from '../core/pipeline/facts';
import type { QueueBounds } from '../core/pipeline/policy';
import type { PowerSource } from '../core/pipeline/runAhead';

/** The person's settings as they stand; `gates` and `agents` are unread until the engine checks them. */
export interface EngineSettings {
  /** Short branch name; empty for the repository's default branch. */
  readonly target: string;
  readonly gates: unknown;
  readonly agents: unknown;
  /** How many gates of one commit may run side by side; 1 where nothing is said. */
  readonly gatesParallel?: number;
  /** Whether gates run ahead of a landing while the machine is quiet; they do not where nothing is said. */
  readonly runAhead?: boolean;
  /** Which gates look for stories that are red together while the machine is idle; none where nothing is said. */
  readonly radarGates?: RadarGates;
  /** How worktrees are made ready, unread. */
  readonly worktree?: unknown;
  /** Patterns of files that VS Code itself puts into new worktrees. */
  readonly worktreeIncludeFiles?: readonly string[];
  readonly maxCoders: number;
  /** Who ends a race of agents; a person where nothing is said. */
  readonly raceWinner?: RaceWinner;
  /** How long the question of an agent waits before it is denied; 10 minutes where nothing is said. */
  readonly askMinutes?: number;
  /** Hours after which a story that is Done is archived; 0 for never. 4 where nothing is said. */
  readonly archiveAfterHours?: number;
  readonly strategy: MergeStrategy;
  /** What becomes of a target that has moved; `never` where nothing is said. */
  readonly push?: PushSetting;
  /** In which order stories of one priority land; that of their arrival where nothing is said. */
  readonly mergeOrder?: MergeOrder;
  /** Whether stories are compared in the background; they are where nothing is said. */
  readonly radar?: 'on' | 'off';
  /** What becomes of a landing that turned a gate red which runs after it: `offer` where nothing is said. */
  readonly afterLandingRevert?: 'offer' | 'queue';
  /** How many stories may be proven together; one at a time where nothing is said. */
  readonly queue?: QueueBounds;
  readonly reviewPaths: readonly string[] | null;
  /** Milliseconds: how often a server that stories are shared through is asked, and how long it may be silent. */
  readonly share?: { readonly pingMs: number; readonly timeoutMs: number };
  /** MB; null for the default. */
  readonly reviewMaxFileMB?: number | null;
}

/** Everything one engine needs. It builds nothing itself, so that a test can hand it any part. */
export interface EnginePorts {
  readonly git: GitPort;
  readonly store: StoryStore;
  readonly content: ContentStore;
  readonly journal: JobJournal;
  readonly health: StoreHealth;
  readonly findings: RunFindings;
  readonly removals: Removals;
  readonly runs: RunFacts;
  readonly sessions: AgentSessions;
  /** What an agent says and takes while it is at work; null once it has ended. */
  readonly activity?: (storyKey: string, now: AgentActivity | null) => void;
  readonly verdicts: Verdicts;
  readonly quarantines: Quarantines;
  readonly resumes: QueueResumes;
  readonly seenTips: TipMemory;
  readonly pushes: PushMemory;
  readonly halfWritten: HalfWrittenStore;
  readonly words: AgentWords;
  /** As the engine lets its runs ask and be written to. */
  readonly talks?: AgentTalks;
  readonly processes: ProcessPort;
  /** How runs of agents reach Switchyard; they do not where it is left out. */
  readonly access?: AgentAccess;
  /** As the engine lets a run in, with the tools of its story. */
  readonly letIn?: (run: AgentAtWork) => Promise<AgentPass>;
  /** How agents run. */
  readonly kept: KeptRuns;
  readonly clock: Clock;
  readonly log: Log;
  readonly lead: Lead;
  /** Another process leads now: the engine does nothing more and wants to be disposed. */
  readonly onLeadLost: () => void;
  readonly settings: () => EngineSettings;
  /** May these commands run? `subject` names the repository and every configured command, in one canonical form. */
  readonly permission: (subject: string) => Permission;
  /** A new identifier of `[a-z0-9-]`, never used before. */
  readonly newId: () => string;
  readonly folders: EngineFolders;
  /** How sharing stands; left out where nothing can be shared. */
  readonly sharing?: () => SharingState;
  /** Whose turn it is to land on this target (full name); null where this machine lands by itself. */
  readonly landingTurn?: (target: string, need: () => LandingNeed) => LandingTurn | null;
  /** Live output of a story's runs, as it comes. */
  readonly onOutput: (story: { key: string; number: number }, text: string) => void;
  /** Pushes and fetches with the person's credentials; null where nobody can. */
  readonly remotes?: Remotes | null;
  /** A landing is done: the host brings its source control view up to date. */
  readonly afterLanding: () => Promise<void>;
  /** Where the machine has its power from; asked of the system where it is left out. */
  readonly power?: () => Promise<PowerSource>;
  /** Folders that are open in windows on this repository; absolute. */
  readonly openFolders: () => readonly string[];
  /** Called at each step of a removal or a restoration; a crash test ends there. */
  readonly onRemovalStep?: (step: RemovalStep) => Promise<void>;
  /** The same for the end of a race. */
  readonly onRaceStep?: (step: RaceEndStep) => Promise<void>;
}

/** Absolute paths. */
export interface EngineFolders {
  readonly mainWorktree: string;
  /** Name of the repository for people. */
  readonly repositoryName: string;
  /** Where worktrees are made: beside the repository unless configured. */
  readonly worktrees: () => string;
  /** Where prompts of agents are written; under the common git directory. */
  readonly prompts: string;
}
