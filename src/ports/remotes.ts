import type { Oid } from '../core/story/stage';
import type { Published } from './candidates';

/** Where a branch goes to and comes from, as this clone knows it. */
export interface Upstream {
  /** Name of the remote: `origin`. */
  readonly remote: string;
  /** Full name of the branch there. */
  readonly branch: string;
  /** Full name of the ref that remembers it here, and its commit; null while nothing was fetched of it. */
  readonly tracking: string;
  readonly tip: Oid | null;
}

export interface Upstreams {
  /** Null for a branch that has none. Nothing is asked of the remote. */
  upstreamOf(branch: string): Promise<Upstream | null>;
}

/** `said`: what git or a hook printed; for people, never to be decided by. */
export type RemoteOutcome =
  | { readonly kind: 'done' }
  /** The other side or a hook did not take it. */
  | { readonly kind: 'rejected'; readonly said: string }
  | { readonly kind: 'unreachable'; readonly said: string }
  | { readonly kind: 'signIn'; readonly said: string }
  | { readonly kind: 'failed'; readonly said: string }
  /** The window closed before it answered: nobody knows what came of it. */
  | { readonly kind: 'cutOff'; readonly said: string };

/** A target that other machines land on too: what lands is on its remote before it is anywhere else. */
export interface TeamTarget {
  /**
   * Brings here what others have landed. `moved`: the target (full name) is at another commit now. `ended`: nobody waits for it
   * any more, however long the remote takes. It moves only where that had begun already, which whoever comes next finds.
   */
  catchUp(target: string, signal: AbortSignal): Promise<'asBefore' | 'moved' | 'ended'>;
  /** Puts a commit there, forward only. `signal`: nobody waits any more for what has begun. */
  publish(target: string, commit: Oid, signal: AbortSignal): Promise<Published>;
  /** The commit on `base` by which another machine has landed the story of a landing, which is news here; null for none. */
  landedElsewhere(landing: { readonly storyKey: string; readonly storyTip: Oid }, base: Oid): Promise<Oid | null>;
  /** Whether a commit is there, as this clone knows it. */
  hasPublished(target: string, commit: Oid): Promise<boolean>;
}

/** The other side, with the person's credentials and hooks. Nothing is ever forced. */
export interface Remotes {
  push(remote: string, from: string, to: string): Promise<RemoteOutcome>;
  fetch(remote: string): Promise<RemoteOutcome>;
}
