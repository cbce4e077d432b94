import type { Said } from '../words/said';

/** How the queue lands: one story after another, several tested side by side, or several proven by one gate run. */
export type QueuePolicy =
  | { readonly kind: 'one' }
  /** So many candidates are tested side by side, each on those before it. `size` is at least 2. */
  | { readonly kind: 'train'; readonly size: number }
  /** A chain of so many is proven by the gates of its last. `size` is at least 2. */
  | { readonly kind: 'batch'; readonly size: number };

export interface PolicyChoice {
  readonly policy: QueuePolicy;
  /** Why, for people: part of a sentence, without a full stop. */
  readonly why: Said;
  /** How long (ms) the gates of one candidate take; null where it is not known. */
  readonly gateMs?: number | null;
  /** How many gate runs the machine does side by side before they slow each other; null where it is not known. */
  readonly width?: number | null;
}

/** What the latest gate runs measured. Null where nothing tells yet. */
export interface QueueMeasures {
  /** How many landings, and attempts at one that ended red, the figures come from. */
  readonly runs: number;
  /** How long (ms) all gates of one candidate take where nothing runs beside them. */
  readonly gateMs: number | null;
  /** How many gate runs the machine does side by side before they slow each other: 1 means that one takes all of it. */
  readonly width: number | null;
  /** Share of stories that are red, 0 to 1. */
  readonly redShare: number | null;
  /** Share of runs that are red although the same tree passes, 0 to 1. */
  readonly flakeShare: number | null;
}

/** The settings: which policy, and the highest numbers of a train and of a batch. */
export interface QueueBounds {
  readonly wanted: 'auto' | QueuePolicy['kind'];
  readonly parallel: number;
  readonly batch: number;
  /** How many cores the machine has, for the words alone. */
  readonly cores?: number;
}

export function isSamePolicy(a: QueuePolicy, b: QueuePolicy): boolean {
  return a.kind === b.kind && sizeOf(a) === sizeOf(b);
}

/**
 * How many landings are at work at once. Behind a train one more is merged already, so that its gates begin as soon as there is
 * room for them.
 */
export function atWorkIn(policy: QueuePolicy): number {
  return policy.kind === 'train' ? policy.size + 1 : sizeOf(policy);
}

/** How many stories it takes at once. */
export function sizeOf(policy: QueuePolicy): number {
  return policy.kind === 'one' ? 1 : policy.size;
}
