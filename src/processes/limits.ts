import type { Disposable } from '../base/disposable';
import type { RunOutcome } from '../core/pipeline/runOutcome';
import type { Clock } from '../ports/clock';
import type { RunRequest } from '../ports/processes';

type Limit = Extract<RunOutcome, { kind: 'timedOut' | 'silent' | 'stopped' }>;

/** How many parts a silence is counted in. */
const SLICES = 10;

/** Watches a run's time, its silence and its abort signal. */
export class Limits {
  #quietSlices = 0;
  readonly #timers = new Set<Disposable>();
  #done = false;
  #resolve: (limit: Limit) => void = () => undefined;
  /** The first limit that is reached; never resolves after `dispose`. */
  readonly reached = new Promise<Limit>((resolve) => (this.#resolve = resolve));

  constructor(
    private readonly request: Pick<RunRequest, 'timeoutMs' | 'silenceMs' | 'signal'>,
    private readonly clock: Clock,
  ) {
    const { timeoutMs, silenceMs, signal } = request;
    if (timeoutMs !== null) this.#after(timeoutMs, () => this.#reach({ kind: 'timedOut', afterMs: timeoutMs }));
    if (silenceMs !== null) this.#watchSilence(silenceMs);
    signal.addEventListener('abort', this.#aborted);
    if (signal.aborted) this.#aborted();
  }

  sawOutput(): void {
    this.#quietSlices = -1;
  }

  dispose(): void {
    this.#done = true;
    this.request.signal.removeEventListener('abort', this.#aborted);
    for (const timer of this.#timers) timer.dispose();
    this.#timers.clear();
  }

  readonly #aborted = (): void => this.#reach({ kind: 'stopped' });

  #reach(limit: Limit): void {
    if (this.#done) return;
    this.dispose();
    this.#resolve(limit);
  }

  /**
   * Counts slices without output instead of asking the time: a computer that slept for hours has not been silent, and
   * no timer is set anew for each chunk. A slice in which output came does not count, so it is at most a tenth late.
   */
  #watchSilence(silenceMs: number): void {
    this.#after(silenceMs / SLICES, () => {
      this.#quietSlices += 1;
      if (this.#quietSlices >= SLICES) this.#reach({ kind: 'silent', afterMs: silenceMs });
      else this.#watchSilence(silenceMs);
    });
  }

  #after(ms: number, callback: () => void): void {
    const timer = this.clock.after(ms, () => {
      this.#timers.delete(timer);
      callback();
    });
    this.#timers.add(timer);
  }
}
