import * as z from 'zod/mini';
import { machineSchema, type Machine } from './sharedStory';
import { localMoment } from '../words/localMoment';
import { say, type Said } from '../words/said';

/**
 * Which machine begins landings on a target, as the shared document says. `epoch` rises each time another one gets it. It is
 * renewed by being there: who is gone is known from the connection, and no moment is in it, because clocks differ.
 */
export const leaseSchema = z.extend(machineSchema, { epoch: z.int().check(z.minimum(1), z.maximum(999_999_999)) });
export type QueueLease = z.infer<typeof leaseSchema>;

/**
 * Whether this machine may begin a landing. `theirs`: another one does. `giving`: what it has at work goes on, and then
 * another's turn comes. `asking`: it is about to be known. `overdue`: it has waited for long, since then (ms); `name` is who
 * has the turn, null where nobody says so. Nothing at all is said where it lands by itself.
 */
export type LandingTurn =
  | { readonly kind: 'mine' }
  | { readonly kind: 'asking' }
  | { readonly kind: 'theirs' | 'giving'; readonly name: string }
  | { readonly kind: 'overdue'; readonly name: string | null; readonly since: number };

/** What this machine has to land on a target. */
export interface LandingNeed {
  /** A landing would begin now, or one is at work. */
  readonly wants: boolean;
  /** A landing is at work and waits for nothing. */
  readonly atWork: boolean;
}

/** What a machine that is connected knows of the lease of a target. */
export interface LeaseFacts extends LandingNeed {
  readonly me: Machine;
  readonly lease: QueueLease | null;
  /** Others that are connected, and whether they have something to land on this target. */
  readonly others: readonly (Machine & { readonly asks: boolean })[];
  /** Under this lease a landing has been at work already. */
  readonly hadTurn: boolean;
  /** For how long (ms) the holder has not been connected. */
  readonly goneMs: number;
}

export interface LeaseStep {
  readonly turn: LandingTurn;
  /** To be put into the shared document. */
  readonly write: QueueLease | null;
}

/** So long (ms) a holder may be away before another takes over: as long as a short cut of its connection. */
export const GONE_AFTER_MS = 2_000;
/** So long (ms) a machine waits for its turn before its person is told: nobody can know whether a holder is slow or means harm. */
export const OVERDUE_MS = 600_000;

/**
 * What a machine does about the lease now. A holder hands it on by itself, after at least one landing of its own; one that is
 * gone loses it. Two that claim in one moment write one place, and the document keeps one of them. What the other has begun
 * is harmless: targets move by compare-and-swap here, and forward only on the remote.
 */
export function leaseStep(facts: LeaseFacts): LeaseStep {
  const { me, lease, others, wants } = facts;
  const claim = { ...me, epoch: (lease?.epoch ?? 0) + 1 };
  if (lease === null) return { turn: { kind: 'asking' }, write: wants ? claim : null };
  if (lease.machine === me.machine) return held(facts, lease);
  const isGone = !others.some(({ machine }) => machine === lease.machine) && facts.goneMs >= GONE_AFTER_MS;
  if (isGone && wants) return { turn: { kind: 'asking' }, write: claim };
  return { turn: { kind: 'theirs', name: lease.name }, write: null };
}

function held({ me, others, wants, atWork, hadTurn }: LeaseFacts, { epoch }: QueueLease): LeaseStep {
  const next = nextAfter(
    me,
    others.filter(({ asks }) => asks),
  );
  if (next === null || (wants && !hadTurn)) return { turn: { kind: 'mine' }, write: null };
  if (atWork) return { turn: { kind: 'giving', name: next.name }, write: null };
  const write = { machine: next.machine, name: next.name, epoch: epoch + 1 };
  return { turn: { kind: 'theirs', name: next.name }, write };
}

/** In the order of their ids, round and round, so that everyone's turn comes. */
function nextAfter(me: Machine, asking: readonly Machine[]): Machine | null {
  const inOrder = [...asking].sort((one, other) => (one.machine < other.machine ? -1 : 1));
  return inOrder.find(({ machine }) => machine > me.machine) ?? inOrder[0] ?? null;
}

/** Why a story waits for its turn among machines, in a sentence; null where it does not. */
export function sayTurn(turn: LandingTurn | undefined, target: string): Said | null {
  switch (turn?.kind) {
    case 'theirs':
      return say('{0}’s machine lands on {1} now; the turn of this one comes after.', turn.name, target);
    case 'giving':
      return say('{0}’s machine is next to land on {1}; the turn of this one comes again after.', turn.name, target);
    case 'asking':
      return say('Waits until the other machines agree on who lands on {0} now.', target);
    case 'overdue': {
      const since = localMoment(turn.since).slice(0, 16);
      return turn.name === null
        ? say('This machine has waited since {0} until others agree on who lands on {1}. Share Stories… lets it land all the same.', since, target)
        : say('This machine has waited since {0} for its turn to land on {1}, which {2}’s machine has. Share Stories… lets it land all the same.', since, target, turn.name);
    } // prettier-ignore
    case 'mine':
    case undefined:
      return null;
  }
}

/** Whether landings may begin here. */
export function mayBeginLanding(turn: LandingTurn | undefined): boolean {
  return turn === undefined || turn.kind === 'mine';
}
