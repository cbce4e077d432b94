import type { StuckMark } from '../pipeline/markWords';
import { eventActions } from './possibleActions';
import type { ColumnName, GroupName } from './boardNames';
import type { PipelineFacts } from '../pipeline/facts';
import { stuckMark } from '../pipeline/stuckMark';
import { reachableStages } from '../story/moves';
import { underlyingStage } from '../story/stage';
import type { StoryRecord } from '../story/story';
import { type ActionId } from './actions';
import type { Card, CardState } from './card';
import { factsLine } from './factsLine';
import { whyLine } from './whyLine';

/** How one story is shown. `queue` is the merge queue in landing order. */
export function buildCard(story: StoryRecord, facts: PipelineFacts, queue: readonly StoryRecord[]): Card {
  const isPending = facts.pending.has(story.key);
  const mark = stuckMark(story, facts);
  // What was said of it is about to be over, and nobody has to do what is being done.
  const why = isPending ? null : whyLine(story, facts, queue, mark);
  const needsYou = mark === 'cold' || story.stage.name === 'ReviewHold' || waitsForPerson(story, facts);
  const actions = actionsOf(story, facts);
  return {
    key: story.key,
    number: story.number,
    type: story.type,
    title: story.title,
    priority: story.priority,
    labels: story.labels,
    stage: story.stage.name,
    column: columnOf(story),
    group: needsYou ? 'Needs you' : groupOf(story),
    state: isPending ? 'working' : stateOf(story, facts, mark, why),
    mark,
    since: story.stageAt,
    facts: factsLine(story, facts, queue),
    why,
    criteria: facts.criteria.get(story.key) ?? { done: 0, total: 0 },
    primaryActions: isPending ? [] : primaryActionsOf(story, facts, actions),
    actions,
    moves: facts.mode === 'leading' ? reachableStages(story.stage).map((move) => move.to) : [],
    needsYou,
  };
}

/** What only the person can do: move files that a landing waits for, or fix what came back where no agent codes. */
function waitsForPerson(story: StoryRecord, facts: PipelineFacts): boolean {
  const job = facts.jobs.find((one) => one.job.storyKey === story.key);
  if (story.stage.name === 'Merge') return (job?.wait?.files.length ?? 0) > 0;
  // What came back for fixing, where no agent will take it.
  return (
    story.stage.name === 'Coding' && story.stage.feedback !== null && facts.coder === null && !facts.runs.has(story.key)
  );
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

function stateOf(story: StoryRecord, facts: PipelineFacts, mark: StuckMark | null, why: string | null): CardState {
  if (mark !== null) return mark === 'running' ? 'recovering' : mark === 'queued' ? 'recoveryQueued' : 'cold';
  const job = facts.jobs.find((one) => one.job.storyKey === story.key);
  const works = facts.runs.has(story.key) || (job?.state === 'active' && job.wait === null);
  switch (story.stage.name) {
    case 'Frozen':
      return 'frozen';
    case 'Done':
      return 'proven';
    case 'Archived':
      return 'archived';
    case 'ReviewHold':
      return 'review';
    case 'Backlog':
      return 'idle';
    default:
      return works ? 'working' : why === null ? 'idle' : 'waiting';
  }
}

function actionsOf(story: StoryRecord, facts: PipelineFacts): ActionId[] {
  const actions: ActionId[] = facts.mode === 'leading' ? eventActions(story.stage.name) : [];
  if (facts.mode === 'leading') actions.push('moveToStage');
  if (story.branch !== null && (facts.tips.get(story.key) ?? null) !== null) actions.push('openWorktree', 'openDiff');
  actions.push('showOutput');
  const { stage } = story;
  if (stage.name === 'Blocked' && stage.fix !== null && !actions.includes(stage.fix)) actions.push(stage.fix);
  return actions;
}

/** The sensible next steps in each stage, best first. */
function primaryActionsOf(story: StoryRecord, facts: PipelineFacts, actions: readonly ActionId[]): ActionId[] {
  const wanted = ((): ActionId[] => {
    const { stage } = story;
    switch (stage.name) {
      case 'Backlog':
        return ['start'];
      case 'Coding':
        if (facts.runs.has(story.key)) return ['showOutput'];
        return stage.feedback === null ? ['readyForQa', 'openWorktree'] : ['showOutput', 'openWorktree', 'readyForQa'];
      case 'QA':
        return [];
      case 'ReviewHold':
        return ['openDiff', 'approve', 'reject'];
      case 'Merge':
        return [];
      case 'MergeFailure':
      case 'MergeFailureFinal':
        // The same commits would only conflict again.
        return stage.kind === 'contentConflict'
          ? ['openWorktree', 'fixUp', 'freeze']
          : ['fixUp', 'retryMerge', 'showOutput'];
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
  return [...new Set(wanted)].filter((id) => actions.includes(id)).slice(0, 3);
}
