import { MERGE_STEPS, type MergeJob } from '../landing/job';
import type { HistoryEntry } from '../story/history';
import type { Oid } from '../story/stage';

/** A commit that landed for a story. `at` is ISO 8601 in UTC. */
export interface Landing {
  readonly key: string;
  readonly commit: Oid;
  readonly at: string;
  /** What its commit's message says of the story, where it does. */
  readonly named?: { readonly number: number; readonly title: string };
}

/** Whether the target moved to the job's candidate. */
export function hasLanded(job: MergeJob): boolean {
  return job.stopped === null && MERGE_STEPS.indexOf(job.step) >= MERGE_STEPS.indexOf('landed');
}

/** The landings of a journal, oldest first. */
export function landingsOf(jobs: readonly MergeJob[]): Landing[] {
  return jobs.flatMap((job) =>
    hasLanded(job) && job.candidate !== null
      ? [{ key: job.storyKey, commit: job.candidate.commit, at: job.stepAt }]
      : [],
  );
}

/**
 * The last of a story's landings (oldest first) that its history does not know: the story must become Done and never
 * be coded or landed again. A story that was Done and then opened again knows of its landing.
 */
export function unknownLanding(landings: readonly Landing[], history: readonly HistoryEntry[]): Landing | null {
  const last = landings.at(-1);
  if (last === undefined) return null;
  const isKnown = history.some(
    (entry) =>
      (entry.to === 'Done' && entry.evidence.includes(last.commit)) ||
      // The line that made it Done may be lost itself; one that led away from Done is as good.
      (entry.from === 'Done' && entry.at >= last.at),
  );
  return isKnown ? null : last;
}

/** Whether somebody here opened a story again that had landed as this commit, and it has not become Done since. */
export function wasReopened(history: readonly HistoryEntry[], commit: Oid): boolean {
  const at = history.findLastIndex(({ event }) => event === 'Reopen');
  if (at < 0 || history.slice(at).some(({ to }) => to === 'Done')) return false;
  const before = history.slice(0, at);
  const landed = before.filter(({ to, evidence }) => to === 'Done' && evidence.includes('"mergeCommit"'));
  // One that came from others when it was archived already has no line that names its commit.
  if (landed.length === 0)
    return before.some(({ to, evidence }) => to === 'Archived' && evidence.includes('"completed"'));
  return landed.some(({ evidence }) => evidence.includes(commit));
}
