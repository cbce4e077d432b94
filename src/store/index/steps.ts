import type { HistoryEntry } from '../../core/story/history';
import type { Log } from '../../ports/log';
import { decodeChange, type ChangeRecord } from '../log/changeRecord';
import { decodeSnapshot, statesOf, type SnapshotHead } from '../log/snapshotRecord';
import { StoryDocument } from './storyDocument';

/** A story's record as JSON; it is read by the schema only when somebody asks for it. */
export type PlainRecord = Readonly<Record<string, unknown>>;

/** What a change made of a story's record. */
export type StepChange =
  | { readonly kind: 'same' }
  | { readonly kind: 'whole'; readonly story: PlainRecord }
  | { readonly kind: 'fields'; readonly set: PlainRecord; readonly drop: readonly string[] }
  | { readonly kind: 'gone' };

/** A line of the history and what came of it. */
export interface Step {
  readonly entry: HistoryEntry;
  readonly change: StepChange;
}

/** What a hot log tells of the past. */
export interface LogPast {
  readonly head: SnapshotHead | null;
  /** The stories of its snapshot, without the archived ones. */
  readonly snapshot: ReadonlyMap<string, PlainRecord>;
  /** Keys of stories that were deleted by then. */
  readonly buried: ReadonlySet<string>;
  readonly steps: readonly Step[];
  /** Stories as they were before the first step that concerns them; null for what was not there. */
  readonly before: ReadonlyMap<string, PlainRecord | null>;
}

/** Follows a log from record to record. */
export async function followLog(records: AsyncIterable<Buffer>, log: Log): Promise<LogPast> {
  const follower = new Follower(log);
  for await (const data of records) follower.take(data);
  return follower.end();
}

class Follower {
  #head: SnapshotHead | null = null;
  readonly #snapshot = new Map<string, PlainRecord>();
  readonly #buried = new Set<string>();
  readonly #now = new Map<string, PlainRecord>();
  readonly #before = new Map<string, PlainRecord | null>();
  readonly #steps: Step[] = [];
  /** Records of the first version do not say what the story is: only the document knows. */
  #document: StoryDocument;

  constructor(log: Log) {
    this.#document = new StoryDocument(log);
  }

  take(data: Buffer): void {
    const change = decodeChange(data);
    if (change !== null) return this.#takeChange(change);
    const part = decodeSnapshot(data);
    if (part?.kind === 'head') this.#head = part.head;
    if (part?.kind !== 'group') return;
    for (const state of statesOf(part.states)) {
      const story = storyIn(state);
      if (story === null) this.#buried.add(buriedIn(state) ?? '');
      if (story === null) continue;
      this.#snapshot.set(story.key, story.record);
      this.#now.set(story.key, story.record);
    }
  }

  end(): LogPast {
    this.#document.dispose();
    return {
      head: this.#head,
      snapshot: this.#snapshot,
      buried: this.#buried,
      steps: this.#steps,
      before: this.#before,
    };
  }

  #takeChange({ entry, update, state }: ChangeRecord): void {
    if (state.length === 0 && update.length > 0) {
      this.#document.apply([update]);
      this.#document.show();
    }
    if (entry === null) return;
    const before = this.#now.get(entry.key) ?? null;
    const after = update.length === 0 && state.length === 0 ? before : this.#after(entry.key, state);
    if (!this.#before.has(entry.key)) this.#before.set(entry.key, before);
    if (after === null) this.#now.delete(entry.key);
    else this.#now.set(entry.key, after);
    this.#steps.push({ entry, change: changeBetween(before, after) });
  }

  #after(key: string, state: Uint8Array): PlainRecord | null {
    if (state.length > 0) return storyIn(parse(state))?.record ?? null;
    return (this.#document.get(key) as PlainRecord | undefined) ?? null;
  }
}

function parse(state: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(state).toString('utf8'));
  } catch {
    return null;
  }
}

function storyIn(state: unknown): { key: string; record: PlainRecord } | null {
  if (typeof state !== 'object' || state === null || !('story' in state)) return null;
  const record = state.story as PlainRecord | null;
  return typeof record?.['key'] === 'string' ? { key: record['key'], record } : null;
}

function buriedIn(state: unknown): string | null {
  if (typeof state !== 'object' || state === null || !('buried' in state)) return null;
  const grave = state.buried as PlainRecord | null;
  return typeof grave?.['key'] === 'string' ? grave['key'] : null;
}

function changeBetween(before: PlainRecord | null, after: PlainRecord | null): StepChange {
  if (after === null) return before === null ? { kind: 'same' } : { kind: 'gone' };
  if (before === null) return { kind: 'whole', story: after };
  const set = Object.fromEntries(
    Object.entries(after).filter(([name, value]) => JSON.stringify(before[name]) !== JSON.stringify(value)),
  );
  const drop = Object.keys(before).filter((name) => !(name in after));
  return Object.keys(set).length === 0 && drop.length === 0 ? { kind: 'same' } : { kind: 'fields', set, drop };
}

/** Takes a step: `stories` are then as they were after it. */
export function takeStep(stories: Map<string, PlainRecord>, { entry, change }: Step): void {
  switch (change.kind) {
    case 'same':
      return;
    case 'whole':
      stories.set(entry.key, change.story);
      return;
    case 'gone':
      stories.delete(entry.key);
      return;
    case 'fields': {
      const kept = Object.entries(stories.get(entry.key) ?? {}).filter(([name]) => !change.drop.includes(name));
      stories.set(entry.key, { ...Object.fromEntries(kept), ...change.set });
      return;
    }
    default:
      change satisfies never;
  }
}
