/**
 * What the core asks of the world. Adapters in `store/`, `git/`, `processes/` and `agents/` implement these; tests and
 * the engine pass them in. Every outcome a caller must act on is a named value, never a boolean or an exception.
 */
import type { Oid } from './story/stage';
import type { StoryRecord } from './story/story';
import type { GatedCandidate, Lease } from './mergeQueue/gatedCandidate';
import type { MergeJob } from './mergeQueue/job';
import type { HistoryEntry } from './story/history';

export interface Disposable {
  dispose(): void;
}

/** Wall-clock time in milliseconds since 1970, and timers; a parameter so that tests and simulations own time. */
export interface Clock {
  now(): number;
  /** Calls back once after `ms`; disposing it cancels. */
  after(ms: number, callback: () => void): Disposable;
}

export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

// ---------------------------------------------------------------------------------------------------------- git

export type RepositoryCheck =
  | { kind: 'ready'; topLevel: string; commonDir: string; gitVersion: string }
  | { kind: 'notARepository' }
  | { kind: 'bare' }
  | { kind: 'noCommits' }
  | { kind: 'gitTooOld'; found: string; needed: string }
  | { kind: 'gitMissing' };

export type TargetOutcome =
  | { kind: 'found'; ref: string; tip: Oid }
  /** `wanted` is what was configured or guessed; `branches` are the short names that exist. */
  | { kind: 'missing'; wanted: string; branches: string[] };

export type Identity = { kind: 'known'; name: string; email: string } | { kind: 'missing' };

/** A worktree as git lists it. `branch` is a full ref name, null when HEAD is detached. */
export interface Worktree {
  readonly path: string;
  readonly head: Oid | null;
  readonly branch: string | null;
  readonly isMain: boolean;
}

export type MergeStrategy = 'merge' | 'squash' | 'rebase';

export interface CandidateRequest {
  readonly strategy: MergeStrategy;
  /** Tip of the target: first parent of the candidate. */
  readonly base: Oid;
  readonly storyTip: Oid;
  readonly subject: string;
  readonly number: number;
  readonly storyKey: string;
}

export type CandidateOutcome =
  | { kind: 'built'; candidate: Oid; tree: Oid; parents: readonly Oid[] }
  | { kind: 'conflict'; files: string[]; message: string }
  /** The target already contains the story's tip. */
  | { kind: 'alreadyMerged' }
  | { kind: 'unrelatedHistories' };

export interface LandRequest {
  readonly target: string;
  readonly base: Oid;
  /** Proof that every gate passed on it. */
  readonly candidate: GatedCandidate;
  /** Proof that nobody else lands on this target. */
  readonly lease: Lease;
  readonly storyBranch: string;
  readonly storyTip: Oid;
}

export type LandOutcome =
  | { kind: 'landed'; commit: Oid }
  /** The target is no longer at `base`. */
  | { kind: 'targetMoved'; tip: Oid | null }
  | { kind: 'storyMoved'; tip: Oid | null }
  /** Local changes in the person's checkout of the target are in the way; paths relative to that checkout. */
  | { kind: 'waiting'; files: string[]; why: string };

/** One uncommitted path of a worktree, relative to its top. */
export interface LocalChange {
  readonly path: string;
  readonly kind: 'tracked' | 'untracked';
}

/** What a story changes, as far as it decides whether a person must look at it. */
export interface ReviewFacts {
  readonly changedPaths: readonly string[];
  readonly deletedPaths: readonly string[];
  /** Paths that match the configured `review.paths`. */
  readonly reviewedPaths: readonly string[];
  /** Lines added to files, without the leading `+`, by path. Only test files are asked for. */
  readonly addedTestLines: ReadonlyMap<string, readonly string[]>;
  /** Lines taken out of files that still exist, likewise. Without it a test taken out of a file goes unnoticed. */
  readonly removedTestLines?: ReadonlyMap<string, readonly string[]>;
}

export interface GitPort {
  check(): Promise<RepositoryCheck>;
  /** `configured` is a short branch name, or null for the repository's default branch. */
  findTarget(configured: string | null): Promise<TargetOutcome>;
  identity(): Promise<Identity>;
  /** Full commit id of a ref, null where it does not exist. */
  tip(ref: string): Promise<Oid | null>;
  treeOf(commit: Oid): Promise<Oid>;
  parentsOf(commit: Oid): Promise<Oid[]>;
  isAncestor(ancestor: Oid, descendant: Oid): Promise<boolean>;
  /** Commits reachable from `tip` and not from `base`. */
  commitsAhead(base: Oid, tip: Oid): Promise<number>;
  /** Contents of a file at a commit, null where it is missing. UTF-8. */
  readFileAt(commit: Oid, path: string): Promise<string | null>;
  worktrees(): Promise<Worktree[]>;
  /** Every local branch by its full ref name, with its tip. */
  branchTips(): Promise<ReadonlyMap<string, Oid>>;
  /** Makes the branch (at `start`, unless it exists) and its worktree in `folder`; what exists already is kept as it is. */
  addStoryWorktree(request: { branch: string; folder: string; start: Oid }): Promise<{ path: string }>;
  /** Uncommitted paths of a worktree, untracked files listed one by one, ignored files left out. */
  localChanges(worktree: string): Promise<LocalChange[]>;
  reviewFacts(request: { base: Oid; tip: Oid; reviewPaths: readonly string[] }): Promise<ReviewFacts>;
  /** Builds the merge in the object store alone: no ref, index or checkout of the person is touched. */
  buildCandidate(request: CandidateRequest): Promise<CandidateOutcome>;
  /** Keeps a candidate from being collected under `refs/switchyard/candidates/<jobId>`. Idempotent. */
  pinCandidate(jobId: string, candidate: Oid): Promise<void>;
  unpinCandidate(jobId: string): Promise<void>;
  /** Job ids of all pinned candidates. */
  pinnedCandidates(): Promise<string[]>;
  /** Moves the target to the candidate by compare-and-swap; where a worktree has the target checked out, it follows. */
  land(request: LandRequest): Promise<LandOutcome>;
  /** Makes Switchyard's own worktree `folder` equal `commit` in HEAD, index and files; nothing else is left in it. */
  prepareGateTree(request: { folder: string; commit: Oid }): Promise<void>;
  /** As `prepareGateTree`, but keeps ignored files, so that one gate can build on another. */
  restoreGateTree(request: { folder: string; commit: Oid }): Promise<void>;
  /** Calls back soon after any ref or worktree state may have changed. A hint: read again before deciding. */
  watch(onHint: () => void): Disposable;
}

// ---------------------------------------------------------------------------------------------------- processes

/** A process run that Switchyard starts and answers for. All its processes carry `id` in their environment. */
export interface RunRequest {
  readonly id: string;
  /** Program and arguments; no shell reads them. */
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** End the run after this long, null for never. */
  readonly timeoutMs: number | null;
  /** End the run after this long without output, null for never. */
  readonly silenceMs: number | null;
  /** Called with decoded output (stdout and stderr as they come). */
  readonly onOutput: (text: string) => void;
  /** Aborting it ends every process of the run. */
  readonly signal: AbortSignal;
  /** What a person calls it, for the records and the log: `gate test of #3`. */
  readonly label: string;
}

export type RunOutcome =
  | { kind: 'exited'; code: number }
  | { kind: 'killed'; signal: string }
  | { kind: 'notFound'; program: string }
  | { kind: 'timedOut'; afterMs: number }
  | { kind: 'silent'; afterMs: number }
  | { kind: 'stopped' };

/** Result of a run. It is given only after every process of the run has ended. */
export interface RunResult {
  readonly outcome: RunOutcome;
  /** Processes that outlived the main one, or had detached themselves from it, and were ended; by process id. */
  readonly leftBehind: readonly number[];
  readonly durationMs: number;
}

export interface ProcessPort {
  run(request: RunRequest): Promise<RunResult>;
  /** Ends what earlier runs left behind (recorded by pid, start time and run id). Returns the ids of those runs. */
  endLeftovers(): Promise<string[]>;
}

// -------------------------------------------------------------------------------------------------------- store

export type CreateOutcome = { kind: 'created'; story: StoryRecord } | { kind: 'refused'; message: string };
export type WriteOutcome = { kind: 'written'; story: StoryRecord } | { kind: 'refused'; message: string };

/** The stories of one repository. A call resolves only when the change is safe on disk. */
export interface StoryStore {
  stories(): readonly StoryRecord[];
  get(key: string): StoryRecord | undefined;
  tombstones(): readonly { key: string; number: number; at: string }[];
  /** Numbers known to the content store and the shadow, for the allocator. */
  storedNumbers(): Promise<{ content: number[]; shadow: number[] }>;
  create(story: StoryRecord, body: string, entry: HistoryEntry): Promise<CreateOutcome>;
  /** Replaces the record of a story; refused for a tombstoned or unknown one. */
  write(story: StoryRecord, entry: HistoryEntry): Promise<WriteOutcome>;
  /** Leaves a tombstone and keeps the content. */
  bury(key: string, entry: HistoryEntry): Promise<WriteOutcome>;
  /** Entries after `cursor` (0 for the first), oldest first. */
  history(query: { cursor: number; limit: number; key?: string }): readonly HistoryEntry[];
  onDidChange(listener: () => void): Disposable;
}

/** Bodies and outputs, keyed `<story key>:<what>` such as `k3f…:body` or `k3f…:gate_output`. */
export interface ContentStore {
  read(id: string): Promise<string | null>;
  write(id: string, text: string): Promise<void>;
  /** Replaces what was there and streams to it. Past `limit` bytes the middle is left out and marked. */
  openOutput(id: string): OutputSink;
}

export interface OutputSink {
  write(text: string): void;
  /** The last part of what was written, at most 64 kB. */
  tail(): string;
  close(): Promise<void>;
}

/** Durable record of merge jobs: each append is on disk before it resolves. */
export interface JobJournal {
  jobs(): readonly MergeJob[];
  append(job: MergeJob): Promise<void>;
}
