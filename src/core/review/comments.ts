import * as z from 'zod/mini';
import { oidSchema } from '../story/stage';

/** Longest comment, in UTF-16 code units, and how much of the code it is about is kept with it. */
export const COMMENT_LIMIT = 10_000;
export const CODE_LIMIT = 4000;

/** Threads of one story, and looks at it, that are kept; the oldest go first. */
export const THREADS_LIMIT = 500;
export const LOOKS_LIMIT = 50;

const line = z.int().check(z.minimum(1));

/**
 * Where a comment stands: `path` with `/`, lines from 1 on. `story`: in the file as the story has it at `tip`; `base`: as
 * it was at `base`, where the story left the target. `code` is what stood there.
 */
const placeSchema = z.object({
  path: z.string().check(z.minLength(1), z.maxLength(4096)),
  side: z.enum(['story', 'base']),
  base: oidSchema,
  tip: oidSchema,
  line,
  endLine: line,
  code: z.string().check(z.maxLength(CODE_LIMIT)),
});

const textSchema = z.string().check(z.minLength(1), z.maxLength(COMMENT_LIMIT));
const commentSchema = z.object({ at: z.iso.datetime(), text: textSchema });
export type ReviewComment = z.infer<typeof commentSchema>;

/** What a person said about lines of a story. `sentAt`: it went to the coder; `settledAt`: a person has put it aside. */
export const threadSchema = z.extend(placeSchema, {
  id: z.string().check(z.minLength(1), z.maxLength(100)),
  said: z.array(commentSchema).check(z.minLength(1)),
  sentAt: z.nullable(z.iso.datetime()),
  settledAt: z.nullable(z.iso.datetime()),
});
export type ReviewThread = z.infer<typeof threadSchema>;

/** A person looked at the whole of what a story changed: from `base` to `tip`. */
const lookSchema = z.object({ base: oidSchema, tip: oidSchema, at: z.iso.datetime() });

/** What is kept of the reviews of one story; looks and threads from the oldest on. */
export const reviewSchema = z.object({ looks: z.array(lookSchema), threads: z.array(threadSchema) });
export type Review = z.infer<typeof reviewSchema>;

/** What a person does in a review. */
export const reviewChangeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('looked'), base: oidSchema, tip: oidSchema }),
  z.object({ kind: z.literal('comment'), place: placeSchema, text: textSchema }),
  z.object({ kind: z.literal('reply'), thread: z.string(), text: textSchema }),
  /**
   * Replaces this comment, or takes it away where `text` is null; with the last one the thread goes. It is named by what it says,
   * for in another window others may come and go meanwhile.
   */
  z.object({ kind: z.literal('edit'), thread: z.string(), comment: commentSchema, text: z.nullable(textSchema) }),
  z.object({ kind: z.literal('settle'), thread: z.string() }),
  z.object({ kind: z.literal('reopen'), thread: z.string() }),
]);
export type ReviewChange = z.infer<typeof reviewChangeSchema>;

/**
 * Derived from what is kept and what git says now. `open` goes to the coder with the next Reject, `sent` has gone and the
 * lines are as they were, `answered`: they have changed since, `settled`: a person has put it aside.
 */
export const THREAD_STATES = ['open', 'sent', 'answered', 'settled'] as const;
export type ThreadState = (typeof THREAD_STATES)[number];

/** Where it stands in the story as it is now; null where its file is gone. */
export const shownThreadSchema = z.extend(threadSchema, {
  state: z.enum(THREAD_STATES),
  now: z.nullable(z.object({ path: z.string(), side: z.enum(['story', 'base']), line, endLine: line })),
});
export type ShownThread = z.infer<typeof shownThreadSchema>;

/**
 * A story to be reviewed: what it changes is from `base` to `tip`. `reasons`: why a person is asked, empty where nobody is.
 * `lookedAt` is the tip that was looked at last, null for never; `since` the one before the present, for what is new.
 */
export const shownReviewSchema = z.object({
  base: oidSchema,
  tip: oidSchema,
  reasons: z.array(z.string()),
  lookedAt: z.nullable(oidSchema),
  since: z.nullable(z.object({ base: oidSchema, tip: oidSchema, at: z.iso.datetime() })),
  threads: z.array(shownThreadSchema),
});
export type ShownReview = z.infer<typeof shownReviewSchema>;

/** Whether there is something new since it was looked at last, or since what was `seen`. */
export function hasMovedSince({ lookedAt, tip }: Pick<ShownReview, 'lookedAt' | 'tip'>, seen = lookedAt): boolean {
  return seen !== null && seen !== tip;
}
