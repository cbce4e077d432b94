import { open, readFile } from 'node:fs/promises';
import * as z from 'zod/mini';
import { errorCode, explainDiskError } from '../storeError';
import type { Disk } from './disk';
import { keepAside } from './keepAside';
import { decodeMeta, encodeMeta } from './metaRecord';
import { NextLog } from './nextLog';
import { pack, unpack } from './packed';
import { frameAt, LOG_HEADER, PREFIX_LENGTH, readLog } from './recordFormat';
import { salvage } from './salvage';

/*
 * A kept file is written once and never changed: what has left the hot log. It is a log of parts; each says in its meta
 * what it holds, so that a look-up unpacks only what it needs, and is small enough for a flipped bit to be found. The last
 * part says how many there are, so that a file that was cut between two of them is known too.
 */

/** A part to be written: what it holds, and a meta that says so. */
export interface NewPart {
  readonly meta: unknown;
  readonly value: unknown;
}

/** A part of a kept file, and where it stands: `offset` and `length` in bytes are of the record with what is before it. */
export interface KeptPart {
  readonly meta: unknown;
  readonly packed: Buffer;
  readonly offset: number;
  readonly length: number;
}

export interface KeptReading {
  readonly parts: readonly KeptPart[];
  /** A flipped bit may have been set right; parts may be lost; there may be no file at all. */
  readonly condition: 'whole' | 'mended' | 'damaged' | 'missing';
  /** The file that keeps what was damaged as it was found. */
  readonly keptIn: string | null;
}

/** JSON of the values of one part may take so many characters before it is packed. */
const PART_LIMIT = 8_000;

const endSchema = z.object({ end: z.int().check(z.minimum(0)) });

/** Writes a kept file, safe on disk when it resolves, with pauses for other work. Returns its length in bytes. */
export function writeKept(file: string, disk: Disk, parts: Iterable<NewPart>): Promise<number> {
  return NextLog.writeWhole(file, disk, recordsOf(parts));
}

function* recordsOf(parts: Iterable<NewPart>): Generator<Uint8Array> {
  let end = 0;
  for (const { meta, value } of parts) {
    yield encodeMeta(meta, pack(value));
    end += 1;
  }
  yield encodeMeta({ end });
}

/** Reads all of a kept file. What is damaged is kept aside as it was found; the file itself stays as it is. */
export async function readKept(file: string, now: number): Promise<KeptReading> {
  const bytes = await readOrNull(file);
  if (bytes === null) return { parts: [], condition: 'missing', keptIn: null };
  const reading = readLog(bytes);
  const isWhole = reading.header === 'intact' && reading.end.length === bytes.length;
  const left = isWhole ? [] : salvage(bytes, Math.max(reading.end.length, LOG_HEADER.length)).records;
  const { parts, isComplete } = readParts([...reading.records, ...left]);
  if (isWhole && isComplete) return { parts, condition: 'whole', keptIn: null };
  return { parts, condition: isComplete ? 'mended' : 'damaged', keptIn: await keepAside(file, bytes, now) };
}

function readParts(records: readonly Buffer[]): { parts: KeptPart[]; isComplete: boolean } {
  const parts: KeptPart[] = [];
  let offset = LOG_HEADER.length;
  let end: number | null = null;
  for (const data of records) {
    const length = PREFIX_LENGTH + data.length;
    const record = decodeMeta(data);
    const last = endSchema.safeParse(record?.meta);
    if (last.success) end = last.data.end;
    else if (record !== null) parts.push({ meta: record.meta, packed: record.rest, offset, length });
    offset += length;
  }
  return { parts, isComplete: end === parts.length };
}

/** What one part of a whole file holds; undefined where it is not there any more as it was. */
export async function readPart(
  file: string,
  { offset, length }: Pick<KeptPart, 'offset' | 'length'>,
): Promise<unknown> {
  const bytes = Buffer.alloc(length);
  try {
    const handle = await open(file, 'r');
    try {
      await handle.read(bytes, 0, length, offset);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw explainDiskError('Older records could not be read', file, error);
  }
  const frame = frameAt(bytes, 0);
  const record = frame === null ? null : decodeMeta(frame.data);
  return record === null ? undefined : unpack(record.rest);
}

/** Splits values into parts that are small enough; `sizeOf` gives the characters that one takes as JSON. */
export function* inParts<T>(
  values: Iterable<T>,
  sizeOf: (value: T) => number,
  limit = PART_LIMIT,
): Generator<readonly T[]> {
  let part: T[] = [];
  let size = 0;
  for (const value of values) {
    const own = sizeOf(value);
    if (part.length > 0 && size + own > limit) {
      yield part;
      [part, size] = [[], 0];
    }
    part.push(value);
    size += own;
  }
  if (part.length > 0) yield part;
}

async function readOrNull(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw explainDiskError('Older records could not be read', file, error);
  }
}
