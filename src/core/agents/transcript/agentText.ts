/** What is kept of what agents said: who said what, as records; and what their programs printed, as it came. */
export const AGENT_TEXTS = ['transcript', 'raw'] as const;
export type AgentText = (typeof AGENT_TEXTS)[number];
