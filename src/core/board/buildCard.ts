import type { StuckMark } from '../pipeline/markWords';
import { eventActions, stagesToMoveTo } from './possibleActions';
import type { ColumnName, GroupName } from './boardNames';
import { stuckMark } from '../pipeline/stuckMark';
import { underlyingStage, type StageName } from '../story/stage';
import { offersRevert } from '../story/reverting';
import type { StoryRecord } from '../story/story';
import type { ActionId } from './actions';
import type { Card, CardState } from './card';
import type { CardInputs } from './cardInputs';
import { factsLine } from './factsLine';
import { whyLine } from './whyLine';

/** How one story is shown. */
export function buildCard(inputs: CardInputs): Card {
  const { story, run, pending } = inputs;
  const mark = stuckMark(inputs);
  // While a command is under way, what was said before is about to be over, and nobody has to do what is being done.
  const why = pending === null ? whyLine(inputs, mark) : null;
  const needsYou = pending === null && (mark === 'cold' || story.stage.name === 'ReviewHold' || waitsForPerson(inputs));
  const actions = actionsOf(inputs);
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
    group: needsYou ? 'Needs you' : groupOf(story),
    state: pending === null ? stateOf(inputs, mark, why) : 'working',
    mark,
    since: story.stageAt,
    agent: run === null || run.kind === 'gates' ? null : run.name,
    facts: factsLine(inputs),
    why,
    primaryActions: pending === null ? primaryActionsOf(inputs, actions) : [],
    actions,
    moves: stagesToMoveTo(story.stage),
    needsYou,
  };
}

/** Stages in which a story that is under way can come to depend on what will never land. */
const STARTED: readonly StageName[] = ['Coding', 'QA', 'Merge'];

/** What only the person can do: move files that a landing waits for, change what it depends on, or fix what came back where no agent codes. */
function waitsForPerson({ story, job, run, around, dependencies }: CardInputs): boolean {
  if (dependencies.kind === 'blocked' && STARTED.includes(story.stage.name)) return true;
  if (story.stage.name === 'Merge') return (job?.wait?.files.length ?? 0) > 0;
  return story.stage.name === 'Coding' && story.stage.feedback !== null && !around.hasCoder && run === null;
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

function stateOf({ story, run, job }: CardInputs, mark: StuckMark | null, why: string | null): CardState {
  if (mark !== null) return mark === 'running' ? 'recovering' : mark === 'queued' ? 'recoveryQueued' : 'cold';
  const works = run !== null || (job?.state === 'active' && job.wait === null);
  switch (story.stage.name) {
    case 'Frozen':
      return 'frozen';
    case 'Done':
      return 'proven';
    case 'Archived':
      return 'archived';
    case 'ReviewHold':
      return 'review';
    default:
      return works ? 'working' : why === null ? 'idle' : 'waiting';
  }
}

function actionsOf({ story, tip, run, recovery }: CardInputs): ActionId[] {
  const actions: ActionId[] = [...eventActions(story.stage.name), 'moveToStage', ...DESCRIBING, 'deleteStory'];
  if (story.branch !== null && tip !== null) actions.push('openWorktree', 'openDiff');
  actions.push('showOutput', 'showTimeline', 'whyNotLanded');
  const { stage } = story;
  if (stage.name === 'Coding' && stage.feedback?.kind === 'gates') actions.push('runGatesAgain');
  if (offersRevert(stage)) actions.push('revertStory');
  const isConflict = 'kind' in stage && stage.kind === 'contentConflict';
  if (isConflict && tip !== null && run === null) actions.push('resolveConflicts');
  if (recovery === 'person') actions.push('abortResolving');
  if (stage.name === 'Blocked' && stage.fix !== null && !actions.includes(stage.fix)) actions.push(stage.fix);
  return actions;
}

/** What a story is can be said anew in every stage. */
const DESCRIBING: readonly ActionId[] = ['rename', 'setPriority', 'setLabels', 'dependsOn'];

/** The sensible next steps in each stage, best first. */
function primaryActionsOf(inputs: CardInputs, actions: readonly ActionId[]): ActionId[] {
  const { story, run } = inputs;
  const wanted = ((): ActionId[] => {
    const { stage } = story;
    switch (stage.name) {
      case 'Backlog':
        if (inputs.dependencies.kind === 'ready') return ['start'];
        return inputs.dependencies.kind === 'blocked' ? ['dependsOn'] : [];
      case 'Coding':
        if (run !== null) return ['showOutput'];
        if (stage.feedback?.kind === 'landed') return ['revertStory', 'showOutput', 'openWorktree'];
        return stage.feedback === null ? ['readyForQa', 'openWorktree'] : ['showOutput', 'openWorktree', 'readyForQa'];
      case 'QA':
        return [];
      case 'ReviewHold':
        return ['openDiff', 'approve', 'reject'];
      case 'Merge':
        return [];
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
  // What is left to a person alone is all shown.
  const most = story.stage.name === 'MergeFailureFinal' ? 4 : 3;
  return [...new Set(wanted)].filter((id) => actions.includes(id)).slice(0, most);
}
