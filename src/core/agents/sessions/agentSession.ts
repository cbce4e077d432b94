import * as z from 'zod/mini';

const count = z.number().check(z.minimum(0));

/**
 * What a conversation took so far; null is unknown. `source`: the agent's own account, or nobody says. `saidUsd`: what it was
 * last said to have cost, which is less than all of it where the agent's program began to count anew.
 */
export const sessionSpentSchema = z.object({
  turns: z.nullable(count),
  inputTokens: z.nullable(count),
  outputTokens: z.nullable(count),
  costUsd: z.nullable(count),
  saidUsd: z.exactOptional(count),
  source: z.enum(['agent', 'unknown']),
});
export type SessionSpent = z.infer<typeof sessionSpentSchema>;

/**
 * Whose conversation it is: one for each story, agent and model, and one of its own about the story's merges. `model` is null
 * where none is configured.
 */
export const sessionKeySchema = z.object({
  storyKey: z.string(),
  agent: z.string(),
  model: z.nullable(z.string()),
  role: z.exactOptional(z.literal('mergemaster')),
});
export type SessionKey = z.infer<typeof sessionKeySchema>;

/**
 * A conversation of an agent about a story, by which a later run can go on. Times are ISO 8601 in UTC.
 *
 * - `id`, `idFrom`: chosen by us, printed by the agent, or given over the Agent Client Protocol.
 * - `version`: of the program, where it says so. `profile`: hash of how it is started.
 * - `loadableFrom`: it must not be loaded before; null for at any time.
 * - `state`: `live` while a run of it is on record as begun; `dead` is kept until the next look-up has said why. `cause`
 *   `fresh`: a person threw it away.
 */
export const agentSessionSchema = z.extend(sessionKeySchema, {
  number: z.int().check(z.minimum(1)),
  transport: z.enum(['commandLine', 'acp']),
  id: z.string().check(z.minLength(1)),
  idFrom: z.enum(['chosen', 'printed', 'acp']),
  version: z.nullable(z.string()),
  worktree: z.string(),
  profile: z.string(),
  loadableFrom: z.nullable(z.iso.datetime()),
  begunAt: z.iso.datetime(),
  usedAt: z.iso.datetime(),
  spent: sessionSpentSchema,
  state: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('live'), run: z.string() }),
    z.object({ kind: z.literal('resumable') }),
    z.object({ kind: z.literal('dead'), why: z.string(), cause: z.optional(z.enum(['fresh'])) }),
  ]),
});
export type AgentSession = z.infer<typeof agentSessionSchema>;

export const NOTHING_SPENT: SessionSpent = {
  turns: null,
  inputTokens: null,
  outputTokens: null,
  costUsd: null,
  source: 'unknown',
};

export function isSameKey(a: SessionKey, b: SessionKey): boolean {
  return a.storyKey === b.storyKey && a.agent === b.agent && a.model === b.model && a.role === b.role;
}

/** As the log names it: `#4 claude (opus)`. */
export function describeKey({ agent, model, role }: SessionKey, number: number): string {
  return `#${number} ${agent}${model === null ? '' : ` (${model})`}${role === undefined ? '' : ` as ${role}`}`;
}

/** Whether it is being gone on with in this run. */
export function isLiveIn({ state }: Pick<AgentSession, 'state'>, run: string): boolean {
  return state.kind === 'live' && state.run === run;
}
