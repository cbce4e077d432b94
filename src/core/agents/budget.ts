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

/** What several runs took together, as far as they say; null where none of them does. */
export function spentOn(runs: readonly AgentRunRecord[]): Record<'turns' | 'tokens' | 'usd', number | null> {
  const sum = (of: (run: AgentRunRecord) => number | null): number | null =>
    runs.map(of).reduce((all, one) => (one === null ? all : (all ?? 0) + one), null);
  return {
    turns: sum(({ turns }) => turns),
    tokens: sum(({ inputTokens, outputTokens }) =>
      inputTokens === null && outputTokens === null ? null : (inputTokens ?? 0) + (outputTokens ?? 0),
    ),
    usd: sum(({ costUsd }) => costUsd),
  };
}

/** For how long several runs were at work, in minutes; one that has not ended counts as none. */
export function minutesOf(runs: readonly AgentRunRecord[]): number {
  const length = ({ at, endedAt }: AgentRunRecord): number =>
    endedAt === null ? 0 : (Date.parse(endedAt) - Date.parse(at)) / 60_000;
  return runs.reduce((all, run) => all + length(run), 0);
}

/** What of a budget several runs have used up, in words that follow `has used `; null while there is room. */
export function overBudget(budget: AgentBudget | undefined, runs: readonly AgentRunRecord[]): string | null {
  if (budget === undefined) return null;
  const { turns = Infinity, minutes = Infinity, tokens = Infinity, usd = Infinity } = budget;
  const spent = spentOn(runs);
  const used = { turns: spent.turns ?? 0, minutes: minutesOf(runs), tokens: spent.tokens ?? 0, usd: spent.usd ?? 0 };
  if (used.turns >= turns) return `${count(used.turns, 'turn')} of ${turns}`;
  if (used.minutes >= minutes) return `${Math.floor(used.minutes)} of ${minutes} minutes`;
  if (used.tokens >= tokens) return `${count(used.tokens, 'token')} of ${tokens}`;
  if (used.usd >= usd) return `$${used.usd.toFixed(2)} of $${usd}`;
  return null;
}

/** The beginning of the day of a moment as this machine's clock has it, and of the next, in ms since 1970. */
export function dayOf(now: number): { readonly from: number; readonly to: number } {
  const at = new Date(now);
  const [year, month, day] = [at.getFullYear(), at.getMonth(), at.getDate()];
  return { from: new Date(year, month, day).getTime(), to: new Date(year, month, day + 1).getTime() };
}
