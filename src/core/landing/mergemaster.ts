import type { MergingFacts } from '../pipeline/facts';
import { namesOf } from '../words/durations';
import type { StageOf } from '../story/stage';
import type { StoryRecord } from '../story/story';
import { mergeStrikes } from '../story/advance';

/** Attempts of an agent at one merge that may fail before only a person can go on. */
export const MERGE_ATTEMPTS = 3;

/** What can be done about a failed merge without a person. */
export type Recovery =
  /** Nothing: a person has to act. */
  | { kind: 'none' }
  /** An agent is put to it. */
  | { kind: 'solve' }
  /** An agent is put to it once the story has landed with which it is red. */
  | { kind: 'wait' }
  /** What an attempt left that was cut off is taken away first. */
  | { kind: 'settle' }
  /** A person is at it in the story's worktree. */
  | { kind: 'person' }
  /** All attempts are used up. */
  | { kind: 'giveUp'; reason: string };

/**
 * Decides by the merge's own typed outcome and by whether the gate output that it names is kept. No text of the story, of
 * git or of a gate is read.
 */
export function recoveryOf(
  story: StoryRecord,
  merging: MergingFacts | undefined,
  /** Numbers of the stories in the merge queue. */
  queued: ReadonlySet<number>,
): Recovery {
  const { stage } = story;
  if (stage.name !== 'MergeFailure' && stage.name !== 'MergeFailureFinal') return { kind: 'none' };
  const standing = merging?.standing.get(story.key);
  if (standing !== undefined) return { kind: standing.by === 'agent' ? 'settle' : 'person' };
  if (stage.name === 'MergeFailureFinal' || merging === undefined) return { kind: 'none' };
  const strikes = mergeStrikes(story);
  if (strikes.length >= MERGE_ATTEMPTS) return { kind: 'giveUp', reason: reasonToGiveUp(strikes) };
  if (merging.agent === null || !isForAgent(stage, merging.outputs)) return { kind: 'none' };
  return { kind: stage.together?.some((number) => queued.has(number)) ? 'wait' : 'solve' };
}

function isForAgent(stage: StageOf<'MergeFailure'>, outputs: ReadonlySet<string>): boolean {
  switch (stage.kind) {
    case 'contentConflict':
      return true;
    case 'gatesRed':
    case 'redTogether':
      return stage.outputId !== null && outputs.has(stage.outputId);
    case 'unrelatedHistories':
      return false;
    default:
      return stage.kind satisfies never;
  }
}

function reasonToGiveUp(strikes: StoryRecord['strikes']): string {
  const causes = strikes.map(({ cause }, index) => `${index + 1}. ${cause}`).join('; ');
  return `${strikes.length} attempts of an agent did not solve it: ${causes}.`;
}

/** What git holds once an agent's attempt is over. Nothing that the agent printed is among it. */
export interface MergeLook {
  /** Paths that git still calls unmerged. */
  readonly unmerged: readonly string[];
  /** A merge, a rebase or the like is still under way there. */
  readonly underWay: boolean;
  readonly uncommitted: readonly string[];
  /** The branch holds what it held before. */
  readonly keepsStory: boolean;
  /** A commit joins it with the target as it was then: both are its parents, or reach it by them. */
  readonly joined: boolean;
  /** It has a commit more than before. */
  readonly moved: boolean;
  /** Files in which lines of git's conflict marks stand. */
  readonly markers: readonly string[];
  /** Paths whose change by one side is gone. */
  readonly dropped: readonly { readonly path: string; readonly whose: 'target' | 'story' }[];
  /** Nothing of what the story changes is left. */
  readonly nothingLeft: boolean;
}

/** Why an attempt is not accepted, in words that follow `it`; null where it is. */
export function whyNotMerged(look: MergeLook): string | null {
  if (!look.keepsStory) return 'rewrote or left the commits of the story';
  if (look.unmerged.length > 0) return `left ${namesOf(look.unmerged)} unmerged`;
  if (look.underWay) return 'did not commit the merge';
  if (look.uncommitted.length > 0) return `left ${namesOf(look.uncommitted)} uncommitted`;
  if (!look.joined) return 'made no merge commit of the two branches';
  if (!look.moved) return 'changed nothing';
  if (look.markers.length > 0) return `left conflict markers in ${namesOf(look.markers)}`;
  if (look.nothingLeft) return 'dropped all that the story changes';
  const [theirs, own] = [pathsOf(look, 'target'), pathsOf(look, 'story')];
  if (theirs.length > 0) return `dropped what had landed in ${namesOf(theirs)}`;
  if (own.length > 0) return `dropped the story's own change of ${namesOf(own)}`;
  return null;
}

function pathsOf({ dropped }: MergeLook, whose: 'target' | 'story'): string[] {
  return dropped.filter((one) => one.whose === whose).map((one) => one.path);
}
