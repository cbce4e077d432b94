import type { TrialOutcome, TrialPlan } from '../../../core/agents/agentTrial';
import type { AgentTry } from './agentTry';
import type { TryPorts } from './runTrial';

/** Trying agents. What does it is loaded when a person first does. */
export class AgentTries {
  #loaded: Promise<AgentTry> | null = null;

  constructor(private readonly ports: TryPorts) {}

  async plan(agent: unknown): Promise<TrialPlan> {
    return (await this.#load()).plan(agent);
  }

  async perform(agent: unknown): Promise<TrialOutcome> {
    return (await this.#load()).perform(agent);
  }

  async cancel(): Promise<void> {
    (await this.#loaded)?.cancel();
  }

  /** Ends what is tried; resolves once nothing of it is left. */
  async close(): Promise<void> {
    await (await this.#loaded)?.close();
  }

  #load(): Promise<AgentTry> {
    return (this.#loaded ??= import('./agentTry').then(({ AgentTry: Try }) => new Try(this.ports)));
  }
}
