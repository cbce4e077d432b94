import type { RescueCounts, RescueNote, RescueReason } from '../core/rescue/rescueNote';
import type { Oid } from '../core/story/stage';

/** Where work is that is to be kept. */
export interface RescuePlace {
  /** Folder of a linked worktree; null where there is none any more. */
  readonly folder: string | null;
  /** Full name of a branch; null where none is meant. */
  readonly branch: string | null;
  readonly story: RescueNote['story'];
}

export interface LargeFile {
  readonly path: string;
  readonly bytes: number;
}

/** What a rescue of a place would hold, before anything is written. */
export interface RescuePreview {
  readonly counts: RescueCounts;
  /** Bytes of what stands in no commit. */
  readonly bytes: number;
  /** What is too large to be kept without a question. */
  readonly large: readonly LargeFile[];
  /** Why the place cannot be removed without a loss, each a sentence that says what helps; empty where it can. */
  readonly obstacles: readonly string[];
}

/** What to do with files that are too large. */
export type LargeFiles = 'refuse' | 'keep' | 'leaveOut';

export interface RescueRequest extends RescuePlace {
  readonly reason: RescueReason;
  readonly large: LargeFiles;
}

/** What was saved of a place. */
export interface SavedWork {
  readonly ref: string;
  /** The same for as long as nothing in the place changes. */
  readonly fingerprint: string;
}

export type RescueOutcome =
  | ({ kind: 'saved'; commit: Oid } & SavedWork)
  /** Everything there is in a branch or in the target. */
  | { kind: 'nothing' }
  /** `why` is a sentence for a person. */
  | { kind: 'refused'; why: string };

/** A rescue ref. `note` is null for one that says nothing of itself, as those for undone commits. */
export interface Rescue {
  readonly ref: string;
  readonly commit: Oid;
  readonly subject: string;
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly note: RescueNote | null;
}

/** What a rescue is put back as: a branch (full name), and a worktree in this folder; null for a branch alone. */
export interface RescuedPlace {
  readonly branch: string;
  readonly folder: string | null;
}

export interface WantedPlace {
  /** Full names, best first. */
  readonly branches: readonly string[];
  readonly folder: string | null;
  readonly at: Oid | null;
}

export interface PutBackRequest extends RescuedPlace {
  readonly ref: string;
  /** Ends it, and takes back what was made of it by then. */
  readonly signal?: AbortSignal | undefined;
}

export type PutBackWorkOutcome = { kind: 'putBack' } | { kind: 'cancelled' } | { kind: 'refused'; why: string };

export type RemoveOutcome =
  /** `rescue` is the ref that keeps what was there; null where all of it is elsewhere. */
  { kind: 'removed'; rescue: string | null } | { kind: 'refused'; why: string };

/** Keeping work before it is removed, and bringing it back. */
export interface Rescues {
  previewRescue(place: RescuePlace): Promise<RescuePreview>;
  /** Saves unmerged commits, index, tracked changes and untracked files under a rescue ref. Nothing in the place changes. */
  rescueWork(request: RescueRequest): Promise<RescueOutcome>;
  /**
   * Saves a story's worktree as it is at that moment, unless `saved` holds just that, and removes it. Refused where anything would be lost, or where it
   * is a person's. Done again after a kill it does what was left.
   */
  removeWorktree(request: RescueRequest & { readonly saved: SavedWork | null }): Promise<RemoveOutcome>;
  /** Removes a branch that is at this commit, which a rescue or another branch holds. */
  removeBranch(branch: string, at: Oid): Promise<RemoveOutcome>;
  /** Every rescue ref, the newest first. */
  rescues(): Promise<Rescue[]>;
  /** Removes a rescue ref that is at this commit; what it alone held is gone with it. */
  forgetRescue(ref: string, commit: Oid): Promise<'forgotten' | 'changed'>;
  /** What a rescue holds beside the commits of its branch: names of files that differ between `from` and `to`. */
  filesOfRescue(ref: string): Promise<{ from: Oid | null; to: Oid; files: string[] }>;
  /**
   * The first of these names, and the folder or one with a number behind it, that nothing has yet. A branch that is at `at`
   * and that no worktree is on counts as free.
   */
  freePlace(wanted: WantedPlace): Promise<RescuedPlace>;
  /**
   * Makes branch and worktree of a rescue again, as they were: HEAD, index, files. Nothing that is there is overwritten.
   * Done again after a kill it does what was left.
   */
  putWorkBack(request: PutBackRequest): Promise<PutBackWorkOutcome>;
  /** Makes a branch whose last commit holds every file of a rescue. */
  branchFromRescue(request: { ref: string; branch: string }): Promise<void>;
  /** Whether a worktree was made by Switchyard; one that a person made may be a story's all the same. */
  isMadeBySwitchyard(folder: string): Promise<boolean>;
  /** Bytes of all files in a folder, without those of what is mounted or linked there. */
  sizeOf(folder: string): Promise<number>;
}
