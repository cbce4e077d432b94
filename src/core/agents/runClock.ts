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

/** Which limit a run has reached, and in a sentence what that was. */
export interface OverLimit {
  readonly limit: 'turn' | 'turns' | 'tokens' | 'usd';
  readonly detail: string;
  /** Of a clock, in ms; null of what is counted. */
  readonly afterMs: number | null;
}

/**
 * The first limit that is reached of those that show in what the agent says; null while none is. `inTurnMs`: how long it is at
 * this turn. What is not known of a run reaches no limit.
 */
export function overLimit({ turnMs, turns, tokens, usd }: RunLimits, inTurnMs: number, spent: Spent): OverLimit | null {
  if (turnMs !== null && inTurnMs >= turnMs)
    return { limit: 'turn', detail: `It was at one turn for ${minutes(turnMs)}`, afterMs: turnMs };
  if (turns !== null && spent.turns !== null && spent.turns > turns)
    return { limit: 'turns', detail: `It took more than ${count(turns, 'turn')}`, afterMs: null };
  const taken = spent.tokens === null ? null : spent.tokens.input + spent.tokens.output;
  if (tokens !== null && taken !== null && taken > tokens)
    return { limit: 'tokens', detail: `It took more than ${count(tokens, 'token')}`, afterMs: null };
  if (usd !== null && spent.costUsd !== null && spent.costUsd > usd)
    return { limit: 'usd', detail: `It cost more than $${usd}`, afterMs: null };
  return null;
}

/** How often (ms) to look at a clock of so long (ms), so that it is missed by no more than a part of it. */
export function tickOf(ms: number): number {
  return Math.min(5000, Math.max(20, ms / 20));
}

/** How a run ended whose program was ended for a limit: as if the limit were the program's own. */
export function outcomeOf(outcome: AgentOutcome, over: OverLimit | null): AgentOutcome {
  if (over === null) return outcome;
  return { kind: 'timedOut', afterMs: over.afterMs ?? 0 };
}
