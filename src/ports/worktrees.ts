import type { Oid } from '../core/story/stage';

/** A worktree as git lists it. `branch` is a full ref name, null when HEAD is detached. */
export interface Worktree {
  readonly path: string;
  readonly head: Oid | null;
  readonly branch: string | null;
  readonly isMain: boolean;
}

/** One uncommitted path of a worktree, relative to its top. */
export interface LocalChange {
  readonly path: string;
  readonly kind: 'tracked' | 'untracked';
}

/** The worktrees of people and stories. None of these calls changes a file that somebody may be working on. */
export interface Worktrees {
  worktrees(): Promise<Worktree[]>;
  /** Makes the branch (at `start`, unless it exists) and its worktree in `folder`; what exists already is kept as it is. */
  addStoryWorktree(request: { branch: string; folder: string; start: Oid }): Promise<{ path: string }>;
  /** Uncommitted paths of a worktree, untracked files listed one by one, ignored files left out. */
  localChanges(worktree: string): Promise<LocalChange[]>;
}
