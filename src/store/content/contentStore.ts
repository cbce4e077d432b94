import { bodyId } from '../../core/story/contentIds';
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Disposable } from '../../base/disposable';
import { messageOf } from '../../base/messageOf';
import { inBatches } from '../../base/inBatches';
import { stampOf } from '../../base/fileStamp';
import { Listeners } from '../../base/listeners';
import type { Log } from '../../ports/log';
import type { ContentStore, EarlierText, OutputSink } from '../../ports/store';
import { earlierBodies, keepEarlier } from './earlierBodies';
import { lookAtRemains, moveRest, NUMBER_FILE, type ContentRemains } from './contentRemains';
import { checkedBytes, GONE_MARK, readChecked } from './checkedFile';
import { BodyEdits, type BodyEdit } from './bodyEdits';
import { isStoryKey } from '../../core/story/storyKey';
import { checkedNameOf, fileNameOf, readContentId, whatOf } from './contentId';
import { makeStoreFolder } from '../log/makeStoreFolder';
import { realDisk, type Disk } from '../log/disk';
import { replaceFile } from '../log/durableFile';
import { DEFAULT_OUTPUT_LIMITS, OutputFile, type ContentFiles, type OutputLimits } from './outputFile';
import { isMissing, readOrNull } from '../readOrNull';
import { NewStories } from './newStories';
import type { NewContent } from './newTexts';
import type { NumbersInUse } from '../keyedNumbers';
import { numberText, StoryNumbers, type KnownNumbers } from './storyNumbers';
import { TextMending, type MendingOptions } from './textMending';
import { explainDiskError, StoreError } from '../storeError';

export interface ContentOptions extends MendingOptions {
  readonly limits?: OutputLimits;
  /** Told of each failure to write. */
  readonly onFailure?: (failure: StoreError) => void;
  /** Why nothing may be written for the story with this key, in a sentence; null where it may. */
  readonly whyRefused?: (key: string) => string | null;
  /** Whether a story has to have a text. */
  readonly isKnown?: (key: string) => boolean;
  /** Milliseconds since 1970; names the file that keeps a damaged content. */
  readonly now?: () => number;
  readonly disk?: Disk;
}

/** Beside the texts: edits of bodies that are under way. */
export const EDITS_FOLDER = '.edits';

/**
 * Bodies and outputs as files with a checksum: `<folder>/<story key>/<what>.checked`. An output that is still being written
 * has none and is `<what>.txt`; so has what the first version wrote, until it is written again. Beside them `number`
 * holds the story's number, so that a number stays taken (S5) even where the index never heard of the story.
 */
export class FileContentStore implements ContentStore {
  readonly #numbers: StoryNumbers;
  readonly #mending: TextMending;
  readonly #limits: OutputLimits;
  readonly #onFailure: (failure: StoreError) => void;
  readonly #isKnown: (key: string) => boolean;
  readonly #whyRefused: (key: string) => string | null;
  readonly #now: () => number;
  readonly #changes: Listeners<string>;
  readonly #edits: BodyEdits;
  readonly #newStories: NewStories;
  readonly #disk: Disk;

  /** `folder` must exist. */
  constructor(
    private readonly folder: string,
    private readonly log: Log,
    {
      limits = DEFAULT_OUTPUT_LIMITS,
      onFailure = () => undefined,
      isKnown = () => false,
      whyRefused = () => null,
      now = () => 0,
      disk = realDisk,
      ...told
    }: ContentOptions = {},
  ) {
    this.#limits = limits;
    this.#onFailure = onFailure;
    this.#isKnown = isKnown;
    this.#whyRefused = whyRefused;
    this.#now = now;
    this.#changes = new Listeners(log);
    this.#disk = disk;
    this.#edits = new BodyEdits(path.join(folder, EDITS_FOLDER), (key) => this.#bodyFile(key), log);
    this.#numbers = new StoryNumbers(folder, () => this.keys());
    this.#newStories = new NewStories(folder, disk, (made) => this.#makeFolder(made));
    this.#mending = new TextMending(
      {
        filesOf: (id) => this.#filesOf(id),
        makeFolder: (made) => this.#makeFolder(made),
        failed: (what, where, error) => this.#failed(what, where, error),
        now,
        disk,
        log,
      },
      told,
    );
  }

  /** Told the key of each story whose bodies or outputs changed. */
  onChange(listener: (key: string) => void): Disposable {
    return this.#changes.add(listener);
  }

  /** What there is of a story, each with a stamp that changes whenever it does. */
  async textsOf(key: string): Promise<{ key: string; what: string; stamp: string }[]> {
    const folder = this.#folderOf(key);
    const names = await readdir(folder).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw explainDiskError('The contents of a story could not be listed', folder, error);
    });
    const whats = new Set(names.flatMap((name) => whatOf(name) ?? []));
    const stamped = [...whats].map(async (what) => {
      const { text } = await stampOf([path.join(folder, checkedNameOf(what)), path.join(folder, fileNameOf(what))]);
      return { key, what, stamp: text };
    });
    return Promise.all(stamped);
  }

  async read(id: string): Promise<string | null> {
    const { checked, plain } = this.#filesOf(id);
    const { key, what } = readContentId(id);
    const waiting = what === 'body' ? this.#edits.fileOf(key) : null;
    try {
      const read = (waiting === null ? null : await readFrom(waiting)) ?? (await readFrom(checked));
      if (read === null) {
        const text = (await readOrNull(plain))?.toString('utf8') ?? null;
        if (text !== null || what !== 'body' || !this.#isKnown(key)) return text;
        await this.#mending.noteGone([key]);
        return GONE_MARK;
      }
      const found = readChecked(read.bytes);
      if (found.kind === 'whole') return found.text;
      const mended = await this.#mending.mend(id, read, found);
      return mended ?? (await this.read(id));
    } catch (error) {
      throw explainDiskError('A content could not be read', checked, error);
    }
  }

  async write(id: string, text: string): Promise<void> {
    const { checked: file, plain } = this.#filesOf(id);
    this.#assertOpen(id);
    try {
      await this.#makeFolder(path.dirname(file));
      await this.#newStories.texts.settle(readContentId(id).key);
      if (id === bodyId(readContentId(id).key)) await this.#keepEarlier(file);
      await this.#disk.replace(file, checkedBytes(text));
      await rm(plain, { force: true });
    } catch (error) {
      throw this.#failed('A content was not saved', file, error);
    }
    this.#changes.call(readContentId(id).key);
  }

  async earlierBodies(key: string): Promise<readonly EarlierText[]> {
    const { checked } = this.#filesOf(bodyId(key));
    try {
      return await earlierBodies(checked, (file) => this.log.warn(`store: an earlier text is damaged: ${file}`));
    } catch (error) {
      throw explainDiskError('Earlier texts of a story could not be read', checked, error);
    }
  }

  openOutput(id: string): OutputSink {
    return new OutputFile(this.#filesOf(id), this.#limits, this.log, {
      makeFolder: (folder) => this.#makeFolder(folder),
      assertOpen: () => this.#assertOpen(id),
      onFailure: this.#onFailure,
      onKept: () => this.#changes.call(readContentId(id).key),
    });
  }

  /** Whether there is anything of this story. A kill while it was made may leave its folder, with nothing in it. */
  async has(key: string): Promise<boolean> {
    const folder = this.#folderOf(key);
    if (!existsSync(folder)) return false; // as for most that ask; it takes some microseconds, a trip to the thread pool many more
    try {
      return (await readdir(folder)).length > 0;
    } catch (error) {
      if (isMissing(error)) return false;
      throw explainDiskError('A content could not be looked at', folder, error);
    }
  }

  /** As `createAll`, of one story; it waits for the disk once. */
  create(key: string, number: number, body: string): Promise<void> {
    const story = { key, number, body };
    return this.#made([story], (_, onMade) => this.#newStories.createOne(story, onMade));
  }

  /**
   * Writes number and body of stories that have no content yet; rejects where one has, and then none is there. All are on
   * disk when it resolves. The files get their final names at once: until the index names a story nobody reads them.
   */
  createAll(stories: readonly NewContent[]): Promise<void> {
    return this.#made(stories, (all, onMade) => this.#newStories.createAll(all, onMade));
  }

  async #made(stories: readonly NewContent[], create: NewStories['createAll']): Promise<void> {
    const made: string[] = [];
    try {
      await create(stories, (key) => made.push(key));
    } catch (error) {
      for (const key of made) await this.remove(key);
      throw this.#failed('The story was not saved', this.#placeOf(stories), error);
    }
    for (const { key, number } of stories) this.#numbers.note(key, number);
    for (const { key } of stories) this.#changes.call(key);
  }

  /** Puts in place what an earlier process had acknowledged and not waited for. */
  async finishNew(): Promise<void> {
    try {
      await this.#newStories.texts.finish();
    } catch (error) {
      throw explainDiskError('A new story could not be put in its place', this.folder, error);
    }
  }

  /** What cannot be put in its place now is by the next start. */
  async close(): Promise<void> {
    await this.#newStories.texts.close().catch((error: unknown) => this.log.warn(`store: ${messageOf(error)}`));
  }

  /** What a failure to write these names. */
  #placeOf([first, ...others]: readonly { readonly key: string }[]): string {
    return first === undefined || others.length > 0 ? this.folder : this.#folderOf(first.key);
  }

  /**
   * Replaces bodies together with the records that `decide` writes. A kill leaves each with its record, or neither. That a story
   * was deleted does not stand in the way: it may be brought back by just that, and whoever calls this has looked.
   */
  async replaceBodies(edits: readonly BodyEdit[], decide: () => Promise<void>): Promise<void> {
    const record = { failed: false };
    const deciding = async (): Promise<void> => {
      record.failed = true;
      await decide();
      record.failed = false;
    };
    try {
      for (const { key } of edits) await this.#newStories.texts.settle(key);
      await this.#edits.replaceAll(edits, deciding);
      for (const { key } of edits) this.#changes.call(key);
    } catch (error) {
      // What the record failed by has been explained and told already.
      throw record.failed ? error : this.#failed('The story was not saved', this.#placeOf(edits), error);
    }
  }

  /** Ends what an earlier process was killed in while it replaced bodies. */
  async finishBodies(bodyAt: (key: string) => Promise<number | null>): Promise<void> {
    try {
      await this.#edits.finish(bodyAt, this.#now());
    } catch (error) {
      throw explainDiskError('A body that was being saved could not be put in its place', this.folder, error);
    }
  }

  /** Keeps the number file true when a story is renumbered. */
  async renumber(key: string, number: number): Promise<void> {
    const folder = this.#folderOf(key);
    try {
      await this.#makeFolder(folder);
      await this.#newStories.texts.settle(key);
      await replaceFile(path.join(folder, NUMBER_FILE), numberText(number));
    } catch (error) {
      throw this.#failed('A story number was not saved', folder, error);
    }
    this.#numbers.note(key, number);
  }

  /** Removes all content of a story. */
  async remove(key: string): Promise<void> {
    const folder = this.#folderOf(key);
    try {
      await this.#newStories.texts.settle(key);
      await this.#disk.removeFolder(folder);
      if (existsSync(this.folder)) await this.#disk.syncFolder(this.folder); // or a power cut brings it back
    } catch (error) {
      throw this.#failed('A content was not removed', folder, error);
    }
    this.#numbers.forget(key);
    this.#changes.call(key);
  }

  /** Keys of all stories that have content. */
  async keys(): Promise<string[]> {
    try {
      const entries = await readdir(this.folder, { withFileTypes: true });
      return entries.filter((entry) => entry.isDirectory() && isStoryKey(entry.name)).map((entry) => entry.name);
    } catch (error) {
      if (isMissing(error)) return [];
      throw explainDiskError('The contents could not be listed', this.folder, error);
    }
  }

  /** Tells of those stories that have nothing here at all, and marks their texts as gone. */
  async noteTextless(stories: readonly { readonly key: string; readonly number: number }[]): Promise<void> {
    const there = new Set(await this.keys());
    await this.#mending.noteGone(stories.filter(({ key }) => !there.has(key)).map(({ key }) => key));
    for (const { key, number } of stories) if (!there.has(key)) await this.renumber(key, number);
  }

  /** Stories that have content and that nobody else knows, with the number beside it; null where it cannot be read. */
  async orphans(isKnown: (key: string) => boolean): Promise<{ key: string; number: number | null }[]> {
    const keys = (await this.keys()).filter((key) => !isKnown(key));
    return inBatches(keys, async (key) => ({ key, number: await this.#numbers.read(key) }));
  }

  /** What there is of a story, looked at and not touched; null where there is nothing of it. */
  async remainsOf(key: string): Promise<ContentRemains | null> {
    const folder = this.#folderOf(key);
    try {
      return await lookAtRemains(folder);
    } catch (error) {
      throw explainDiskError('A content could not be looked at', folder, error);
    }
  }

  /** Moves all of a story's content but number and body to another story that has content. */
  async moveRest(key: string, to: string): Promise<void> {
    const folder = this.#folderOf(key);
    try {
      await this.#newStories.texts.settle(key);
      await moveRest(folder, this.#folderOf(to));
    } catch (error) {
      throw this.#failed('A content was not moved', folder, error);
    }
    for (const one of [key, to]) this.#changes.call(one);
  }

  /** Every number in the store. `known` spares reading the number file of stories whose number is known. */
  numbers(known: KnownNumbers): Promise<NumbersInUse> {
    return this.#numbers.all(known);
  }

  /** Whoever writes late to a story that was deleted is told, and so is the log. */
  #assertOpen(id: string): void {
    const why = this.#whyRefused(readContentId(id).key);
    if (why === null) return;
    this.log.warn(`store: refused: ${why} (${readContentId(id).what})`);
    throw new StoreError('deleted', why);
  }

  async #bodyFile(key: string): Promise<string> {
    const { checked, plain } = this.#filesOf(bodyId(key));
    await this.#makeFolder(path.dirname(checked));
    await rm(plain, { force: true });
    await this.#keepEarlier(checked);
    return checked;
  }

  /** An edit does not fail for what it replaces. */
  async #keepEarlier(bodyFile: string): Promise<void> {
    await keepEarlier(bodyFile).catch((error: unknown) => {
      this.log.warn(explainDiskError('An earlier text was not kept', bodyFile, error).message);
    });
  }

  #makeFolder(folder: string): Promise<void> {
    return makeStoreFolder(path.dirname(this.folder), folder);
  }

  #failed(what: string, where: string, error: unknown): StoreError {
    const failure = explainDiskError(what, where, error);
    this.#onFailure(failure);
    return failure;
  }

  #folderOf(key: string): string {
    readContentId(bodyId(key)); // refuses a key that is not a plain name
    return path.join(this.folder, key);
  }

  #filesOf(id: string): ContentFiles {
    const { key, what } = readContentId(id);
    const folder = path.join(this.folder, key);
    return { checked: path.join(folder, checkedNameOf(what)), plain: path.join(folder, fileNameOf(what)) };
  }
}

async function readFrom(file: string): Promise<{ file: string; bytes: Buffer } | null> {
  const bytes = await readOrNull(file);
  return bytes === null ? null : { file, bytes };
}
