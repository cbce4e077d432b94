import type { GateResult } from '../core/landing/job';
import type { GateProgress } from '../core/pipeline/facts';
import type { Oid } from '../core/story/stage';
import type { GateTreeLook, TreeState } from '../ports/gateTrees';
import type { Log } from '../ports/log';
import type { ProcessPort } from '../ports/processes';
import type { SharedWatch } from '../ports/sharedGitDir';
import type { OutputSink } from '../ports/store';
import type { Aside } from '../core/gates/quarantine';
import type { TestResult } from '../core/gates/reports/testResult';
import type { TestVerdicts } from '../core/gates/reports/testVerdicts';
import type { Gate } from './chooseGates';
import type { GateTurns } from './gateTurns';

/** The tree that gates run in; it equals the commit when it is handed over. */
export interface GateTree {
  readonly folder: string;
  readonly commit: Oid;
  /** How a gate left it, in these files. */
  readonly look: (files: GateTreeLook['files']) => Promise<TreeState>;
  /** Makes HEAD, index and files equal the commit again, and keeps what git ignores. */
  readonly restore: () => Promise<void>;
}

/** One run of one gate, for the ledger. */
export interface GateRan {
  readonly gate: Gate;
  readonly result: GateResult;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly run: string;
  /** SHA-256 of what it printed. */
  readonly digest: string;
  /** How many others ran beside it, in the mean. */
  readonly beside: number;
  /** Counts from 1. */
  readonly attempt: number;
  /** What it said of single tests; null where that could not be read. */
  readonly tests: TestVerdicts | null;
}

export interface GatesRequest {
  /** At least one: that there are none must be answered before, for it proves nothing. They run in this order. */
  readonly gates: readonly [Gate, ...Gate[]];
  /** Gates that need not run, with why, by name. */
  readonly skipped?: ReadonlyMap<string, string>;
  /** Results of gates that need not run, because of what is known of this very tree, by name. */
  readonly reused?: ReadonlyMap<string, GateResult>;
  /** Gates, by name, whose red runs are flakes more likely than faults: these run once more on the same tree. */
  readonly likelyFlaky?: ReadonlySet<string>;
  /** As `likelyFlaky`, of single tests, by gate. */
  readonly likelyFlakyTests?: ReadonlyMap<string, ReadonlySet<string>>;
  /** Gates and tests whose red stops nothing. */
  readonly aside?: Aside;
  /** What the tests of a gate that just ran are, held against its earlier runs on this tree. */
  readonly judgeTests?: (gate: Gate, tests: readonly TestResult[]) => TestVerdicts;
  readonly tree: GateTree;
  /**
   * How many gates may run side by side (1 where left out). Gates that need each other share a tree and run one after
   * another; others run beside them in trees of their own.
   */
  readonly parallel?: number;
  /** A further tree that equals the commit; null where there is none to be had. */
  readonly anotherTree?: () => Promise<GateTree | null>;
  /** Whether those behind one that does not pass run all the same. */
  readonly afterRed?: 'stop' | 'goOn';
  /** Watches over what all worktrees share, while a gate runs. */
  readonly watchShared: (runId: string, folder: string) => Promise<SharedWatch>;
  readonly turns: GateTurns;
  readonly processes: ProcessPort;
  /** Not closed here. */
  readonly output: OutputSink;
  readonly log: Log;
  readonly onProgress: (progress: GateProgress) => void;
  /** Told of each run of a gate. */
  readonly onRan: (ran: GateRan) => void;
  readonly signal: AbortSignal;
  /** What a person calls it: `gates of #3`. */
  readonly label: string;
  readonly newRunId: () => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}
