import { isFinished } from '../landing/job';
import type { StoryRecord } from '../story/story';
import type { PipelineFacts } from './facts';
import type { StuckMark } from './markWords';

type StuckFacts = Pick<PipelineFacts, 'runs' | 'jobs' | 'tips' | 'mode' | 'target'>;

/**
 * The mark of a stuck story, null for one that is not stuck.
 *
 * running: an agent or a merge job works on it. queued: it will be taken up by itself, because its branch moved on or
 * a merge job of it waits. cold: nothing will happen until a person acts.
 */
export function stuckMark(story: StoryRecord, facts: StuckFacts): StuckMark | null {
  const { stage } = story;
  if (stage.name !== 'Blocked' && stage.name !== 'MergeFailure' && stage.name !== 'MergeFailureFinal') return null;
  if (facts.runs.has(story.key)) return 'running';
  const job = facts.jobs.find((one) => one.job.storyKey === story.key && !isFinished(one.job));
  if (job !== undefined) return job.state === 'active' && job.wait === null ? 'running' : 'queued';
  if (stage.name === 'MergeFailure' && branchMoved(stage.tip, story, facts)) return 'queued';
  return 'cold';
}

/** New commits since the failure: the scheduler sends the story to QA as soon as it can. */
function branchMoved(tip: string, story: StoryRecord, facts: StuckFacts): boolean {
  const now = facts.tips.get(story.key) ?? null;
  return now !== null && now !== tip && facts.target.kind === 'found';
}
