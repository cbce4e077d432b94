import { isFinished } from '../landing/job';
import type { Oid } from '../story/stage';
import type { StoryRecord } from '../story/story';
import type { Recovery } from '../landing/mergemaster';
import type { JobFacts, LiveRun } from './facts';
import type { StuckMark } from './markWords';
import type { Said } from '../words/said';

interface StuckInputs {
  readonly story: StoryRecord;
  /** Tip of the story's branch, null where it has none. */
  readonly tip: Oid | null;
  readonly run: LiveRun | null;
  readonly job: JobFacts | null;
  readonly recovery: Recovery['kind'];
  readonly around: { readonly hasTarget: boolean; readonly stopped: Said | null };
}

/**
 * The mark of a stuck story, null for one that is not stuck.
 *
 * running: an agent or a merge job works on it. queued: it will be taken up by itself, because its branch moved on, a
 * merge job of it waits, or an agent is to solve its merge. cold: nothing will happen until a person acts.
 */
export function stuckMark({ story, tip, run, job, recovery, around }: StuckInputs): StuckMark | null {
  const { stage } = story;
  if (stage.name !== 'Blocked' && stage.name !== 'MergeFailure' && stage.name !== 'MergeFailureFinal') return null;
  if (run !== null) return 'running';
  if (job !== null && !isFinished(job.job)) return job.state === 'active' && job.wait === null ? 'running' : 'queued';
  // New commits since the failure: the scheduler sends the story to QA as soon as it can.
  const hasMoved = stage.name !== 'Blocked' && tip !== null && tip !== stage.tip;
  if (hasMoved && around.hasTarget) return 'queued';
  const goesOn = recovery !== 'none' && recovery !== 'person';
  return goesOn && around.stopped === null ? 'queued' : 'cold';
}
