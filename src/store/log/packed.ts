import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** JSON, packed: records of stories are mostly the same words. */
export function pack(value: unknown): Buffer {
  return deflateRawSync(Buffer.from(JSON.stringify(value)));
}

/** Undefined for what cannot be unpacked. Never throws. */
export function unpack(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(inflateRawSync(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}
