import * as z from 'zod/mini';

/** Rises when a window of one version could misunderstand one of another. */
const VERSION = 5;

/** Likewise between an agent's server and the window that leads. It runs as long as its agent, also while Switchyard is updated. */
export const AGENT_VERSION = 1;

/** The first word of the leader's, to everyone who connects. */
export const GREETING = { switchyard: VERSION, agents: AGENT_VERSION };
/** As a window reads it, which talks with its own version alone. */
export const greetingSchema = z.object({ switchyard: z.literal(VERSION) });
/** As an agent's server reads it, from whatever version. */
export const greetingToAgentSchema = z.object({ switchyard: z.number(), agents: z._default(z.number(), 1) });

/** The first word of who connects: what the leader's claim, which only its owner can read, says to show, or what a run was given. */
export const entrySchema = z.object({ token: z.string().check(z.maxLength(200)) });
