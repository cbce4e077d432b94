import type { Comparison, Pair, PathChange } from '../core/landing/radar';
import type { Oid } from '../core/story/stage';

/** What a story would bring if it were committed as it stands. */
export interface StoryState {
  readonly tip: Oid;
  /** A commit that holds the tip and what is uncommitted in the worktree; the tip itself where nothing is. */
  readonly state: Oid;
  readonly changes: readonly PathChange[];
  /** Uncommitted files that are too many or too large to be looked at all the time. */
  readonly leftOut: number;
}

/**
 * Sees which stories will conflict, without a trace: what it writes lies in a place of its own that goes with it. Nobody's
 * index or file is changed. Its calls are made one after another.
 */
export interface RadarSight {
  /** Begins a pass over these branches: what is known of others is forgotten. States of the pass before may be gone then. */
  begin(branches: ReadonlySet<string>): Promise<void>;
  /**
   * What a branch (full name) holds now, compared with where it left `target`; null where it is gone. Where nothing looks
   * otherwise than at the last look, no process is started, unless `how` says to look closely.
   */
  look(branch: string, target: Oid, how: 'glance' | 'closely'): Promise<StoryState | null>;
  /** Whether a branch's worktree looks otherwise than at the last look. Starts no process. */
  hasChanged(branch: string): Promise<boolean>;
  /** Merges pairs on trial, as if on `target`; one process for all. The answers come in the same order. */
  compare(target: Oid, pairs: readonly Pair[]): Promise<Comparison[]>;
  dispose(): Promise<void>;
}

export interface Radar {
  /** `onHint` is told the branch of a worktree in which a file may have changed. */
  openRadar(onHint: (branch: string) => void): Promise<RadarSight>;
}
