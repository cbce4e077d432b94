import { undecidedMove } from '../agents/movedTarget';
import { whyRaced } from '../agents/race';
import { heldStories } from '../recovery/storeLoss';
import { dependenciesOf } from '../story/dependencies';
import type { Oid } from '../story/stage';
import type { StoryRecord } from '../story/story';
import type { JobFacts, PipelineFacts } from './facts';
import { inQueueOrder } from './queueOrder';

/** Where the machine has its power from; `unknown` where it does not tell. */
export type PowerSource = 'mains' | 'battery' | 'unknown';

/** A merge that nobody has asked for yet: of a story's commit with the target as it is. */
export interface MergeAhead {
  readonly key: string;
  readonly tip: Oid;
  readonly target: Oid;
}

/**
 * Whether gates may run that nobody waits for: nothing is in the queue or before its own gates, and nothing is at work or about
 * to begin. `isBusy`: this round begins work on a story, or something is at work that the facts do not tell of.
 */
export function isQuiet(facts: PipelineFacts, isBusy: boolean): boolean {
  const { permission, storeProblem, target, gates, redTarget = null, jobs, runs, stories, criteriaDue = [] } = facts;
  if (permission !== 'granted' || storeProblem !== null) return false;
  if (target.kind === 'missing' || gates.kind !== 'configured' || redTarget !== null) return false;
  if (undecidedMove(facts.findings, target) !== null) return false;
  const isWaitedFor = ({ stage, worksAt }: StoryRecord): boolean =>
    worksAt === undefined && (stage.name === 'QA' || stage.name === 'Merge');
  const isAtWork = runs.size > 0 || jobs.length > 0 || criteriaDue.length > 0;
  return !isAtWork && !isBusy && !stories.some(isWaitedFor);
}

/** Merges that may be proven ahead, the one that would land first the first: of stories that wait for nothing but a review. */
export function mergesAhead(facts: PipelineFacts): MergeAhead[] {
  const { target, stories, losses, conflicts = [], pending, tips } = facts;
  if (target.kind === 'missing') return [];
  const [held, dependencies] = [heldStories(losses), dependenciesOf(stories, facts.elsewhere)];
  const stuck = new Set(conflicts.flatMap(({ one, other }) => (other === null ? [one] : [])));
  const waiting = stories.filter(
    (one) =>
      one.worksAt === undefined &&
      one.stage.name === 'ReviewHold' &&
      tips.get(one.key) === one.stage.tip &&
      !held.has(one.key) &&
      !stuck.has(one.key) &&
      !pending.has(one.key) &&
      whyRaced(stories, one) === null &&
      dependencies.state(one).kind === 'ready',
  );
  return inQueueOrder(waiting, facts.now).flatMap(({ key, stage }) =>
    'tip' in stage ? [{ key, tip: stage.tip, target: target.tip }] : [],
  );
}

/**
 * As `isQuiet`, and also while all that is to land waits for something that the machine has no part in, such as changes in a
 * person's checkout.
 */
export function isIdle(facts: PipelineFacts, isBusy: boolean): boolean {
  const { jobs, stories } = facts;
  const isResting = ({ wait, progress }: JobFacts): boolean =>
    wait !== null && wait.holdsBack !== 'nothing' && progress === null;
  if (jobs.length === 0 || !jobs.every(isResting)) return isQuiet(facts, isBusy);
  return isQuiet({ ...facts, jobs: [], stories: stories.filter(({ stage }) => stage.name !== 'Merge') }, isBusy);
}

/** Two merges, of which the first one would land first. Each can be green, and both together red. */
export interface PairAhead {
  readonly one: MergeAhead;
  readonly other: MergeAhead;
}

/** Pairs of what may be proven ahead and of what waits to land, but for those that git cannot merge or that are built on each other. */
export function pairsAhead(facts: PipelineFacts): PairAhead[] {
  const { target, stories, tips, now, conflicts = [] } = facts;
  if (target.kind === 'missing') return [];
  const apart = new Set(conflicts.flatMap(({ one, other, gate }) => (gate === undefined ? [`${one} ${other}`, `${other} ${one}`] : []))); // prettier-ignore
  for (const { key, childOf } of stories)
    if (childOf !== undefined) apart.add(`${childOf.key} ${key}`).add(`${key} ${childOf.key}`);
  const queued = stories.filter(
    ({ key, stage, worksAt }) => worksAt === undefined && stage.name === 'Merge' && tips.get(key) === stage.tip,
  );
  const landing = inQueueOrder(queued, now).flatMap(({ key, stage }) =>
    'tip' in stage && !apart.has(`${key} null`) ? [{ key, tip: stage.tip, target: target.tip }] : [],
  );
  const all = [...landing, ...mergesAhead(facts)];
  return all.flatMap((one, at) =>
    all.slice(at + 1).flatMap((other) => (apart.has(`${one.key} ${other.key}`) ? [] : [{ one, other }])),
  );
}

/** Whichever of the two would land first now. */
export function isSamePair(a: PairAhead, b: PairAhead): boolean {
  const same = (other: PairAhead): boolean => isSameMerge(a.one, other.one) && isSameMerge(a.other, other.other);
  return same(b) || same({ one: b.other, other: b.one });
}

export function isSameMerge(one: MergeAhead, other: MergeAhead): boolean {
  return one.key === other.key && one.tip === other.tip && one.target === other.target;
}
