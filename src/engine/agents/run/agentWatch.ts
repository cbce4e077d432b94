import type { Disposable } from '../../../base/disposable';
import type { TurnSoFar } from '../../../core/agents/agentTalk';
import type { RunReport } from '../../../core/agents/output/runReport';
import type { AgentLimits } from '../../../core/agents/profile';
import { overLimit, runLimitsOf, tickOf, type OverLimit, type RunLimits } from '../../../core/agents/runClock';
import type { Clock } from '../../../ports/clock';

/**
 * Looks after those limits of one run that only show in what the agent says: the length of a turn, turns, tokens and money.
 * Whoever keeps the run looks after the others, also while nobody reads it. Time is counted in small steps, so a computer
 * that slept was not at work, and what passes while the agent waits for its service counts for nothing.
 */
export class AgentWatch {
  readonly #limits: RunLimits;
  #inTurnMs = 0;
  #turns: number | null = null;
  #timer: Disposable | null = null;
  #over: OverLimit | null = null;
  #end: (() => void) | null = null;
  #isDisposed = false;

  constructor(
    limits: AgentLimits,
    private readonly clock: Clock,
    private readonly report: () => RunReport,
  ) {
    this.#limits = runLimitsOf(limits);
  }

  /** The limit that ended it; null where none did. */
  get over(): OverLimit | null {
    return this.#over;
  }

  /** `end` ends the run. `inTurn`: the turn that is under way where the run began before. */
  begin(end: () => void, inTurn: TurnSoFar | null = null): void {
    if (this.#isDisposed) return;
    this.#end = end;
    if (inTurn !== null) [this.#turns, this.#inTurnMs] = [inTurn.turn, inTurn.ms];
    this.#wait();
    this.#look();
  }

  heard(report: RunReport): void {
    if ((report.turns ?? 0) > (this.#turns ?? 0)) [this.#turns, this.#inTurnMs] = [report.turns, 0];
    this.#look();
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#timer?.dispose();
    this.#end = null;
  }

  #wait(): void {
    const { turnMs } = this.#limits;
    if (turnMs === null) return;
    const tick = tickOf(turnMs);
    this.#timer = this.clock.after(tick, () => {
      const { backOffUntil } = this.report();
      if ((backOffUntil ?? 0) <= this.clock.now()) this.#inTurnMs += tick;
      this.#look();
      if (this.#over === null && this.#end !== null) this.#wait();
    });
  }

  #look(): void {
    if (this.#over !== null || this.#end === null) return;
    this.#over = overLimit(this.#limits, this.#inTurnMs, this.report());
    if (this.#over !== null) this.#end();
  }
}
