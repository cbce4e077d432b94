import * as z from 'zod/mini';
import { GATE_VERDICTS } from '../landing/job';
import { oidSchema } from '../story/stage';

const story = { key: z.string(), number: z.int().check(z.minimum(1)), at: z.iso.datetime() };

/**
 * What a run of a gate or of an agent was: facts for statistics alone, which decide nothing.
 *
 * - `gate`: one run of one gate. `of` is the commit of the story itself, or the candidate that would land. `at` is its
 *   beginning, `ms` its length in milliseconds.
 * - `agentStarted`: one start of an agent. `mode` is whether it goes on with a conversation (`warm`) or begins one
 *   (`cold`), and `why` says why it is cold; empty for a warm one. `run` joins start and end.
 * - `agentEnded`: how it ended, in one word of ours; `at` is when.
 */
export const runFactSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('gate'),
    ...story,
    of: z.enum(['story', 'candidate']),
    commit: oidSchema,
    tree: oidSchema,
    gate: z.string(),
    command: z.string(),
    verdict: z.enum(GATE_VERDICTS),
    ms: z.number(),
  }),
  z.object({
    kind: z.literal('agentStarted'),
    ...story,
    run: z.string(),
    agent: z.string(),
    model: z.nullable(z.string()),
    mode: z.enum(['cold', 'warm']),
    why: z.string(),
  }),
  z.object({ kind: z.literal('agentEnded'), ...story, run: z.string(), outcome: z.string() }),
]);
export type RunFact = z.infer<typeof runFactSchema>;
