import type { MergeLook } from '../core/landing/mergemaster';
import type { RescueNote } from '../core/rescue/rescueNote';
import type { StandingMerge } from '../core/pipeline/facts';
import type { Oid } from '../core/story/stage';

/** The worktree of a story. `branch` is a full name, `folder` absolute. */
export interface MergePlace {
  readonly branch: string;
  readonly folder: string;
  readonly story: NonNullable<RescueNote['story']>;
}

export interface BeginMergeRequest extends MergePlace {
  readonly by: StandingMerge['by'];
  /** Tip of the story's branch, to which the worktree goes back where the merge is given up. */
  readonly before: Oid;
  /** The commit that is merged into it, and its name for people. */
  readonly target: Oid;
  readonly targetName: string;
  /** Uncommitted work: refused, or kept under a rescue ref and taken out of the way. */
  readonly uncommitted: 'refuse' | 'keepAside';
}

export type BeginMergeOutcome =
  /** git stopped; `files` are the paths that it could not merge. `kept`: the rescue ref of what was taken out of the way. */
  | { kind: 'conflicted'; files: string[]; kept: string | null }
  /** Merged without a conflict and not committed. */
  | { kind: 'merged'; kept: string | null }
  /** The branch holds the target already. */
  | { kind: 'upToDate'; kept: string | null }
  /** Nothing was changed. */
  | { kind: 'dirty'; paths: string[] }
  /** `why` is a sentence for a person. */
  | { kind: 'refused'; why: string };

export type UndoMergeOutcome =
  /** `kept`: the rescue ref of what was there; null where nothing was. */
  | { kind: 'undone'; kept: string | null }
  /** The worktree is as it was found, but for what the sentence says. */
  | { kind: 'refused'; why: string };

/** A story that landed and changed what another changes as well. */
export interface LandedStory {
  readonly number: number | null;
  readonly storyKey: string | null;
  readonly commit: Oid;
  readonly subject: string;
}

/** Merges of the target in stories' worktrees, in which an agent or a person solves what git cannot. */
export interface StoryMerges {
  /** What Switchyard began in the worktree of a story's branch and is not over; null for nothing. */
  standingMerge(branch: string): Promise<StandingMerge | null>;
  /** Puts the worktree into the state of the merge, as git leaves it. No hook runs and nothing is committed. */
  beginMerge(request: BeginMergeRequest): Promise<BeginMergeOutcome>;
  /** What an attempt that began at `before` made of the branch. Changes nothing. */
  lookAtMerge(request: { branch: string; folder: string; before: Oid; target: Oid }): Promise<MergeLook>;
  /** The merge that stands there is over, and what came of it stays. */
  endMerge(branch: string): Promise<void>;
  /**
   * Brings branch and worktree back to where they were before the merge, also what was taken out of the way for it. All
   * that is there is kept under a rescue ref first.
   */
  undoMerge(place: MergePlace): Promise<UndoMergeOutcome>;
  /** Stories that landed on the target since the branch left it and changed one of these paths, the newest first. */
  landedSince(request: { tip: Oid; target: Oid; paths: readonly string[] }): Promise<LandedStory[]>;
}
