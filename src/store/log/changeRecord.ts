import * as z from 'zod/mini';
import { historyEntrySchema, type HistoryEntry } from '../../core/story/history';

/**
 * One change of the index as its log keeps it. `update` is a yjs update (v1), empty where only history was added. An
 * update means nothing without those before it, so `state` says beside it, as JSON, what the story is with the change:
 * it is read only where a record before it is lost. It is empty in records of the first version.
 */
export interface ChangeRecord {
  readonly entry: HistoryEntry | null;
  readonly update: Uint8Array;
  readonly state: Uint8Array;
}

const metaSchema = z.discriminatedUnion('v', [
  z.object({ v: z.literal(1), entry: z.nullable(historyEntrySchema) }),
  z.object({ v: z.literal(2), entry: z.nullable(historyEntrySchema), update: z.int().check(z.minimum(0)) }),
]);

/** Length of the JSON (u32, big-endian), `{"v":2,"entry":…,"update":<its length in bytes>}`, update, state. */
export function encodeChange({ entry, update, state }: ChangeRecord): Buffer {
  const meta = Buffer.from(JSON.stringify({ v: 2, entry, update: update.length }));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(meta.length);
  return Buffer.concat([length, meta, update, state]);
}

/** Null for what is not a change record. Never throws. */
export function decodeChange(data: Buffer): ChangeRecord | null {
  if (data.length < 4) return null;
  const start = 4 + data.readUInt32BE(0);
  if (start > data.length) return null;
  try {
    const meta = metaSchema.parse(JSON.parse(data.toString('utf8', 4, start)));
    const end = meta.v === 1 ? data.length : start + meta.update;
    if (end > data.length) return null;
    return { entry: meta.entry, update: data.subarray(start, end), state: data.subarray(end) };
  } catch {
    return null;
  }
}
