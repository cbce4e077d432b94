import * as z from 'zod/mini';
import { verdictRecordSchema } from '../gates/verdictRecord';
import { RUN_ROLES } from '../pipeline/roles';

const story = { key: z.string(), number: z.int().check(z.minimum(1)), at: z.iso.datetime() };

/** Null, or left out, where the agent does not say. */
const figure = z.optional(z.nullable(z.number().check(z.minimum(0))));

/**
 * What a run of a gate or of an agent was. Those of agents are for statistics and for the budgets of agents.
 *
 * - `gate`: one run of one gate, see `VerdictRecord`.
 * - `agentStarted`: one start of an agent. `mode` is whether it goes on with a conversation (`warm`) or begins one
 *   (`cold`), and `why` says why it is cold; empty for a warm one. `run` joins start and end.
 * - `gatesAgain`: a person wants no verdict of before `at` to count for this story.
 * - `agentEnded`: how it ended, in one word of ours, and what it took; `at` is when.
 */
export const runFactSchema = z.discriminatedUnion('kind', [
  verdictRecordSchema,
  z.object({ kind: z.literal('gatesAgain'), ...story }),
  z.object({
    kind: z.literal('agentStarted'),
    ...story,
    run: z.string(),
    agent: z.string(),
    model: z.nullable(z.string()),
    /** What it was started for; unknown of runs of before there were reviews. */
    role: z.exactOptional(z.enum(RUN_ROLES)),
    mode: z.enum(['cold', 'warm']),
    why: z.string(),
    /** The conversation that it begins or goes on with, where that is known when it starts. */
    session: z.optional(z.nullable(z.string())),
  }),
  z.object({
    kind: z.literal('agentEnded'),
    ...story,
    run: z.string(),
    outcome: z.string(),
    turns: figure,
    inputTokens: figure,
    outputTokens: figure,
    costUsd: figure,
  }),
]);
export type RunFact = z.infer<typeof runFactSchema>;
