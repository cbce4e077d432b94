import { messageOf, stackOf } from '../base/messageOf';
import type { Disposable } from '../base/disposable';
import { onBehalfOf } from '../base/onBehalfOf';
import type { RoundProblem } from '../core/pipeline/facts';
import type { Clock } from '../ports/clock';
import type { Log } from '../ports/log';

/** A round that failed (a lock, a full disk) is tried again after this long (ms); nothing is lost by waiting. */
export const TRY_AGAIN_MS = 2000;
/** A round that takes longer (ms) is told about: something that it waits for does not answer. */
export const PATIENCE_MS = 30_000;

interface RoundsPorts {
  readonly clock: Clock;
  readonly log: Log;
  /** Observes, decides and does what is to be done. */
  readonly round: () => Promise<void>;
  /** What `problem` says may have changed. */
  readonly onProblem: () => void;
}

/** The engine's loop: one round at a time, and another one when something happened meanwhile. */
export class Rounds {
  #loop: Promise<void> | null = null;
  #hasBegun = false;
  #again = false;
  /** How many rounds have begun. */
  #begun = 0;
  #disposed = false;
  #later: Disposable | null = null;
  /** The failure of the last round, and since when each of them has failed. */
  #failure: { readonly why: string; readonly since: number; readonly times: number } | null = null;
  /** When a round began that takes too long. */
  #hangsSince: number | null = null;

  constructor(private readonly ports: RoundsPorts) {}

  /** Everything is ready for the first round. Until then whoever pokes waits for it. */
  begin(): void {
    this.#hasBegun = true;
    this.poke();
  }

  /** Something may have changed: one round, soon. */
  poke(): void {
    if (this.#disposed) return;
    this.#again = true;
    if (this.#loop !== null || !this.#hasBegun) return;
    let ended = (): void => undefined;
    this.#loop = new Promise((resolve) => (ended = resolve));
    // Whoever poked: a round is for all stories.
    void onBehalfOf(null, () => this.#run()).finally(ended);
  }

  /** As `poke`, and resolves after a round that began after the call, also where the one that was under way failed. */
  async settle(): Promise<void> {
    const before = this.#begun;
    do {
      this.poke();
      await this.#loop;
    } while (this.#begun === before && this.#hasBegun && !this.#disposed);
  }

  /** One round after this long (ms), unless another is planned for later after this call. */
  pokeLater(ms: number): void {
    this.#later?.dispose();
    this.#later = this.#disposed ? null : this.ports.clock.after(ms, () => this.poke());
  }

  /** Whether a round is under way. */
  isUnderWay(): boolean {
    return this.#loop !== null;
  }

  /** What is wrong with the rounds now; null while they do their work. One failure alone may pass by itself. */
  problem(): RoundProblem | null {
    if (this.#hangsSince !== null) return { kind: 'hangs', since: this.#hangsSince };
    if (this.#failure === null || this.#failure.times < 2) return null;
    return { kind: 'fails', why: this.#failure.why, since: this.#failure.since };
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#later?.dispose();
    await this.#loop;
  }

  /** Between its last look at `#again` and the end of the loop nothing else can run, so no poke falls in between. */
  async #run(): Promise<void> {
    try {
      while (this.#again && !this.#disposed && (await this.#one()) === 'done');
    } finally {
      this.#loop = null;
    }
  }

  async #one(): Promise<'done' | 'failed'> {
    this.#again = false;
    this.#begun += 1;
    const watched = this.#watch();
    try {
      await this.ports.round();
      this.#succeeded();
      return 'done';
    } catch (error) {
      this.#failed(error);
      return 'failed';
    } finally {
      watched.dispose();
    }
  }

  #watch(): Disposable {
    const began = this.ports.clock.now();
    const timer = this.ports.clock.after(PATIENCE_MS, () => {
      this.#hangsSince = began;
      this.ports.log.warn(`[engine] a round has been waiting for ${PATIENCE_MS / 1000} s`);
      this.ports.onProblem();
    });
    return {
      dispose: () => {
        timer.dispose();
        if (this.#hangsSince === null) return;
        this.#hangsSince = null;
        this.ports.onProblem();
      },
    };
  }

  #succeeded(): void {
    if (this.#failure === null) return;
    this.ports.log.info('[engine] rounds work again');
    this.#failure = null;
    this.ports.onProblem();
  }

  /** The log hears of each cause once; the views say for how long it has been so. */
  #failed(error: unknown): void {
    const why = messageOf(error);
    const before = this.#failure;
    if (before?.why === why) this.ports.log.debug(`[engine] still: ${why}`);
    else this.ports.log.error(`[engine] ${stackOf(error)}`);
    this.#failure = { why, since: before?.since ?? this.ports.clock.now(), times: (before?.times ?? 0) + 1 };
    this.pokeLater(TRY_AGAIN_MS);
    this.ports.onProblem();
  }
}
