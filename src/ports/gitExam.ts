import type { Oid } from '../core/story/stage';

/** What Doctor asks of git beside what others ask. Nothing of it runs a program of the repository. */
export interface GitExam {
  /** Where the repository lies; absolute. */
  place(): Promise<{ readonly topLevel: string; readonly commonDir: string }>;
  /** Local branches and all refs of Switchyard's by full name; `to` for one that points to another. */
  allRefs(): Promise<ReadonlyMap<string, { readonly oid: Oid; readonly to: string | null }>>;
  /** git's settings by lower-case name, as a person set them; null for a name without a value. */
  settings(): Promise<ReadonlyMap<string, string | null>>;
  /** Deletes a ref that still holds this id. */
  removeRef(ref: string, oid: Oid): Promise<'removed' | 'moved'>;
  /** Links a worktree that was moved to `folder` with its private git dir, where it is provably the one on record. */
  relinkWorktree(gitDir: string, folder: string): Promise<'linked' | 'notOurs'>;
}
