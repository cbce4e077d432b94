import type { StuckMark } from '../pipeline/markWords';
import type { StageName } from '../story/stage';
import type { CardInputs } from './cardInputs';

/**
 * What a story needs a person for. The order is that in which equals are told: an agent that asks stands still meanwhile, a
 * landing that waits for files holds the queue, and what is cold has waited already.
 */
export const NEEDS = ['question', 'files', 'review', 'conflict', 'fix', 'dependency', 'cold'] as const;
export type Need = (typeof NEEDS)[number];

/** Stages in which a story that is under way can come to depend on what will never land. */
const STARTED: readonly StageName[] = ['Coding', 'QA', 'Merge'];

/**
 * The one place that says whether a story needs a person, and for what; null where it goes on by itself, has not begun, or
 * just does what a person asked for. Badge, tree, board and status bar count this.
 */
export function needOf(inputs: CardInputs, mark: StuckMark | null): Need | null {
  const { story, job, run, around, dependencies } = inputs;
  const { stage } = story;
  if (inputs.pending !== null) return null;
  if (run?.question !== undefined) return 'question';
  if (dependencies.kind === 'blocked' && STARTED.includes(stage.name)) return 'dependency';
  switch (stage.name) {
    case 'ReviewHold':
      return inputs.race === null || inputs.race.asks ? 'review' : null;
    case 'Merge':
      return (job?.wait?.files.length ?? 0) > 0 ? 'files' : null;
    case 'Coding': {
      const isTheirs = stage.coder === 'person' || !around.hasCoder;
      return stage.feedback !== null && isTheirs && run === null ? 'fix' : null;
    }
    case 'MergeFailure':
    case 'MergeFailureFinal':
      if (mark !== 'cold') return null;
      if (stage.kind === 'contentConflict') return 'conflict';
      return stage.kind === 'unrelatedHistories' ? 'cold' : 'fix';
    case 'Blocked':
      return mark === 'cold' ? 'cold' : null;
    case 'Backlog':
    case 'QA':
    case 'Frozen':
    case 'Done':
    case 'Archived':
      return null;
    default:
      return stage satisfies never;
  }
}
