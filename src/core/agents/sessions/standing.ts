import * as z from 'zod/mini';

/**
 * A run that ended without what it was for, in one stay of a story in its stage: what is counted against `retries`.
 * `stageAt` is when the story came into the stage; attempts of an earlier stay count no more.
 */
export const attemptSchema = z.object({
  kind: z.literal('attempt'),
  storyKey: z.string(),
  stageAt: z.iso.datetime(),
  at: z.iso.datetime(),
  agent: z.string(),
  mode: z.enum(['warm', 'cold']),
  /** What happened, in a sentence. */
  cause: z.string(),
  /** A run that is judged again, because its window died meanwhile, is one attempt. */
  run: z.exactOptional(z.string()),
});
export type Attempt = z.infer<typeof attemptSchema>;

/**
 * An agent may not go on before `until`: a rate limit, a spent quota, or a budget of this day. `said`: the agent named the
 * time itself. `times`: how often in a row, 1 for the first.
 */
export const agentLimitSchema = z.object({
  kind: z.literal('limit'),
  agent: z.string(),
  what: z.enum(['rate', 'quota', 'budget']),
  at: z.iso.datetime(),
  until: z.iso.datetime(),
  said: z.boolean(),
  times: z.int().check(z.minimum(1)),
  /** The run that met it, which can be judged again as well. */
  run: z.exactOptional(z.string()),
});
export type AgentLimit = z.infer<typeof agentLimitSchema>;

/** How agents stand: facts from which the scheduler and the cards derive what waits. */
export const standingSchema = z.discriminatedUnion('kind', [attemptSchema, agentLimitSchema]);
export type Standing = z.infer<typeof standingSchema>;

/** Where the agent names no time it waits this long (ms), longer each time in a row. */
const WAITS = [1, 5, 15, 30, 60].map((minutes) => minutes * 60_000);
/** No wait is longer (ms): a clock that is wrong must not stop an agent for ever. */
const LONGEST = 8 * 24 * 3_600_000;

/** Until when (ms since 1970) an agent waits for a limit that it met `times` times in a row. */
export function waitUntil(said: number | null, now: number, times: number): number {
  const last = WAITS[Math.min(times, WAITS.length) - 1] ?? 60_000;
  if (said === null || said <= now) return now + last;
  return Math.min(said, now + LONGEST);
}

/** The limit that holds an agent now; null where none does. */
export function limitOf(limits: readonly AgentLimit[], agent: string, now: number): AgentLimit | null {
  return limits.find((one) => one.agent === agent && Date.parse(one.until) > now) ?? null;
}

/** Attempts of a story in its present stay. */
export function attemptsOf(
  standings: readonly Standing[],
  { key, stageAt }: { readonly key: string; readonly stageAt: string },
): Attempt[] {
  return standings.flatMap((one) => (one.kind === 'attempt' && one.storyKey === key && one.stageAt === stageAt ? [one] : [])); // prettier-ignore
}
