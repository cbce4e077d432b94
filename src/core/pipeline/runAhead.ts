import { undecidedMove } from '../agents/movedTarget';
import { whyRaced } from '../agents/race';
import { heldStories } from '../recovery/storeLoss';
import { dependenciesOf } from '../story/dependencies';
import type { Oid } from '../story/stage';
import type { StoryRecord } from '../story/story';
import type { PipelineFacts } from './facts';
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

export function isSameMerge(one: MergeAhead, other: MergeAhead): boolean {
  return one.key === other.key && one.tip === other.tip && one.target === other.target;
}
