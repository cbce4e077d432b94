import type { Readable, Writable } from 'node:stream';

/** A program to start. No shell reads any of it. */
export interface StartRequest {
  /** A path, or a name that is looked up on the `PATH` of `env`. */
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment: nothing is added to it. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: 'pipe' | 'none';
  /**
   * `own`: it leads a process group of its own, where the platform has such. `apart`: likewise, and it goes on when whoever
   * started it ends.
   */
  readonly group: 'own' | 'shared' | 'apart';
}

/** Why a program does not run: there is none by that name, its folder is not there, or the system refuses for another reason. */
export interface NotStarted {
  readonly kind: 'notStarted';
  readonly why: 'noProgram' | 'noFolder' | 'refused';
  /** In the system's own words. */
  readonly message: string;
}

/** Whoever started the program has ended. Nobody is told how the program ends, and it may go on for a while. */
export interface Lost {
  readonly kind: 'lost';
}

/**
 * What came of a start. `startedAt` is in the platform's own unit, read before the process id can have been given away;
 * null where that takes a look at all processes.
 */
export type Begun =
  | { readonly kind: 'running'; readonly pid: number; readonly startedAt: number | null }
  | NotStarted
  | Lost;

export type ProgramEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly signal: string }
  | NotStarted
  | Lost;

/** A program that was asked for. Its promises never reject, and its streams give no errors. */
export interface Started {
  /** What a program does not read before it ends is dropped. */
  readonly stdin: Writable;
  /** A program that prints more than somebody reads here has to wait. */
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly begun: Promise<Begun>;
  /** The end of the program itself; another process that holds its streams may keep those open. */
  readonly ended: Promise<ProgramEnd>;
  /** Whether the end of an output is not the program's: whoever started it ended first, and what it said is not all. */
  isCut(): boolean;
  /** Whether this process stays alive for it. It does, unless told otherwise. */
  hold(whether: 'yes' | 'no'): void;
  /** Sends a signal to the program, if it still runs. */
  kill(signal: NodeJS.Signals): void;
}

/** Starts programs. The one way in which Switchyard makes a process. */
export interface Starter {
  start(request: StartRequest): Started;
}
