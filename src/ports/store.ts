import type { Disposable } from '../base/disposable';
import type { RunFinding } from '../core/agents/finding';
import type { MergeJob } from '../core/landing/job';
import type { StoreLoss } from '../core/recovery/storeLoss';
import type { HistoryEntry } from '../core/story/history';
import type { StoryRecord } from '../core/story/story';

export type CreateOutcome = { kind: 'created'; story: StoryRecord } | { kind: 'refused'; message: string };

export type WriteOutcome = { kind: 'written'; story: StoryRecord } | { kind: 'refused'; message: string };

/**
 * The trace of a deleted story: its number is never given again. `at` is ISO 8601 in UTC. `record` is the story as it was,
 * until it is purged.
 */
export interface Tombstone {
  readonly key: string;
  readonly number: number;
  readonly at: string;
  readonly record?: StoryRecord;
}

export type BuryOutcome = { kind: 'buried'; number: number } | { kind: 'refused'; message: string };

/** The stories of one repository. A call resolves only when the change is safe on disk. */
export interface StoryStore {
  stories(): readonly StoryRecord[];
  get(key: string): StoryRecord | undefined;
  /** As `get`, also for a story that is archived and no longer at hand; null where there is none. */
  find(key: string): Promise<StoryRecord | null>;
  tombstones(): readonly Tombstone[];
  /** Numbers known to the content store and the shadow, for the allocator. */
  storedNumbers(): Promise<{ content: number[]; shadow: number[] }>;
  create(story: StoryRecord, body: string, entry: HistoryEntry): Promise<CreateOutcome>;
  /** Replaces the record of a story; refused for a tombstoned or unknown one. */
  write(story: StoryRecord, entry: HistoryEntry): Promise<WriteOutcome>;
  /** Leaves a tombstone with the record, and keeps the content. */
  bury(key: string, entry: HistoryEntry): Promise<WriteOutcome>;
  /** Takes the tombstone away and puts the record back, as `restored` makes it of the one that was kept. Key and number stay. */
  unbury(key: string, restored: (record: StoryRecord) => StoryRecord, entry: HistoryEntry): Promise<WriteOutcome>;
  /** Removes what is kept of a deleted story, and leaves its number. Done again after a kill it does what was left. */
  purge(key: string, entry: HistoryEntry): Promise<BuryOutcome>;
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
  /** Jobs that are not over yet, as landed or stopped ones are. */
  openJobs(): readonly MergeJob[];
  /** Jobs of one story, the first one first. */
  jobsOf(storyKey: string): readonly MergeJob[];
  job(id: string): MergeJob | undefined;
  append(job: MergeJob): Promise<void>;
}

/** How the store itself is. */
export interface StoreHealth {
  /** Why nothing can be written now, in one sentence; null when it can. It is looked at afresh each time. */
  problem(): Promise<string | null>;
  /** What was lost and nobody has acknowledged yet. */
  losses(): readonly StoreLoss[];
  /** A person has read of all losses: what they held goes on. */
  acknowledge(): Promise<void>;
}

/** What runs changed outside their stories, until a person has decided about it. A call resolves when it is on disk. */
export interface RunFindings {
  list(): readonly RunFinding[];
  add(finding: RunFinding): Promise<void>;
  remove(id: string): Promise<void>;
}
