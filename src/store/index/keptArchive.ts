import * as z from 'zod/mini';
import { storyRecordSchema, type StoryRecord } from '../../core/story/story';
import { KeyedNumbers, type NumbersInUse } from '../keyedNumbers';
import { inParts, type NewPart } from '../log/keptFile';
import type { KeptEntry, KeptFolder } from '../log/keptFolder';
import type { KeptName } from '../log/snapshotRecord';

/* Archived stories that have left the hot log. Where two files hold a story, the later one says what it is. */

const metaSchema = z.object({ stories: z.array(z.tuple([z.string(), z.int()])) });
const recordsSchema = z.array(z.record(z.string(), z.unknown()));

/** A file that is smaller than this (bytes) is written anew together with what comes to the archive next. */
const SMALL = 256 * 1024;

/** Where an archived story is kept. */
interface Place {
  readonly number: number;
  readonly file: string;
  readonly entry: KeptEntry;
}

interface Places {
  readonly byKey: ReadonlyMap<string, Place>;
  readonly numbers: NumbersInUse;
}

export class KeptArchive {
  #places: Promise<Places> | null = null;

  constructor(private readonly files: KeptFolder) {}

  /** The files that hold it. */
  get names(): readonly KeptName[] {
    return this.files.names;
  }

  /** Numbers by key. Stories that were opened again or deleted since are still among them. */
  async numbers(): Promise<ReadonlyMap<string, number>> {
    return new Map([...(await this.#read()).byKey].map(([key, { number }]) => [key, number]));
  }

  /** As `numbers`, to be asked without a look at all of them. */
  async inUse(): Promise<NumbersInUse> {
    return (await this.#read()).numbers;
  }

  /** The stories of these keys, in no order. */
  async stories(keys: Iterable<string>): Promise<StoryRecord[]> {
    const wanted = new Set(keys);
    // Files may be written anew while they are read: by a compaction, or because one was damaged.
    for (let tries = 0; ; tries++) {
      const places = await this.#read();
      const found = await this.#storiesAt(places.byKey, wanted);
      if (places === (await this.#read()) || tries > 2) return found;
    }
  }

  /**
   * Writes stories to a file that does not belong to the log yet, with those of the last file that are still `wanted` where
   * that is small. Returns the files that hold the archive then.
   */
  async write(stories: readonly StoryRecord[], wanted: (key: string) => boolean): Promise<readonly KeptName[]> {
    const last = this.files.names.at(-1);
    const isJoined = last !== undefined && last.bytes < SMALL;
    const joined = isJoined ? await this.#storiesIn(last.name) : [];
    const coming = new Set(stories.map(({ key }) => key));
    const all = [...joined.filter(({ key }) => wanted(key) && !coming.has(key)), ...stories];
    const name = `${String(numberOf(last?.name) + 1).padStart(6, '0')}.log`;
    const written = await this.files.write(name, archiveParts(all));
    return [...(isJoined ? this.files.names.slice(0, -1) : this.files.names), written];
  }

  /** These files belong to the log from now on, and no others. */
  use(names: readonly KeptName[]): void {
    this.files.use(names);
    this.#places = null;
  }

  #read(): Promise<Places> {
    this.#places ??= this.#readPlaces();
    this.#places.catch(() => (this.#places = null));
    return this.#places;
  }

  async #readPlaces(): Promise<Places> {
    const byKey = new Map<string, Place>();
    const numbers = new KeyedNumbers();
    for (const { name: file } of this.files.names) {
      for (const entry of await this.files.entries(file)) {
        const read = metaSchema.safeParse(entry.meta);
        if (!read.success) continue;
        for (const [key, number] of read.data.stories) {
          byKey.set(key, { number, file, entry });
          numbers.set(key, number);
        }
      }
    }
    return { byKey, numbers };
  }

  async #storiesIn(file: string): Promise<StoryRecord[]> {
    const { byKey } = await this.#read();
    return this.stories([...byKey].filter(([, place]) => place.file === file).map(([key]) => key));
  }

  async #storiesAt(places: ReadonlyMap<string, Place>, wanted: ReadonlySet<string>): Promise<StoryRecord[]> {
    const parts = new Map<KeptEntry, Place>();
    for (const key of wanted) {
      const place = places.get(key);
      if (place !== undefined) parts.set(place.entry, place);
    }
    const found: StoryRecord[] = [];
    for (const { file, entry } of parts.values()) {
      const value = await this.files.value(file, entry);
      if (value === undefined) this.#places = null;
      found.push(...readStories(value).filter(({ key }) => wanted.has(key) && places.get(key)?.entry === entry));
    }
    return found;
  }
}

/** What a file of the archive should hold that lost parts: what is left of it, and stories that others know. */
export function restoredArchive(left: readonly NewPart[], known: readonly StoryRecord[]): NewPart[] {
  const stories = left.flatMap(({ value }) => readStories(value));
  const there = new Set(stories.map(({ key }) => key));
  return [...archiveParts([...stories, ...known.filter(({ key }) => !there.has(key))])];
}

function* archiveParts(stories: readonly StoryRecord[]): Generator<NewPart> {
  for (const value of inParts(stories, (story) => JSON.stringify(story).length)) {
    yield { meta: { stories: value.map(({ key, number }) => [key, number]) }, value };
  }
}

/** The stories among some records; one that is not valid is left out. */
export function readStories(value: unknown): StoryRecord[] {
  const read = recordsSchema.safeParse(value);
  if (!read.success) return [];
  return read.data.flatMap((record) => {
    const story = storyRecordSchema.safeParse(record);
    return story.success ? [story.data] : [];
  });
}

function numberOf(name: string | undefined): number {
  return name === undefined ? 0 : Number.parseInt(name, 10);
}
