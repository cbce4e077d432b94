import type { StoryRecord } from '../story/story';
import type { PipelineFacts } from './facts';

/** The three states of a stuck story. Derived on every look, never stored. */
export type StuckMark = 'running' | 'queued' | 'cold';

/** How each mark is said in text and aloud. The same words stand everywhere. */
export const MARK_WORDS: Readonly<Record<StuckMark, { symbol: string; word: string; spoken: string }>> = {
  running: { symbol: '🤖', word: 'Recovery running', spoken: 'stuck, recovery running' },
  queued: { symbol: '⏳', word: 'Recovery queued', spoken: 'stuck, recovery queued' },
  cold: { symbol: '🔴', word: 'Needs you', spoken: 'stuck, nothing will happen until you act' },
};

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
  const job = facts.jobs.find((one) => one.job.storyKey === story.key);
  if (job !== undefined) return job.state === 'active' && job.wait === null ? 'running' : 'queued';
  if (stage.name === 'MergeFailure' && branchMoved(stage.tip, story, facts)) return 'queued';
  return 'cold';
}

/** New commits since the failure: the scheduler sends the story to QA as soon as it can. */
function branchMoved(tip: string, story: StoryRecord, facts: StuckFacts): boolean {
  const now = facts.tips.get(story.key) ?? null;
  return now !== null && now !== tip && facts.target.kind === 'found';
}
