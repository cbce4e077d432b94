/** The messages between an agent's MCP server and the window that leads. */
import * as z from 'zod/mini';
import { AGENT_TOOLS, toolAnswerSchema, type AgentToolName } from '../core/agents/agentTools';

type ToolMessages = {
  readonly [N in AgentToolName]: {
    readonly asks: (typeof AGENT_TOOLS)[N]['asks'];
    readonly gives: typeof toolAnswerSchema;
  };
};

/** What the leader takes in from an agent, and nothing more: one request a tool. */
export const agentSide = {
  requests: Object.fromEntries(
    Object.entries(AGENT_TOOLS).map(([name, { asks }]) => [name, { asks, gives: toolAnswerSchema }]),
  ) as ToolMessages,
  notifications: {},
} as const;

/** What an agent's server is told: that it was let in. Who is not is sent away without a word. */
export const serverSide = {
  requests: {},
  notifications: { welcome: z.null() },
} as const;
