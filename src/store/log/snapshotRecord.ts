import * as z from 'zod/mini';
import { decodeMeta, encodeMeta } from './metaRecord';
import { pack, unpack } from './packed';

/*
 * A compacted log begins with a snapshot: a head, and then all stories and tombstones in groups. A group is small enough
 * for a flipped bit in it to be found, and says twice what it holds: as a yjs update (v1), which the changes behind build
 * on, and as states, from which it is made again where a group before it is lost.
 */

const count = z.int().check(z.minimum(0));
const keptSchema = z.object({ name: z.string(), bytes: count });

/** A file of the archive or of the history that belongs to the log, and its length in bytes. */
export type KeptName = z.infer<typeof keptSchema>;

const headSchema = z.object({
  /** ISO 8601 in UTC. */
  at: z.string(),
  /** Sequence of the last line of the history that left the log. */
  sequence: count,
  /** Where the log ended that the snapshot stands for, counted from the very first generation. */
  end: z.object({ length: count, checksum: z.string() }),
  groups: count,
  /** Whether a story has ever landed. */
  landed: z.boolean(),
  /** Records of the merge journal that were on disk by then. */
  jobs: count,
  history: z.array(keptSchema),
  archive: z.array(keptSchema),
});
export type SnapshotHead = z.infer<typeof headSchema>;

const metaSchema = z.union([
  z.object({ v: z.literal(3), head: headSchema }),
  z.object({ v: z.literal(3), group: count, update: count }),
]);

export type SnapshotRecord =
  | { readonly kind: 'head'; readonly head: SnapshotHead }
  | { readonly kind: 'group'; readonly group: number; readonly update: Uint8Array; readonly states: Uint8Array };

export function encodeHead(head: SnapshotHead): Buffer {
  return encodeMeta({ v: 3, head });
}

/** `group` counts from 0. `states` is any JSON. */
export function encodeGroup(group: number, update: Uint8Array, states: readonly unknown[]): Buffer {
  return encodeMeta({ v: 3, group, update: update.length }, update, pack(states));
}

/** Null for what is no part of a snapshot. Never throws. */
export function decodeSnapshot(data: Buffer): SnapshotRecord | null {
  const record = decodeMeta(data);
  const read = metaSchema.safeParse(record?.meta);
  if (record === null || !read.success) return null;
  const meta = read.data;
  if ('head' in meta) return { kind: 'head', head: meta.head };
  const { rest } = record;
  if (meta.update > rest.length) return null;
  const update = rest.subarray(0, meta.update);
  return { kind: 'group', group: meta.group, update, states: rest.subarray(meta.update) };
}

/** The states of a group as JSON; empty where they cannot be read. */
export function statesOf(packed: Uint8Array): readonly unknown[] {
  const states = unpack(packed);
  return Array.isArray(states) ? states : [];
}
