import { open, type FileHandle } from 'node:fs/promises';
import { readRange } from './logFile';
import { LOG_HEADER, readLog, readRecords, type LogEnd } from './recordFormat';
import { errorCode } from '../storeError';

/** What a look at a log that another process writes has brought. `replaced` means: forget what was read before. */
export type LogNews =
  { kind: 'same' } | { kind: 'more'; records: readonly Buffer[] } | { kind: 'replaced'; records: readonly Buffer[] };

interface Seen {
  readonly inode: number;
  readonly end: LogEnd;
  readonly lastStart: number;
}

/** Follows a log without ever writing: a torn tail is simply not there yet. */
export class LogReader {
  #seen: Seen | null = null;

  constructor(private readonly path: string) {}

  /** Reads what is new since the last call. A missing file is an empty log. */
  async readNew(): Promise<LogNews> {
    let handle: FileHandle;
    try {
      handle = await open(this.path, 'r');
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
      return this.#forget();
    }
    try {
      return (await this.#readOn(handle)) ?? (await this.#readWhole(handle));
    } finally {
      await handle.close();
    }
  }

  #forget(): LogNews {
    if (this.#seen === null) return { kind: 'same' };
    this.#seen = null;
    return { kind: 'replaced', records: [] };
  }

  /** Null when this is not the log it was: the writer cut a record that we had read, or put another file in place. */
  async #readOn(handle: FileHandle): Promise<LogNews | null> {
    const seen = this.#seen;
    if (seen === null) return null;
    const { ino, size } = await handle.stat();
    if (ino !== seen.inode || size < seen.end.length) return null;
    const bytes = await readRange(handle, seen.lastStart);
    const last = readRecords(bytes.subarray(0, seen.end.length - seen.lastStart), 0);
    if (last.end.checksum !== seen.end.checksum) return null;
    const news = readRecords(bytes, last.end.length);
    if (news.records.length === 0) return { kind: 'same' };
    const end = { length: seen.lastStart + news.end.length, checksum: news.end.checksum };
    this.#seen = { inode: ino, end, lastStart: seen.lastStart + news.lastStart };
    return { kind: 'more', records: news.records };
  }

  async #readWhole(handle: FileHandle): Promise<LogNews> {
    const { ino } = await handle.stat();
    const { records, end, lastStart } = readLog(await readRange(handle, 0));
    // Before its header is whole there is nothing to remember a log by.
    this.#seen = end.length < LOG_HEADER.length ? null : { inode: ino, end, lastStart };
    return { kind: 'replaced', records };
  }
}
