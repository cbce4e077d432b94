import type { Disposable } from '../base/disposable';
import { say, type Said } from '../core/words/said';
import type { Clock } from '../ports/clock';

/** Milliseconds. */
export interface KeepaliveLimits {
  /** How often the other side is asked. */
  readonly pingMs: number;
  /** How long it may be silent. */
  readonly timeoutMs: number;
}

/** As many questions as this may be lost before somebody is taken for gone: no busy machine is dropped for being late once. */
const LEAST_MARGIN = 2;

/** What is wrong with limits, in a sentence for people; null where nothing is. */
export function limitsProblem({ pingMs, timeoutMs }: KeepaliveLimits): Said | null {
  if (timeoutMs >= LEAST_MARGIN * pingMs) return null;
  return say('switchyard.share.timeoutMs ({0}) has to be at least {1} times switchyard.share.pingMs ({2}), or a peer that answers would be dropped.', timeoutMs, LEAST_MARGIN, pingMs); // prettier-ignore
}

/** Asks the other side again and again, and says when it has been silent for too long. Begins when it is made. */
export class Keepalive {
  #heardAt: number;
  #timer: Disposable | null = null;

  constructor(
    private readonly limits: KeepaliveLimits,
    private readonly ports: {
      readonly clock: Clock;
      readonly ping: () => void;
      readonly onSilent: () => void;
    },
  ) {
    this.#heardAt = ports.clock.now();
    this.#plan();
  }

  /** The other side said something, whatever it was. */
  heard(): void {
    this.#heardAt = this.ports.clock.now();
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#timer = null;
  }

  #plan(): void {
    const { clock } = this.ports;
    const left = this.#heardAt + this.limits.timeoutMs - clock.now();
    this.#timer = clock.after(Math.max(1, Math.min(this.limits.pingMs, left)), () => this.#look());
  }

  #look(): void {
    const { clock, ping, onSilent } = this.ports;
    if (clock.now() - this.#heardAt >= this.limits.timeoutMs) {
      this.dispose();
      onSilent();
      return;
    }
    ping();
    this.#plan();
  }
}
