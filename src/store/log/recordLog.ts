import { open } from 'node:fs/promises';
import path from 'node:path';
import { replaceFileDurably, syncFolder } from './durableFile';
import { openLogFile, type LogFile, type OpenLogFile } from './logFile';
import { checksumOfFrame, frameRecord, LOG_HEADER, readLog, type LogEnd, type LogReading } from './recordFormat';
import { errorCode, explainDiskError, StoreError } from '../storeError';

/** What was cut from the end of a log when it was opened, and the file that keeps it. */
export interface CutTail {
  readonly bytes: number;
  readonly keptIn: string;
}

export interface LogOpening {
  readonly log: RecordLog;
  /** Data of every whole record, oldest first. */
  readonly records: readonly Buffer[];
  readonly cut: CutTail | null;
}

export interface LogOptions {
  /** Milliseconds since 1970; names the file of a cut tail. */
  readonly now: () => number;
  readonly openFile?: OpenLogFile;
  /** Told of each failure to write. */
  readonly onFailure?: (failure: StoreError) => void;
}

interface Waiting {
  readonly frame: Buffer;
  readonly resolve: (end: LogEnd) => void;
  readonly reject: (error: StoreError) => void;
}

/**
 * An append-only file of checksummed records. A record is on disk before `append` resolves; a record that failed
 * is cut off again before the next is written, so nothing half-written is ever followed by a good record.
 */
export class RecordLog {
  #waiting: Waiting[] = [];
  #pumping: Promise<void> = Promise.resolve();
  #state: 'open' | 'uncertain' | 'foreign' | 'closed' = 'open';
  #idle = true;

  /** Over a file that holds exactly the acknowledged records; to open one, use `open`. */
  constructor(
    private readonly file: LogFile,
    readonly path: string,
    private acknowledged: LogEnd,
    private readonly onFailure: (failure: StoreError) => void = () => undefined,
  ) {}

  /** Opens or creates a log. What follows its last whole record is put aside beside it, never deleted. */
  static async open(file: string, { now, openFile = openLogFile, onFailure }: LogOptions): Promise<LogOpening> {
    try {
      const handle = await openFile(file);
      try {
        return await readAndCut(handle, file, now, onFailure);
      } catch (error) {
        await handle.close();
        throw error;
      }
    } catch (error) {
      throw explainDiskError('Switchyard could not open its records', file, error);
    }
  }

  /** The end of what is acknowledged. */
  get end(): LogEnd {
    return this.acknowledged;
  }

  /** Resolves with the log's new end once the record is on disk. Appends that wait at the same time share one sync. */
  append(data: Uint8Array): Promise<LogEnd> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ frame: frameRecord(data), resolve, reject });
      if (!this.#idle) return;
      this.#idle = false;
      this.#pumping = this.#pump();
    });
  }

  /** Reads the acknowledged records again. */
  async reread(): Promise<readonly Buffer[]> {
    const bytes = await this.file.read().catch((error: unknown) => {
      throw explainDiskError('The change was not saved, for what was saved before cannot be read', this.path, error);
    });
    const reading = readLog(bytes.subarray(0, this.acknowledged.length));
    if (reading.end.length === this.acknowledged.length && reading.end.checksum === this.acknowledged.checksum) {
      return reading.records;
    }
    throw new StoreError(
      'damaged',
      `${this.path} changed on disk while it was in use. Reload the window to read it again.`,
    );
  }

  /** Waits for what is being written and closes the file. Later appends are refused. */
  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    await this.#pumping;
    this.#state = 'closed';
    await this.file.close();
  }

  async #pump(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      await this.#writeBatch(batch);
    }
    this.#idle = true;
  }

  async #writeBatch(batch: readonly Waiting[]): Promise<void> {
    const bytes = Buffer.concat(batch.map((one) => one.frame));
    try {
      await this.#makeReady();
      this.#state = 'uncertain';
      this.file.write(bytes, this.acknowledged.length);
      await this.file.sync();
      this.#state = 'open';
    } catch (error) {
      await this.#cutBack().catch(() => undefined); // tried again before the next record
      const explained = explainDiskError('The change was not saved', this.path, error);
      this.onFailure(explained);
      for (const one of batch) one.reject(explained);
      return;
    }
    const last = batch.at(-1)?.frame ?? LOG_HEADER;
    this.acknowledged = { length: this.acknowledged.length + bytes.length, checksum: checksumOfFrame(last) };
    for (const one of batch) one.resolve(this.acknowledged);
  }

  async #makeReady(): Promise<void> {
    if (this.#state === 'closed') throw new StoreError('closed', `The change was not saved: ${this.path} is closed.`);
    await this.#cutBack();
    // Two writers would write over each other's records. There should never be two, but refusing beats losing.
    const { length, linked } = this.file.look();
    if (this.#state === 'open' && linked && length === this.acknowledged.length) return;
    this.#state = 'foreign';
    throw new StoreError(
      'foreign',
      `The change was not saved: another process has written to ${this.path}. Reload the window to go on from there.`,
    );
  }

  async #cutBack(): Promise<void> {
    if (this.#state !== 'uncertain') return;
    await this.file.truncate(this.acknowledged.length);
    await this.file.sync();
    this.#state = 'open';
  }
}

async function readAndCut(
  handle: LogFile,
  file: string,
  now: () => number,
  onFailure: LogOptions['onFailure'],
): Promise<LogOpening> {
  const bytes = await handle.read();
  const reading = readLog(bytes);
  if (reading.header === 'later version') {
    throw new StoreError(
      'damaged',
      `${file} was written by a later version of Switchyard. Update the extension to open it.`,
    );
  }
  const cut =
    reading.end.length < bytes.length ? await keepAside(file, bytes.subarray(reading.end.length), now()) : null;
  if (cut !== null) await handle.truncate(reading.end.length);
  const end = ensureHeader(handle, reading);
  if (cut !== null || reading.header !== 'intact') await handle.sync();
  if (bytes.length === 0) await syncFolder(path.dirname(file));
  return { log: new RecordLog(handle, file, end, onFailure), records: reading.records, cut };
}

function ensureHeader(handle: LogFile, { header, end }: LogReading): LogEnd {
  if (header === 'intact') return end;
  handle.write(LOG_HEADER, 0);
  return end.length === 0 ? { length: LOG_HEADER.length, checksum: '' } : end;
}

/** Writes a cut tail to a file of its own, safe on disk before the log is shortened. */
async function keepAside(file: string, tail: Buffer, now: number): Promise<CutTail> {
  for (let n = 1; ; n++) {
    const keptIn = `${file}.cut-${now}-${n}`;
    try {
      const kept = await open(keptIn, 'wx');
      try {
        await kept.writeFile(tail);
        await kept.sync();
      } finally {
        await kept.close();
      }
      await syncFolder(path.dirname(file));
      return { bytes: tail.length, keptIn };
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
  }
}

/** Replaces a log that is not open by one with these records. A crash leaves the old log or the new one. */
export async function rewriteLog(file: string, records: readonly Uint8Array[]): Promise<void> {
  await replaceFileDurably(file, Buffer.concat([LOG_HEADER, ...records.map(frameRecord)]));
}
