import type { LandedRange } from '../core/landing/revertStory';
import type { Oid } from '../core/story/stage';

export interface RevertRequest {
  /** Tip of the target: the one parent of the revert. */
  readonly tip: Oid;
  readonly storyKey: string;
  /**
   * The last commit of the landing, and the target's tip that it was made on, as far as they are on record; where they
   * are not on the target, the landing is looked for by its trailer.
   */
  readonly landed: { readonly commit: Oid; readonly base: Oid | null } | null;
  /** First line of the revert's message. */
  readonly subject: string;
}

export type RevertOutcome =
  | { kind: 'made'; commit: Oid; range: LandedRange }
  /** What came later changed the same lines; nothing was made. `message` is git's. */
  | { kind: 'conflict'; files: readonly string[]; message: string; range: LandedRange }
  /** The target holds nothing of it any more. */
  | { kind: 'nothing'; range: LandedRange }
  /** No landing of the story is on the target. */
  | { kind: 'notLanded' };

/** Taking landings back, without a checkout. */
export interface Reverts {
  /** Builds the commit that takes a landing back, in the object store alone. */
  buildRevert(request: RevertRequest): Promise<RevertOutcome>;
  /** Makes a branch (full name) at a commit; `taken` where that name cannot be had. */
  makeBranch(branch: string, at: Oid): Promise<'made' | 'taken'>;
}
