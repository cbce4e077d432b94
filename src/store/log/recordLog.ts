import path from 'node:path';
import { keepAside } from './keepAside';
import { makeStoreFolder } from './makeStoreFolder';
import { realDisk, type Disk } from './disk';
import type { LogFile, OpenLogFile } from './logFile';
import type { NextLog } from './nextLog';
import {
  checksumOfFrame,
  frameAt,
  frameRecord,
  LOG_HEADER,
  PREFIX_LENGTH,
  readLog,
  readLogAlong,
  type LogEnd,
  type LogReading,
} from './recordFormat';
import { salvage, type Salvage } from './salvage';
import { explainDiskError, StoreError } from '../storeError';

/** What was not whole when a log was opened, and the file that keeps it: everything from the first damaged byte on. */
export interface CutTail {
  readonly bytes: number;
  readonly keptIn: string;
  readonly salvage: Salvage;
}

/**
 * A log that was copied elsewhere when it ended in a certain way, against the file as it is: the copy knows `all` of the
 * file, a `part` from its beginning, or it is of `another` log, such as a longer one of which the end is gone.
 */
export type MirroredLog = 'all' | 'part' | 'another';

export interface LogOpening {
  readonly log: RecordLog;
  /** Data of every record that the log holds now, oldest first. */
  readonly records: readonly Buffer[];
  readonly cut: CutTail | null;
  /** There was no file, an empty one, or one with less than a header in it. */
  readonly wasEmpty: boolean;
  /** How the file stood to `LogOptions.mirrored` before anything was mended; null where none was given. */
  readonly mirrored: MirroredLog | null;
}

export interface LogOptions {
  /** Milliseconds since 1970; names the file of a cut tail. */
  readonly now: () => number;
  readonly openFile?: OpenLogFile;
  /** All file operations; `openFile` replaces its own. */
  readonly disk?: Disk;
  /** How the log ended when it was last copied elsewhere. */
  readonly mirrored?: LogEnd | null;
  /** Where the log stands by its first record, if it says so: see `LogOrigin`. */
  readonly originOf?: (records: readonly Buffer[]) => LogOrigin | null;
  /** Told of each failure to write. */
  readonly onFailure?: (failure: StoreError) => void;
  /** Told before anything is mended or cut off. */
  readonly onDamage?: (cut: CutTail) => Promise<void>;
  /** Data of the records to keep where some were lost in the middle; by default those that are left. */
  readonly remake?: (whole: readonly Buffer[], behind: Salvage) => Promise<readonly Uint8Array[]>;
}

/**
 * A compacted log begins with a snapshot of what an earlier generation held. Ends are counted as if that one had gone on:
 * `end` is where it ended, and the snapshot takes up this file to `length` bytes.
 */
export interface LogOrigin {
  readonly end: LogEnd;
  readonly length: number;
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

  /** Over a file that holds exactly the acknowledged records; to open one, use `open`. */
  constructor(
    private file: LogFile,
    readonly path: string,
    private acknowledged: LogEnd,
    private readonly options: Pick<LogOptions, 'onFailure' | 'openFile' | 'disk'>,
  ) {}

  /**
   * Opens or creates a log. A flipped bit is set right. What is damaged otherwise is left out and put aside beside the
   * log, never deleted; whole records behind it stay.
   */
  static async open(file: string, options: LogOptions): Promise<LogOpening> {
    try {
      const first = await readLogFile(file, options);
      if (first.kind === 'open') return first.opening;
      await rewriteLog(file, await remade(first, options), { header: first.header, disk: diskOf(options) });
      const again = await readLogFile(file, options);
      if (again.kind === 'open') return { ...again.opening, cut: first.cut, mirrored: first.mirrored };
      throw new StoreError('damaged', `${file} could not be read back after it was mended. Check the disk.`);
    } catch (error) {
      throw explainDiskError('Switchyard could not open its records', file, error);
    }
  }

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

interface Gap {
  readonly kind: 'gap';
  readonly header: Buffer;
  readonly whole: readonly Buffer[];
  readonly cut: CutTail;
  readonly mirrored: MirroredLog | null;
}

/** Opens a log whose damage, if any, is at its end, and cuts it off. One with records behind the damage is left as it is. */
async function readLogFile(file: string, options: LogOptions): Promise<{ kind: 'open'; opening: LogOpening } | Gap> {
  const disk = diskOf(options);
  const handle = await disk.openFile(file);
  try {
    const bytes = await handle.read();
    const reading = await readLogAlong(bytes);
    if (reading.header === 'later version') {
      throw new StoreError(
        'damaged',
        `${file} was written by a later version of Switchyard. Update the extension to open it.`,
      );
    }
    const cut = await findCut(file, bytes, reading, options);
    const origin = options.originOf?.(reading.records) ?? null;
    const mirrored = options.mirrored ? compare(bytes, options.mirrored, cut, origin) : null;
    if (cut !== null && cut.salvage.records.length > 0) {
      await handle.close();
      return { kind: 'gap', header: reading.whole, whole: reading.records, cut, mirrored };
    }
    if (cut !== null) await handle.truncate(reading.end.length);
    const end = ensureHeader(handle, reading);
    if (cut !== null || reading.header !== 'intact') await handle.sync();
    if (bytes.length === 0) await disk.syncFolder(path.dirname(file));
    const log = new RecordLog(handle, file, end, options);
    return {
      kind: 'open',
      opening: { log, records: reading.records, cut, wasEmpty: bytes.length < LOG_HEADER.length, mirrored },
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function findCut(
  file: string,
  bytes: Buffer,
  { end, header }: LogReading,
  { now, onDamage }: LogOptions,
): Promise<CutTail | null> {
  if (end.length >= bytes.length) return null;
  const isBare = bytes.length < LOG_HEADER.length; // the power went while it was made, or all of it is gone
  const salvaged = salvage(bytes, Math.max(end.length, LOG_HEADER.length));
  const found = isBare ? { ...salvaged, torn: true } : salvaged;
  // A log of ours begins with its header before anything else is written.
  const isTorn = found.torn && (header === 'intact' || isBare);
  const damage: Salvage = isTorn || !found.torn ? found : { ...found, torn: false, lost: 'unknown' };
  const tail = bytes.subarray(end.length);
  const cut = { bytes: tail.length, keptIn: await keepAside(file, tail, now()), salvage: damage };
  await onDamage?.(cut);
  return cut;
}

/** A record that is whole again stands where it stood; only where one is lost the rest may need another form. */
async function remade({ whole, cut }: Gap, { remake }: LogOptions): Promise<readonly Uint8Array[]> {
  if (cut.salvage.lost === 0 || remake === undefined) return [...whole, ...cut.salvage.records];
  return await remake(whole, cut.salvage);
}

function compare(bytes: Buffer, given: LogEnd, cut: CutTail | null, origin: LogOrigin | null): MirroredLog {
  if (origin !== null && given.length < origin.end.length) return 'part';
  if (origin !== null && given.length === origin.end.length) {
    if (given.checksum !== origin.end.checksum) return 'another';
    return bytes.length === origin.length ? 'all' : 'part';
  }
  const end = origin === null ? given : { ...given, length: given.length - origin.end.length + origin.length };
  const isThere = end.checksum === '' ? end.length === LOG_HEADER.length : endsWith(bytes, end);
  // The checksum of a damaged last record may be what is damaged.
  if (end.length === bytes.length && (isThere || cut !== null)) return 'all';
  return isThere ? 'part' : 'another';
}

/** Whether a record with this checksum ends there. */
function endsWith(bytes: Buffer, { length, checksum }: LogEnd): boolean {
  const start = bytes.subarray(0, length).lastIndexOf(Buffer.from(checksum, 'hex')) - 4;
  return start >= 0 && start + PREFIX_LENGTH + bytes.readUInt32BE(start) === length;
}

function ensureHeader(handle: LogFile, { header, whole, end }: LogReading): LogEnd {
  if (header === 'intact') return end;
  handle.write(whole, 0);
  return end.length === 0 ? { length: LOG_HEADER.length, checksum: '' } : end;
}

/** Replaces a log that is not open by one with these records. A crash leaves the old log or the new one. */
export async function rewriteLog(
  file: string,
  records: readonly Uint8Array[],
  { header = LOG_HEADER, disk = realDisk }: { header?: Buffer; disk?: Pick<Disk, 'replace'> } = {},
): Promise<void> {
  await disk.replace(file, Buffer.concat([header, ...records.map(frameRecord)]));
}

function diskOf({ disk = realDisk, openFile }: Pick<LogOptions, 'disk' | 'openFile'>): Disk {
  return openFile === undefined ? disk : { ...disk, openFile };
}
