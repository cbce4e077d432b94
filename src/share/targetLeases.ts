import type { Disposable } from '../base/disposable';
import {
  GONE_AFTER_MS,
  leaseStep,
  mayBeginLanding,
  OVERDUE_MS,
  type LandingNeed,
  type LandingTurn,
  type QueueLease,
} from '../core/sharing/queueLease';
import type { Machine } from '../core/sharing/sharedStory';
import type { Clock } from '../ports/clock';
import type { Log } from '../ports/log';
import type { Peer } from './connection';

/** After so many failures in a row a machine that nobody hears lands by itself: that is safe, only more may be built twice. */
const ALONE_AFTER = 3;

/** Since when (ms) something is so; the timer looks again once that is for long. */
interface Since {
  readonly at: number;
  readonly timer: Disposable;
}

interface LeasePorts {
  readonly clock: Clock;
  readonly log: Log;
  /** A look may find something else now. */
  readonly onChange: () => void;
}

/** What is known of the others at a look. */
export interface LeaseView {
  readonly me: Machine;
  readonly isConnected: boolean;
  /** How often in a row the server could not be reached. */
  readonly failures: number;
  readonly peers: readonly Peer[];
  lease(target: string): QueueLease | null;
  /** Of which targets this machine has the lease, whether it lands on them any more or not. */
  held(): readonly string[];
  write(target: string, lease: QueueLease): void;
  /** Tells the others for which targets this machine wants its turn. */
  ask(targets: readonly string[]): void;
}

/** Whose turn it is to land on each target, as one machine sees it. */
export class TargetLeases {
  readonly #asked = new Set<string>();
  /** Since when (ms) the holder of a lease is not connected. */
  readonly #goneSince = new Map<string, Since & { readonly epoch: number }>();
  /** The lease under which a landing was at work here. */
  readonly #hadTurn = new Map<string, number>();
  /** Since when (ms) this machine waits for its turn. */
  readonly #waitsSince = new Map<string, Since>();

  constructor(private readonly ports: LeasePorts) {}

  dispose(): void {
    for (const since of [this.#goneSince, this.#waitsSince]) for (const { timer } of since.values()) timer.dispose();
  }

  /** Null: this machine lands by itself. It lands on one target at a time: others have their turn on any that it left. */
  turn(target: string, need: LandingNeed, view: LeaseView): LandingTurn | null {
    for (const left of new Set([...this.#asked, ...view.held()])) if (left !== target) this.#leave(left, view);
    const turn = this.#step(target, need, view);
    const waits = need.wants && !need.atWork && turn !== null && turn.kind !== 'giving' && !mayBeginLanding(turn);
    const since = this.#waiting(target, waits);
    if (since === null || this.ports.clock.now() < since + OVERDUE_MS) return turn;
    return { kind: 'overdue', name: view.lease(target)?.name ?? null, since };
  }

  #leave(target: string, view: LeaseView): void {
    this.#waiting(target, false);
    this.#step(target, { wants: false, atWork: false }, view);
  }

  #step(target: string, need: LandingNeed, view: LeaseView): LandingTurn | null {
    this.#ask(target, need, view);
    const { me, peers } = view;
    const lease = view.lease(target);
    if (!view.isConnected) return this.#turnApart(lease, view);
    if (need.atWork && lease?.machine === me.machine) this.#hadTurn.set(target, lease.epoch);
    const { turn, write } = leaseStep({
      ...need,
      me,
      lease,
      others: peers.map(({ machine, name, asks }) => ({ machine, name, asks: asks.includes(target) })),
      hadTurn: lease !== null && this.#hadTurn.get(target) === lease.epoch,
      goneMs: this.#goneMs(target, lease, view),
    });
    if (write !== null) {
      this.ports.log.info(`[share] ${write.name} lands on ${target}, epoch ${write.epoch}`);
      view.write(target, write);
    }
    return turn;
  }

  /** Nobody is heard: whose turn it was stays so for a short cut, and then every machine lands by itself. */
  #turnApart(lease: QueueLease | null, { me, failures }: LeaseView): LandingTurn | null {
    if (failures >= ALONE_AFTER || lease?.machine === me.machine) return null;
    return lease === null ? { kind: 'asking' } : { kind: 'theirs', name: lease.name };
  }

  /** Since when it waits, whoever has the turn: one that is passed on for ever between others never comes here. */
  #waiting(target: string, waits: boolean): number | null {
    const known = this.#waitsSince.get(target);
    known?.timer.dispose();
    this.#waitsSince.delete(target);
    if (!waits) return null;
    const at = known?.at ?? this.ports.clock.now();
    this.#waitsSince.set(target, { at, timer: this.#lookAt(at + OVERDUE_MS) });
    return at;
  }

  #ask(target: string, { wants }: LandingNeed, view: LeaseView): void {
    if (this.#asked.has(target) !== wants) {
      if (wants) this.#asked.add(target);
      else this.#asked.delete(target);
    }
    view.ask([...this.#asked]);
  }

  #goneMs(target: string, lease: QueueLease | null, { me, peers }: LeaseView): number {
    const isHere = lease === null || lease.machine === me.machine || peers.some(({ machine }) => machine === lease.machine);
    const known = this.#goneSince.get(target);
    known?.timer.dispose();
    this.#goneSince.delete(target);
    if (isHere) return 0;
    const now = this.ports.clock.now();
    // A clock that was set back says nothing of how long it has been.
    const at = known?.epoch === lease.epoch && known.at <= now ? known.at : now;
    this.#goneSince.set(target, { epoch: lease.epoch, at, timer: this.#lookAt(at + GONE_AFTER_MS) });
    return now - at;
  } // prettier-ignore

  /** Looks again then, in ms since 1970; what is past was seen. */
  #lookAt(at: number): Disposable {
    const { clock, onChange } = this.ports;
    const left = at - clock.now();
    return left > 0 ? clock.after(left, onChange) : { dispose: () => undefined };
  }
}
