import { createHash } from 'node:crypto';

/*
 * A log file is a header and then records:
 *
 *   header  "switchyard log\n" (15 bytes), version (1 byte), checksum of those 16 bytes (16 bytes)
 *   record  length of the data (u32, big-endian), checksum of length and data (16 bytes), data
 *
 * A checksum is the first 16 bytes of a SHA-256. The header has one of its own so that a damaged header can be told
 * from the header of a later version: the first is repaired when records follow it, the second is never touched.
 * Version 2 says that records of a compacted log may stand in it, which the first version would take for damage.
 */

const NAME = Buffer.from('switchyard log\n', 'latin1');
const VERSION = 2;
const CHECKSUM_LENGTH = 16;
export const PREFIX_LENGTH = 4 + CHECKSUM_LENGTH;

export const LOG_HEADER: Buffer = headerOf(1);
export const COMPACTED_HEADER: Buffer = headerOf(2);

/** Where a log ends: its length in bytes and the checksum (hex) of its last record, empty where there is none. */
export interface LogEnd {
  readonly length: number;
  readonly checksum: string;
}

/** The longest valid beginning of a log. `end.length` is 0 where not even the header can be made out. */
export interface LogReading {
  readonly header: 'intact' | 'damaged' | 'later version';
  /** The header as it is, or as it was before it was damaged. */
  readonly whole: Buffer;
  readonly records: readonly Buffer[];
  readonly end: LogEnd;
}

function headerOf(version: number): Buffer {
  const head = Buffer.concat([NAME, Buffer.of(version)]);
  return Buffer.concat([head, checksumOf(head)]);
}

/** The first 16 bytes of the SHA-256 of the parts together. */
export function checksumOf(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest().subarray(0, CHECKSUM_LENGTH);
}

/** One record as it stands in the file. */
export function frameRecord(data: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.byteLength);
  return Buffer.concat([length, checksumOf(length, data), data]);
}

/** The checksum (hex) of a framed record. */
export function checksumOfFrame(frame: Buffer): string {
  return frame.toString('hex', 4, PREFIX_LENGTH);
}

/** Whole, undamaged records from the header on, up to the first that is not. Data are views into `bytes`. */
class RecordReading {
  readonly records: Buffer[] = [];
  #length = LOG_HEADER.length;

  constructor(private readonly bytes: Buffer) {}

  /** Reads on for about so many bytes; whether there may be more. */
  readOn(amount: number): 'more' | 'done' {
    for (const until = this.#length + amount; this.#length < until;) {
      const data = recordAt(this.bytes, this.#length);
      if (data === null) return 'done';
      this.records.push(data);
      this.#length += PREFIX_LENGTH + data.length;
    }
    return 'more';
  }

  get end(): LogEnd {
    const start = this.#length - PREFIX_LENGTH - (this.records.at(-1)?.length ?? 0);
    const checksum = this.records.length === 0 ? '' : this.bytes.toString('hex', start + 4, start + PREFIX_LENGTH);
    return { length: this.#length, checksum };
  }
}

/** So many bytes are read before other work gets its turn. */
const PAUSE_AFTER = 500_000;

function recordAt(bytes: Buffer, offset: number): Buffer | null {
  if (offset + PREFIX_LENGTH > bytes.length) return null;
  const from = offset + PREFIX_LENGTH;
  const length = bytes.readUInt32BE(offset);
  if (from + length > bytes.length) return null;
  const data = bytes.subarray(from, from + length);
  const expected = checksumOf(bytes.subarray(offset, offset + 4), data);
  return expected.equals(bytes.subarray(offset + 4, from)) ? data : null;
}

/** The whole, undamaged record at an offset, and how long it is with what stands before its data. Null where there is none. */
export function frameAt(bytes: Buffer, offset: number): { data: Buffer; length: number } | null {
  const data = recordAt(bytes, offset);
  return data === null ? null : { data, length: PREFIX_LENGTH + data.length };
}

/** Reads a whole log file. Never throws: what cannot be trusted is left out. */
export function readLog(bytes: Buffer): LogReading {
  const reading = new RecordReading(bytes);
  reading.readOn(Infinity);
  return readingOf(bytes, reading);
}

/** As `readLog`, with pauses for other work. */
export async function readLogAlong(bytes: Buffer): Promise<LogReading> {
  const reading = new RecordReading(bytes);
  while (reading.readOn(PAUSE_AFTER) === 'more') await new Promise((resolve) => setImmediate(resolve));
  return readingOf(bytes, reading);
}

function readingOf(bytes: Buffer, { records, end }: RecordReading): LogReading {
  const nothing = { records: [], end: { length: 0, checksum: '' } };
  const head = bytes.subarray(0, LOG_HEADER.length);
  const whole = differing(head, COMPACTED_HEADER) < differing(head, LOG_HEADER) ? COMPACTED_HEADER : LOG_HEADER;
  if (head.equals(whole)) return { header: 'intact', whole, records, end };
  if (isLaterHeader(head)) return { header: 'later version', whole, ...nothing };
  return { header: 'damaged', whole, ...(records.length > 0 ? { records, end } : nothing) };
}

function differing(head: Buffer, header: Buffer): number {
  let count = 0;
  for (const [at, byte] of header.entries()) if (head[at] !== byte) count += 1;
  return count;
}

function isLaterHeader(head: Buffer): boolean {
  const version = head[NAME.length];
  return version !== undefined && version > VERSION && head.equals(headerOf(version));
}
