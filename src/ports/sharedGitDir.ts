import type { SharedChange } from '../core/gates/sharedChange';

/**
 * Watches over what all worktrees share, while a gate or an agent runs: git's common `config`, `hooks/` and `info/`, the
 * stash, and every ref but those that the run may move.
 */
export interface SharedGitDir {
  /** Called before the run's first process starts. Every watch must be ended, however the run went. */
  watchShared(request: SharedWatchRequest): Promise<SharedWatch>;
  /** As `watchShared`, of a run that may outlive this process. */
  watchKept(request: SharedWatchRequest): Promise<KeptWatch>;
  /**
   * Goes on with the watch of a run that another process began, before anything else is watched. Where its memory cannot be
   * read, things count as they are now.
   */
  resumeWatch(request: SharedWatchRequest, memory: string): Promise<KeptWatch>;
  /**
   * Puts back what a change took, by compare-and-swap: only where things still are as the change left them. Returns what
   * could not be put back, because it has changed once more since. What is removed by it is kept under a rescue ref.
   */
  undoShared(changes: readonly SharedChange[]): Promise<SharedChange[]>;
}

export interface SharedWatchRequest {
  /** `[a-z0-9-]`, the id of the run. */
  readonly id: string;
  /** The worktree in which it runs. */
  readonly folder: string;
  /** Full names of the refs that the run may move, such as the story's branch. */
  readonly mayMove: readonly string[];
  /** A ref of which a move counts as the run's unless it looks like a person's; null where there is none. */
  readonly target: string | null;
}

export interface SharedWatch {
  /** For the environment of the run: by these git notes which of its commands ran, so that a run is not blamed for a person. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * Ends the watch and says what the run changed. What a person did meanwhile in another worktree (a commit, a fetch, a
   * stash of their own) is not among it. Nothing is undone by this.
   */
  end(): Promise<readonly SharedChange[]>;
  /** As `end`, and puts everything back at once, before another watch can begin. */
  endAndUndo(): Promise<Undone>;
}

/** A watch that another process can go on with. */
export interface KeptWatch extends Pick<SharedWatch, 'env' | 'end'> {
  /** How things were before the run, for `resumeWatch`. */
  readonly memory: string;
  /** Watches no more; another process will. */
  leave(): void;
}

/** `left`: what could not be put back, because it changed once more, or because git's settings were locked. */
export interface Undone {
  readonly changes: readonly SharedChange[];
  readonly left: readonly SharedChange[];
}
