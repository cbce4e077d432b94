import type { Oid } from '../core/story/stage';

/** A child story's branch that is to stand on another commit of its parent. Full ids and ref names. */
export interface RestackRequest {
  readonly branch: string;
  /** Its worktree; null where it has none. */
  readonly folder: string | null;
  /** The commit of the parent on which it stands. */
  readonly at: Oid;
  readonly onto: Oid;
  /** Nothing is to be done where `onto` holds `at` already, as where the parent landed by a merge. */
  readonly mayHold: 'heldIsEnough' | 'move';
}

export type RestackOutcome =
  /** `kept`: the ref that holds what the branch was. */
  | { readonly kind: 'restacked'; readonly tip: Oid; readonly kept: string }
  /** It stands there. */
  | { readonly kind: 'asItIs' }
  /** `message` says which commit cannot be replayed, and why. Nothing was changed. */
  | { readonly kind: 'conflict'; readonly files: readonly string[]; readonly message: string }
  /** Not now: `why` is a sentence. Nothing was changed. */
  | { readonly kind: 'waits'; readonly why: string };

export interface Restacking {
  /**
   * Replays what a branch has of its own onto another commit: in the object store first, then index and files of its
   * worktree, if nothing there is uncommitted, then the branch, with what it was under a ref. Safe to repeat after a kill.
   */
  restack(request: RestackRequest): Promise<RestackOutcome>;
}
