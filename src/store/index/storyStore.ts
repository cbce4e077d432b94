import { messageOf } from '../../base/messageOf';
import type { Disposable } from '../../base/disposable';
import type {
  ArchivePage,
  BuryOutcome,
  CreateOutcome,
  HistoryQuery,
  ReceivedStory,
  StoredNumbers,
  StoryStore,
  Tombstone,
  WriteOutcome,
} from '../../ports/store';
import type { HistoryEntry } from '../../core/story/history';
import { storyRecordSchema, type StoryRecord } from '../../core/story/story';
import { IN_WORDS } from '../../core/words/inWords';
import * as z from 'zod/mini';
import { isStoryKey } from '../../core/story/storyKey';
import { archivePage } from './archivePage';
import type { KnownNumbers } from '../content/storyNumbers';
import type { NumbersInUse } from '../keyedNumbers';
import { Listeners } from '../../base/listeners';
import { SerialQueue } from '../../base/serialQueue';
import { receiveStories } from './receiveStories';
import type { StoryStoreParts } from './storyStoreParts';

/** Why nothing is written to a story, in a sentence; null where it was not deleted. */
export function whyBuried(grave: Tombstone | undefined): string | null {
  return grave === undefined ? null : `Story #${grave.number} was deleted ${grave.at}; nothing was written to it.`;
}

type Refused = Extract<WriteOutcome, { kind: 'refused' }>;

/**
 * The stories of one repository, on disk. A rule that is broken gives `refused`; a disk that fails rejects with a
 * StoreError, and then nothing has changed.
 */
export class DiskStoryStore implements StoryStore {
  /** Checking and writing are one step: two stories asked for at once never get one number. */
  readonly #turns = new SerialQueue();
  readonly #listeners: Listeners<undefined>;
  readonly #subscriptions: readonly Disposable[];

  constructor(private readonly parts: StoryStoreParts) {
    this.#listeners = new Listeners(parts.log);
    const changed = (): void => this.#listeners.call(undefined);
    this.#subscriptions = [parts.index.onCommit(changed), parts.index.onMove(changed)];
  }

  stories(): readonly StoryRecord[] {
    return this.parts.index.stories();
  }

  get(key: string): StoryRecord | undefined {
    return this.parts.index.get(key);
  }

  tombstone(key: string): Tombstone | undefined {
    return this.parts.index.tombstone(key);
  }

  tombstones(): readonly Tombstone[] {
    return this.parts.index.tombstones();
  }

  find(key: string): Promise<StoryRecord | null> {
    return this.parts.index.find(key);
  }

  async archived(query: { after: string | null; limit: number }): Promise<ArchivePage> {
    const { index } = this.parts;
    const elsewhere = [...(await index.keptNumbers())].map(([key, number]) => ({ key, number }));
    const here = index.stories().filter(({ stage }) => stage.name === 'Archived');
    const { keys, next } = archivePage([...here, ...elsewhere], query);
    const kept = new Map((await index.keptStories(keys)).map((story) => [story.key, story]));
    return { stories: keys.flatMap((key) => kept.get(key) ?? index.get(key) ?? []), next };
  }

  history(query: HistoryQuery): Promise<readonly HistoryEntry[]> {
    return this.parts.index.readHistory(query);
  }

  recordsAt(time: string): Promise<readonly StoryRecord[]> {
    return this.parts.index.recordsAt(time);
  }

  onDidChange(listener: () => void): Disposable {
    return this.#listeners.add(listener);
  }

  onDidWrite(listener: (keys: readonly string[]) => void): Disposable {
    return this.parts.index.onCommit(({ keys }) => listener(keys));
  }

  receive(changes: readonly ReceivedStory[]): Promise<readonly WriteOutcome[]> {
    return this.#turns.run(() =>
      receiveStories(this.parts, changes, {
        refuseRecord: (story) => this.#refuseRecord(story),
        refuseBuried: (key) => this.#refuseBuried(key),
        takeBack: (key) => this.#takeBack(key),
      }),
    );
  }

  async storedNumbers(which: 'highest' | 'all'): Promise<StoredNumbers> {
    const { index, content, shadow } = this.parts;
    const listed = (numbers: NumbersInUse): number[] => (which === 'all' ? [...numbers.values()] : [numbers.highest]);
    return {
      content: listed(await content.numbers(this.#known)),
      shadow: listed(await shadow.numbers()),
      archive: listed(await index.archiveNumbers()),
    };
  }

  create(story: StoryRecord, body: string, entry: HistoryEntry): Promise<CreateOutcome> {
    return this.#turns.run(async () => {
      const refused = this.#refuseRecord(story) ?? (await this.#refuseNew(story));
      if (refused !== null) return refused;
      const { index, content } = this.parts;
      await content.create(story.key, story.number, body);
      try {
        await index.put(story, entry);
      } catch (error) {
        await this.#takeBack(story.key);
        throw error;
      }
      const created = index.get(story.key);
      if (created?.number === story.number) return { kind: 'created', story: created };
      await this.#takeBack(story.key);
      return this.#refuse(`Story #${story.number} was written but is not in the index; it was taken back. Try again.`);
    });
  }

  write(story: StoryRecord, entry: HistoryEntry): Promise<WriteOutcome> {
    return this.#turns.run(async () => {
      const { index, content } = this.parts;
      const before = index.get(story.key) ?? (await index.find(story.key)) ?? undefined;
      const refused =
        this.#refuseRecord(story) ??
        this.#refuseGone(story.key, before) ??
        (before?.number === story.number ? null : await this.#refuseNumber(story));
      if (refused !== null) return refused;
      if (before?.number !== story.number) await content.renumber(story.key, story.number);
      await index.put(story, entry);
      const written = index.get(story.key);
      if (written !== undefined) return { kind: 'written', story: written };
      return this.#refuse(`Story #${story.number} was written but is no longer in the index.`);
    });
  }

  rewrite(story: StoryRecord, body: string, entry: HistoryEntry): Promise<WriteOutcome> {
    return this.#turns.run(async () => {
      const { index, content } = this.parts;
      const before = index.get(story.key);
      const refused = this.#refuseRecord(story) ?? this.#refuseGone(story.key, before);
      if (refused !== null) return refused;
      const stamp = Date.parse(story.updatedAt);
      if (before === undefined || stamp <= Date.parse(before.updatedAt))
        return this.#refuse(`Story #${story.number} was changed meanwhile; nothing was written.`);
      const record = { ...story, bodyAt: story.updatedAt };
      await content.replaceBodies([{ key: story.key, body, stamp }], () => index.put(record, entry));
      const written = index.get(story.key);
      if (written !== undefined) return { kind: 'written', story: written };
      return this.#refuse(`Story #${story.number} was written but is no longer in the index.`);
    });
  }

  bury(key: string, entry: HistoryEntry): Promise<WriteOutcome> {
    return this.#turns.run(async () => {
      const { index } = this.parts;
      const story = index.get(key) ?? (await index.find(key)) ?? undefined;
      if (story === undefined) return this.#refuseGone(key, story) ?? this.#refuse(`There is no story ${key}.`);
      await index.bury({ key, number: story.number, at: entry.at, by: entry.by, record: story }, entry);
      return { kind: 'written', story };
    });
  }

  unbury(key: string, restored: (record: StoryRecord) => StoryRecord, entry: HistoryEntry): Promise<WriteOutcome> {
    return this.#turns.run(async () => {
      const { index } = this.parts;
      const grave = index.tombstone(key);
      if (grave === undefined) return this.#refuse(`There is no deleted story ${key}.`);
      if (grave.record === undefined)
        return this.#refuse(`#${grave.number} was deleted for good on ${grave.at}; nothing of it is kept.`);
      const story = { ...restored(grave.record), key, number: grave.number };
      const refused = this.#refuseRecord(story);
      if (refused !== null) return refused;
      await index.put(story, entry);
      return { kind: 'written', story };
    });
  }

  purge(key: string, entry: HistoryEntry): Promise<BuryOutcome> {
    return this.#turns.run(async () => {
      const { index, content, shadow, texts } = this.parts;
      const grave = index.tombstone(key);
      if (grave === undefined) return this.#refuse(`Story ${key} is not deleted, so it is not purged.`);
      const { number, record, ...trace } = grave;
      if (record !== undefined) await index.bury({ number, ...trace }, entry);
      shadow.forget(key);
      await content.remove(key);
      await texts.forgetAll();
      return { kind: 'buried', number };
    });
  }

  /** Reads all that is kept outside the log, so that whatever is damaged there is noticed, told and put right. */
  check(): Promise<void> {
    return this.parts.index.check();
  }

  /** Shortens the log now; it happens by itself when the log has grown. */
  compact(): Promise<void> {
    return this.parts.index.compact();
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    await this.#turns.idle();
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#listeners.clear();
  }

  #refuseRecord(story: StoryRecord): Refused | null {
    const read = storyRecordSchema.safeParse(story, IN_WORDS);
    if (!read.success) return this.#refuse(`This is not a valid story: ${z.prettifyError(read.error)}`);
    if (isStoryKey(story.key)) return null;
    return this.#refuse(`${JSON.stringify(story.key)} cannot be the key of a story: letters, digits, _ and - only.`);
  }

  async #refuseNew(story: StoryRecord): Promise<Refused | null> {
    const { index, content, shadow } = this.parts;
    const { key, number } = story;
    if (index.tombstone(key) !== undefined) return this.#refuse(`A deleted story had the key ${key}.`);
    if (index.get(key) !== undefined || (await index.find(key)) !== null || (await content.has(key))) {
      return this.#refuse(`There is a story with the key ${key} already.`);
    }
    const refused = await this.#refuseNumber(story);
    if (refused !== null) return refused;
    const isTaken = (await content.numbers(this.#known)).has(number) || (await shadow.numbers()).has(number);
    if (!isTaken) return null;
    return this.#refuse(`The number #${number} belonged to another story. Take a higher one.`);
  }

  readonly #known: KnownNumbers = async () => {
    const { index } = this.parts;
    const kept = await index.keptNumbers();
    return (key) => index.get(key)?.number ?? index.tombstone(key)?.number ?? kept.get(key);
  };

  async #refuseNumber({ key, number }: StoryRecord): Promise<Refused | null> {
    const { index } = this.parts;
    const buried = index.tombstones().find((tombstone) => tombstone.number === number);
    if (buried !== undefined) {
      return this.#refuse(`The number #${number} belonged to a story deleted ${buried.at}. Take a higher one.`);
    }
    // Only where the archive knows the number at all it is asked of whom, for a story may have another by now.
    const isArchived = async (): Promise<boolean> =>
      (await index.archiveNumbers()).has(number) &&
      [...(await index.keptNumbers())].some(([other, taken]) => taken === number && other !== key);
    if (index.hasNumber(number, key) || (await isArchived()))
      return this.#refuse(`Another story has the number #${number}. Take a higher one.`);
    return null;
  }

  /** Refuses a write to a story that is not there (any more). */
  #refuseGone(key: string, story: StoryRecord | undefined): Refused | null {
    const buried = this.#refuseBuried(key);
    if (buried !== null) return buried;
    return story === undefined ? this.#refuse(`There is no story ${key}; nothing was written.`) : null;
  }

  #refuseBuried(key: string): Refused | null {
    const buried = whyBuried(this.parts.index.tombstone(key));
    return buried === null ? null : this.#refuse(buried);
  }

  #refuse(message: string): Refused {
    this.parts.log.warn(`store: refused: ${message}`);
    return { kind: 'refused', message };
  }

  /** Leaves nothing of a story that the index does not show. */
  async #takeBack(key: string): Promise<void> {
    const { content, shadow, log } = this.parts;
    shadow.forget(key);
    await content
      .remove(key)
      .catch((error: unknown) => log.error(`store: half-written story ${key} is left: ${messageOf(error)}`));
  }
}
