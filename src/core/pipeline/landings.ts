import { undecidedMove, waitsForDecision } from '../agents/movedTarget';
import { inChainOrder } from '../landing/chain';
import { mayBeginLanding } from '../sharing/queueLease';
import { describeDependencies, type Dependencies } from '../story/dependencies';
import type { StoryRecord } from '../story/story';
import type { Action } from './action';
import type { JobFacts, PipelineFacts } from './facts';
import { atWorkIn } from './policy';
import { inLandingOrder, orderingConflicts } from './queueOrder';
import { inRepairOrder, waitsForRed } from './targetHealth';
import { whereElse } from './whereElse';

/** A story that is held lands nothing; where the ref has moved already, its landing is only written down. */
function mayGoOn({ job }: JobFacts, held: ReadonlySet<string>, waiting: ReadonlyMap<string, string>): boolean {
  return job.step === 'landed' || (!held.has(job.storyKey) && (job.step === 'landing' || !waiting.has(job.storyKey)));
}

/**
 * As many landings at work as the policy says: a train is filled up, a batch begins once there is room for all of it. Jobs
 * that an earlier boot left go first, because they may have landed already, each behind the one that it is built on. A
 * landing that waits for a person's files lets the next one go on, which then looks whether it may pass. A story that
 * depends on another never lands before it: its job is taken back where it came to wait meanwhile, unless it may have
 * landed.
 */
export function landings(
  free: readonly StoryRecord[],
  facts: PipelineFacts,
  held: ReadonlySet<string>,
  dependencies: Dependencies,
): Action[] {
  const move = undecidedMove(facts.findings, facts.target);
  if (move !== null) return stopQueue(facts, waitsForDecision(move));
  const waiting = landingsThatWait(facts, dependencies);
  const early = facts.jobs.filter(mayBeTakenBack).flatMap(({ job: { storyKey: key } }): Action[] => {
    const why = waiting.get(key) ?? whyNotInMerge(facts, key);
    return why === null ? [] : [{ kind: 'withdrawMerge', key, why }];
  });
  if (early.length > 0) return early;
  const isOurTurn = mayBeginLanding(facts.landingTurn);
  const left = facts.jobs.filter(
    (one) => one.state === 'orphaned' && mayGoOn(one, held, waiting) && (isOurTurn || mayHaveLanded(one)),
  );
  const again = inChainOrder(left.filter((one) => facts.gates.kind !== 'invalid' || mayHaveLanded(one)));
  const dispatches = again.map(({ job }): Action => ({ kind: 'dispatchMerge', key: job.storyKey, jobId: job.id }));
  if (facts.gates.kind === 'invalid' || facts.identity === 'missing' || !isOurTurn) return dispatches;
  const queue = free.filter(
    (one) => one.stage.name === 'Merge' && !facts.jobs.some(({ job }) => job.storyKey === one.key),
  );
  const inOrder = inLandingOrder(queue, facts.now, dependencies, orderingConflicts(facts));
  const next = inRepairOrder(facts.redTarget ?? null, inOrder)
    .filter((one) => dependencies.state(one).kind === 'ready')
    .slice(0, roomFor(facts, again.length));
  return [...dispatches, ...next.map(({ key }): Action => ({ kind: 'dispatchMerge', key, jobId: null }))];
}

/** How many more landings may begin, where so many that were left do. */
function roomFor({ jobs, queue }: PipelineFacts, again: number): number {
  const policy = queue?.policy ?? { kind: 'one' };
  const atWork = jobs.filter((one) => one.state === 'active' && isInLine(one)).length + again;
  if (policy.kind === 'batch') return atWork === 0 ? policy.size : 0;
  return Math.max(0, atWorkIn(policy) - atWork);
}

/** It takes a place of those that land together: it does not stand apart, for something that lets others pass. */
export function isInLine({ wait }: JobFacts): boolean {
  return (wait?.holdsBack ?? 'all') === 'all';
}

/** The first landing of these, in their order, that waits in line: none behind it lands before it does. */
export function waitingInLine(jobs: readonly JobFacts[]): JobFacts | undefined {
  return jobs.find((one) => one.state === 'active' && one.wait !== null && isInLine(one));
}

/** One that may have landed already needs no gate to find that out. */
function mayHaveLanded({ job }: JobFacts): boolean {
  return job.step === 'landing' || job.step === 'landed';
}

/**
 * Why stories with a job must not land yet, by key. On a red target nothing goes on but what may repair it; what is proven
 * there already does just that.
 */
function landingsThatWait(facts: PipelineFacts, dependencies: Dependencies): Map<string, string> {
  const { stories, jobs, target, redTarget = null } = facts;
  const waiting = new Map<string, string>();
  const steps = new Map(jobs.map(({ job }) => [job.storyKey, job.step]));
  for (const story of stories) {
    const step = steps.get(story.key);
    if (step === undefined) continue;
    const isUnproven = target.kind === 'found' && step !== 'gated';
    const red = isUnproven ? waitsForRed(redTarget, target.ref, story) : null;
    const why = describeDependencies(dependencies.state(story)) ?? red;
    if (why !== null) waiting.set(story.key, why);
  }
  return waiting;
}

function mayBeTakenBack({ job, state, isEnding }: JobFacts): boolean {
  if (state !== 'active' || isEnding === true) return false;
  return job.stopped === null && !['landing', 'landed', 'cleaned'].includes(job.step);
}

/** Why nothing is to land for a story any more, where another machine saw to that; null where it is in the queue. */
function whyNotInMerge({ stories }: PipelineFacts, key: string): string | null {
  const story = stories.find((one) => one.key === key);
  if (story === undefined) return 'the story is gone';
  return whereElse(story) ?? (story.stage.name === 'Merge' ? null : `the story is in ${story.stage.name}`);
}

/** Nothing goes on that would land on a target which an agent moved; what may have landed already is found out. */
function stopQueue({ jobs }: PipelineFacts, why: string): Action[] {
  return jobs.flatMap((one): Action[] => {
    const { job, state } = one;
    if (state === 'active') return mayBeTakenBack(one) ? [{ kind: 'withdrawMerge', key: job.storyKey, why }] : [];
    return mayHaveLanded(one) ? [{ kind: 'dispatchMerge', key: job.storyKey, jobId: job.id }] : [];
  });
}
