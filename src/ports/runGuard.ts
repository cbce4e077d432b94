import type { Oid } from '../core/story/stage';

export type TakeOverOutcome =
  /** `commits`: how many the story's branch gained by it; 0 where HEAD alone was put back on the branch. */
  { kind: 'taken'; tip: Oid; commits: number } | { kind: 'refused'; why: string };

export type PutBackOutcome =
  | { kind: 'putBack' }
  /** `why` is a sentence for a person. */
  | { kind: 'refused'; why: string };

/** Content of a stash entry that commits hold as well, byte for byte. */
export interface StashedWork {
  readonly commit: Oid;
  readonly message: string;
  readonly paths: readonly string[];
}

/** What is done about work that an agent left in the wrong place. Nothing here changes a file of a person's. */
export interface RunGuard {
  /**
   * Brings a commit that descends from the story's tip into the story's branch, and the story's worktree (`folder`) back
   * on it. Refused while anything is uncommitted or under way there.
   */
  takeOver(request: { branch: string; folder: string; head: Oid }): Promise<TakeOverOutcome>;
  /** What the commits after `before` hold that also stands in one of these stash entries, by path and content. */
  stashedWork(request: { before: Oid; tip: Oid; stash: readonly Oid[] }): Promise<StashedWork[]>;
  /** The entries of the stash, the newest first. */
  stashEntries(): Promise<{ commit: Oid; message: string }[]>;
  /** Commits of `to` that `from` lacks, the newest first: at most `limit`, with their subjects. */
  commitsBetween(from: Oid, to: Oid, limit: number): Promise<{ commit: Oid; subject: string }[]>;
  /**
   * Moves a branch back from `from` to `to`, and the index of whoever has it checked out; no file is touched. What the
   * branch held is kept under a rescue ref.
   */
  putBranchBack(request: { ref: string; from: Oid; to: Oid }): Promise<PutBackOutcome>;
}
