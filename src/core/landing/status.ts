import { proofWords } from '../gates/proofWords';
import type { JobFacts } from '../pipeline/facts';
import { isFinished, type MergeJob, type MergeStep } from './job';
import { shownStep } from './stepWords';

/** Where a story's merge stands. A job known once never disappears: it is one of these. */
export type MergeStatus =
  | { kind: 'none' }
  | { kind: 'queued'; ahead: number }
  | { kind: 'running'; step: MergeStep }
  | { kind: 'waiting'; step: MergeStep; why: string; files: readonly string[]; since: number }
  /** `proof` says what of its proof is not plain, in sentences; empty where there is nothing to say. */
  | { kind: 'done'; commit: string; at: string; proof: string }
  | { kind: 'failed'; reason: string };

/** `jobs` are all recorded jobs of the story, oldest first; `ahead` counts stories before it, null when not queued. */
export function mergeStatus(jobs: readonly MergeJob[], live: JobFacts | undefined, ahead: number | null): MergeStatus {
  if (live !== undefined) {
    if (live.wait !== null) {
      const { why, files, since } = live.wait;
      return { kind: 'waiting', step: live.job.step, why: why.message, files, since };
    }
    if (live.state === 'active') return { kind: 'running', step: shownStep(live) };
    return { kind: 'queued', ahead: 0 };
  }
  if (ahead !== null) return { kind: 'queued', ahead };
  const last = jobs.at(-1);
  if (last === undefined) return { kind: 'none' };
  if (last.stopped !== null) return { kind: 'failed', reason: stopWords(last) };
  if (isFinished(last) && last.candidate !== null)
    return { kind: 'done', commit: last.candidate.commit, at: last.stepAt, proof: proofWords(last.results) };
  return { kind: 'queued', ahead: 0 };
}

function stopWords(job: MergeJob): string {
  const { stopped } = job;
  switch (stopped?.kind) {
    case undefined:
      return 'unknown';
    case 'conflict':
      return stopped.files.length === 0 ? stopped.message : `conflict in ${stopped.files.join(', ')}`;
    case 'redTogether':
      return `red together with #${stopped.with}, green alone: ${stopped.result.detail}`;
    case 'targetRed':
      return `the target is red: ${stopped.result.detail}`;
    case 'gatesRed':
    case 'environment':
      return stopped.result.detail;
    case 'unrelatedHistories':
      return 'its branch and the target share no commit';
    case 'alreadyMerged':
      return 'the target already holds its commits';
    case 'takenBack':
      return stopped.reasons.join(' ');
    case 'storyMoved':
      return 'its branch moved';
    case 'withdrawn':
      return stopped.why;
  }
}
