import type { Disposable } from '../base/disposable';
import type { AgentRunRecord } from '../core/agents/budget';
import type { RunFinding } from '../core/agents/finding';
import type { MergeJob } from '../core/landing/job';
import type { PushState } from '../core/landing/push';
import type { Removal } from '../core/rescue/removal';
import type { Discovery } from '../core/recovery/halfWritten';
import type { StoreLoss } from '../core/recovery/storeLoss';
import type { RunFact } from '../core/statistics/runFact';
import type { HistoryEntry } from '../core/story/history';
import type { Oid } from '../core/story/stage';
import type { StoryRecord } from '../core/story/story';
import type { Refusal, Told } from '../core/words/said';

export type CreateOutcome = { kind: 'created'; story: StoryRecord } | Refusal;

export type WriteOutcome = { kind: 'written'; story: StoryRecord } | Refusal;

/**
 * Which lines of the history, and how many at most. Forward is oldest first, of those behind `cursor` (0 for the first);
 * `back` is newest first, of those before it (`Number.MAX_SAFE_INTEGER` for the newest). A cursor is the sequence of
 * the last line that is known, and stays good for ever.
 */
export interface HistoryQuery {
  readonly cursor: number;
  readonly limit: number;
  readonly key?: string;
  readonly order?: 'forward' | 'back';
}

/** A part of the archived stories; `next` is where the following part begins, null behind the last one. */
export interface ArchivePage {
  readonly stories: readonly StoryRecord[];
  readonly next: string | null;
}

/**
 * The trace of a deleted story: its number is never given again. `at` is ISO 8601 in UTC. `record` is the story as it was,
 * until it is purged; it also hears that the story landed after all. `by` is who deleted it, `team` where that was another machine.
 */
export interface Tombstone {
  readonly key: string;
  readonly number: number;
  readonly at: string;
  readonly by?: string;
  readonly record?: StoryRecord;
}

export type BuryOutcome = { kind: 'buried'; number: number } | Refusal;

/**
 * What others made of a story; `story` is the record to be written, or the one to be buried, and `body` null leaves the text.
 * `receiveBuried` is one that was deleted before anybody here heard of it. `entry` is the line of the history.
 */
export type ReceivedStory =
  | {
      readonly kind: 'receive' | 'restore' | 'receiveBuried';
      readonly story: StoryRecord;
      readonly body: string | null;
      readonly entry: HistoryEntry;
    }
  | { readonly kind: 'bury'; readonly story: StoryRecord; readonly entry: HistoryEntry };

/** Numbers that the content store, the shadow and the archive know. */
export type StoredNumbers = Readonly<Record<'content' | 'shadow' | 'archive', readonly number[]>>;

/**
 * The stories of one repository. A call resolves only when the change is safe on disk. Archived stories leave what is held
 * in memory after a while: `stories` and `get` no longer know them then, `find` and `archived` do.
 */
export interface StoryStore {
  stories(): readonly StoryRecord[];
  get(key: string): StoryRecord | undefined;
  /** A story wherever it is kept; null where there is none, or it was deleted. */
  find(key: string): Promise<StoryRecord | null>;
  /** Archived stories wherever they are kept, newest number first. `after` is the `next` of the page before, null to begin. */
  archived(query: { after: string | null; limit: number }): Promise<ArchivePage>;
  /** The trace of the deleted story with this key. */
  tombstone(key: string): Tombstone | undefined;
  tombstones(): readonly Tombstone[];
  /** For the allocator: of each part the highest number that it knows, 0 where it knows none, or every one. */
  storedNumbers(which: 'highest' | 'all'): Promise<StoredNumbers>;
  create(story: StoryRecord, body: string, entry: HistoryEntry): Promise<CreateOutcome>;
  /** Replaces the record of a story, also of an archived one; refused for a tombstoned or unknown one. */
  write(story: StoryRecord, entry: HistoryEntry): Promise<WriteOutcome>;
  /**
   * Replaces record and body of a story together; a kill at any moment leaves both as they were, or both new. The record's
   * `updatedAt` is later than that of the one before.
   */
  rewrite(story: StoryRecord, body: string, entry: HistoryEntry): Promise<WriteOutcome>;
  /** Leaves a tombstone with the record, and keeps the content. */
  bury(key: string, entry: HistoryEntry): Promise<WriteOutcome>;
  /** Takes the tombstone away and puts the record back, as `restored` makes it of the one that was kept. Key and number stay. */
  unbury(key: string, restored: (record: StoryRecord) => StoryRecord, entry: HistoryEntry): Promise<WriteOutcome>;
  /** Removes what is kept of a deleted story, and leaves its number. Done again after a kill it does what was left. */
  purge(key: string, entry: HistoryEntry): Promise<BuryOutcome>;
  /**
   * Stories as other machines have them, each at most once: made, put in the place of what is here, brought back or buried. A
   * number may be another's until that one's has been changed too. Refused for a tombstoned one that is not brought back; one
   * that is buried again has another record under its tombstone.
   */
  receive(changes: readonly ReceivedStory[]): Promise<readonly WriteOutcome[]>;
  history(query: HistoryQuery): Promise<readonly HistoryEntry[]>;
  /** Every story as it was at a moment (ISO 8601 in UTC), by number; those that were archived by then too, deleted ones not. */
  recordsAt(time: string): Promise<readonly StoryRecord[]>;
  onDidChange(listener: () => void): Disposable;
  /** Told the keys of the stories of each change, once it is on disk. */
  onDidWrite(listener: (keys: readonly string[]) => void): Disposable;
}

/** Bodies and outputs, keyed `<story key>:<what>` such as `k3f…:body` or `k3f…:gate_output`. */
export interface ContentStore {
  read(id: string): Promise<string | null>;
  write(id: string, text: string): Promise<void>;
  /** What a story's body was before, the newest first, as far as it is kept and whole. */
  earlierBodies(key: string): Promise<readonly EarlierText[]>;
  /** Replaces what was there and streams to it. Past `limit` bytes the middle is left out and marked. */
  openOutput(id: string): OutputSink;
}

/** A body as it was before; `savedAt` is ISO 8601 in UTC. */
export interface EarlierText {
  readonly id: string;
  readonly savedAt: string;
  readonly text: string;
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
  /** Jobs that are not over yet, as landed or stopped ones are. */
  openJobs(): readonly MergeJob[];
  /** Jobs of one story, the first one first. */
  jobsOf(storyKey: string): readonly MergeJob[];
  job(id: string): MergeJob | undefined;
  append(job: MergeJob): Promise<void>;
}

/** How the store itself is. */
export interface StoreHealth {
  /** Why nothing can be written now; null when it can. It is looked at afresh each time. */
  problem(): Promise<Told | null>;
  /**
   * Something failed: is it the disk's fault? `cause` is the error, null where there is none, as when a program failed. Where
   * the disk is to blame this is the reason, and `problem` says it too for as long as it lasts.
   */
  blame(cause: unknown): Promise<Told | null>;
  /** Called when something could not be written, after all could, and when something was found to be lost. */
  onTrouble(listener: () => void): Disposable;
  /** What was lost and nobody has acknowledged yet. */
  losses(): readonly StoreLoss[];
  /** A person has read of all losses: what they held goes on. */
  acknowledge(): Promise<void>;
}

/** What is being removed or brought back. A call resolves when it is on disk. */
export interface Removals {
  list(): readonly Removal[];
  put(removal: Removal): Promise<void>;
  /** It is over, or was given up. */
  end(id: string): Promise<void>;
}

/** What runs changed outside their stories, until a person has decided about it. A call resolves when it is on disk. */
export interface RunFindings {
  list(): readonly RunFinding[];
  add(finding: RunFinding): Promise<void>;
  remove(id: string): Promise<void>;
}

/** A person's word that the queue goes on although the target is red. It stands for one tip of the target alone. */
export interface QueueResumes {
  /** When that was said of this tip (ISO 8601 in UTC); null where it was not. */
  at(tip: Oid): string | null;
  /** Resolves when it is on disk. */
  resume(tip: Oid, at: string): Promise<void>;
}

/** Where the target (full name) and the branches of stories that had not landed, by key, were seen last. */
export interface SeenTips {
  readonly ref: string;
  readonly target: Oid;
  readonly tips: Readonly<Record<string, Oid>>;
}

export interface TipMemory {
  last(): SeenTips | null;
  /** Resolves when it is on disk, at once where it is there. */
  note(seen: SeenTips): Promise<void>;
}

/** A push that somebody wanted: of which branch (full name), and why it did not come to its end; null while it is under way. */
export interface PushNote {
  readonly target: string;
  readonly problem: Omit<Extract<PushState, { kind: 'problem' }>, 'kind'> | null;
}

/** The last push that was wanted and is not over, also from before a restart. */
export interface PushMemory {
  last(): PushNote | null;
  /** Null: it is over. Resolves when it is on disk. */
  note(note: PushNote | null): Promise<void>;
}

/** What runs of gates and agents were. */
export interface RunFacts {
  /** Returns at once and never fails: no run waits for its statistics. */
  note(fact: RunFact): void;
  /** Runs of agents that are on record, the oldest first. */
  agentRuns(): readonly AgentRunRecord[];
}

/** What the store holds of stories that its index does not list; a deleted story that can be restored is none. */
export interface HalfWrittenStore {
  /** Looks only. `numbers` restricts it to remains with these numbers; null looks at all. */
  find(numbers: readonly number[] | null): Promise<Discovery>;
  /** Its text, and how the search index has it; null where there is nothing under this key. Looks only. */
  read(key: string): Promise<{ readonly text: string | null; readonly row: StoryRecord | null } | null>;
  /** Makes room for a recovery that an earlier one was cut off in, while it is not in the index. */
  clearCopy(key: string): Promise<void>;
  /** What was recovered under `to`, which is in the index: moves there what else is kept, then clears the old rows. */
  clear(key: string, to: string): Promise<void>;
}
