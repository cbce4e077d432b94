/** What an agent is for. */
export const AGENT_ROLES = ['coder', 'qa', 'mergemaster'] as const;
export type AgentRole = (typeof AGENT_ROLES)[number];

/** What an agent is at work on a story for. One whose role is `qa` is its reviewer. */
export const RUN_ROLES = ['coder', 'reviewer', 'mergemaster'] as const;
export type RunRole = (typeof RUN_ROLES)[number];
