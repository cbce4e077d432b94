import type { TurnSoFar } from './agentTalk';
import type { RunReport } from './output/runReport';

/**
 * How long the turn of an agent has taken, by when what it said has come. No agent says nothing for longer than `longestMs` and
 * goes on: a longer pause is time in which the computer slept.
 */
export class TurnHeard {
  #turn = 0;
  #ms = 0;
  /** Up to when it is counted; null before anything came. In ms since 1970, as all times here. */
  #at: number | null = null;
  #heldUntil = 0;

  constructor(private readonly longestMs: number) {}

  heard(at: number, { turns, backOffUntil }: Pick<RunReport, 'turns' | 'backOffUntil'>): void {
    this.#pass(at);
    if ((turns ?? 0) > this.#turn) [this.#turn, this.#ms] = [turns ?? 0, 0];
    this.#heldUntil = backOffUntil ?? 0;
  }

  soFar(now: number): TurnSoFar {
    this.#pass(now);
    return { turn: this.#turn, ms: this.#ms };
  }

  #pass(to: number): void {
    const from = Math.max(this.#at ?? to, this.#heldUntil);
    this.#ms += Math.min(this.longestMs, Math.max(0, to - from));
    this.#at = Math.max(this.#at ?? to, to);
  }
}
