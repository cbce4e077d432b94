import type { GateProgress, PipelineFacts } from '../pipeline/facts';
import { shortRef } from '../story/names';
import type { StoryRecord } from '../story/story';
import { count, duration } from '../words/durations';
import { pendingWord } from './pendingWords';

/** The one thing worth knowing now of a story that moves: who works, which gate runs, where in the queue. */
export function factsLine(story: StoryRecord, facts: PipelineFacts, queue: readonly StoryRecord[]): string {
  const pending = facts.pending.get(story.key);
  const parts = pending === undefined ? stageFacts(story, facts, queue) : [pendingWord(pending.event)];
  const criteria = facts.criteria.get(story.key);
  // A story that landed is proven by its gates; nothing ticks its criteria yet.
  const over = story.stage.name === 'Done' || story.stage.name === 'Archived';
  if (!over && criteria !== undefined && criteria.total > 0) parts.push(`${criteria.done}/${criteria.total} criteria`);
  return parts.join(' · ');
}

function stageFacts(story: StoryRecord, facts: PipelineFacts, queue: readonly StoryRecord[]): string[] {
  const { stage } = story;
  const run = facts.runs.get(story.key);
  switch (stage.name) {
    case 'Backlog':
      return [...(story.priority < 2 ? [`P${story.priority}`] : []), ...story.labels];
    case 'Coding':
      if (run?.kind === 'coder') return [run.name, duration(facts.now - run.startedAt)];
      return stage.feedback === null ? [] : [feedbackWord(stage.feedback.kind)];
    case 'QA':
      return run?.progress === null || run === undefined ? [] : [gateWord(run.progress, facts.now)];
    case 'Merge':
      return mergeFacts(story, facts, queue);
    case 'Done':
      return [stage.mergeCommit.slice(0, 8), ...(stage.by === 'outside' ? ['landed outside'] : [])];
    case 'Frozen':
      return [`was in ${stage.resumeTo.name}`];
    case 'Archived':
      return [stage.reason.kind === 'supersededBy' ? `superseded by #${stage.reason.number}` : stage.reason.kind];
    case 'Blocked':
    case 'ReviewHold':
    case 'MergeFailure':
    case 'MergeFailureFinal':
      return story.branch === null ? [] : [shortRef(story.branch)];
  }
}

function feedbackWord(kind: 'gates' | 'review' | 'merge' | 'reopened'): string {
  return { gates: 'gates were red', review: 'review asked for changes', merge: 'merge failed', reopened: 'reopened' }[
    kind
  ];
}

/** `test 2/3 · 41 s`: the gate, which of how many, and since when. */
function gateWord(progress: GateProgress, now: number): string {
  return `${progress.gate} ${progress.index + 1}/${progress.total} · ${duration(now - progress.startedAt)}`;
}

function mergeFacts(story: StoryRecord, facts: PipelineFacts, queue: readonly StoryRecord[]): string[] {
  const job = facts.jobs.find((one) => one.job.storyKey === story.key);
  if (job !== undefined && job.state === 'active') {
    if (job.progress !== null) return [gateWord(job.progress, facts.now)];
    if (job.wait === null) return [job.job.step];
  }
  const place = queue.findIndex((one) => one.key === story.key);
  const before = place > 0 ? queue[place - 1] : undefined;
  if (before !== undefined) return [`behind #${before.number}`];
  return story.stage.name === 'Merge' ? [count(story.stage.commitsAhead, 'commit')] : [];
}
