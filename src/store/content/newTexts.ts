import path from 'node:path';
import { SerialQueue } from '../../base/serialQueue';
import type { Disk } from '../log/disk';
import type { LogFile } from '../log/logFile';
import { decodeMeta, encodeMeta } from '../log/metaRecord';
import { frameAt, frameRecord } from '../log/recordFormat';
import * as z from 'zod/mini';
import { StoreError } from '../storeError';
import { readOrNull } from '../readOrNull';

/** What is there of a story from its beginning. */
export interface NewContent {
  readonly key: string;
  readonly number: number;
  readonly body: string;
}

/** What is done with the files that stories have of their own; all of it is on disk when it resolves. */
export interface NewFiles {
  /** Waits for them as they are; rejects where one is not there. */
  sync(stories: readonly NewContent[]): Promise<void>;
  writeAnew(stories: readonly NewContent[]): Promise<void>;
}

/** So many stories wait here until their own files are waited for. */
const AT_MOST = 32;

const metaSchema = z.object({ v: z.literal(1), key: z.string(), number: z.int() });

/**
 * The newest texts once more, in one file: a new story then waits for the disk once, and not for each of its files and the
 * folders around them. Those are waited for later, of many stories together, and then the file is emptied. What it holds
 * when a process is killed or the power goes is put where it belongs by the next start.
 */
export class NewTexts {
  readonly #turns = new SerialQueue();
  readonly #waiting = new Map<string, NewContent>();
  #file: LogFile | null = null;
  #length = 0;
  /** Whether the file ends at `#length`. */
  #isCut = true;
  /** The files of some could not be waited for: what the disk says of them since is not to be trusted. */
  #inDoubt = false;

  constructor(
    private readonly place: string,
    private readonly disk: Disk,
    private readonly files: NewFiles,
  ) {}

  /**
   * Keeps the text of a story, whose files `write` makes while the disk is waited for. On disk when it resolves; where it
   * rejects it is not kept.
   */
  keep(story: NewContent, write: () => void): Promise<void> {
    return this.#turns.run(async () => {
      if (this.#waiting.size >= AT_MOST) await this.#settle();
      const file = await this.#ready();
      const frame = frameOf(story);
      this.#isCut = false;
      try {
        file.write(frame, this.#length);
        const synced = file.sync();
        try {
          write();
        } finally {
          await synced;
        }
      } catch (error) {
        await this.#cut().catch(() => undefined); // tried again before anything else is done
        throw error;
      }
      this.#isCut = true;
      this.#waiting.set(story.key, story);
      this.#length += frame.length;
    });
  }

  /** From here on what is here of a story does not come back; its files are on disk. */
  settle(key: string): Promise<void> {
    return this.#turns.run(async () => {
      await this.#cut();
      if (this.#waiting.has(key)) await this.#settle();
    });
  }

  /** Puts in place what an earlier process left. */
  finish(): Promise<void> {
    return this.#turns.run(async () => {
      const bytes = await readOrNull(this.place);
      if (bytes === null) return;
      await this.files.writeAnew(storiesIn(bytes));
      await this.#remove();
    });
  }

  close(): Promise<void> {
    return this.#turns.run(async () => {
      const file = this.#file;
      if (file === null) return;
      try {
        await this.#settle();
        if (file.look().place === 'here') await this.#remove();
      } finally {
        this.#file = null;
        await file.close();
      }
    });
  }

  async #remove(): Promise<void> {
    await this.disk.remove(this.place);
    await this.disk.syncFolder(path.dirname(this.place));
  }

  async #ready(): Promise<LogFile> {
    await this.#cut();
    const { place, length } = this.#file?.look() ?? { place: 'gone', length: 0 };
    if (this.#file !== null && place === 'here' && length === this.#length) return this.#file;
    // Two writers would write over each other's texts. There should never be two.
    if (place !== 'gone')
      throw new StoreError(
        'foreign',
        `Another process has written to ${this.place}. Reload the window to go on from there.`,
      );
    await this.#settle();
    await this.#file?.close();
    this.#file = null;
    this.#file = await this.disk.openFile(this.place);
    await this.#cutTo(0);
    await this.disk.syncFolder(path.dirname(this.place));
    return this.#file;
  }

  async #settle(): Promise<void> {
    if (this.#waiting.size === 0) return;
    await this.#makeSure();
    await this.#cutTo(0);
    this.#waiting.clear();
  }

  async #makeSure(): Promise<void> {
    const stories = [...this.#waiting.values()];
    const isSynced = !this.#inDoubt && (await this.files.sync(stories).then(() => true, () => false)); // prettier-ignore
    if (isSynced) return;
    // Where the file is gone, its folder was deleted, or another process has put in place what it held.
    if (this.#file?.look().place !== 'here') return;
    this.#inDoubt = true;
    await this.files.writeAnew(stories);
    this.#inDoubt = false;
  }

  async #cutTo(length: number): Promise<void> {
    [this.#length, this.#isCut] = [length, false];
    await this.#cut();
  }

  async #cut(): Promise<void> {
    if (this.#isCut) return;
    await this.#file?.truncate(this.#length);
    await this.#file?.sync();
    this.#isCut = true;
  }
}

function frameOf({ key, number, body }: NewContent): Buffer {
  return frameRecord(encodeMeta({ v: 1, key, number }, Buffer.from(body)));
}

/** A record that is not whole was never acknowledged, or its story's own files are. */
function storiesIn(bytes: Buffer): NewContent[] {
  const found: NewContent[] = [];
  for (let at = 0, frame = frameAt(bytes, 0); frame !== null; frame = frameAt(bytes, at)) {
    at += frame.length;
    const record = decodeMeta(frame.data);
    const meta = metaSchema.safeParse(record?.meta);
    if (record === null || !meta.success) continue;
    found.push({ key: meta.data.key, number: meta.data.number, body: record.rest.toString('utf8') });
  }
  return found;
}
