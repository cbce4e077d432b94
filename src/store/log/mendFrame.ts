import { checksumOf, PREFIX_LENGTH } from './recordFormat';

/** Above this length (bytes) the search for a flipped bit would take seconds. */
const LONGEST = 4096;

/**
 * The data of a record in which a single bit was flipped, in its length, its checksum or its data; null where that is not
 * what happened. `bytes` begins with the record and may go on behind it. A checksum of 128 bits makes a wrong answer as
 * good as impossible, so what is found is the record as it was written.
 */
export function mendFrame(bytes: Buffer): { data: Buffer; length: number } | null {
  if (bytes.length < PREFIX_LENGTH) return null;
  const length = bytes.readUInt32BE(0);
  return flippedInSum(bytes, length) ?? flippedInLength(bytes, length) ?? flippedInData(bytes, length);
}

function flippedInSum(bytes: Buffer, length: number): ReturnType<typeof mendFrame> {
  if (length === 0 || PREFIX_LENGTH + length > bytes.length) return null;
  const data = bytes.subarray(PREFIX_LENGTH, PREFIX_LENGTH + length);
  const computed = checksumOf(bytes.subarray(0, 4), data);
  let differing = 0;
  for (const [at, byte] of computed.entries()) differing += bitsOf(byte ^ (bytes[4 + at] ?? 0));
  return differing === 1 ? { data, length: PREFIX_LENGTH + length } : null;
}

function flippedInLength(bytes: Buffer, length: number): ReturnType<typeof mendFrame> {
  for (let bit = 0; bit < 32; bit++) {
    const wanted = (length ^ (1 << bit)) >>> 0;
    if (wanted === 0 || PREFIX_LENGTH + wanted > bytes.length) continue;
    const prefix = Buffer.alloc(4);
    prefix.writeUInt32BE(wanted);
    const data = bytes.subarray(PREFIX_LENGTH, PREFIX_LENGTH + wanted);
    if (checksumOf(prefix, data).equals(bytes.subarray(4, PREFIX_LENGTH)))
      return { data, length: PREFIX_LENGTH + wanted };
  }
  return null;
}

function flippedInData(bytes: Buffer, length: number): ReturnType<typeof mendFrame> {
  if (length === 0 || length > LONGEST || PREFIX_LENGTH + length > bytes.length) return null;
  const prefix = bytes.subarray(0, 4);
  const expected = bytes.subarray(4, PREFIX_LENGTH);
  const data = mendBit(bytes.subarray(PREFIX_LENGTH, PREFIX_LENGTH + length), (tried) =>
    checksumOf(prefix, tried).equals(expected),
  );
  return data === null ? null : { data, length: PREFIX_LENGTH + length };
}

/** A copy of `data` with the one bit flipped that makes it right, null where there is none. */
function mendBit(data: Buffer, isRight: (tried: Buffer) => boolean): Buffer | null {
  const tried = Buffer.from(data);
  for (let at = 0; at < tried.length; at++) {
    const byte = tried[at] ?? 0;
    for (let bit = 0; bit < 8; bit++) {
      tried[at] = byte ^ (1 << bit);
      if (isRight(tried)) return tried;
    }
    tried[at] = byte;
  }
  return null;
}

function bitsOf(byte: number): number {
  let count = 0;
  for (let left = byte; left > 0; left >>= 1) count += left & 1;
  return count;
}
