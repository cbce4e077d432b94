import path from 'node:path';
import type { Disk } from './disk';
import type { LogFile } from './logFile';
import { checksumOfFrame, COMPACTED_HEADER, frameRecord, LOG_HEADER, type LogEnd } from './recordFormat';

/**
 * The next generation of a log, written beside it. Until it is put in place the log itself is untouched; what a crash
 * leaves of it bears another name and is written over by the next attempt.
 */
export class NextLog {
  #end: LogEnd;

  private constructor(
    readonly file: LogFile,
    private readonly place: string,
    private readonly disk: Disk,
    header: Buffer,
  ) {
    this.#end = { length: header.length, checksum: '' };
  }

  static async begin(place: string, disk: Disk, header: 'first' | 'compacted'): Promise<NextLog> {
    const file = await disk.openFile(nextName(place));
    try {
      await file.truncate(0);
      const bytes = header === 'first' ? LOG_HEADER : COMPACTED_HEADER;
      file.write(bytes, 0);
      return new NextLog(file, place, disk, bytes);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  get end(): LogEnd {
    return this.#end;
  }

  write(records: readonly Uint8Array[]): void {
    const frames = records.map(frameRecord);
    const last = frames.at(-1);
    if (last === undefined) return;
    const bytes = Buffer.concat(frames);
    this.file.write(bytes, this.#end.length);
    this.#end = { length: this.#end.length + bytes.length, checksum: checksumOfFrame(last) };
  }

  /** Gives it the log's name. What was written must be synced, and the folder is synced by who calls. */
  putInPlace(): Promise<void> {
    return this.file.rename(this.place);
  }

  async abandon(): Promise<void> {
    await this.file.close().catch(() => undefined);
    await this.disk.remove(nextName(this.place)).catch(() => undefined);
  }

  /** Writes a whole log that is never appended to, safe on disk when it resolves, with pauses for other work. */
  static async writeWhole(place: string, disk: Disk, records: Iterable<Uint8Array>): Promise<number> {
    const next = await NextLog.begin(place, disk, 'first');
    try {
      for (const record of records) {
        next.write([record]);
        await new Promise((resolve) => setImmediate(resolve));
      }
      await next.file.sync();
      await next.putInPlace();
      await disk.syncFolder(path.dirname(place));
    } catch (error) {
      await next.abandon();
      throw error;
    }
    await next.file.close();
    return next.end.length;
  }
}

function nextName(place: string): string {
  return `${place}.next`;
}
