import type { MergeJob } from '../landing/job';
import type { HistoryEntry } from '../story/history';
import { storyBranches } from '../story/names';
import { underlyingStage } from '../story/stage';
import type { StoryRecord } from '../story/story';
import { hasLanded } from './landedBefore';
import type { GitWitness, Witnesses } from './witnesses';

/**
 * Whether a story's newest job is of a time that its history knows nothing of. A job is made for a story in Merge
 * alone, so the line that led there, or any later one, was on disk before the job. What landed is told by itself.
 */
export function isBehindJob(job: MergeJob, lines: readonly HistoryEntry[]): boolean {
  if (hasLanded(job)) return false;
  return !lines.some(
    (line) => line.at >= job.queuedAt || (line.to === 'Merge' && line.evidence.includes(job.storyTip)),
  );
}

/** Whether a live story has no branch on record: its name is on record before the branch is made. */
export function isWithoutBranch({ branch, stage }: StoryRecord): boolean {
  return branch === null && stage.name !== 'Done' && stage.name !== 'Archived';
}

/**
 * The branch that was made for a live story whose record has none; null where there is none. Only its very name counts:
 * a branch of the same number can come from another copy of the repository.
 */
export function startedBranch(story: StoryRecord, branches: GitWitness['branches']): string | null {
  if (!isWithoutBranch(story)) return null;
  return storyBranches(story.number, story.title).find((branch) => branches.has(branch)) ?? null;
}

/** Stories in the merge queue, also those that are set aside. */
export function mergingOf(stories: Iterable<StoryRecord>): StoryRecord[] {
  return [...stories].filter((story) => underlyingStage(story.stage).name === 'Merge');
}

/** Whether there is no merge journal although stories are in the queue or have come through it. */
export function isJournalGone({ index, journal, shadow }: Witnesses): boolean {
  if (journal.condition.kind === 'short') return true;
  if (journal.condition.kind !== 'empty') return false;
  if (index.hasLanded) return true;
  const lines = [...index.history, ...(shadow?.history ?? [])];
  return mergingOf(index.stories).length > 0 || lines.some((line) => line.event === 'MergeSucceeded');
}

/** Neither list, journal, texts nor search index tells of any story, and something still shows that there was a store. */
export function isAllGone({ index, journal, orphans, shadow }: Witnesses): boolean {
  const knowsNothing = journal.jobs.length === 0 && orphans.every(({ number }) => number === null) && shadow === null;
  return index.condition.kind === 'empty' && (index.wasUsed || orphans.length > 0) && knowsNothing;
}
