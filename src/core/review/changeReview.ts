import {
  LOOKS_LIMIT,
  THREADS_LIMIT,
  type Review,
  type ReviewChange,
  type ReviewComment,
  type ReviewThread,
} from './comments';
import { refuse, say, type Refusal } from '../words/said';

const GONE = refuse(say('This comment is no longer there. Open the changes again.'));

export const NO_REVIEW: Review = { looks: [], threads: [] };

export type ReviewChanged = { kind: 'changed'; review: Review } | Refusal;

/** What becomes of a review by what a person does in it, at a moment (ISO 8601); `id` names a new thread. */
export function changeReview(
  review: Review,
  change: ReviewChange,
  { at, id }: { at: string; id: string },
): ReviewChanged {
  switch (change.kind) {
    case 'looked': {
      const { base, tip } = change;
      const others = review.looks.filter((one) => one.tip !== tip);
      return { kind: 'changed', review: { ...review, looks: [...others, { base, tip, at }].slice(-LOOKS_LIMIT) } };
    }
    case 'comment': {
      const { place, text } = change;
      const thread = { ...place, id, said: [{ at, text }], sentAt: null, settledAt: null };
      return { kind: 'changed', review: { ...review, threads: [...review.threads, thread].slice(-THREADS_LIMIT) } };
    }
    // What is said anew is for the coder again.
    case 'reply':
      return withThread(review, change.thread, (one) => ({
        ...one,
        said: [...one.said, { at, text: change.text }],
        sentAt: null,
        settledAt: null,
      }));
    case 'edit': {
      const at = review.threads
        .find((one) => one.id === change.thread)
        ?.said.findIndex((one) => isSame(one, change.comment));
      return at === undefined || at < 0
        ? GONE
        : withThread(review, change.thread, (one) => edited(one, at, change.text));
    }
    case 'settle':
      return withThread(review, change.thread, (one) => ({ ...one, settledAt: at }));
    case 'reopen':
      return withThread(review, change.thread, (one) => ({ ...one, settledAt: null, sentAt: null }));
    default:
      return change satisfies never;
  }
}

/** The threads that go to the coder with a Reject have gone. */
export function markSent(review: Review, ids: readonly string[], at: string): Review {
  return {
    ...review,
    threads: review.threads.map((one) => (ids.includes(one.id) ? { ...one, sentAt: at } : one)),
  };
}

function isSame(one: ReviewComment, other: ReviewComment): boolean {
  return one.at === other.at && one.text === other.text;
}

function edited(thread: ReviewThread, at: number, text: string | null): ReviewThread | null {
  const said = thread.said.flatMap((one, index) => (index !== at ? [one] : text === null ? [] : [{ ...one, text }]));
  return said.length === 0 ? null : { ...thread, said, ...(text !== null && { sentAt: null }) };
}

function withThread(review: Review, id: string, change: (one: ReviewThread) => ReviewThread | null): ReviewChanged {
  const known = review.threads.some((one) => one.id === id);
  if (!known) return GONE;
  const threads = review.threads.flatMap((one) => (one.id === id ? (change(one) ?? []) : [one]));
  return { kind: 'changed', review: { ...review, threads } };
}
