import path from 'node:path';
import { makeStoreFolder } from './makeStoreFolder';
import { diskOf, type Disk } from './disk';
import type { LogFile, OpenLogFile } from './logFile';
import type { NextLog } from './nextLog';
import { checksumOfFrame, frameAt, frameRecord, LOG_HEADER, readLog, type LogEnd } from './recordFormat';
import { explainDiskError, StoreError } from '../storeError';

/** What an open log needs of whoever opened it. */
export interface LogWriting {
  readonly openFile?: OpenLogFile;
  /** All file operations; `openFile` replaces its own. */
  readonly disk?: Disk;
  /** Told of each failure to write. */
  readonly onFailure?: (failure: StoreError) => void;
}

/** How many records are read before other work gets its turn. */
const PAUSE_AFTER = 100;

interface Waiting {
  readonly data: readonly Uint8Array[];
  readonly frames: readonly Buffer[];
  readonly resolve: (end: LogEnd) => void;
  readonly reject: (error: StoreError) => void;
}

/**
 * An append-only file of checksummed records. A record is on disk before `append` resolves; a record that failed
 * is cut off again before the next is written, so nothing half-written is ever followed by a good record.
 */
export class RecordLog {
  #waiting: Waiting[] = [];
  #exchange: (() => Promise<void>) | null = null;
  /** Data of what was acknowledged since `noteLater`; null while nobody asks. */
  #later: Uint8Array[] | null = null;
  #pumping: Promise<void> = Promise.resolve();
  #state: 'open' | 'uncertain' | 'foreign' | 'closed' = 'open';
  #idle = true;
  #isFolderSynced = true;

  /** Over a file that holds exactly the acknowledged records; to open one, use `openLog`. */
  constructor(
    private file: LogFile,
    readonly path: string,
    private acknowledged: LogEnd,
    private readonly options: LogWriting,
  ) {}

  /** The end of what is acknowledged. */
  get end(): LogEnd {
    return this.acknowledged;
  }

  /** Whether this is the generation that a power cut leaves: until then an earlier one may come back. */
  get isNameSafe(): boolean {
    return this.#isFolderSynced;
  }

  /** Resolves with the log's new end once the record is on disk. Appends that wait at the same time share one sync. */
  append(data: Uint8Array): Promise<LogEnd> {
    return this.appendAll([data]);
  }

  /** As `append`, of several with one sync. Where it rejects none is there; a kill may leave the first ones, each whole. */
  appendAll(data: readonly Uint8Array[]): Promise<LogEnd> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ data, frames: data.map(frameRecord), resolve, reject });
      this.#start();
    });
  }

  /** From here on what is acknowledged is kept for `replaceBy`. Returns where the log ends here. */
  noteLater(): LogEnd {
    this.#later = [];
    return this.acknowledged;
  }

  /**
   * Puts another generation of this log in its place, once it holds all that is acknowledged: `finish` writes what is
   * missing of it, of `later` what was acknowledged since `noteLater`. Appends wait meanwhile. Where it rejects, this generation goes on as if nothing had been tried.
   */
  replaceBy(next: NextLog, finish: (later: readonly Uint8Array[]) => void): Promise<LogEnd> {
    return new Promise((resolve, reject) => {
      this.#exchange = () =>
        this.#putInPlace(next, finish)
          .finally(() => (this.#later = null))
          .then(resolve, reject);
      this.#start();
    });
  }

  /** Reads the acknowledged records again. */
  async reread(): Promise<readonly Buffer[]> {
    const { length, checksum } = this.acknowledged;
    const reading = readLog((await this.#readFile()).subarray(0, length));
    if (reading.end.length === length && reading.end.checksum === checksum) return reading.records;
    throw this.#changedOnDisk();
  }

  /** As `reread`, with pauses for other work: those up to `end`, which is an end that the log had. */
  async *readAlong(end: LogEnd): AsyncGenerator<Buffer> {
    const bytes = (await this.#readFile()).subarray(0, end.length);
    let at = LOG_HEADER.length;
    for (let count = 1; at < end.length; count++) {
      const frame = frameAt(bytes, at);
      if (frame === null) throw this.#changedOnDisk();
      yield frame.data;
      at += frame.length;
      if (count % PAUSE_AFTER === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async #readFile(): Promise<Buffer> {
    return await this.file.read().catch((error: unknown) => {
      throw explainDiskError('The change was not saved, for what was saved before cannot be read', this.path, error);
    });
  }

  #changedOnDisk(): StoreError {
    return new StoreError(
      'damaged',
      `${this.path} changed on disk while it was in use. Reload the window to read it again.`,
    );
  }

  /** Waits for what is being written and closes the file. Later appends are refused. */
  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    await this.#pumping;
    await this.#remakeIfGone().catch(() => undefined); // what is lost with it is found and told at the next opening
    this.#state = 'closed';
    await this.file.close();
  }

  #start(): void {
    if (!this.#idle) return;
    this.#idle = false;
    this.#pumping = this.#pump();
  }

  async #pump(): Promise<void> {
    while (this.#waiting.length > 0 || this.#exchange !== null) {
      const exchange = this.#exchange;
      this.#exchange = null;
      if (exchange !== null) await exchange();
      const batch = this.#waiting;
      this.#waiting = [];
      if (batch.length > 0) await this.#writeBatch(batch);
    }
    this.#idle = true;
  }

  async #putInPlace(next: NextLog, finish: (later: readonly Uint8Array[]) => void): Promise<LogEnd> {
    try {
      await this.#makeReady();
      finish(this.#later ?? []);
      await next.file.sync();
      await this.#giveName(next);
    } catch (error) {
      await next.abandon();
      throw explainDiskError('The records were not shortened', this.path, error);
    }
    this.file = next.file;
    this.acknowledged = next.end;
    // Until its name is safe on disk the earlier generation may come back, so nothing is acknowledged in this one.
    this.#isFolderSynced = false;
    await this.#syncName().catch(() => undefined);
    return this.acknowledged;
  }

  /** On Windows nothing can take the name of a file that is open. */
  async #giveName(next: NextLog): Promise<void> {
    await this.file.close();
    try {
      await next.putInPlace();
    } catch (error) {
      this.file = await diskOf(this.options).openFile(this.path);
      throw error;
    }
  }

  async #syncName(): Promise<void> {
    if (this.#isFolderSynced) return;
    await diskOf(this.options).syncFolder(path.dirname(this.path));
    this.#isFolderSynced = true;
  }

  async #writeBatch(batch: readonly Waiting[]): Promise<void> {
    const bytes = Buffer.concat(batch.flatMap((one) => one.frames));
    try {
      await this.#makeReady();
      this.#state = 'uncertain';
      this.file.write(bytes, this.acknowledged.length);
      await this.file.sync();
      this.#state = 'open';
    } catch (error) {
      await this.#cutBack().catch(() => undefined); // tried again before the next record
      const explained = explainDiskError('The change was not saved', this.path, error);
      this.options.onFailure?.(explained);
      for (const one of batch) one.reject(explained);
      return;
    }
    const last = batch.at(-1)?.frames.at(-1);
    if (last !== undefined)
      this.acknowledged = { length: this.acknowledged.length + bytes.length, checksum: checksumOfFrame(last) };
    this.#later?.push(...batch.flatMap((one) => one.data));
    for (const one of batch) one.resolve(this.acknowledged);
  }

  async #makeReady(): Promise<void> {
    if (this.#state === 'closed') throw new StoreError('closed', `The change was not saved: ${this.path} is closed.`);
    await this.#cutBack();
    await this.#syncName();
    // Two writers would write over each other's records. There should never be two, but refusing beats losing.
    await this.#remakeIfGone();
    const { length, place } = this.file.look();
    if (this.#state === 'open' && place === 'here' && length === this.acknowledged.length) return;
    this.#state = 'foreign';
    throw new StoreError(
      'foreign',
      `The change was not saved: another process has written to ${this.path}. Reload the window to go on from there.`,
    );
  }

  /** A log that was deleted, with its folder or alone, can still be read by who has it open: it is written anew. */
  async #remakeIfGone(): Promise<void> {
    if (this.#state !== 'open' || this.file.look().place !== 'gone') return;
    const bytes = (await this.file.read()).subarray(0, this.acknowledged.length);
    const { end } = readLog(bytes);
    if (end.length !== this.acknowledged.length || end.checksum !== this.acknowledged.checksum) return;
    const folder = path.dirname(this.path);
    await makeStoreFolder(folder, folder);
    const disk = diskOf(this.options);
    await disk.replace(this.path, bytes);
    const deleted = this.file;
    this.file = await disk.openFile(this.path);
    await deleted.close();
  }

  async #cutBack(): Promise<void> {
    if (this.#state !== 'uncertain') return;
    await this.file.truncate(this.acknowledged.length);
    await this.file.sync();
    this.#state = 'open';
  }
}
