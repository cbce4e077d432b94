import * as z from 'zod/mini';
import { RUN_ROLES } from '../pipeline/roles';
import { oidSchema } from '../story/stage';
import type { StoryEvent } from '../story/events';
import { OUTPUT_WORDS, RUN_ENDS, type OutputOf, type RunEnd } from './pastRunWords';

/** So many runs of agents are kept of a story. */
export const PAST_RUNS = 8;
/** Places for their texts: one more, so that the texts of a run are written where those of no other are. */
export const PAST_SLOTS = PAST_RUNS + 1;
/** So much may their texts take together, in characters; those of the latest are kept whatever they take. */
const PAST_SIZE = 12_000_000;

/** Null where its agent does not say. */
const figure = z.nullable(z.number());

/**
 * One run of an agent on a story, as it is kept with what was said in it. `slot` names its texts, `size` is what they take.
 * `from` and `to` in ms since 1970. `tip` is the commit that it reviewed, `text` the hash of what it was told of the story, and of who it was.
 * `spent` is what it took, as far as its agent said; one that was kept before that was noted has none.
 */
const pastRunSchema = z.object({
  run: z.string(),
  slot: z.int().check(z.minimum(0), z.maximum(PAST_SLOTS - 1)),
  agent: z.string(),
  role: z.enum(RUN_ROLES),
  from: z.number(),
  to: z.number(),
  came: z.enum(Object.keys(RUN_ENDS) as RunEnd[]),
  size: z.number(),
  tip: z.exactOptional(oidSchema),
  text: z.exactOptional(z.string()),
  spent: z.exactOptional(z.object({ turns: figure, tokens: figure, usd: figure })),
});
export type PastRun = z.infer<typeof pastRunSchema>;

/** The newest last. */
const pastRunsSchema = z.array(pastRunSchema);

export const storyRunsSchema = z.object({
  agents: z.readonly(pastRunsSchema),
  outputs: z.array(z.object({ of: z.enum(Object.keys(OUTPUT_WORDS) as OutputOf[]), end: z.string() })),
});
export type StoryRuns = z.infer<typeof storyRunsSchema>;

/** What is kept of those runs, as it was written; none where that says nothing. */
export function readPastRuns(text: string | null): readonly PastRun[] {
  if (text === null || text === '') return [];
  try {
    return pastRunsSchema.parse(JSON.parse(text));
  } catch {
    return [];
  }
}

/**
 * The runs that are kept together with this one, which takes the place of itself, and a slot that none had before: until all of
 * it is on disk, each of those has its own texts.
 */
export function withPastRun(runs: readonly PastRun[], run: Omit<PastRun, 'slot'>): readonly PastRun[] {
  const kept: PastRun[] = [];
  let left = PAST_SIZE - run.size;
  for (const one of runs.filter((known) => known.run !== run.run).reverse()) {
    left -= one.size;
    if (left < 0 || kept.length === PAST_RUNS - 1) break;
    kept.unshift(one);
  }
  const slots = Array.from({ length: PAST_SLOTS }, (_, slot) => slot);
  return [...kept, { ...run, slot: slots.find((slot) => runs.every((one) => one.slot !== slot)) ?? 0 }];
}

/** What a run came to, by what follows from it for the story. */
export function cameTo(event: StoryEvent | null): RunEnd {
  switch (event?.name) {
    case 'GatesStarted':
      return 'handedOver';
    case 'GatesPassed':
      return 'accepted';
    case 'HoldForReview':
      return event.reviewer === undefined ? 'accepted' : (event.came ?? 'ended');
    case 'ReviewerRejected':
      return 'sentBack';
    case 'ReQueuedForQa':
      return 'solved';
    case 'MergemasterAttempted':
      return 'notSolved';
    case 'Block':
      return 'blocked';
    default:
      return 'ended';
  }
}

/** The run in which this very commit was accepted by a review; null where none that is kept did. */
export function acceptedAt(runs: readonly PastRun[], tip: string): PastRun | null {
  return runs.findLast((run) => run.came === 'accepted' && run.tip === tip) ?? null;
}
