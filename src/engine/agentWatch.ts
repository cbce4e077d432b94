import type { Disposable } from '../base/disposable';
import type { RunReport } from '../core/agents/output/runReport';
import type { AgentLimits } from '../core/agents/profile';
import { beganTurn, CLOCK_AT_START, overLimit, passed, runLimitsOf, tickOf, type OverLimit, type RunClock, type RunLimits } from '../core/agents/runClock'; // prettier-ignore
import type { Clock } from '../ports/clock';

/**
 * Looks after those limits of one run that only show in what the agent says: the length of a turn, turns, tokens and money.
 * Whoever keeps the run looks after the others, also while nobody reads it. Time is counted in small steps, so a computer
 * that slept was not at work, and what passes while the agent waits for its service counts for nothing.
 */
export class AgentWatch {
  readonly #limits: RunLimits;
  readonly #tick: number;
  #passed: RunClock = { ...CLOCK_AT_START, hasOutput: true };
  #turns: number | null = null;
  #timer: Disposable | null = null;
  #over: OverLimit | null = null;
  #end: (() => void) | null = null;

  constructor(
    limits: AgentLimits,
    private readonly clock: Clock,
    private readonly report: () => RunReport,
  ) {
    this.#limits = { ...runLimitsOf(limits), firstOutputMs: Infinity, silenceMs: Infinity, wallMs: null };
    this.#tick = tickOf(this.#limits);
  }

  /** The limit that ended it; null where none did. */
  get over(): OverLimit | null {
    return this.#over;
  }

  /** `end` ends the run. */
  begin(end: () => void): void {
    this.#end = end;
    this.#wait();
    this.#look();
  }

  heard(report: RunReport): void {
    if (report.turns !== this.#turns) this.#passed = beganTurn(this.#passed);
    this.#turns = report.turns;
    this.#look();
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#end = null;
  }

  #wait(): void {
    if (this.#limits.turnMs === null) return;
    this.#timer = this.clock.after(this.#tick, () => {
      const { backOffUntil } = this.report();
      this.#passed = passed(this.#passed, this.#tick, (backOffUntil ?? 0) > this.clock.now());
      this.#look();
      if (this.#over === null && this.#end !== null) this.#wait();
    });
  }

  #look(): void {
    if (this.#over !== null || this.#end === null) return;
    this.#over = overLimit(this.#limits, this.#passed, this.report());
    if (this.#over !== null) this.#end();
  }
}
