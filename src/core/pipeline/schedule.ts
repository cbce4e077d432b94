import { undecidedMove } from '../agents/movedTarget';
import { raceSteps } from '../agents/race';
import { limitOf } from '../agents/sessions/standing';
import type { StoryEvent } from '../story/events';
import type { StageName, StageOf } from '../story/stage';
import type { StoryRecord } from '../story/story';
import { heldStories } from '../recovery/storeLoss';
import type { LandingNeed } from '../sharing/queueLease';
import type { Action } from './action';
import { archiveDone } from './archiving';
import { landings } from './landings';
import { whereElse } from './whereElse';
import { restacks } from './restacks';
import { mayBeCoded } from '../story/lineage';
import { recoveryOf } from '../landing/mergemaster';
import { codingStrikes } from '../story/advance';
import { isAgent, roomOf } from './agentRoom';
import { agentName } from './agentName';
import type { LiveRun, PipelineFacts } from './facts';
import { dependenciesOf, type Dependencies } from '../story/dependencies';
import { isRedAsTarget } from './targetHealth';
import { inQueueOrder } from './queueOrder';

/** What there is to land here, whosever turn it is. */
export function landingNeed(facts: PipelineFacts): LandingNeed {
  const atWork = facts.jobs.some(({ state, wait }) => state === 'active' && wait === null);
  const wants = atWork || schedule({ ...facts, landingTurn: { kind: 'mine' } }).some(isDispatch);
  return { atWork, wants };
}

function isDispatch({ kind }: Action): boolean {
  return kind === 'dispatchMerge';
}

/** Coding rounds of an agent that may end with red gates before a person is asked. */
export const RED_ROUNDS_LIMIT = 3;

/** Facts in, actions out. Pure: the same facts give the same actions, and actions already under way are not repeated. */
export function schedule(facts: PipelineFacts): Action[] {
  // What another machine of the team works on is not this one's to act on.
  const own = facts.stories.filter(({ worksAt }) => worksAt === undefined);
  const archived = archiveDone({ ...facts, stories: own });
  const stops = staleRuns(facts);
  // Where nothing can be written nothing begins: it could not be recorded, and would only fail for that.
  if (facts.storeProblem !== null) return stops;
  if (facts.target.kind === 'missing') return [...stops, ...archived];
  const landing = new Set(facts.jobs.map((one) => one.job.storyKey));
  const { gitAtWork = new Set() } = facts;
  const moved = own.flatMap((story) =>
    landing.has(story.key) || gitAtWork.has(story.key) ? [] : tipMoved(story, facts),
  );
  if (facts.permission !== 'granted') return [...stops, ...moved, ...archived];
  const settled = new Set(moved.map((action) => action.key));
  const held = heldStories(facts.losses);
  const atRest = own.filter(
    ({ key }) => !settled.has(key) && !gitAtWork.has(key) && !facts.runs.has(key) && !held.has(key),
  );
  const restacked = restacks(atRest, facts);
  const moving = new Set(restacked.map(({ key }) => key));
  const free = moving.size === 0 ? atRest : atRest.filter(({ key }) => !moving.has(key));
  const dependencies = dependenciesOf(facts.stories, facts.elsewhere);
  const recoveries = mergemasters(free, facts, dependencies);
  const taken = recoveries.filter((action) => action.kind === 'startMergemaster').length;
  const reviews = reviewers(free, facts, freeSlots(facts) - taken);
  return [
    ...stops,
    ...moved,
    ...restacked,
    ...recoveries,
    ...reviews,
    ...criteriaChecks(free, facts),
    ...setUps(free, facts),
    ...coders(free, facts, dependencies, freeSlots(facts) - taken - reviews.length),
    ...gates(free, facts),
    ...landings(free, facts, held, dependencies),
    ...raceSteps(own, free, facts.raceWinner ?? 'person').map((step): Action => ({ kind: 'stepRace', ...step })),
    ...archived,
  ];
}

/** Which kinds of runs belong to a stage; any other run there is ended. */
const RUNS_OF_STAGE: Partial<Record<StageName, readonly LiveRun['kind'][]>> = {
  Coding: ['setUp', 'coder'],
  QA: ['gates', 'reviewer'],
  MergeFailure: ['mergemaster'],
};

function staleRuns(facts: PipelineFacts): Action[] {
  const stops: Action[] = [];
  for (const [key, run] of facts.runs) {
    const story = facts.stories.find((one) => one.key === key);
    const isElsewhere = story?.worksAt !== undefined;
    const wanted = story === undefined || isElsewhere ? [] : (RUNS_OF_STAGE[story.stage.name] ?? []);
    const sameTip = story?.stage.name !== 'QA' || (run.tip === story.stage.tip && isAsked(run, story.stage));
    const isTakenOver = run.kind === 'coder' && story?.stage.name === 'Coding' && story.stage.coder === 'person';
    if (isTakenOver) stops.push({ kind: 'stopRun', key, why: 'a person took it over' });
    if (isTakenOver || (wanted.includes(run.kind) && sameTip)) continue;
    stops.push({
      kind: 'stopRun',
      key,
      why: story === undefined ? 'the story is gone' : (whereElse(story) ?? `the story is in ${story.stage.name}`),
    });
  }
  return stops;
}

/** Where the gates are to run again, there is nothing to review yet. */
function isAsked({ kind }: LiveRun, { review }: StageOf<'QA'>): boolean {
  return kind !== 'reviewer' || review !== undefined;
}

/**
 * What was proven or reviewed is bound to its tip. If the branch moved the story is proven again; that is no strike. A job
 * at work is not asked about: it looks at the tip itself, before each step, and must not be pulled from under its landing.
 */
function tipMoved(story: StoryRecord, facts: PipelineFacts): (Action & { kind: 'event' })[] {
  const { stage } = story;
  if (!('tip' in stage)) return [];
  const tip = facts.tips.get(story.key) ?? null;
  if (tip === stage.tip) return [];
  const isFailure = stage.name === 'MergeFailure' || stage.name === 'MergeFailureFinal';
  // What an agent commits while it solves the merge counts once it has been looked at.
  if (isFailure && (facts.runs.has(story.key) || facts.merging?.standing.get(story.key)?.by === 'agent')) return [];
  // Where the agent that reviews moved it, it is put back once that has ended; what it says is of no use by then.
  if (facts.runs.get(story.key)?.kind === 'reviewer' && tip !== null) return [];
  if (tip !== null) return [{ kind: 'event', key: story.key, event: { name: 'ReQueuedForQa', tip }, by: 'git' }];
  if (isFailure) return [];
  const reason = 'Its branch no longer exists. Restore the branch, or move the story back to the backlog.';
  const look = { tip: null, target: facts.target.kind === 'found' ? facts.target.tip : null };
  return [
    { kind: 'event', key: story.key, event: { name: 'Block', reason, fix: null, outputId: null, look }, by: 'git' },
  ];
}

/** A limit of its service, or a budget, holds this agent. */
function mustWait({ agentLimits = [], now }: PipelineFacts, agent: string): boolean {
  return limitOf(agentLimits, agent, now) !== null;
}

/** How many agents more may be at work, whatever they do. */
function freeSlots({ maxCoders, runs }: PipelineFacts): number {
  return maxCoders - [...runs.values()].filter(isAgent).length;
}

/** Takes places for agents, of which there are so many in all: whether there is one for this agent. */
function placesOf(facts: PipelineFacts, most: number): (agent: string | null) => boolean {
  const taken: string[] = [];
  return (agent) => {
    if (agent === null || taken.length >= most || mustWait(facts, agent)) return false;
    const room = roomOf(facts, agent);
    if (room !== null && room.most - room.atWork <= taken.filter((one) => one === agent).length) return false;
    taken.push(agent);
    return true;
  };
}

/** Failed merges that go on by themselves. They come before new code: whoever waits behind them waits for less. */
function mergemasters(
  free: readonly StoryRecord[],
  facts: PipelineFacts,
  dependencies: Dependencies,
): (Action & { kind: 'startMergemaster' | 'settleMerge' | 'event' })[] {
  const takes = placesOf(facts, freeSlots(facts));
  const move = undecidedMove(facts.findings, facts.target);
  const failed = free.filter(({ stage }) => stage.name === 'MergeFailure' || stage.name === 'MergeFailureFinal');
  if (failed.length === 0) return [];
  const queued = new Set(facts.stories.flatMap(({ stage, number }) => (stage.name === 'Merge' ? [number] : [])));
  return inQueueOrder(failed, facts.now).flatMap((story): ReturnType<typeof mergemasters> => {
    const recovery = recoveryOf(story, facts.merging, queued);
    switch (recovery.kind) {
      case 'giveUp': {
        const event = { name: 'MergeFailedFinal', reason: recovery.reason } as const;
        return [{ kind: 'event', key: story.key, event, by: 'scheduler' }];
      }
      case 'settle':
        return [{ kind: 'settleMerge', key: story.key }];
      case 'solve': {
        // Nothing is merged with a target that an agent moved, until a person has decided about that.
        const mayStart = facts.agentProblem === null && facts.identity === 'known' && move === null;
        if (!mayStart || dependencies.state(story).kind === 'blocked') return [];
        return takes(agentName('mergemaster', facts, story)) ? [{ kind: 'startMergemaster', key: story.key }] : [];
      }
      case 'wait':
      case 'person':
      case 'none':
        return [];
      default:
        return recovery satisfies never;
    }
  });
}

/** What gates let through and an agent is to review, before new code as well. */
function reviewers(free: readonly StoryRecord[], facts: PipelineFacts, most: number): Action[] {
  if (facts.agentProblem !== null) return [];
  const takes = placesOf(facts, most);
  const due = free.filter(({ stage }) => stage.name === 'QA' && stage.review !== undefined);
  return inQueueOrder(due, facts.now)
    .filter((story) => takes(agentName('reviewer', facts, story)))
    .map(({ key }) => ({ kind: 'startReviewer', key }));
}

/** Its gates are through, and an agent reviews it before it goes on. Where none does any more, its gates say so again. */
export function waitsForReviewer({ stage }: StoryRecord, { reviewer = null }: PipelineFacts): boolean {
  return stage.name === 'QA' && stage.review !== undefined && reviewer !== null;
}

/** One story's at a time, and none while gates decide about another. */
function criteriaChecks(free: readonly StoryRecord[], { criteriaDue = [], jobs, runs }: PipelineFacts): Action[] {
  const busy =
    jobs.some(({ state, wait }) => state === 'active' && wait === null) ||
    [...runs.values()].some((run) => run.kind === 'gates');
  const next = busy ? undefined : free.find(({ key, stage }) => stage.name === 'Done' && criteriaDue.includes(key));
  return next === undefined ? [] : [{ kind: 'checkCriteria', key: next.key }];
}

/** Whatever the configuration that is approved says; where it says nothing, only what is known of the worktree is renewed. */
function setUps(free: readonly StoryRecord[], { setUpsDue, gates }: PipelineFacts): Action[] {
  if (gates.kind === 'invalid') return [];
  const due = free.filter(({ key, stage }) => stage.name === 'Coding' && setUpsDue?.has(key) === true);
  return due.map(({ key }) => ({ kind: 'startSetUp', key }));
}

/** A story that waits for others is left alone, also where it came to wait after it was started. */
function coders(
  free: readonly StoryRecord[],
  facts: PipelineFacts,
  dependencies: Dependencies,
  most: number,
): Action[] {
  if (facts.coder === null || facts.agentProblem !== null) return [];
  const takes = placesOf(facts, facts.diskRoom == null ? most : 0);
  const actions: Action[] = [];
  for (const story of inQueueOrder(
    free.filter(
      ({ key, stage }) => stage.name === 'Coding' && stage.coder === 'anyone' && facts.setUpsDue?.has(key) !== true,
    ),
    facts.now,
  )) {
    if (!mayBeCoded(story, dependencies.state(story))) continue;
    if (codingStrikes(story).length >= RED_ROUNDS_LIMIT) actions.push(giveUp(story, facts));
    else if (takes(agentName('coder', facts, story))) actions.push({ kind: 'startCoder', key: story.key });
  }
  return actions;
}

function giveUp(story: StoryRecord, facts: PipelineFacts): Action {
  const feedback = story.stage.name === 'Coding' ? story.stage.feedback : null;
  const event: StoryEvent = {
    name: 'Block',
    reason:
      `Gates were red after ${story.strikes.length} attempts of ${agentName('coder', facts, story) ?? 'the agent'}. ${feedback?.summary ?? ''}`.trim(),
    fix: 'openWorktree',
    outputId: feedback?.outputId ?? null,
    look: { tip: facts.tips.get(story.key) ?? null, target: facts.target.kind === 'found' ? facts.target.tip : null },
  };
  return { kind: 'event', key: story.key, event, by: 'scheduler' };
}

/** One story is proven at a time: there is one gate worktree for stories. */
function gates(free: readonly StoryRecord[], facts: PipelineFacts): Action[] {
  if (facts.gates.kind === 'invalid') return [];
  if ([...facts.runs.values()].some((run) => run.kind === 'gates')) return [];
  const [next] = inQueueOrder(
    free.filter(
      (one) => one.stage.name === 'QA' && !waitsForReviewer(one, facts) && !isRedAsTarget(facts.redTarget ?? null, one),
    ),
    facts.now,
  );
  return next?.stage.name === 'QA' ? [{ kind: 'startGates', key: next.key, tip: next.stage.tip }] : [];
}
