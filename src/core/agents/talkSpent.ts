import type { AgentUsage } from './agentTalk';
import type { Spent } from './output/runReport';
import type { SessionSpent } from './sessions/agentSession';

/**
 * What a run over the Agent Client Protocol took, of what the agent says of its whole session: the tokens that its
 * conversation holds and what that cost. `before`: what the session had taken when the run began.
 */
export function spentInTalk(before: SessionSpent, { turns, tokens, cost }: AgentUsage): Spent {
  const usd = inUsd(cost);
  const held = tokens === null ? null : since(before.inputTokens, tokens);
  return {
    turns,
    tokens: held === null ? null : { input: held, output: 0 },
    costUsd: usd === null ? null : since(before.saidUsd ?? before.costUsd, usd),
  };
}

/** What the session has taken after that run; what nobody said stays as it was. */
export function spentBySession(before: SessionSpent, usage: AgentUsage): SessionSpent {
  const { tokens, costUsd } = spentInTalk(before, usage);
  const saidUsd = inUsd(usage.cost) ?? before.saidUsd;
  return {
    turns: (before.turns ?? 0) + usage.turns,
    inputTokens: usage.tokens ?? before.inputTokens,
    outputTokens: before.outputTokens,
    costUsd: costUsd === null ? before.costUsd : (before.costUsd ?? 0) + costUsd,
    ...(saidUsd !== undefined && { saidUsd }),
    source: tokens === null && costUsd === null ? before.source : 'agent',
  };
}

function inUsd(cost: AgentUsage['cost']): number | null {
  return cost?.currency === 'USD' ? cost.amount : null;
}

/** A count that is lower than it was began anew, as after a conversation was shortened or its program started again. */
function since(before: number | null, now: number): number {
  return before === null || now < before ? now : now - before;
}
