import type { AgentRunRecord } from '../../core/agents/budget';
import type { RunFact } from '../../core/statistics/runFact';

/** Runs of agents as far as they are on record, the oldest first. */
export class AgentShelf {
  readonly #runs = new Map<string, AgentRunRecord>();

  constructor(private readonly most: number) {}

  take(fact: RunFact): void {
    if (fact.kind === 'agentStarted') {
      const { run, key, agent, role, at } = fact;
      this.#runs.set(run, { run, key, agent, ...(role && { role }), at, endedAt: null, turns: null, inputTokens: null, outputTokens: null, costUsd: null }); // prettier-ignore
      for (const oldest of this.#runs.keys()) if (this.#runs.size > this.most) this.#runs.delete(oldest);
    }
    const begun = fact.kind === 'agentEnded' ? this.#runs.get(fact.run) : undefined;
    if (fact.kind !== 'agentEnded' || begun === undefined) return;
    const { at, turns = null, inputTokens = null, outputTokens = null, costUsd = null } = fact;
    this.#runs.set(fact.run, { ...begun, endedAt: at, turns, inputTokens, outputTokens, costUsd });
  }

  all(): readonly AgentRunRecord[] {
    return [...this.#runs.values()];
  }
}
