import { closeSync, fsync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { access, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Log } from '../../ports/log';
import type { ContentStore, OutputSink } from '../../ports/store';
import { fileNameOf, isContentKey, readContentId } from './contentId';
import { foldersCanBeSynced, makeFolder, replaceFile, replaceFileDurably } from '../log/durableFile';
import { DEFAULT_OUTPUT_LIMITS, OutputFile, type OutputLimits } from './outputFile';
import { errorCode, explainDiskError, type StoreError } from '../storeError';

export interface ContentOptions {
  readonly limits?: OutputLimits;
  /** Told of each failure to write. */
  readonly onFailure?: (failure: StoreError) => void;
}

const NUMBER_FILE = 'number';
const sync = promisify(fsync);

/**
 * Bodies and outputs as files: `<folder>/<story key>/body.md`, `<what>.txt`. Beside them `number` holds the story's
 * number, so that a number stays taken (S5) even where the index never heard of the story.
 */
export class FileContentStore implements ContentStore {
  #numbers: Map<string, number> | null = null;
  readonly #limits: OutputLimits;
  readonly #onFailure: (failure: StoreError) => void;

  /** `folder` must exist. */
  constructor(
    private readonly folder: string,
    private readonly log: Log,
    { limits = DEFAULT_OUTPUT_LIMITS, onFailure = () => undefined }: ContentOptions = {},
  ) {
    this.#limits = limits;
    this.#onFailure = onFailure;
  }

  async read(id: string): Promise<string | null> {
    const file = this.#fileOf(id);
    try {
      return await readFile(file, 'utf8');
    } catch (error) {
      if (isMissing(error)) return null;
      throw explainDiskError('A content could not be read', file, error);
    }
  }

  async write(id: string, text: string): Promise<void> {
    const file = this.#fileOf(id);
    try {
      await makeFolder(path.dirname(file));
      await replaceFileDurably(file, text);
    } catch (error) {
      throw this.#failed('A content was not saved', file, error);
    }
  }

  openOutput(id: string): OutputSink {
    return new OutputFile(this.#fileOf(id), this.#limits, this.log);
  }

  /** Whether there is anything of this story. */
  async has(key: string): Promise<boolean> {
    const folder = this.#folderOf(key);
    return await access(folder).then(
      () => true,
      (error: unknown) => {
        if (isMissing(error)) return false;
        throw explainDiskError('A content could not be looked at', folder, error);
      },
    );
  }

  /**
   * Writes number and body of a story that has no content yet; rejects where it has. Both are on disk when it
   * resolves. The files get their final names at once: until the index names the story nobody reads them.
   */
  async create(key: string, number: number, body: string): Promise<void> {
    const folder = this.#folderOf(key);
    let made = false;
    try {
      // A few calls of some microseconds each; only the waits for the disk are worth leaving the loop for.
      mkdirSync(folder);
      made = true;
      writeFileSync(path.join(folder, NUMBER_FILE), String(number), { flag: 'wx' });
      await writeSynced(path.join(folder, fileNameOf('body')), body, [folder, this.folder]);
    } catch (error) {
      if (made) await this.remove(key);
      throw this.#failed('The story was not saved', folder, error);
    }
    this.#numbers?.set(key, number);
  }

  /** Keeps the number file true when a story is renumbered. */
  async renumber(key: string, number: number): Promise<void> {
    const folder = this.#folderOf(key);
    try {
      await makeFolder(folder);
      await replaceFile(path.join(folder, NUMBER_FILE), String(number));
    } catch (error) {
      throw this.#failed('A story number was not saved', folder, error);
    }
    this.#numbers?.set(key, number);
  }

  /** Removes all content of a story. */
  async remove(key: string): Promise<void> {
    const folder = this.#folderOf(key);
    try {
      await rm(folder, { recursive: true, force: true });
    } catch (error) {
      throw explainDiskError('A content was not removed', folder, error);
    }
    this.#numbers?.delete(key);
  }

  /** Keys of all stories that have content. */
  async keys(): Promise<string[]> {
    try {
      const entries = await readdir(this.folder, { withFileTypes: true });
      return entries.filter((entry) => entry.isDirectory() && isContentKey(entry.name)).map((entry) => entry.name);
    } catch (error) {
      if (isMissing(error)) return [];
      throw explainDiskError('The contents could not be listed', this.folder, error);
    }
  }

  /** Stories that have content and that nobody else knows, with the number beside it; null where it cannot be read. */
  async orphans(isKnown: (key: string) => boolean): Promise<{ key: string; number: number | null }[]> {
    const keys = (await this.keys()).filter((key) => !isKnown(key));
    return inBatches(keys, async (key) => ({ key, number: await this.#readNumber(key) }));
  }

  /** Every number in the store. `known` spares reading the number file of stories whose number is known. */
  async usedNumbers(known: (key: string) => number | undefined): Promise<number[]> {
    this.#numbers ??= await this.#readNumbers(known);
    return [...this.#numbers.values()];
  }

  async #readNumbers(known: (key: string) => number | undefined): Promise<Map<string, number>> {
    const numbers = new Map<string, number>();
    const keys = await this.keys();
    const found = await inBatches(keys, async (key) => known(key) ?? (await this.#readNumber(key)));
    for (const [at, key] of keys.entries()) {
      const number = found[at];
      if (typeof number === 'number') numbers.set(key, number);
    }
    return numbers;
  }

  async #readNumber(key: string): Promise<number | null> {
    const text = await readFile(path.join(this.folder, key, NUMBER_FILE), 'utf8').catch(() => '');
    return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
  }

  #failed(what: string, where: string, error: unknown): StoreError {
    const failure = explainDiskError(what, where, error);
    this.#onFailure(failure);
    return failure;
  }

  #folderOf(key: string): string {
    readContentId(`${key}:body`); // refuses a key that is not a plain name
    return path.join(this.folder, key);
  }

  #fileOf(id: string): string {
    const { key, what } = readContentId(id);
    return path.join(this.folder, key, fileNameOf(what));
  }
}

/** Does something for each of many, 64 at a time: as fast as the disk allows, without a file handle for each. */
async function inBatches<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += 64) {
    results.push(...(await Promise.all(items.slice(start, start + 64).map(work))));
  }
  return results;
}

function isMissing(error: unknown): boolean {
  return errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR';
}

/** Writes a new file and waits for it and its folders together, so that the disk can take them in one go. */
async function writeSynced(file: string, text: string, folders: readonly string[]): Promise<void> {
  writeFileSync(file, text, { flag: 'wx' });
  const opened: number[] = [];
  try {
    opened.push(openSync(file, 'r+'));
    if (foldersCanBeSynced) for (const folder of folders) opened.push(openSync(folder, 'r'));
    const synced = await Promise.allSettled(opened.map((descriptor) => sync(descriptor)));
    for (const one of synced) if (one.status === 'rejected') throw one.reason;
  } finally {
    opened.forEach((descriptor) => closeSync(descriptor));
  }
}
