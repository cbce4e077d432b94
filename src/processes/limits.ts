import type { Clock, Disposable, RunOutcome, RunRequest } from '../core/ports';

type Limit = Extract<RunOutcome, { kind: 'timedOut' | 'silent' | 'stopped' }>;

/** Watches a run's time, its silence and its abort signal; calls back once, with the first that is reached. */
export class Limits {
  #lastOutput: number;
  readonly #timers = new Set<Disposable>();
  #reached = false;

  constructor(
    private readonly request: Pick<RunRequest, 'timeoutMs' | 'silenceMs' | 'signal'>,
    private readonly clock: Clock,
    private readonly onReached: (limit: Limit) => void,
  ) {
    this.#lastOutput = clock.now();
    const { timeoutMs, silenceMs, signal } = request;
    if (timeoutMs !== null) this.#after(timeoutMs, () => this.#reach({ kind: 'timedOut', afterMs: timeoutMs }));
    if (silenceMs !== null) this.#watchSilence(silenceMs);
    signal.addEventListener('abort', this.#aborted);
    if (signal.aborted) this.#aborted();
  }

  sawOutput(): void {
    this.#lastOutput = this.clock.now();
  }

  dispose(): void {
    this.#reached = true;
    this.request.signal.removeEventListener('abort', this.#aborted);
    for (const timer of this.#timers) timer.dispose();
    this.#timers.clear();
  }

  readonly #aborted = (): void => this.#reach({ kind: 'stopped' });

  #reach(limit: Limit): void {
    if (this.#reached) return;
    this.dispose();
    this.onReached(limit);
  }

  /** One timer for all output: it is set anew for what remains, not for each chunk. */
  #watchSilence(silenceMs: number): void {
    const remaining = this.#lastOutput + silenceMs - this.clock.now();
    if (remaining <= 0) this.#reach({ kind: 'silent', afterMs: silenceMs });
    else this.#after(remaining, () => this.#watchSilence(silenceMs));
  }

  #after(ms: number, callback: () => void): void {
    const timer = this.clock.after(ms, () => {
      this.#timers.delete(timer);
      callback();
    });
    this.#timers.add(timer);
  }
}
