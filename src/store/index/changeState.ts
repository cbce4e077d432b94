import * as z from 'zod/mini';
import { storyRecordSchema, type StoryRecord } from '../../core/story/story';
import type { Tombstone } from '../../ports/store';
import { statesOf } from '../log/snapshotRecord';

export const tombstoneSchema = z.object({
  number: z.int().check(z.minimum(1)),
  at: z.iso.datetime(),
  by: z.exactOptional(z.string()),
  record: z.exactOptional(storyRecordSchema),
});

/** What a story is after a change, whole: its record, or the trace that its deletion left. */
export type ChangeState = { readonly story: StoryRecord } | { readonly buried: Tombstone };

const stateSchema = z.union([
  z.object({ story: storyRecordSchema }),
  z.object({ buried: z.extend(tombstoneSchema, { key: z.string() }) }),
]);

export function encodeState(state: ChangeState): Buffer {
  return Buffer.from(JSON.stringify(state));
}

/** Null for a record that keeps none, or none that can be read. Never throws. */
export function decodeState(bytes: Uint8Array): ChangeState | null {
  if (bytes.length === 0) return null;
  try {
    return stateSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    return null;
  }
}

/** The states of a group of a snapshot; one that cannot be read is left out. Never throws. */
export function readStates(packed: Uint8Array): ChangeState[] {
  return statesOf(packed).flatMap((state) => {
    const read = stateSchema.safeParse(state);
    return read.success ? [read.data] : [];
  });
}
