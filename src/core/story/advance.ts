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

/** Attempts of agents to solve its merge that failed, the first one first. */
export function mergeStrikes({ strikes }: Pick<StoryRecord, 'strikes'>): StoryRecord['strikes'] {
  return strikes.filter((strike) => strike.of === 'mergemaster');
}

/** How often an agent that reviews has sent it back in this round, the first time first. */
export function reviewStrikes({ strikes }: Pick<StoryRecord, 'strikes'>): StoryRecord['strikes'] {
  return strikes.filter((strike) => strike.of === 'reviewer');
}

/** Rounds of coding that ended with red gates. */
export function codingStrikes({ strikes }: Pick<StoryRecord, 'strikes'>): StoryRecord['strikes'] {
  return strikes.filter((strike) => strike.of === undefined);
}

/** Applies an event to a whole story: its stage by the table, and what goes with it (times, queue age, strikes). */
export function advance(story: StoryRecord, event: StoryEvent, at: string): AdvanceOutcome {
  const outcome = transition(story.stage, event);
  if (outcome.kind === 'refused') return outcome;
  const { stage } = outcome;
  const owned = event.name === 'Reassigned' ? takenHere(story) : story;
  const queuedAt = keepsQueueAge(stage) ? (story.queuedAt ?? (stage.name === 'Merge' ? at : null)) : null;
  return {
    kind: 'advanced',
    story: {
      ...owned,
      stage,
      queuedAt,
      strikes: strikesAfter(story, event, at),
      stageAt: stage.name === story.stage.name ? story.stageAt : at,
      updatedAt: at,
    },
  };
}

/** From now on it is this machine's, and what the one before still makes of it does not count. */
function takenHere(story: StoryRecord): StoryRecord {
  const own = { ...story, term: (story.term ?? 0) + 1 };
  delete own.worksAt;
  return own;
}

/**
 * What counts: an attempt of the mergemaster, and a coding round that ended with red gates. A restart, a moved target
 * or a lock never does. Whenever a person or a success starts the work afresh the count starts afresh too.
 */
function strikesAfter(story: StoryRecord, event: StoryEvent, at: string): StoryRecord['strikes'] {
  switch (event.name) {
    case 'MergemasterAttempted':
      return [...story.strikes, { at, cause: event.cause, evidence: event.evidence, of: 'mergemaster' }];
    case 'GatesFailed': {
      const { summary } = event.feedback;
      const solves = story.stage.name === 'QA' && story.stage.solves !== undefined;
      return [...story.strikes, { at, cause: 'gates red', evidence: summary, ...(solves && { of: 'mergemaster' }) }];
    }
    case 'ReviewerRejected':
      return [...story.strikes, { at, cause: 'sent back', evidence: event.feedback.summary, of: 'reviewer' }];
    // What a merge cost stays counted until the story has landed, or a person or new work begins it afresh.
    case 'GatesPassed':
      return mergeStrikes(story);
    case 'ReQueuedForQa': {
      const isSolved = !story.stage.name.startsWith('MergeFailure') || event.solvedBy !== undefined;
      return isSolved ? story.strikes : [];
    }
    case 'Start':
    case 'FixupRequested':
    case 'Rejected':
    case 'Unblock':
    case 'MergeSucceeded':
    case 'Reopen':
    case 'Reassigned':
    case 'LandedRed':
      return [];
    default:
      return story.strikes;
  }
}
