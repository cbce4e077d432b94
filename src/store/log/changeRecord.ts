import * as z from 'zod/mini';
import { historyEntrySchema, type HistoryEntry } from '../../core/story/history';
import { decodeMeta, encodeMeta } from './metaRecord';

/**
 * One change of the index as its log keeps it. `update` is a yjs update (v1), empty where only history was added. An
 * update means nothing without those before it, so `state` says beside it, as JSON, what the story is with the change:
 * it is read only where a record before it is lost. It is empty in records of the first version. `jobs` is how many
 * records of the merge journal were on disk by then, where the writer knew.
 */
export interface ChangeRecord {
  readonly entry: HistoryEntry | null;
  readonly update: Uint8Array;
  readonly state: Uint8Array;
  readonly jobs?: number;
}

const count = z.int().check(z.minimum(0));
const metaSchema = z.discriminatedUnion('v', [
  z.object({ v: z.literal(1), entry: z.nullable(historyEntrySchema) }),
  z.object({ v: z.literal(2), entry: z.nullable(historyEntrySchema), update: count, jobs: z.exactOptional(count) }),
]);

/** `{"v":2,"entry":…,"update":<its length in bytes>,"jobs":…}`, update, state. */
export function encodeChange({ entry, update, state, jobs }: ChangeRecord): Buffer {
  return encodeMeta({ v: 2, entry, update: update.length, ...(jobs !== undefined && { jobs }) }, update, state);
}

/** Null for what is not a change record. Never throws. */
export function decodeChange(data: Buffer): ChangeRecord | null {
  const record = decodeMeta(data);
  const read = metaSchema.safeParse(record?.meta);
  if (record === null || !read.success) return null;
  const { rest } = record;
  const meta = read.data;
  const end = meta.v === 1 ? rest.length : meta.update;
  if (end > rest.length) return null;
  const jobs = meta.v === 2 ? meta.jobs : undefined;
  return {
    entry: meta.entry,
    update: rest.subarray(0, end),
    state: rest.subarray(end),
    ...(jobs !== undefined && { jobs }),
  };
}
