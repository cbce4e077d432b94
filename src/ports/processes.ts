import type { RunOutcome } from '../core/pipeline/runOutcome';

/** A process run that Switchyard starts and answers for. All its processes carry `id` in their environment. */
export interface RunRequest {
  readonly id: string;
  /** Program and arguments; no shell reads them. */
  readonly command: readonly string[];
  readonly cwd: string;
  /** What it reads on its standard input, which is closed right after; it is closed from the first where this is left out. */
  readonly input?: string;
  /** In place of `input`: its standard input stays open, and is handed over. */
  readonly onInput?: (input: RunInput) => void;
  /** Called once its program runs. */
  readonly onBegun?: () => void;
  readonly env: Readonly<Record<string, string>>;
  /** End the run after this long, null for never. */
  readonly timeoutMs: number | null;
  /** End the run after this long without output, null for never. */
  readonly silenceMs: number | null;
  /** Called with decoded output (stdout and stderr as they come). */
  readonly onOutput: (text: string) => void;
  /** Called before anything starts with what was kept from its environment, as one line; else that is output too. */
  readonly onTakenOut?: (line: string) => void;
  /** Aborting it ends every process of the run. */
  readonly signal: AbortSignal;
  /** What a person calls it, for the records and the log: `gate test of #3`. */
  readonly label: string;
}

/** Standard input of a program; what it does not read before it ends is dropped. */
export interface RunInput {
  write(text: string): unknown;
  end(): unknown;
}

/** Result of a run. It is given only after every process of the run has ended. */
export interface RunResult {
  readonly outcome: RunOutcome;
  /** Processes that outlived the main one, or had detached themselves from it, and were ended; by process id. */
  readonly leftBehind: readonly number[];
  readonly durationMs: number;
}

/** A process of anybody's; `name` is that of its program. */
export interface WorkingProcess {
  readonly pid: number;
  readonly name: string;
}

export interface ProcessPort {
  run(request: RunRequest): Promise<RunResult>;
  /** Ends what earlier runs left behind (recorded by pid, start time and run id). Returns the ids of those runs. */
  endLeftovers(): Promise<string[]>;
  /** Processes that work in this folder or below it; none where the system does not show that. */
  workingIn(folder: string): Promise<WorkingProcess[]>;
}
