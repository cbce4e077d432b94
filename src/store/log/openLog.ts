import path from 'node:path';
import { keepAside } from './keepAside';
import { diskOf, realDisk, type Disk } from './disk';
import type { LogFile } from './logFile';
import { frameRecord, LOG_HEADER, PREFIX_LENGTH, readLogAlong, type LogEnd, type LogReading } from './recordFormat';
import { RecordLog, type LogWriting } from './recordLog';
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

export interface LogOptions extends LogWriting {
  /** Milliseconds since 1970; names the file of a cut tail. */
  readonly now: () => number;
  /** How the log ended when it was last copied elsewhere. */
  readonly mirrored?: LogEnd | null;
  /** Where the log stands by its first record, if it says so: see `LogOrigin`. */
  readonly originOf?: (records: readonly Buffer[]) => LogOrigin | null;
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

/**
 * Opens or creates a log. A flipped bit is set right. What is damaged otherwise is left out and put aside beside the
 * log, never deleted; whole records behind it stay.
 */
export async function openLog(file: string, options: LogOptions): Promise<LogOpening> {
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
