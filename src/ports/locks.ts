import type { LeftLock } from '../core/landing/leftLock';

export type RemoveLockOutcome = { kind: 'removed' } | { kind: 'refused'; why: string };

/** Lock files that git commands leave when they are killed. */
export interface Locks {
  /**
   * Ends git calls that earlier windows have left at work. What they would do late nobody would know of: a landing of theirs
   * could move the target after its story was taken back.
   */
  endLeftCalls(): Promise<void>;
  /**
   * Removes locks that calls or runs of Switchyard's left, once those are provably gone, and names the other old ones. A lock
   * that a living git can hold is neither removed nor named. Starts no process on Linux.
   */
  tidyLocks(): Promise<LeftLock[]>;
  /** By a person's word: removes this very lock, unless a git is at work there. */
  removeLock(lock: LeftLock): Promise<RemoveLockOutcome>;
  /** Notes that a run works in a worktree; what comes back is called when all its processes have ended. */
  noteRun(run: { readonly runId: string; readonly folder: string }): Promise<() => Promise<void>>;
}
