/** What an agent is for. */
export const AGENT_ROLES = ['coder', 'qa', 'mergemaster'] as const;
export type AgentRole = (typeof AGENT_ROLES)[number];
