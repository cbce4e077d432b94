import { unlessAborted } from '../../base/unlessAborted';
import { shortRef } from '../../core/story/names';
import type { GitPort } from '../../ports/git';
import type { Lead } from '../../ports/lead';
import type { Log } from '../../ports/log';
import type { Told } from '../../core/words/said';
import type { RemoteOutcome, Remotes } from '../../ports/remotes';

export interface FollowPorts {
  readonly git: Pick<GitPort, 'upstreamOf' | 'isAncestor' | 'tip' | 'catchUp'>;
  /** Nothing is moved without asking it. */
  readonly lead: Lead;
  readonly log: Log;
}

/** Why a remote has nothing to say. `said`: what git printed. */
export interface NotReached {
  readonly kind: Exclude<RemoteOutcome['kind'], 'done' | 'rejected'>;
  readonly said: string;
}

/** What came of moving the target forward to what is known of its remote. */
export type Followed =
  | { readonly kind: 'moved' }
  /** Paths of `files` are relative to the person's checkout of the target. */
  | { readonly kind: 'waiting'; readonly why: Told; readonly files: string[]; readonly holdsBack: 'all' }
  /** Both have commits that the other lacks. */
  | { readonly kind: 'diverged' }
  | { readonly kind: 'here' | 'notLeading' };

/** As they are, but nobody waits for an answer that has not come when the window closes. */
export function untilClosed(remotes: Remotes, closing: AbortSignal): Remotes {
  const cutOff = { kind: 'cutOff', said: 'the window closed before the remote answered' } as const;
  const unlessClosed = async (ask: () => Promise<RemoteOutcome>): Promise<RemoteOutcome> =>
    closing.aborted ? cutOff : unlessAborted(ask(), closing, cutOff);
  return {
    push: (...what) => unlessClosed(() => remotes.push(...what)),
    fetch: (remote) => unlessClosed(() => remotes.fetch(remote)),
  };
}

/** Asks the remote what it has; null where it answered. */
export async function fetchFrom(remotes: Remotes, remote: string): Promise<NotReached | null> {
  const outcome = await remotes.fetch(remote);
  return outcome.kind === 'done' ? null : notReached(outcome);
}

/** A remote that gives nothing has not refused anything. */
function notReached({ kind, said }: Exclude<RemoteOutcome, { kind: 'done' }>): NotReached {
  return { kind: kind === 'rejected' ? 'failed' : kind, said };
}

/** Moves the target (full name) to what its remote has, where that is a step forward. `here`: it has all of it already. */
export async function followRemote({ git, lead, log }: FollowPorts, target: string): Promise<Followed> {
  const [tip, upstream] = [await git.tip(target), await git.upstreamOf(target)];
  const there = upstream?.tip ?? null;
  const isHere = tip === null || there === null || tip === there || (await git.isAncestor(there, tip));
  if (isHere) return { kind: 'here' };
  if ((await lead.confirm()) === null) return { kind: 'notLeading' };
  const outcome = await git.catchUp({ target, base: tip, to: there });
  if (outcome.kind === 'landed') log.info(`[push] ${shortRef(target)} follows what others landed, to ${there}`);
  if (outcome.kind === 'landed') return { kind: 'moved' };
  if (outcome.kind === 'targetMoved') return { kind: 'diverged' };
  return { kind: 'waiting', why: outcome.why, files: outcome.files, holdsBack: 'all' };
}
