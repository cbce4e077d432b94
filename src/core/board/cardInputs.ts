import { racersOf } from '../agents/race';
import { sayDecision, undecidedMove } from '../agents/movedTarget';
import { limitOf, type AgentLimit } from '../agents/sessions/standing';
import { roomOf, type AgentRoom } from '../pipeline/agentRoom';
import { agentName, choosable } from '../pipeline/agentName';
import { CHOSEN_AS, ROLE_IN, RUN_ROLES, type RunRole } from '../pipeline/roles';
import type { AheadState, GitWait, JobFacts, LiveRun, PendingCommand, PipelineFacts } from '../pipeline/facts';
import { sayRoom } from '../pipeline/diskRoom';
import { conflictsByStory } from '../landing/inSight';
import { sayTurn } from '../sharing/queueLease';
import { isOver } from '../sharing/sharedStory';
import { sayRed } from '../pipeline/targetHealth';
import { isFinished } from '../landing/job';
import { recoveryOf, type Recovery } from '../landing/mergemaster';
import { heldStories } from '../recovery/storeLoss';
import { isUnderWay, type Oid, type StageName } from '../story/stage';
import { waitsForReviewer } from '../pipeline/schedule';
import type { Dependencies, DependencyState, NamedDependency } from '../story/dependencies';
import { lineageOf, mayBeCoded, waitsForParentAlone } from '../story/lineage';
import { parentStage } from '../pipeline/restacks';
import { shortRef } from '../story/names';
import type { StoryRecord } from '../story/story';
import type { CardConflict } from './conflictWords';
import type { Lack } from '../setUp/offers';
import type { CriteriaCount } from '../story/criteria';
import { say, type Said } from '../words/said';
import { isSameData } from './sameData';

/** Where a story stands in the merge queue, by the numbers of others: the first of all, and the one right before it. */
interface QueuePlace {
  readonly first: number;
  readonly before: number | null;
}

/**
 * What is so for the whole pipeline, as far as it shows on a card. Each kind of card knows only what matters to it; the
 * rest is left as where nothing is in the way, so that a change of the pipeline concerns few cards.
 */
interface Around {
  readonly hasTarget: boolean;
  /** An agent is configured for what is to be done: coding, reviewing, or solving a merge. */
  readonly hasCoder: boolean;
  /** More than one agent could code a story that has not begun. */
  readonly canRace: boolean;
  readonly hasIdentity: boolean;
  readonly gatesAreReadable: boolean;
  /** Why nothing is started at all, in one sentence. */
  readonly stopped: Said | null;
  /** Why it waits for its turn among the machines of a team, in one sentence. */
  readonly turn: Said | null;
  /** The agent that must wait, and until when (ms since 1970); null where none must. */
  readonly agentWaits: { readonly agent: string; readonly what: AgentLimit['what']; readonly until: number } | null;
  /** How many agents are at work of how many that may be, or how many runs of its own; null while one more may start. */
  readonly allAgentsBusy: AgentRoom | null;
  /** Number of the story whose gates run. */
  readonly proving: number | null;
}

/** Numbers of those that race with a story, and whether this is the one by which a person is asked about the race. */
interface CardRace {
  readonly others: readonly number[];
  readonly asks: boolean;
}

/** All that one card is made of: cards of equal inputs are equal, so a card is made anew only when these change. */
export interface CardInputs {
  readonly story: StoryRecord;
  /** Tip of the story's branch, null where it has none. */
  readonly tip: Oid | null;
  readonly run: LiveRun | null;
  readonly job: JobFacts | null;
  /** What can be done about its failed merge without a person. */
  readonly recovery: Recovery['kind'];
  /** Paths that are still in conflict where a person solves it; empty otherwise. */
  readonly openConflicts: readonly string[];
  readonly criteria: CriteriaCount | null;
  readonly pending: PendingCommand | null;
  /** What git has waited for so long, for this story alone, that a person should know; null while it does not. */
  readonly gitWait: GitWait | null;
  /** What its worktree lacks. */
  readonly lacks: readonly Lack[];
  /** Records of it were lost, and nobody has acknowledged that. */
  readonly heldByLoss: boolean;
  readonly place: QueuePlace | null;
  /** Why it waits for a red target, in sentences; null where it does not. */
  readonly heldByRed: readonly Said[] | null;
  /** It was made to repair a red target, and that is not red any more. */
  readonly isNeedless: boolean;
  /** What gates that run ahead say of its merge; null for nothing. */
  readonly ahead: AheadState | null;
  readonly dependencies: DependencyState;
  readonly dependsOn: readonly NamedDependency[];
  /** Why it could not be moved yet onto what its parent is now, in a sentence; null where nothing is to be moved. */
  readonly restackWait: string | null;
  /** Numbers of the stories that wait for it. */
  readonly neededBy: readonly number[];
  readonly conflicts: readonly CardConflict[];
  /** Short name of the branch that stories land on. */
  readonly target: string;
  /** Names of those on other machines who are at work on it now. */
  readonly others: readonly string[];
  /** The machine that works on it is not connected, as far as is known. */
  readonly isOwnerAway: boolean;
  /** The agents that a person chose for it, where that is not the first; `instead` is put to it where one is not configured. */
  readonly chosen: readonly { readonly role: RunRole; readonly name: string; readonly instead: string | null }[];
  /** What there is another agent to choose for. */
  readonly mayChoose: readonly RunRole[];
  /** The race that it is in; null for none. */
  readonly race: CardRace | null;
  readonly around: Around;
}

/** Whether a card of the one would say what a card of the other says. */
export function areSameInputs(a: CardInputs, b: CardInputs): boolean {
  return (
    a.story === b.story &&
    a.tip === b.tip &&
    a.heldByLoss === b.heldByLoss &&
    a.recovery === b.recovery &&
    isSameData(a.openConflicts, b.openConflicts) &&
    isSameData(a.heldByRed, b.heldByRed) &&
    a.isNeedless === b.isNeedless &&
    isSameData(a.ahead, b.ahead) &&
    a.restackWait === b.restackWait &&
    isSameData(a.run, b.run) &&
    isSameData(a.job, b.job) &&
    isSameData(a.criteria, b.criteria) &&
    isSameData(a.pending, b.pending) &&
    isSameData(a.gitWait, b.gitWait) &&
    isSameData(a.lacks, b.lacks) &&
    isSameData(a.place, b.place) &&
    isSameData(a.dependencies, b.dependencies) &&
    isSameData(a.dependsOn, b.dependsOn) &&
    isSameData(a.neededBy, b.neededBy) &&
    isSameData(a.conflicts, b.conflicts) &&
    a.target === b.target &&
    isSameData(a.others, b.others) &&
    a.isOwnerAway === b.isOwnerAway &&
    isSameData(a.chosen, b.chosen) &&
    isSameData(a.mayChoose, b.mayChoose) &&
    isSameData(a.race, b.race) &&
    isSameData(a.around, b.around)
  );
}

const NOTHING_OPEN: readonly string[] = [];
const NO_LACKS: readonly Lack[] = [];
const NOBODY: readonly string[] = [];
const NO_CONFLICTS: readonly CardConflict[] = [];

/** What is around the cards, by the kind of card: those at rest, and those that wait in a stage. */
export interface Surroundings {
  readonly resting: Around;
  readonly waiting: Readonly<Partial<Record<StageName, Around>>>;
}

/** Takes facts apart into what each card is made of. `queue` is the merge queue in landing order. */
export function inputsOf(
  facts: PipelineFacts,
  { queue, dependencies }: { readonly queue: readonly StoryRecord[]; readonly dependencies: Dependencies },
  around: Surroundings,
): (story: StoryRecord) => CardInputs {
  const jobs = jobsByStory(facts.jobs);
  const places = placesIn(queue);
  const queued = new Set(queue.map(({ number }) => number));
  const held = heldStories(facts.losses);
  const conflicts = conflictsByStory(facts.stories, facts.conflicts ?? []);
  const target = facts.target.kind === 'found' ? shortRef(facts.target.ref) : '';
  const others = othersByStory(facts);
  return (story) => {
    const run = facts.runs.get(story.key) ?? null;
    return {
      story,
      tip: facts.tips.get(story.key) ?? null,
      run,
      job: jobs.get(story.key) ?? null,
      recovery: recoveryOf(story, facts.merging, queued).kind,
      openConflicts: facts.merging?.standing.get(story.key)?.open ?? NOTHING_OPEN,
      criteria: facts.criteria.get(story.key) ?? null,
      pending: facts.pending.get(story.key) ?? null,
      gitWait: facts.gitWaits.find((wait) => wait.story === story.key) ?? null,
      lacks: facts.lacks?.get(story.key) ?? NO_LACKS,
      heldByLoss: held.has(story.key),
      place: places.get(story.key) ?? null,
      heldByRed: story.stage.name === 'Merge' || story.stage.name === 'QA' ? heldByRed(facts, story) : null,
      isNeedless: story.repairsTarget === true && facts.redTarget === null && isUnderWay(story),
      ahead: facts.ahead?.get(story.key) ?? null,
      dependencies: asShown(facts, story, dependencies.state(story)),
      restackWait: facts.restackWaits?.get(story.key)?.why ?? null,
      dependsOn: dependencies.of(story),
      neededBy: dependencies.neededBy(story.key),
      conflicts:
        conflicts.get(story.key)?.map(({ other, ...what }) => ({ number: other?.number ?? null, ...what })) ??
        NO_CONFLICTS,
      target,
      others: others.get(story.key) ?? NOBODY,
      isOwnerAway: isOwnerAway(facts, story),
      chosen: chosenAgents(facts, story),
      mayChoose: choosable(facts.agents ?? {}, story),
      race: raceOf(facts.stories, story),
      around: withOwnAgent(
        facts,
        story,
        (run === null ? around.waiting[story.stage.name] : undefined) ?? around.resting,
      ),
    };
  };
}

/** A child that may be worked on is in nobody's way, although it lands after its parent. */
function asShown(facts: PipelineFacts, story: StoryRecord, state: DependencyState): DependencyState {
  if (story.childOf === undefined || state.kind !== 'waiting') return state;
  const { name } = story.stage;
  if (name === 'Coding' && mayBeCoded(story, state)) return { kind: 'ready' };
  const canBegin = name === 'Backlog' && waitsForParentAlone(story, state);
  return canBegin && lineageOf(story, parentStage(facts, story.childOf.key)).kind === 'on' ? { kind: 'ready' } : state;
}

/** A race is one thing to decide about, however many wait in it to be looked at. */
function raceOf(stories: readonly StoryRecord[], story: StoryRecord): CardRace | null {
  if (story.race === undefined) return null;
  const racers = racersOf(stories, story);
  if (racers.length === 0) return null;
  return {
    others: racers.flatMap(({ key, number }) => (key === story.key ? [] : [number])),
    asks: racers.find(({ stage }) => stage.name === 'ReviewHold')?.key === story.key,
  };
}

function chosenAgents(facts: PipelineFacts, story: StoryRecord): CardInputs['chosen'] {
  // Of those that race, the titles say it.
  if (story.race !== undefined || isOver(story.stage)) return [];
  return RUN_ROLES.flatMap((role) => {
    const name = story[CHOSEN_AS[role]];
    const works = agentName(role, facts, story);
    if (name === undefined || works === null || name === agentName(role, facts, {})) return [];
    return [{ role, name, instead: name === works ? null : works }];
  });
}

/** A story that names its agent waits for that one; one whose gates run, or are to, waits for none. */
function withOwnAgent(facts: PipelineFacts, story: StoryRecord, around: Around): Around {
  const { name } = story.stage;
  if (name === 'QA' && !waitsForReviewer(story, facts)) return { ...around, allAgentsBusy: null, agentWaits: null };
  const role = ROLE_IN[name];
  if (role === undefined || story[CHOSEN_AS[role]] === undefined) return around;
  const agent = agentName(role, facts, story);
  return { ...around, agentWaits: agentWaits(facts, agent), allAgentsBusy: busyWith(facts, agent) };
}

/** Who on other machines is at work on which story. */
function othersByStory({ sharing }: PipelineFacts): ReadonlyMap<string, readonly string[]> {
  const others = new Map<string, string[]>();
  for (const { name, at } of sharing?.peers ?? [])
    for (const key of at) others.set(key, [...(others.get(key) ?? []), name]);
  return others;
}

/** Nothing is known of others while nobody is heard. */
function isOwnerAway({ sharing }: PipelineFacts, { worksAt, stage }: StoryRecord): boolean {
  if (worksAt === undefined || isOver(stage) || sharing?.connection !== 'connected') return false;
  return !sharing.peers.some(({ machine }) => machine === worksAt.machine);
}

export function surroundingsOf(facts: PipelineFacts): Surroundings {
  const proving = facts.stories.find((one) => facts.runs.get(one.key)?.kind === 'gates');
  const nothing: Around = {
    hasTarget: true,
    hasCoder: true,
    canRace: false,
    hasIdentity: true,
    gatesAreReadable: true,
    stopped: null,
    turn: null,
    agentWaits: null,
    allAgentsBusy: null,
    proving: null,
  };
  const hasCoder = facts.coder !== null;
  const stoppedAgents = facts.maxCoders === 0 ? say('Agents are paused.') : null;
  const stopped = whyStopped(facts);
  const gatesAreReadable = facts.gates.kind !== 'invalid';
  return {
    resting: nothing,
    waiting: {
      Backlog: { ...nothing, canRace: (facts.agents?.coder ?? []).length > 1 },
      Coding: {
        ...nothing,
        hasCoder,
        stopped: stopped ?? stoppedAgents ?? (facts.diskRoom == null ? null : sayRoom(facts.diskRoom)),
        allAgentsBusy: busyWith(facts, facts.coder),
        agentWaits: agentWaits(facts, facts.coder),
      },
      QA: {
        ...nothing,
        stopped,
        gatesAreReadable,
        proving: proving?.number ?? null,
        allAgentsBusy: busyWith(facts, facts.reviewer?.name ?? null),
        agentWaits: agentWaits(facts, facts.reviewer?.name ?? null),
      },
      ReviewHold: { ...nothing, hasCoder: facts.reviewer != null },
      Merge: {
        ...nothing,
        stopped: whyNothingLands(facts),
        turn: whyNotOurTurn(facts),
        gatesAreReadable,
        hasIdentity: facts.identity === 'known',
      },
      MergeFailure: {
        ...nothing,
        hasTarget: facts.target.kind === 'found',
        hasCoder: facts.merging?.agent != null,
        stopped: stopped ?? whyQueueStopped(facts) ?? stoppedAgents,
        allAgentsBusy: busyWith(facts, facts.merging?.agent ?? null),
        agentWaits: agentWaits(facts, facts.merging?.agent ?? null),
      },
      MergeFailureFinal: { ...nothing, hasTarget: facts.target.kind === 'found' },
    },
  };
}

/** All agents are, or else this one is, at work as often as it may be. */
function busyWith(facts: PipelineFacts, agent: string | null): AgentRoom | null {
  const atWork = [...facts.runs.values()].filter((run) => run.kind !== 'gates').length;
  if (atWork >= facts.maxCoders) return { atWork, most: facts.maxCoders };
  const own = agent === null ? null : roomOf(facts, agent);
  return own !== null && own.atWork >= own.most ? own : null;
}

function agentWaits({ agentLimits = [], now }: PipelineFacts, agent: string | null): Around['agentWaits'] {
  const limit = agent === null ? null : limitOf(agentLimits, agent, now);
  return limit === null ? null : { agent: limit.agent, what: limit.what, until: Date.parse(limit.until) };
}

/** Why nothing is started at all. */
function whyStopped(facts: PipelineFacts): Said | null {
  if (facts.target.kind === 'missing') return say('Waits for a target branch.');
  if (facts.permission === 'untrusted') return say('Waits until you trust this workspace.');
  if (facts.permission === 'unapproved') return say('Waits until you approve the configured commands.');
  return null;
}

/** Why nothing lands, whatever is in the queue; null while something may. */
export function whyNothingLands(facts: PipelineFacts): Said | null {
  return whyStopped(facts) ?? whyQueueStopped(facts);
}

/** Why nothing lands, although it would start. */
function whyQueueStopped({ findings, target }: PipelineFacts): Said | null {
  const move = undecidedMove(findings, target);
  return move === null ? null : sayDecision(move);
}

/** Why nothing begins to land, although it may: another machine does. */
export function whyNotOurTurn({ target, landingTurn }: PipelineFacts): Said | null {
  return target.kind === 'found' ? sayTurn(landingTurn, shortRef(target.ref)) : null;
}

function heldByRed({ target, redTarget = null }: PipelineFacts, story: StoryRecord): Said[] | null {
  return target.kind === 'found' ? sayRed(redTarget, target.ref, story) : null;
}

/** The one job of each story that counts: the one that goes on, else one whose end is being taken in. */
function jobsByStory(jobs: readonly JobFacts[]): Map<string, JobFacts> {
  const byStory = new Map<string, JobFacts>();
  for (const one of jobs) {
    const known = byStory.get(one.job.storyKey);
    if (known === undefined || (isFinished(known.job) && !isFinished(one.job))) byStory.set(one.job.storyKey, one);
  }
  return byStory;
}

function placesIn(queue: readonly StoryRecord[]): Map<string, QueuePlace> {
  const first = queue[0]?.number ?? 0;
  return new Map(queue.map(({ key }, index) => [key, { first, before: queue[index - 1]?.number ?? null }]));
}
