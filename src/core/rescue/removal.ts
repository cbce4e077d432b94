import * as z from 'zod/mini';

const place = {
  id: z.string(),
  /** The story's. */
  key: z.string(),
  number: z.int(),
  /** Full name; null where the branch stays, or there is none. */
  branch: z.nullable(z.string()),
  /** Null where the worktree stays, or there is none. */
  folder: z.nullable(z.string()),
};

const saved = z.nullable(z.object({ ref: z.string(), fingerprint: z.string() }));

/**
 * Something that is being removed or brought back, written down before anything is done about it. After a kill it says what
 * is to be finished: once the story has its tombstone a deletion is carried on, before that nothing of it has happened.
 */
export const removalSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('delete'),
    ...place,
    /** Where the branch was when it was saved. */
    tip: z.nullable(z.string()),
    saved,
    content: z.enum(['kept', 'purged']),
  }),
  z.object({ kind: z.literal('worktree'), ...place, saved }),
  z.object({ kind: z.literal('restore'), ...place, ref: z.nullable(z.string()), at: z.nullable(z.string()) }),
]);
export type Removal = z.infer<typeof removalSchema>;
export type RemovalOf<K extends Removal['kind']> = Extract<Removal, { kind: K }>;

/** Moments of a removal or a restoration; a crash test stops there. */
export type RemovalStep =
  | 'begun'
  | 'saved'
  | 'buried'
  | 'worktreeRemoved'
  | 'branchRemoved'
  | 'purged'
  | 'putBack'
  | 'unburied';
