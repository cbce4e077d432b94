import type { RunRole } from '../pipeline/roles';
import { count } from '../words/durations';
import type { AgentBudget } from './profile';

/** One run of an agent that has ended, or was begun; null is unknown. Times are ISO 8601 in UTC. */
export interface AgentRunRecord {
  readonly run: string;
  readonly key: string;
  readonly agent: string;
  readonly role?: RunRole;
  readonly at: string;
  readonly endedAt: string | null;
  readonly turns: number | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly costUsd: number | null;
}

/** What of a budget several runs have used up, in words that follow `has used `; null while there is room. */
export function overBudget(budget: AgentBudget | undefined, runs: readonly AgentRunRecord[]): string | null {
  if (budget === undefined) return null;
  const sum = (of: (run: AgentRunRecord) => number): number => runs.reduce((all, run) => all + of(run), 0);
  const { turns, minutes, tokens, usd } = budget;
  const used = {
    turns: sum((run) => run.turns ?? 0),
    minutes: sum(({ at, endedAt }) => (endedAt === null ? 0 : (Date.parse(endedAt) - Date.parse(at)) / 60_000)),
    tokens: sum((run) => (run.inputTokens ?? 0) + (run.outputTokens ?? 0)),
    usd: sum((run) => run.costUsd ?? 0),
  };
  if (turns !== undefined && used.turns >= turns) return `${count(used.turns, 'turn')} of ${turns}`;
  if (minutes !== undefined && used.minutes >= minutes) return `${Math.floor(used.minutes)} of ${minutes} minutes`;
  if (tokens !== undefined && used.tokens >= tokens) return `${count(used.tokens, 'token')} of ${tokens}`;
  if (usd !== undefined && used.usd >= usd) return `$${used.usd.toFixed(2)} of $${usd}`;
  return null;
}

/** The beginning of the day of a moment as this machine's clock has it, and of the next, in ms since 1970. */
export function dayOf(now: number): { readonly from: number; readonly to: number } {
  const at = new Date(now);
  const [year, month, day] = [at.getFullYear(), at.getMonth(), at.getDate()];
  return { from: new Date(year, month, day).getTime(), to: new Date(year, month, day + 1).getTime() };
}
