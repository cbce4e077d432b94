import * as z from 'zod';
import { historyEntrySchema, type HistoryEntry } from '../../core/story/history';

/** One change of the index as its log keeps it. `update` is a yjs update (v1), empty where only history was added. */
export interface ChangeRecord {
  readonly entry: HistoryEntry | null;
  readonly update: Uint8Array;
}

const metaSchema = z.object({ v: z.literal(1), entry: historyEntrySchema.nullable() });

/** Length of the JSON (u32, big-endian), `{"v":1,"entry":…}`, update. */
export function encodeChange({ entry, update }: ChangeRecord): Buffer {
  const meta = Buffer.from(JSON.stringify({ v: 1, entry }));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(meta.length);
  return Buffer.concat([length, meta, update]);
}

/** Null for what is not a change record. Never throws. */
export function decodeChange(data: Buffer): ChangeRecord | null {
  if (data.length < 4) return null;
  const start = 4 + data.readUInt32BE(0);
  if (start > data.length) return null;
  try {
    const { entry } = metaSchema.parse(JSON.parse(data.toString('utf8', 4, start)));
    return { entry, update: data.subarray(start) };
  } catch {
    return null;
  }
}
