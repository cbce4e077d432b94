import type { WorktreeLook } from '../core/setUp/offers';
import type { FoundWork, WorkChoice } from '../core/story/adoption';
import type { TargetFacts } from '../core/pipeline/facts';
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

/** A folder that was made for a story, with what is checked out there now; `branch` null when HEAD is detached. */
export interface StoryFolder {
  readonly path: string;
  readonly head: Oid | null;
  readonly branch: string | null;
}

/** Where a story is worked on. A story's worktree is known by its folder, not by what is checked out there. */
export type StoryPlace =
  | ({ kind: 'there' } & StoryFolder)
  /** The folder was made for it and is not there now. */
  | { kind: 'gone'; path: string }
  /** Its branch is checked out in a work tree that was not made for it, such as the person's own checkout. */
  | { kind: 'elsewhere'; path: string; isMain: boolean }
  | { kind: 'none' };

export type AddWorktreeOutcome =
  | { kind: 'ready'; path: string }
  | Extract<StoryPlace, { kind: 'elsewhere' }>
  /** Its folder is there with something else checked out. */
  | ({ kind: 'switched' } & StoryFolder);

/** `why` is a sentence for a person; nothing was changed then. */
export type AdoptWorkOutcome = { kind: 'adopted'; branch: string } | { kind: 'refused'; why: string };

/** A worktree that was moved; absolute folders. */
export interface RepairedWorktree {
  readonly from: string;
  readonly to: string;
}

/** `left` is what matched and was not copied, with why. Names from the top, with `/`. */
export interface CopiedFiles {
  readonly copied: readonly string[];
  readonly left: readonly { readonly name: string; readonly why: string }[];
}

/** The worktrees of people and stories. None of these calls changes a file that somebody may be working on. */
export interface Worktrees {
  worktrees(): Promise<Worktree[]>;
  /** Folders of all worktrees by git's record, gate trees too. Starts no process. */
  worktreeFolders(): Promise<string[]>;
  /**
   * Links moved worktrees with the repository again, where they are provably its own. `folders` are where to look for them
   * beside the places on record.
   */
  repairWorktrees(folders: readonly string[]): Promise<RepairedWorktree[]>;
  /** `branch` is the story's, by its full name. */
  storyPlace(branch: string): Promise<StoryPlace>;
  /** The first of these full names that a new branch can have beside those that are there; null where none can. */
  usableBranch(wanted: readonly string[]): Promise<string | null>;
  /**
   * Makes the branch (at `start`, unless it exists) and its worktree in `folder`; what exists already is kept as it is. Where
   * `signal` ends it, it rejects with the reason; what was made is made whole when this is asked for again.
   */
  addStoryWorktree(request: {
    branch: string;
    folder: string;
    start: Oid;
    signal?: AbortSignal | undefined;
  }): Promise<AddWorktreeOutcome>;
  /** Branches with commits that the target lacks, and worktrees, that are no story's; `taken` are the branches of stories. */
  findWork(target: TargetFacts, taken: ReadonlySet<string>): Promise<FoundWork[]>;
  /** One of them, looked at alone; null where it is none of them. */
  lookAtWork(
    target: TargetFacts,
    taken: ReadonlySet<string>,
    choice: Pick<WorkChoice, 'branch' | 'folder'>,
  ): Promise<FoundWork | null>;
  /**
   * Makes work a story's where it is: no file and no commit moves. A worktree on no branch gets the first of `newBranches`
   * (full names) that can be had.
   */
  adoptWork(choice: WorkChoice, newBranches: readonly string[]): Promise<AdoptWorkOutcome>;
  /** Full names of the branches whose worktrees were made and are not set up yet. Starts no process. */
  setUpsDue(): Promise<string[]>;
  /** The worktree in this folder is set up. */
  endSetUp(folder: string): Promise<void>;
  /** Copies files that git ignores, and that a pattern of a `.gitignore`'s kind matches, from one worktree to another. */
  copyIgnored(request: { from: string; to: string; patterns: readonly string[] }): Promise<CopiedFiles>;
  /** Fills empty submodules from what this clone has of them; returns the paths of those that stay empty. Nothing is fetched. */
  fillSubmodules(folder: string): Promise<string[]>;
  /**
   * What stands at the top of a worktree and of the main one, and in folders up to two below it that have a lock file; which
   * submodules hold nothing, and which files Git LFS has not filled.
   */
  lookAtTop(request: { folder: string; main: string }): Promise<WorktreeLook>;
  /** What a person is in the middle of in a worktree (a rebase, a merge), as a sentence; null where nothing is. */
  underWay(worktree: string): Promise<string | null>;
  /** Uncommitted paths of a worktree, untracked files listed one by one, ignored files left out. */
  localChanges(worktree: string): Promise<LocalChange[]>;
}
