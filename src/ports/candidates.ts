import type { ChainLink, GatedCandidate, Lease } from '../core/landing/gatedCandidate';
import type { MergeStrategy } from '../core/landing/strategy';
import type { ChangedFile } from '../core/review/mutants';
import type { ReviewFacts } from '../core/review/reviewFacts';
import type { TakenBack } from '../core/review/takenBack';
import type { Told } from '../core/words/said';
import type { Oid } from '../core/story/stage';

export interface CandidateRequest {
  readonly strategy: MergeStrategy;
  /** Tip of the target, or a candidate that is to land before it: first parent of the candidate. */
  readonly base: Oid;
  readonly storyTip: Oid;
  /** Full name of the story's branch, for where the story began; null where only its tip is known. */
  readonly storyBranch: string | null;
  readonly subject: string;
  readonly number: number;
  readonly storyKey: string;
  /** It never lands itself: it is not signed, whatever is set, so that no program asks a person for that. */
  readonly isTrial?: boolean;
  /** Ends what is at work for it, such as a program that signs; it rejects with the signal's reason then. */
  readonly signal?: AbortSignal;
}

export type CandidateOutcome =
  /** `takenBack`: what would be lost by landing it; a person has to agree first. */
  | { kind: 'built'; candidate: Oid; tree: Oid; parents: readonly Oid[]; takenBack: readonly TakenBack[] }
  | { kind: 'conflict'; files: string[]; message: string }
  /** Nothing of the story would change the target. `commit` is on the target: what brought it, as far as can be told. */
  | { kind: 'alreadyMerged'; commit: Oid; takenBack: readonly TakenBack[] }
  | { kind: 'unrelatedHistories' };

/**
 * What came of bringing a commit to where others get it from. `moved`: they have landed something meanwhile, and the target
 * has it now too. `ended`: nobody waits for it any more; it may get there all the same. `waiting`: it cannot be there for now;
 * `holdsBack` as with any landing that waits.
 */
export type Published =
  | { kind: 'done' }
  | { kind: 'moved' }
  | { kind: 'ended' }
  | { kind: 'waiting'; why: Told; files: string[]; holdsBack: 'all' | 'nothing' };

export interface LandRequest {
  readonly target: string;
  /** What the target is at: what the candidate, or the first of those before it, is built on. */
  readonly base: Oid;
  /** Candidates of other stories that it is built on and that land with it, the first one first; none unless given. */
  readonly before?: readonly ChainLink[];
  /** Proof that every gate passed on it. */
  readonly candidate: GatedCandidate;
  /** Proof that nobody else lands on this target. */
  readonly lease: Lease;
  readonly storyBranch: string;
  readonly storyTip: Oid;
  /** Called right before the target moves, once nothing here is in the way; it moves only where this is done. */
  readonly publish?: () => Promise<Published>;
  /** Ends what is at work before the target has moved; it rejects with the signal's reason then. */
  readonly signal?: AbortSignal;
}

/** The target moves forward to what others landed on it. */
export interface CatchUpRequest {
  readonly target: string;
  readonly base: Oid;
  readonly to: Oid;
}

export type LandOutcome =
  | { kind: 'landed'; commit: Oid }
  /** The target is no longer at `base`. */
  | { kind: 'targetMoved'; tip: Oid | null }
  | { kind: 'storyMoved'; tip: Oid | null }
  /** It could not be published, and the target was not moved. */
  | { kind: 'unpublished'; published: Exclude<Published, { kind: 'done' }> }
  /** Local changes in the person's checkout of the target are in the way; paths relative to that checkout. */
  | { kind: 'waiting'; files: string[]; why: Told };

/** `base` is the target's tip; `reviewPaths` are patterns as git reads them; `maxFileMB` in MB of 1,000,000 bytes. */
export interface ReviewRequest {
  readonly base: Oid;
  readonly tip: Oid;
  readonly reviewPaths: readonly string[];
  readonly maxFileMB: number;
}

export interface ChangedInRequest {
  readonly base: Oid;
  /** `base` itself is compared, a tree, rather than where `tip` left it. */
  readonly isTree?: true;
  readonly tip: Oid;
  readonly lists: readonly (readonly string[])[];
}

/** Files, and lines of them. */
export interface ChangeSize {
  readonly files: number;
  readonly added: number;
  readonly removed: number;
}

/** What a story would change, the commits that would land, and the landing itself. */
export interface Candidates {
  reviewFacts(request: ReviewRequest): Promise<ReviewFacts>;
  /** Code that a story changed against where it left `base`, tests left out, with the lines that are new in it. */
  changedCode(request: { readonly base: Oid; readonly tip: Oid }): Promise<ChangedFile[]>;
  /** Builds the merge in the object store alone: no ref, index or checkout of the person is touched. */
  buildCandidate(request: CandidateRequest): Promise<CandidateOutcome>;
  /** Keeps a candidate from being collected under `refs/switchyard/candidates/<jobId>`. Idempotent. */
  pinCandidate(jobId: string, candidate: Oid): Promise<void>;
  unpinCandidate(jobId: string): Promise<void>;
  /** Whether git still has a candidate; until it is pinned, a `git gc` can take it away. */
  hasCandidate(candidate: { readonly commit: Oid; readonly tree: Oid }): Promise<boolean>;
  /** Job ids of all pinned candidates. */
  pinnedCandidates(): Promise<string[]>;
  /** Paths that a candidate changes on the commit it was built on. */
  changedPaths(candidate: { readonly base: Oid; readonly commit: Oid }): Promise<string[]>;
  /**
   * For each list of patterns (as git reads globs; `!` before one takes out what it matches), whether a path that matches
   * differs between `tip` and where it left `base`. A repository inside the repository matches every pattern.
   */
  changedIn(request: ChangedInRequest): Promise<boolean[]>;
  /** How much a story changes, from where it left the target. */
  changeSize(request: { readonly base: Oid; readonly tip: Oid }): Promise<ChangeSize>;
  /** Moves the target to the candidate by compare-and-swap; where a worktree has the target checked out, it follows. */
  land(request: LandRequest): Promise<LandOutcome>;
  /**
   * Nobody lands this candidate any more: what a git that was cut off has brought of it to the checkout of the target goes
   * back. Nothing else of that checkout changes.
   */
  leaveCheckout(target: string, candidate: Oid): Promise<void>;
  /** As `land`, for commits that others proved; `targetMoved` also where it would be no step forward. */
  catchUp(request: CatchUpRequest): Promise<Exclude<LandOutcome, { kind: 'storyMoved' | 'unpublished' }>>;
}
