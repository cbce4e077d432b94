import type { StoryEvent } from './events';
import { underlyingStage, type Stage } from './stage';
import type { StoryRecord } from './story';
import { transition, type TransitionOutcome } from './transitions';

export type AdvanceOutcome = { kind: 'advanced'; story: StoryRecord } | Extract<TransitionOutcome, { kind: 'refused' }>;

/** The stages in which a story keeps the age it has in the merge queue. */
function keepsQueueAge(stage: Stage): boolean {
  const name = underlyingStage(stage).name;
  return name !== 'Backlog' && name !== 'Coding' && name !== 'Done' && name !== 'Archived';
}

/** Applies an event to a whole story: its stage by the table, and what goes with it (times, queue age, strikes). */
export function advance(story: StoryRecord, event: StoryEvent, at: string): AdvanceOutcome {
  const outcome = transition(story.stage, event);
  if (outcome.kind === 'refused') return outcome;
  const { stage } = outcome;
  const queuedAt = keepsQueueAge(stage) ? (story.queuedAt ?? (stage.name === 'Merge' ? at : null)) : null;
  return {
    kind: 'advanced',
    story: {
      ...story,
      stage,
      queuedAt,
      strikes: strikesAfter(story, event, at),
      stageAt: stage.name === story.stage.name ? story.stageAt : at,
      updatedAt: at,
    },
  };
}

/** Only an attempt of the mergemaster counts; a restart, a moved target or a lock never does. */
function strikesAfter(story: StoryRecord, event: StoryEvent, at: string): StoryRecord['strikes'] {
  switch (event.name) {
    case 'MergemasterAttempted':
      return [...story.strikes, { at, cause: event.cause, evidence: event.evidence }];
    case 'FixupRequested':
    case 'MergeSucceeded':
    case 'Reopen':
      return [];
    default:
      return story.strikes;
  }
}
