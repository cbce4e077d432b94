import { messageOf } from '../../base/messageOf';
import * as Y from 'yjs';
import * as z from 'zod/mini';
import type { Log } from '../../ports/log';
import type { Tombstone } from '../../ports/store';
import { storyRecordSchema, type StoryRecord } from '../../core/story/story';
import { IN_WORDS } from '../../core/words/inWords';
import { SortedRecords } from './sortedRecords';
import { tombstoneSchema, type ChangeState } from './changeState';

/** Fields that a story can lose again. */
const PASSING = ['claimed', 'worksAt', 'term', 'childOf', 'race', 'agent'] as const;

/** A value of one of the document's maps, as JSON. */
export interface UnreadableItem {
  readonly map: 'stories' | 'tombstones';
  readonly key: string;
  readonly value: unknown;
}

/**
 * The index: a yjs document with a map `stories` (key → map of the record's fields, structured ones as JSON) and a
 * map `tombstones` (key → number, time and, until it is purged, the record). What can be read lags behind it on purpose: a change becomes visible by
 * `show`, once it is on disk. Updates are v1: the merge of v2 updates can hang.
 */
export class StoryDocument {
  #doc = new Y.Doc();
  #touched = new Set<string>();
  readonly #records = new SortedRecords();
  readonly #buried = new Map<string, Tombstone>();
  #buriedList: readonly Tombstone[] | null = null;
  readonly #reported = new Map<string, string>();

  constructor(private readonly log: Log) {
    this.#observe();
  }

  stories(): readonly StoryRecord[] {
    return this.#records.list();
  }

  get(key: string): StoryRecord | undefined {
    return this.#records.get(key);
  }

  /** Whether there is an entry under this key, also one that cannot be read. */
  hasEntry(key: string): boolean {
    return this.#storyMap().has(key);
  }

  hasNumber(number: number, exceptKey: string): boolean {
    return this.#records.hasNumber(number, exceptKey);
  }

  tombstone(key: string): Tombstone | undefined {
    return this.#buried.get(key);
  }

  tombstones(): readonly Tombstone[] {
    return (this.#buriedList ??= [...this.#buried.values()]);
  }

  /** Writes the fields that differ. Returns the update to keep, empty where nothing differs. */
  put(story: StoryRecord): Uint8Array {
    return this.#change(() => {
      const fields = Object.entries(wellFormed(story));
      const known = this.#storyMap().get(story.key);
      if (!(known instanceof Y.Map)) {
        this.#storyMap().set(story.key, new Y.Map(fields));
        return;
      }
      for (const name of PASSING) if (!(name in story) && known.has(name)) known.delete(name);
      for (const [name, value] of fields) {
        if (JSON.stringify(known.get(name)) !== JSON.stringify(value)) known.set(name, value);
      }
    });
  }

  /** Makes each of them what its state says, in one change; a record takes the place of a tombstone. */
  putAll(states: readonly ChangeState[]): Uint8Array {
    return this.#change(() => {
      for (const state of states) {
        if ('buried' in state) this.#bury(state.buried);
        else if (this.#tombstoneMap().has(state.story.key)) this.#unbury(state.story);
        else this.put(state.story);
      }
    });
  }

  /** What the document holds and nobody can read, such as a record of a later version. */
  unreadable(): readonly UnreadableItem[] {
    const items: UnreadableItem[] = [];
    for (const key of this.#reported.keys()) {
      const [story, tombstone] = [this.#storyMap().get(key), this.#tombstoneMap().get(key)];
      if (story !== undefined && !this.#records.has(key)) items.push({ map: 'stories', key, value: plainOf(story) });
      if (tombstone !== undefined && !this.#buried.has(key))
        items.push({ map: 'tombstones', key, value: plainOf(tombstone) });
    }
    return items;
  }

  /** Puts what nobody can read as it was. */
  putUnreadable(items: readonly UnreadableItem[]): Uint8Array {
    return this.#change(() => {
      for (const { map, key, value } of items) {
        const fields = map === 'stories' && typeof value === 'object' && value !== null ? Object.entries(value) : null;
        this.#doc.getMap(map).set(key, fields === null ? value : new Y.Map(fields));
      }
    });
  }

  /** Goes on with the document of another, which holds the same but for stories that are `gone`. The other is of no use then. */
  continueAs(next: StoryDocument, gone: readonly string[]): void {
    this.#doc.destroy();
    this.#doc = next.#doc;
    next.#unobserve();
    this.#touched = new Set();
    for (const key of gone) this.#records.delete(key);
    this.#observe();
  }

  /** Applies updates in order, in one transaction. One that is not an update is logged and left out. */
  apply(updates: readonly Uint8Array[]): void {
    this.#doc.transact(() => {
      for (const update of updates) {
        try {
          if (update.length > 0) Y.applyUpdate(this.#doc, update);
        } catch (error) {
          this.log.error(`store: a change of the index cannot be read and is left out: ${messageOf(error)}`);
        }
      }
    });
  }

  /** Makes what was changed visible. Returns the keys of the stories concerned. */
  show(): readonly string[] {
    const keys = [...this.#touched];
    this.#touched.clear();
    for (const key of keys) this.#refresh(key);
    return keys;
  }

  /**
   * Forgets the document, not what is visible. The new one has another client id: the old one's last change may be
   * known somewhere, and two changes by one client at one clock would never converge.
   */
  restart(): void {
    this.#doc.destroy();
    this.#doc = new Y.Doc();
    this.#touched = new Set([...this.#records.list().map((record) => record.key), ...this.#buried.keys()]);
    this.#observe();
  }

  dispose(): void {
    this.#doc.destroy();
  }

  #storyMap(): Y.Map<unknown> {
    return this.#doc.getMap('stories');
  }

  #tombstoneMap(): Y.Map<unknown> {
    return this.#doc.getMap('tombstones');
  }

  #observe(): void {
    this.#storyMap().observeDeep(this.#noteStories);
    this.#tombstoneMap().observe(this.#noteTombstones);
  }

  #unobserve(): void {
    this.#storyMap().unobserveDeep(this.#noteStories);
    this.#tombstoneMap().unobserve(this.#noteTombstones);
  }

  readonly #noteStories = (events: readonly Y.YEvent<Y.AbstractType<unknown>>[]): void => {
    for (const event of events) {
      const [key] = event.path;
      if (typeof key === 'string') this.#touched.add(key);
      else for (const changed of event.keys.keys()) this.#touched.add(changed);
    }
  };

  readonly #noteTombstones = (event: Y.YMapEvent<unknown>): void => {
    for (const key of event.keysChanged) this.#touched.add(String(key));
  };

  /** Removes the story and leaves this tombstone, in the place of an earlier one. */
  #bury({ key, ...grave }: Tombstone): void {
    this.#tombstoneMap().set(key, JSON.parse(JSON.stringify(grave)));
    this.#storyMap().delete(key);
  }

  /** Takes a story's tombstone away and puts the story in its place. */
  #unbury(story: StoryRecord): void {
    this.#tombstoneMap().delete(story.key);
    this.#storyMap().set(story.key, new Y.Map(Object.entries(wellFormed(story))));
  }

  #change(edit: () => void): Uint8Array {
    let update: Uint8Array = new Uint8Array();
    const capture = (made: Uint8Array): void => void (update = made);
    this.#doc.on('update', capture);
    this.#doc.transact(edit);
    this.#doc.off('update', capture);
    return update;
  }

  #refresh(key: string): void {
    const tombstone = this.#readTombstone(key);
    if (tombstone === undefined) this.#buried.delete(key);
    else this.#buried.set(key, tombstone);
    this.#buriedList = null;
    const record = tombstone === undefined ? this.#readRecord(key) : undefined;
    if (record === undefined) this.#records.delete(key);
    else this.#records.set(record);
  }

  #readRecord(key: string): StoryRecord | undefined {
    const value = this.#storyMap().get(key);
    if (value === undefined) return undefined;
    const read = storyRecordSchema.safeParse(value instanceof Y.Map ? value.toJSON() : value, IN_WORDS);
    if (read.success && read.data.key === key) {
      this.#reported.delete(key);
      return read.data;
    }
    this.#report(key, read.success ? `it calls itself ${read.data.key}` : z.prettifyError(read.error));
    return undefined;
  }

  #readTombstone(key: string): Tombstone | undefined {
    const value = this.#tombstoneMap().get(key);
    if (value === undefined) return undefined;
    const read = tombstoneSchema.safeParse(value, IN_WORDS);
    if (read.success) return { key, ...read.data };
    this.#report(key, `its tombstone: ${z.prettifyError(read.error)}`);
    return undefined;
  }

  #report(key: string, problem: string): void {
    if (this.#reported.get(key) === problem) return;
    this.#reported.set(key, problem);
    this.log.warn(`store: story ${key} is not shown, its record in the index is not valid: ${problem}`);
  }
}

/** Plain JSON whose strings can be encoded: half a surrogate pair would read differently after a restart. */
function wellFormed(story: StoryRecord): Record<string, unknown> {
  const json = JSON.stringify(story);
  // JSON spells out such halves. A title may hold the same letters, so only then each string is looked at.
  const mend = (_: string, value: unknown): unknown =>
    typeof value === 'string' ? value.replace(/\p{Surrogate}/gu, '\ufffd') : value;
  return JSON.parse(json, /\\ud[89a-f]/.test(json) ? mend : undefined) as Record<string, unknown>;
}

function plainOf(value: unknown): unknown {
  return value instanceof Y.AbstractType ? value.toJSON() : value;
}
