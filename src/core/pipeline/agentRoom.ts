import type { LiveRun, PipelineFacts } from './facts';

/** Runs of one agent, or of all: how many are at work of how many that may be. */
export interface AgentRoom {
  /** Left out for all of them. */
  readonly agent?: string;
  readonly atWork: number;
  readonly most: number;
}

/** How many runs of this agent there are and may be; null where it has no cap of its own. */
export function roomOf(
  { agentCaps, runs }: Pick<PipelineFacts, 'agentCaps' | 'runs'>,
  agent: string,
): AgentRoom | null {
  const most = agentCaps?.get(agent);
  if (most === undefined) return null;
  const own = [...runs.values()].filter((run) => run.name === agent && isAgent(run));
  return { agent, atWork: own.length, most };
}

/** Whether an agent is at work in it, whatever it does. */
export function isAgent({ kind }: Pick<LiveRun, 'kind'>): boolean {
  return kind === 'coder' || kind === 'mergemaster' || kind === 'reviewer';
}
