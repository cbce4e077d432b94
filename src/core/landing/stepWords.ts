import type { JobFacts } from '../pipeline/facts';
import type { MergeStep } from './job';

/** What a landing is doing, by the step that is on record, as a person reads it. */
export const STEP_WORDS: Readonly<Record<MergeStep, string>> = {
  queued: 'about to merge',
  leased: 'merging',
  merged: 'about to be proven',
  gating: 'being proven',
  gated: 'proven',
  landing: 'landing',
  landed: 'landed',
  cleaned: 'landed',
};

/** The step that a landing is at for a person: what waits for room is not being proven yet. */
export function shownStep({ job, isAhead }: Pick<JobFacts, 'job' | 'isAhead'>): MergeStep {
  return isAhead === true ? 'merged' : job.step;
}
