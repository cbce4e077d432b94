import { STEP_WORDS } from '../landing/stepWords';
import type { AgentActivity, GateProgress } from '../pipeline/facts';
import { shortRef, storyBranches } from '../story/names';
import type { Feedback, Revert } from '../story/stage';
import { count, namesOf } from '../words/durations';
import type { CardInputs } from './cardInputs';
import { conflictWords } from './conflictWords';
import type { Fact } from './factsText';
import { pendingWord } from './pendingWords';
import { stageWord } from '../story/stageWords';

/** The one thing worth knowing now of a story that moves: who works, which gate runs, where in the queue. */
export function factsLine(inputs: CardInputs): Fact[] {
  const { story, criteria, pending } = inputs;
  const conflict = conflictWords(inputs.conflicts, inputs.target);
  const moves: Fact[] = pending === null ? stageFacts(inputs) : [pendingWord(pending.event), { since: pending.since }];
  const told = [...elsewhere(inputs), ...childFacts(inputs), ...raceFacts(inputs)];
  const parts = [...(conflict === null ? [] : [conflict]), ...told, ...moves];
  // A story that landed is proven by its gates; what counts then is only a criterion that does not hold there.
  const over = story.stage.name === 'Done' || story.stage.name === 'Archived';
  if (!over && inputs.neededBy.length > 0) parts.push(waitForThis(inputs.neededBy));
  if (!over && criteria !== null && criteria.total > 0) parts.push(`${criteria.done}/${criteria.total} criteria`);
  if (over && criteria?.failed !== undefined)
    parts.push(`${count(criteria.failed, 'criterion', 'criteria')} failed on what landed`);
  return story.stage.name === 'Backlog' ? parts : [...parts, ...story.labels];
}

/** `races #43` */
function raceFacts({ race }: CardInputs): Fact[] {
  return race === null ? [] : [`races ${namesOf(race.others.map((number) => `#${number}`))}`];
}

/** `#15 and #16 wait for this`. */
function waitForThis(numbers: readonly number[]): string {
  return `${namesOf(numbers.map((number) => `#${number}`))} ${numbers.length === 1 ? 'waits' : 'wait'} for this`;
}

/** `child of #12`, and why it does not stand yet on what #12 is now. */
function childFacts({ story, dependsOn, restackWait }: CardInputs): Fact[] {
  const parent = dependsOn.find(({ key }) => key === story.childOf?.key)?.number ?? null;
  if (parent === null || story.stage.name === 'Done' || story.stage.name === 'Archived') return [];
  return [`child of #${parent}`, ...(restackWait === null ? [] : [`not moved yet onto what #${parent} is now: ${restackWait}`])]; // prettier-ignore
}

/** `Ada is at work on it`, or whose it is where nobody is at work. */
function elsewhere({ story, others }: CardInputs): Fact[] {
  if (story.stage.name === 'Merge' && story.worksAt !== undefined) return [`lands on ${story.worksAt.name}’s machine`];
  if (others.length > 0) return [`${namesOf([...others])} ${others.length === 1 ? 'is' : 'are'} at work on it`];
  const isOver = story.stage.name === 'Done' || story.stage.name === 'Archived';
  return story.worksAt === undefined || isOver ? [] : [`with ${story.worksAt.name}`];
}

function stageFacts(inputs: CardInputs): Fact[] {
  const { story, run } = inputs;
  const { stage } = story;
  switch (stage.name) {
    case 'Backlog':
      return [...(story.priority < 2 ? [`P${story.priority}`] : []), ...story.labels];
    case 'Coding':
      if (run?.kind === 'coder' || run?.kind === 'setUp')
        return [run.name, { since: run.startedAt }, ...activityFacts(run.activity)];
      return [...(stage.feedback === null ? [] : [feedbackWord(stage.feedback.kind)]), ...lackFacts(inputs.lacks)];
    case 'QA':
      return run === null || run.progress === null ? [] : gateFacts(run.progress);
    case 'Merge':
      return mergeFacts(inputs, stage.commitsAhead);
    case 'Done':
      return [
        stage.mergeCommit.slice(0, 8),
        ...(stage.by === 'outside' ? ['landed outside'] : []),
        ...revertFacts(stage.revertedBy),
      ];
    case 'Frozen':
      return [`was in ${stageWord(stage.resumeTo.name)}`];
    case 'Archived':
      return [
        stage.reason.kind === 'supersededBy' ? `superseded by #${stage.reason.number}` : stage.reason.kind,
        ...revertFacts(stage.revertedBy),
      ];
    case 'MergeFailure':
      if (run?.kind === 'mergemaster') return [run.name, { since: run.startedAt }, ...activityFacts(run.activity)];
      return branchFacts(story);
    case 'Blocked':
    case 'ReviewHold':
    case 'MergeFailureFinal':
      return branchFacts(story);
  }
}

/** Its branch, unless that says only what number and title say. */
function branchFacts({ branch, number, title }: CardInputs['story']): Fact[] {
  return branch === null || storyBranches(number, title).includes(branch) ? [] : [shortRef(branch)];
}

/** `turn 4`, `$0.31` or else `12k tokens`, and what it said last; nothing of what is not known. */
function activityFacts(activity: AgentActivity | undefined): Fact[] {
  if (activity === undefined) return [];
  const { turns, tokens, costUsd, line } = activity;
  return [
    ...(turns === null ? [] : [`turn ${turns}`]),
    ...(tokens === null || costUsd !== null
      ? []
      : [`${tokens < 1000 ? tokens : `${Math.round(tokens / 1000)}k`} tokens`]),
    ...(costUsd === null ? [] : [`$${costUsd.toFixed(2)}`]),
    ...(line === '' ? [] : [line]),
  ];
}

/** `reverted by #45` */
function revertFacts(by: Revert | undefined): Fact[] {
  return by === undefined ? [] : [`reverted by ${by.number === null ? by.commit.slice(0, 8) : `#${by.number}`}`];
}

/** `no node_modules here`: what who works there has to bring first. */
function lackFacts(lacks: CardInputs['lacks']): Fact[] {
  return lacks.length === 0 ? [] : [`no ${namesOf(lacks.map(({ name }) => name))} here`];
}

function feedbackWord(kind: Feedback['kind']): string {
  return {
    gates: 'gates were red',
    review: 'review asked for changes',
    merge: 'merge failed',
    reopened: 'reopened',
    landed: 'red after it landed',
  }[kind];
}

/** `test 2/3 · 41 s`: the gate, which of how many, and since when. */
function gateFacts(progress: GateProgress): Fact[] {
  return [`${progress.gate} ${progress.index + 1}/${progress.total}`, { since: progress.startedAt }];
}

function mergeFacts({ job, place }: CardInputs, commitsAhead: number): Fact[] {
  if (job?.state === 'active') {
    if (job.progress !== null) return gateFacts(job.progress);
    if (job.wait === null) return [STEP_WORDS[job.job.step]];
  }
  return [place?.before == null ? count(commitsAhead, 'commit') : `behind #${place.before}`];
}
