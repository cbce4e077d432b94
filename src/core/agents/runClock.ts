import { count } from '../words/durations';
import { minutes, type AgentOutcome } from './outcome';
import type { Spent } from './output/runReport';
import type { AgentLimits } from './profile';

/** An agent that says nothing at all for so long (minutes) is ended: on a busy machine half a minute is nothing. */
const FIRST_OUTPUT_MINUTES = 10;
const MINUTE = 60_000;

/** What one run may take; null for no limit. Times in ms. */
export interface RunLimits {
  readonly firstOutputMs: number;
  readonly silenceMs: number;
  readonly turnMs: number | null;
  readonly wallMs: number | null;
  readonly turns: number | null;
  readonly tokens: number | null;
  readonly usd: number | null;
}

export function runLimitsOf(limits: AgentLimits): RunLimits {
  const ms = (of: number | undefined): number | null => (of === undefined ? null : of * MINUTE);
  return {
    // Nothing that is not said yet is a longer silence than one that may follow.
    firstOutputMs: (limits.firstOutputMinutes ?? Math.min(FIRST_OUTPUT_MINUTES, limits.silenceMinutes)) * MINUTE,
    silenceMs: limits.silenceMinutes * MINUTE,
    turnMs: ms(limits.turnMinutes),
    wallMs: ms(limits.minutes),
    turns: limits.turns ?? null,
    tokens: limits.tokens ?? null,
    usd: limits.usd ?? null,
  };
}

/** The times (ms) that count so far; what passes while it waits for a limit or an answer is in none of them. */
export interface RunClock {
  readonly wallMs: number;
  readonly silentMs: number;
  readonly turnMs: number;
  readonly hasOutput: boolean;
}

export const CLOCK_AT_START: RunClock = { wallMs: 0, silentMs: 0, turnMs: 0, hasOutput: false };

/** So much (ms) has passed. `held`: it waits for a limit to pass, or for a person's answer. */
export function passed(clock: RunClock, ms: number, held: boolean): RunClock {
  if (held) return clock;
  return { ...clock, wallMs: clock.wallMs + ms, silentMs: clock.silentMs + ms, turnMs: clock.turnMs + ms };
}

export function hadOutput(clock: RunClock): RunClock {
  return { ...clock, silentMs: 0, hasOutput: true };
}

export function beganTurn(clock: RunClock): RunClock {
  return { ...clock, turnMs: 0 };
}

/** Which limit a run has reached, and in a sentence what that was. */
export interface OverLimit {
  readonly limit: 'firstOutput' | 'silence' | 'turn' | 'wall' | 'turns' | 'tokens' | 'usd';
  readonly detail: string;
  /** Of a clock, in ms; null of what is counted. */
  readonly afterMs: number | null;
}

/** The first limit that is reached; null while none is. What is not known of a run reaches no limit. */
export function overLimit(limits: RunLimits, clock: RunClock, spent: Spent): OverLimit | null {
  const { firstOutputMs, silenceMs, turnMs, wallMs, turns, tokens, usd } = limits;
  if (!clock.hasOutput && clock.silentMs >= firstOutputMs)
    return {
      limit: 'firstOutput',
      detail: `It printed nothing in its first ${minutes(firstOutputMs)}`,
      afterMs: firstOutputMs,
    };
  if (clock.hasOutput && clock.silentMs >= silenceMs)
    return { limit: 'silence', detail: `It printed nothing for ${minutes(silenceMs)}`, afterMs: silenceMs };
  if (turnMs !== null && clock.turnMs >= turnMs)
    return { limit: 'turn', detail: `It was at one turn for ${minutes(turnMs)}`, afterMs: turnMs };
  if (wallMs !== null && clock.wallMs >= wallMs)
    return { limit: 'wall', detail: `It ran longer than ${minutes(wallMs)}`, afterMs: wallMs };
  if (turns !== null && spent.turns !== null && spent.turns > turns)
    return { limit: 'turns', detail: `It took more than ${count(turns, 'turn')}`, afterMs: null };
  const taken = spent.tokens === null ? null : spent.tokens.input + spent.tokens.output;
  if (tokens !== null && taken !== null && taken > tokens)
    return { limit: 'tokens', detail: `It took more than ${count(tokens, 'token')}`, afterMs: null };
  if (usd !== null && spent.costUsd !== null && spent.costUsd > usd)
    return { limit: 'usd', detail: `It cost more than $${usd}`, afterMs: null };
  return null;
}

/** How often (ms) to look at the clock, so that no limit is missed by more than a part of it. */
export function tickOf({ firstOutputMs, silenceMs, turnMs, wallMs }: RunLimits): number {
  const shortest = Math.min(firstOutputMs, silenceMs, turnMs ?? Infinity, wallMs ?? Infinity);
  return Math.min(5000, Math.max(20, shortest / 20));
}

/** How a run ended whose program was ended for a limit: as if the limit were the program's own. */
export function outcomeOf(outcome: AgentOutcome, over: OverLimit | null): AgentOutcome {
  if (over === null) return outcome;
  const { limit, afterMs } = over;
  if (limit === 'silence' || limit === 'firstOutput') return { kind: 'silent', afterMs: afterMs ?? 0 };
  return { kind: 'timedOut', afterMs: afterMs ?? 0 };
}
