/** A record that begins with JSON: its length (u32, big-endian), the JSON, and the rest as it is. */
export function encodeMeta(meta: unknown, ...rest: readonly Uint8Array[]): Buffer {
  const json = Buffer.from(JSON.stringify(meta));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  return Buffer.concat([length, json, ...rest]);
}

/** Null for what is no such record. Never throws. */
export function decodeMeta(data: Buffer): { readonly meta: unknown; readonly rest: Buffer } | null {
  if (data.length < 4) return null;
  const start = 4 + data.readUInt32BE(0);
  if (start > data.length) return null;
  try {
    return { meta: JSON.parse(data.toString('utf8', 4, start)), rest: data.subarray(start) };
  } catch {
    return null;
  }
}
