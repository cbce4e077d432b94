import type { StuckMark } from '../pipeline/markWords';
import type { PipelineFacts } from '../pipeline/facts';
import { inQueueOrder } from '../pipeline/queueOrder';
import { heldReason } from '../recovery/storeLoss';
import type { StoryRecord } from '../story/story';
import { namesOf } from '../words/durations';

const COLD = 'Nothing will happen until you act.';

/** One line that says why a story does not move, null for a story that moves or has nothing to wait for. */
export function whyLine(
  story: StoryRecord,
  facts: PipelineFacts,
  queue: readonly StoryRecord[],
  mark: StuckMark | null,
): string | null {
  if (facts.losses.some((loss) => loss.held.includes(story.key))) return heldReason(story.number);
  const { stage } = story;
  switch (stage.name) {
    case 'Blocked':
      return withMark(stage.reason, mark);
    case 'MergeFailure':
      return withMark(stage.detail, mark);
    case 'MergeFailureFinal':
      return withMark(`${stage.detail} ${stage.reason}`, mark);
    case 'ReviewHold':
      return `Waits for your review. ${stage.reasons.join(' ')}`;
    case 'Coding':
      return whyNotCoding(story, facts);
    case 'QA':
      return whyNotProven(story, facts);
    case 'Merge':
      return whyNotLanding(story, facts, queue);
    case 'Backlog':
    case 'Frozen':
    case 'Done':
    case 'Archived':
      return null;
  }
}

function withMark(reason: string, mark: StuckMark | null): string {
  const sentence = /[.!?]$/.test(reason) ? reason : `${reason}.`;
  switch (mark) {
    case 'running':
      return `${sentence} Recovery is running.`;
    case 'queued':
      return `${sentence} It will be tried again by itself.`;
    default:
      return `${sentence} ${COLD}`;
  }
}

function notAllowed(facts: PipelineFacts): string | null {
  if (facts.mode === 'following') return null;
  if (facts.target.kind === 'missing') return 'Waits for a target branch.';
  if (facts.permission === 'untrusted') return 'Waits until you trust this workspace.';
  if (facts.permission === 'unapproved') return 'Waits until you approve the configured commands.';
  return null;
}

function whyNotCoding(story: StoryRecord, facts: PipelineFacts): string | null {
  const feedback = story.stage.name === 'Coding' ? story.stage.feedback : null;
  const before = feedback === null ? '' : `${feedback.summary} `;
  if (facts.runs.has(story.key)) return null;
  if (story.stage.name === 'Coding' && story.stage.coder === 'person') {
    return 'Taken out of the queue. No agent starts on it; say Ready for QA when it is.';
  }
  if (facts.coder === null) return feedback === null ? null : `${before}Fix it in the worktree, then say Ready for QA.`;
  const held = notAllowed(facts);
  if (held !== null) return `${before}${held}`;
  const busy = [...facts.runs.values()].filter((run) => run.kind === 'coder').length;
  return busy >= facts.maxCoders ? `${before}Waits for a free agent (${busy} of ${facts.maxCoders} at work).` : null;
}

function whyNotProven(story: StoryRecord, facts: PipelineFacts): string | null {
  if (facts.runs.has(story.key)) return null;
  const held = notAllowed(facts);
  if (held !== null) return held;
  if (facts.gates.kind === 'invalid') return 'Waits until the gates are readable.';
  const proving = facts.stories.find((one) => facts.runs.get(one.key)?.kind === 'gates');
  return proving === undefined ? null : `Behind #${proving.number}, whose gates run.`;
}

function whyNotLanding(story: StoryRecord, facts: PipelineFacts, queue: readonly StoryRecord[]): string | null {
  const job = facts.jobs.find((one) => one.job.storyKey === story.key);
  if (job?.wait) {
    const files = job.wait.files.length === 0 ? '' : ` (${namesOf(job.wait.files)})`;
    return `${job.wait.why.replace(/\.$/, '')}${files}. Lands by itself once that is out of the way.`;
  }
  if (job?.state === 'active') return null;
  if (facts.identity === 'missing') return 'Waits until git knows your name and email.';
  const held = notAllowed(facts);
  if (held !== null) return held;
  if (facts.gates.kind === 'invalid') return 'Waits until the gates are readable.';
  const first = inQueueOrder(queue, facts.now)[0];
  return first === undefined || first.key === story.key ? null : `Queued behind #${first.number}.`;
}
