import type { RunOutcome } from '../core/pipeline/runOutcome';

/** How long (ms) a run may take, be silent, and take until it prints anything; null for as long as it likes. */
export interface RunClocks {
  readonly wallMs: number | null;
  readonly silenceMs: number | null;
  readonly firstOutputMs: number | null;
  /** How long (ms) it may be at one turn of a talk; left out for one that has none, or for as long as it likes. */
  readonly turnMs?: number;
  /** How long (ms) a question that it asks while nobody listens holds them up; left out for one that asks nothing. */
  readonly askMs?: number;
}

/** A run of an agent. All its processes carry `id` in their environment. */
export interface KeptRequest {
  readonly id: string;
  /** Program and arguments; no shell reads them. */
  readonly command: readonly string[];
  readonly cwd: string;
  /** Added to the person's own environment. */
  readonly env: Readonly<Record<string, string>>;
  /** A text that it reads and then the end of its input; `open`: what `write` gives it; `none`: the end at once. */
  readonly input: { readonly text: string } | 'open' | 'none';
  readonly clocks: RunClocks;
  /** What a person calls it, for the records and the log: `agent claude of #3`. */
  readonly label: string;
  /** What its caller has to know to go on with it in another process; kept with the run, for its owner alone. */
  readonly about: unknown;
}

/**
 * `stdin` is what a host wrote to it. `notice` is what Switchyard says of the run, as a line of its own. `standing` is said once
 * in place of what is on record no more: a whole `StandingRecord` as JSON, of a program that asks.
 */
export type KeptStream = 'stdout' | 'stderr' | 'stdin' | 'notice' | 'standing';

/** Text in the order in which it came. */
export interface KeptOutput {
  readonly stream: KeptStream;
  readonly text: string;
  /** In ms since 1970, when it came. */
  readonly at: number;
}

/** The end of a run, given only after every process of it has ended. */
export interface KeptEnd {
  readonly kind: 'ended';
  readonly outcome: RunOutcome;
  /** Processes that outlived the main one, or had detached themselves from it, and were ended; by process id. */
  readonly leftBehind: readonly number[];
  /** In ms since 1970. */
  readonly endedAt: number;
}

/** A run that somebody here listens to. */
export interface KeptRun {
  readonly id: string;
  /** Resolves when all of its output was handed on; `left` after `leave`, and nothing more comes. Never rejects. */
  readonly ended: Promise<KeptEnd | { readonly kind: 'left' }>;
  /** Resolves when all that was there when it was attached to has been handed on. Never rejects. */
  readonly caughtUp: Promise<void>;
  /** How long (ms) it had been at its turn when it was attached to; good once `caughtUp`, 0 for one that is at none. */
  readonly inTurnMs: number;
  /** Adds to its input; nothing happens once that is closed. */
  write(text: string): void;
  endInput(): void;
  /** Ends it: closes its input, gives it a moment, then ends every process. */
  stop(): void;
  /**
   * Its clocks stand still, for at most so long (ms), or until this is called with 0. While an agent waits for an answer or
   * for a limit to pass it is not silent.
   */
  holdClocks(ms: number): void;
  /** Lets go of it: it goes on, where that is possible, for another process to attach to. */
  leave(): void;
}

/** A run on record, living or ended. */
export interface KeptRecord {
  readonly id: string;
  readonly label: string;
  /** In ms since 1970. */
  readonly startedAt: number;
  readonly about: unknown;
}

type Listener = (output: KeptOutput) => void;

/** Runs of agents that outlive the process that started them, where they are kept by one of their own. */
export interface KeptRuns {
  /** Whether a run that is left goes on without this process. */
  readonly outlive: boolean;
  /**
   * Puts the run on record, then starts it. Rejects, with a sentence for a person, where its folder is gone, its record cannot
   * be written, or the system refuses to start it for another reason than that there is no such program.
   */
  start(request: KeptRequest, onOutput: Listener): Promise<KeptRun>;
  /**
   * Listens to a run on record from its first output on, also to one that has ended. Whoever listened before does no more.
   * One that nobody keeps any more is ended, and its outcome is `lost`.
   */
  attach(id: string, onOutput: Listener): Promise<KeptRun>;
  /** All runs on record, the oldest first. */
  list(): Promise<KeptRecord[]>;
  /** What came of an ended run is recorded elsewhere: nothing more is kept of it. */
  forget(id: string): Promise<void>;
}
