import type { StuckMark } from '../pipeline/markWords';
import { eventActions, stagesToMoveTo } from './possibleActions';
import type { ColumnName, GroupName } from './boardNames';
import { isAgent } from '../pipeline/agentRoom';
import { stuckMark } from '../pipeline/stuckMark';
import { agentOutputId } from '../story/contentIds';
import { isUnderWay, underlyingStage, type StageName } from '../story/stage';
import { offersRevert } from '../story/reverting';
import type { StoryRecord } from '../story/story';
import type { ActionId } from './actions';
import type { Card, CardQuestion, CardState } from './card';
import type { CardInputs } from './cardInputs';
import { factsLine, type SaidFact } from './factsLine';
import { briefly, briefReason } from './briefReason';
import { needOf, type Need } from './needs';
import { inEnglish, type Said } from '../words/said';
import { whyLine } from './whyLine';

/** How one story is shown. */
export function buildCard(inputs: CardInputs): Card {
  const { story, run, pending } = inputs;
  const mark = stuckMark(inputs);
  // While a command is under way, what was said before is about to be over, and nobody has to do what is being done.
  const why = pending === null || inputs.gitWait !== null ? whyLine(inputs, mark) : null;
  const brief = briefReason(inputs, mark, why);
  const facts = factsLine(inputs);
  const need = needOf(inputs, mark);
  const actions = actionsOf(inputs, need);
  return {
    key: story.key,
    number: story.number,
    type: story.type,
    title: story.title,
    labels: story.labels,
    priority: story.priority,
    dependsOn: inputs.dependsOn,
    neededBy: inputs.neededBy,
    conflicts: inputs.conflicts,
    stage: story.stage.name,
    column: columnOf(story),
    group: need !== null ? 'Needs you' : groupOf(story),
    state: pending === null || inputs.gitWait !== null ? stateOf(inputs, { mark, need, why }) : 'working',
    mark,
    since: (story.stage.name === 'Merge' ? story.queuedAt : null) ?? story.stageAt,
    agent: run === null || run.kind === 'gates' ? null : run.name,
    question: questionOf(run),
    facts: facts.map((fact) => (isSaid(fact) ? inEnglish([fact]) : fact)),
    why: why === null ? null : inEnglish(why),
    brief: brief === null ? null : briefly(inEnglish(brief)),
    said: { why, brief, facts: facts.some(isSaid) ? facts.map((fact) => (isSaid(fact) ? fact : null)) : [] },
    primaryActions: pending === null || inputs.gitWait !== null ? primaryActionsOf(inputs, need, actions) : [],
    actions,
    moves: stagesToMoveTo(story.stage),
    need,
  };
}

function isSaid(fact: SaidFact): fact is Said {
  return typeof fact === 'object' && 'text' in fact;
}

function columnOf(story: StoryRecord): ColumnName | null {
  if (story.stage.name === 'Frozen') return 'Frozen';
  const { name } = underlyingStage(story.stage);
  switch (name) {
    case 'MergeFailure':
    case 'MergeFailureFinal':
      return 'Merge';
    case 'ReviewHold':
      return 'QA';
    case 'Archived':
      return null;
    default:
      return name;
  }
}

function groupOf(story: StoryRecord): GroupName {
  return columnOf(story) ?? 'Archived';
}

/** ⏳ stands only where something other than a person is waited for. */
function stateOf(
  { story, run, job, gitWait }: CardInputs,
  {
    mark,
    need,
    why,
  }: { readonly mark: StuckMark | null; readonly need: Need | null; readonly why: readonly Said[] | null },
): CardState {
  if (mark !== null) return mark === 'running' ? 'recovering' : mark === 'queued' ? 'recoveryQueued' : 'cold';
  if (gitWait !== null) return 'waiting';
  if (run?.question !== undefined) return 'asks';
  const works = run !== null || (job?.state === 'active' && job.wait === null);
  const { stage } = story;
  switch (stage.name) {
    case 'Frozen':
      return 'frozen';
    case 'Done':
      return 'proven';
    case 'Archived':
      return 'archived';
    case 'ReviewHold':
      return 'review';
    default:
      if (works) return 'working';
      if (need !== null) return 'needsYou';
      // A person is at it, and nobody waits for anything.
      if (stage.name === 'Coding' && stage.coder === 'person') return 'idle';
      return why === null ? 'idle' : 'waiting';
  }
}

function actionsOf(inputs: CardInputs, need: Need | null): ActionId[] {
  const { story, tip, run, recovery } = inputs;
  const isDone = story.stage.name === 'Done';
  const events = eventActions(story.stage.name).filter(
    (id) =>
      (id !== 'giveBack' || isTakenOver(story)) &&
      (id !== 'reviewAgain' || canReviewAgain(inputs)) &&
      (id !== 'takeOverStory' || story.worksAt !== undefined) &&
      // Nothing of it goes on that could stop; Move to Stage still leads there.
      (id !== 'freeze' || !isDone) &&
      (inputs.race === null || !LANDS.includes(id)),
  );
  const waiting = inputs.gitWait === null ? [] : (['stopWaitingFor'] as const);
  const actions: ActionId[] = [
    ...waiting,
    ...talkActions(story, run),
    ...events,
    'moveToStage',
    ...DESCRIBING,
    ...(inputs.mayChoose.length > 0 ? (['chooseAgent'] as const) : []),
    'deleteStory',
  ];
  if (story.branch !== null && tip !== null) actions.push('openWorktree', 'openDiff');
  if (inputs.mayChoose.includes('coder') && story.stage.name === 'Backlog') actions.push('startWith');
  actions.push(...raceActions(inputs));
  if (canStartFresh(inputs)) actions.push('startFresh');
  const isBacklog = story.stage.name === 'Backlog';
  if (!isBacklog || story.branch !== null) actions.push('showOutput'); // nothing has run on what never had a branch
  if (!isBacklog) actions.push('openTranscript');
  actions.push('showTimeline');
  if (!isDone) actions.push('whyNotLanded');
  const { stage } = story;
  if (stage.name === 'Coding' && stage.feedback?.kind === 'gates') actions.push('runGatesAgain');
  if (offersRevert(stage)) actions.push('revertStory');
  if (isUnderWay(story)) actions.push('newChild');
  const isConflict = 'kind' in stage && stage.kind === 'contentConflict';
  if (isConflict && tip !== null && run === null) actions.push('resolveConflicts');
  if (recovery === 'person') actions.push('abortResolving');
  if (need === 'files') actions.push('openSourceControl');
  if (inputs.heldByRed !== null && inputs.dependencies.kind === 'ready') actions.push('decideTarget');
  if (stage.name === 'Blocked' && stage.fix !== null && !actions.includes(stage.fix)) actions.push(stage.fix);
  return actions;
}

/** What a person can say to the agent that works on it, or will. */
function talkActions({ stage, worksAt }: StoryRecord, run: CardInputs['run']): ActionId[] {
  const asks = run?.question === undefined ? [] : (['allowOnce', 'allowForStory', 'deny'] as const);
  const said = asks.filter((id) => id !== 'allowForStory' || run?.question?.forStory !== null);
  const isAtWork = run !== null && isAgent(run);
  // An agent of another machine cannot be talked to from here.
  const isAnyones = stage.name === 'Coding' && stage.coder === 'anyone' && worksAt === undefined;
  return [...said, ...(isAtWork || isAnyones ? (['writeToAgent'] as const) : []), ...(isAnyones ? (['takeOver'] as const) : [])]; // prettier-ignore
}

/** A race begins in the backlog; of those in it, one whose gates have run can be kept. */
function raceActions({ story: { stage, childOf }, race, around }: CardInputs): ActionId[] {
  if (race === null) return stage.name === 'Backlog' && childOf === undefined && around.canRace ? ['race'] : [];
  return stage.name === 'ReviewHold' ? ['compareRace', 'keepThisOne'] : ['compareRace'];
}

/** What leads into the queue past the gates: nothing of those that race does before one is kept. */
const LANDS: readonly ActionId[] = ['approve', 'mergeNow', 'retryMerge'];

/** An agent that got lost in what it was told can begin anew: one at work, or one that is what the story waits for. */
function canStartFresh({ story: { key, stage }, run, around }: CardInputs): boolean {
  if (stage.name === 'Blocked')
    return stage.outputId === agentOutputId(key) && underlyingStage(stage).name === 'Coding';
  if (run !== null) return run.kind === 'coder' || run.kind === 'mergemaster';
  return stage.name === 'Coding' && around.hasCoder;
}

/** An agent was to review it and did not accept it, and one is there that could look once more. */
function canReviewAgain({ story: { stage }, around }: CardInputs): boolean {
  return stage.name === 'ReviewHold' && stage.reviewer !== undefined && around.hasCoder;
}

function isTakenOver({ stage }: StoryRecord): boolean {
  return stage.name === 'Coding' && stage.coder === 'person';
}

function questionOf(run: CardInputs['run']): CardQuestion | null {
  if (run?.question === undefined) return null;
  const { id, text, forStory, deniedAt } = run.question;
  return { id, text: `${run.name} asks to ${text}.`, forStory, deniedAt: new Date(deniedAt).toISOString() };
}

/** What a story is can be said anew in every stage. */
const DESCRIBING: readonly ActionId[] = ['rename', 'setPriority', 'setLabels', 'dependsOn'];

/** Stages in which nothing happens without the machine that works on a story. */
const WAITS_FOR_MACHINE: readonly StageName[] = ['QA', 'Merge', 'MergeFailure'];

/** The sensible next steps in each stage, best first. What needs a person has at least one. */
function primaryActionsOf(inputs: CardInputs, need: Need | null, actions: readonly ActionId[]): ActionId[] {
  const { story, run } = inputs;
  const wanted = ((): ActionId[] => {
    if (inputs.gitWait !== null) return ['stopWaitingFor'];
    if (run?.question !== undefined) return ['allowOnce', 'allowForStory', 'deny'];
    if (need === 'dependency') return ['dependsOn', 'takeOutOfQueue', 'freeze'];
    const { stage } = story;
    switch (stage.name) {
      case 'Backlog':
        if (inputs.dependencies.kind === 'ready') return ['start'];
        return inputs.dependencies.kind === 'blocked' ? ['dependsOn'] : [];
      case 'Coding':
        if (run !== null) return run.kind === 'coder' ? ['showOutput', 'writeToAgent'] : ['showOutput'];
        // Who works on it on another machine says when it is ready.
        if (story.worksAt !== undefined) return [];
        if (stage.coder === 'person' && inputs.around.hasCoder) return ['readyForQa', 'openWorktree', 'giveBack'];
        if (stage.feedback?.kind === 'landed') return ['revertStory', 'showOutput', 'openWorktree'];
        if (stage.feedback !== null) return ['showOutput', 'openWorktree', 'readyForQa'];
        // An agent will begin by itself: to say that it is ready is for who did it instead.
        return waitsForAgent(inputs) ? ['openWorktree'] : ['readyForQa', 'openWorktree'];
      case 'QA':
        return run?.kind === 'reviewer' ? ['showOutput', 'openDiff'] : ['decideTarget'];
      case 'ReviewHold':
        if (inputs.race !== null) return ['compareRace', 'keepThisOne', 'openDiff'];
        // Approved as it is, its landing would only be red again.
        return inputs.ahead?.kind === 'red'
          ? ['openDiff', 'showOutput', 'reject', 'approve']
          : ['openDiff', 'approve', 'reject', 'reviewAgain'];
      case 'Merge':
        return need === 'files' ? ['openSourceControl', 'takeOutOfQueue'] : ['decideTarget'];
      case 'MergeFailure':
        if (run !== null) return ['showOutput'];
        if (inputs.recovery === 'person') return ['openWorktree', 'abortResolving'];
        // The same commits would only conflict again.
        return stage.kind === 'contentConflict'
          ? ['resolveConflicts', 'fixUp', 'freeze']
          : ['fixUp', 'retryMerge', 'showOutput'];
      case 'MergeFailureFinal':
        if (inputs.recovery === 'person') return ['openWorktree', 'abortResolving'];
        return ['fixUp', 'resolveConflicts', 'retryMerge', 'freeze'];
      case 'Blocked':
        return [
          ...(stage.fix === null ? [] : [stage.fix]),
          'unblock',
          ...(stage.outputId === null ? [] : ['showOutput' as const]),
        ];
      case 'Frozen':
        return ['unfreeze'];
      case 'Done':
        return [];
      case 'Archived':
        return ['reopen'];
    }
  })();
  if (inputs.isOwnerAway && WAITS_FOR_MACHINE.includes(story.stage.name)) wanted.unshift('takeOverStory');
  // What is left to a person alone is all shown.
  const most = story.stage.name === 'MergeFailureFinal' || story.stage.name === 'ReviewHold' ? 4 : 3;
  return [...new Set(wanted)].filter((id) => actions.includes(id)).slice(0, most);
}

/** It is in Coding, and an agent is put to it as soon as one is free. */
function waitsForAgent({ story: { stage }, run, around }: CardInputs): boolean {
  return stage.name === 'Coding' && stage.coder === 'anyone' && around.hasCoder && run === null;
}
