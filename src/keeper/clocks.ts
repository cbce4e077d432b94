import type { Disposable } from '../base/disposable';
import type { RunOutcome } from '../core/pipeline/runOutcome';
import type { Clock } from '../ports/clock';
import type { RunClocks } from '../ports/keptRuns';

export type Reached = Extract<RunOutcome, { kind: 'timedOut' | 'silent' }>;

/** How many parts a time is counted in. */
const SLICES = 20;

/**
 * The clocks of a run. They count slices instead of asking the time, so a computer that slept for hours was not silent, and
 * slices in which they were held do not count. Each is at most a twentieth late.
 */
export class Clocks {
  readonly #timers = new Set<Disposable>();
  #quiet = 0;
  /** Slices of the turn that is under way; null between turns. */
  #turn: number | null = null;
  #hasSpoken = false;
  #held: Disposable | null = null;
  #done = false;

  constructor(
    private readonly limits: RunClocks,
    private readonly clock: Clock,
    private readonly onReached: (limit: Reached) => void,
    /** A host is there, which ends a turn that takes too long in the agent's own words. */
    private readonly isHeard: () => boolean = () => true,
  ) {
    const { turnMs, wallMs, silenceMs, firstOutputMs } = limits;
    if (turnMs !== undefined) this.#watchTurn(turnMs);
    if (wallMs !== null) this.#watchWall(wallMs, 0);
    if (firstOutputMs !== null) this.#watchFirst(firstOutputMs, 0);
    if (silenceMs !== null) this.#watchSilence(silenceMs, firstOutputMs === null ? 'atOnce' : 'onceItSpoke');
  }

  sawOutput(): void {
    this.#hasSpoken = true;
    this.#quiet = -1;
  }

  /** How long (ms) the turn that is under way has taken; 0 between turns. */
  get inTurnMs(): number {
    return ((this.#turn ?? 0) * (this.limits.turnMs ?? 0)) / SLICES;
  }

  sawTurn(what: 'began' | 'over'): void {
    this.#turn = what === 'began' ? 0 : null;
  }

  /** They stand still for at most so long (ms); 0 lets them go on. */
  hold(ms: number): void {
    this.#held?.dispose();
    this.#held = ms > 0 && !this.#done ? this.#after(ms, () => (this.#held = null)) : null;
    this.#quiet = Math.min(this.#quiet, 0);
  }

  dispose(): void {
    this.#done = true;
    for (const timer of this.#timers) timer.dispose();
    this.#timers.clear();
  }

  #watchWall(ms: number, passed: number): void {
    if (passed >= SLICES) this.#reach({ kind: 'timedOut', afterMs: ms });
    else this.#after(ms / SLICES, () => this.#watchWall(ms, this.#counted(passed)));
  }

  #watchTurn(ms: number): void {
    this.#after(ms / SLICES, () => {
      if (this.#turn !== null) this.#turn = this.#counted(this.#turn);
      if ((this.#turn ?? 0) >= SLICES && !this.isHeard()) this.#reach({ kind: 'timedOut', afterMs: ms, of: 'turn' });
      else this.#watchTurn(ms);
    });
  }

  #watchFirst(ms: number, passed: number): void {
    if (this.#hasSpoken) return;
    if (passed >= SLICES) this.#reach({ kind: 'silent', afterMs: ms });
    else this.#after(ms / SLICES, () => this.#watchFirst(ms, this.#counted(passed)));
  }

  #watchSilence(ms: number, from: 'atOnce' | 'onceItSpoke'): void {
    this.#after(ms / SLICES, () => {
      if (from === 'atOnce' || this.#hasSpoken) this.#quiet = this.#counted(this.#quiet);
      if (this.#quiet >= SLICES) this.#reach({ kind: 'silent', afterMs: ms });
      else this.#watchSilence(ms, from);
    });
  }

  #counted(slices: number): number {
    return this.#held === null ? slices + 1 : slices;
  }

  #reach(limit: Reached): void {
    if (this.#done) return;
    this.dispose();
    this.onReached(limit);
  }

  #after(ms: number, callback: () => void): Disposable {
    const timer = this.clock.after(ms, () => {
      this.#timers.delete(timer);
      callback();
    });
    this.#timers.add(timer);
    return timer;
  }
}
