import { shownStep, STEP_WORDS } from '../landing/stepWords';
import type { AgentActivity, GateProgress } from '../pipeline/facts';
import { shortRef, storyBranches } from '../story/names';
import type { Feedback, Revert } from '../story/stage';
import { thousands } from '../words/durations';
import type { CardInputs } from './cardInputs';
import { conflictWords } from './conflictWords';
import type { Fact } from './factsText';
import { asWritten, say, type Said } from '../words/said';
import { pendingWord } from './pendingWords';
import { stageWord } from '../story/stageWords';

/** A fact in words that can be said in any language; what is a string is the same in each: a name, a figure. */
export type SaidFact = Fact | Said;

/** The one thing worth knowing now of a story that moves: who works, which gate runs, where in the queue. */
export function factsLine(inputs: CardInputs): SaidFact[] {
  const { story, criteria, pending } = inputs;
  const conflict = conflictWords(inputs.conflicts, inputs.target);
  const moves: SaidFact[] =
    pending === null ? stageFacts(inputs) : [asWritten(pendingWord(pending.event)), { since: pending.since }];
  const needless = inputs.isNeedless ? [say('{0} is not red any more', inputs.target)] : [];
  const told = [...needless, ...elsewhere(inputs), ...childFacts(inputs), ...raceFacts(inputs), ...agentFacts(inputs)];
  const parts: SaidFact[] = [...(conflict === null ? [] : [conflict]), ...told, ...moves];
  // A story that landed is proven by its gates; what counts then is only a criterion that does not hold there.
  const over = story.stage.name === 'Done' || story.stage.name === 'Archived';
  if (!over && inputs.neededBy.length > 0) parts.push(waitForThis(inputs.neededBy));
  if (!over && criteria !== null && criteria.total > 0)
    parts.push(say('{0}/{1} criteria', criteria.done, criteria.total));
  if (over && criteria?.failed !== undefined) parts.push(sayFailed(criteria.failed));
  return story.stage.name === 'Backlog' ? parts : [...parts, ...story.labels];
}

function sayFailed(criteria: number): Said {
  return criteria === 1
    ? say('1 criterion failed on what landed')
    : say('{0} criteria failed on what landed', criteria);
}

/** `races #43` */
function raceFacts({ race }: CardInputs): SaidFact[] {
  return race === null ? [] : [say('races {0}', { names: race.others.map((number) => `#${number}`) })];
}

/** `coded by codex`, where a person chose it and it is not at work already. */
function agentFacts({ chosen, run }: CardInputs): SaidFact[] {
  return chosen.flatMap(({ role, name, instead }) => {
    if (run?.name === name && run.kind === role) return [];
    if (role !== 'coder' && instead !== null) return [];
    if (role === 'reviewer') return [say('to be reviewed by {0}', name)];
    if (role === 'mergemaster') return [say('merges solved by {0}', name)];
    if (instead !== null) return [say('{0} is not configured, so {1} codes it', name, instead)];
    return [run?.kind === 'coder' ? say('next coded by {0}', name) : say('coded by {0}', name)];
  });
}

/** `#15 and #16 wait for this`. */
function waitForThis(numbers: readonly number[]): Said {
  const names = numbers.map((number) => `#${number}`);
  return numbers.length === 1 ? say('{0} waits for this', { names }) : say('{0} wait for this', { names });
}

/** `child of #12`, and why it does not stand yet on what #12 is now. */
function childFacts({ story, dependsOn, restackWait }: CardInputs): SaidFact[] {
  const parent = dependsOn.find(({ key }) => key === story.childOf?.key)?.number ?? null;
  if (parent === null || story.stage.name === 'Done' || story.stage.name === 'Archived') return [];
  const child = say('child of #{0}', parent);
  return restackWait === null ? [child] : [child, say('not moved yet onto what #{0} is now: {1}', parent, restackWait)];
}

/** `Ada is at work on it`, or whose it is where nobody is at work. */
function elsewhere({ story, others, isOwnerAway }: CardInputs): SaidFact[] {
  if (isOwnerAway) return [say('with {0}, not connected', story.worksAt?.name ?? '')];
  if (story.stage.name === 'Merge' && story.worksAt !== undefined)
    return [say('lands on {0}’s machine', story.worksAt.name)];
  if (others.length > 0) {
    return [others.length === 1 ? say('{0} is at work on it', others[0] ?? '') : say('{0} are at work on it', { names: [...others] })]; // prettier-ignore
  }
  const isOver = story.stage.name === 'Done' || story.stage.name === 'Archived';
  return story.worksAt === undefined || isOver ? [] : [say('with {0}', story.worksAt.name)];
}

function stageFacts(inputs: CardInputs): SaidFact[] {
  const { story, run } = inputs;
  const { stage } = story;
  switch (stage.name) {
    case 'Backlog':
      return [...(story.priority < 2 ? [`P${story.priority}`] : []), ...story.labels];
    case 'Coding':
      if (run?.kind === 'coder' || run?.kind === 'setUp')
        return [run.name, { since: run.startedAt }, ...activityFacts(run.activity)];
      return [...(stage.feedback === null ? [] : [sayFeedback(stage.feedback.kind)]), ...lackFacts(inputs.lacks)];
    case 'QA':
      if (run?.kind === 'reviewer')
        return [say('reviewed by {0}', run.name), { since: run.startedAt }, ...activityFacts(run.activity)];
      return run === null || run.progress === null ? [] : gateFacts(run.progress);
    case 'Merge':
      return mergeFacts(inputs, stage.commitsAhead);
    case 'Done':
      return [
        stage.mergeCommit.slice(0, 8),
        ...(stage.by === 'outside' ? [say('landed outside')] : []),
        ...revertFacts(stage.revertedBy),
      ];
    case 'Frozen':
      return [say('was in {0}', stageWord(stage.resumeTo.name))];
    case 'Archived':
      return [
        stage.reason.kind === 'supersededBy' ? say('superseded by #{0}', stage.reason.number) : stage.reason.kind,
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

/** `turn 4`, `12k tokens`, `$0.31`, and what it said last; nothing of what is not known. */
function activityFacts(activity: AgentActivity | undefined): SaidFact[] {
  if (activity === undefined) return [];
  const { turns, tokens, costUsd, line } = activity;
  return [
    ...(turns === null ? [] : [say('turn {0}', turns)]),
    ...(tokens === null ? [] : [say('{0} tokens', thousands(tokens))]),
    ...(costUsd === null ? [] : [`$${costUsd.toFixed(2)}`]),
    ...(line === '' ? [] : [line]),
  ];
}

/** `reverted by #45` */
function revertFacts(by: Revert | undefined): SaidFact[] {
  return by === undefined ? [] : [say('reverted by {0}', by.number === null ? by.commit.slice(0, 8) : `#${by.number}`)];
}

/** `no node_modules here`: what who works there has to bring first. */
function lackFacts(lacks: CardInputs['lacks']): SaidFact[] {
  return lacks.length === 0 ? [] : [say('no {0} here', { names: lacks.map(({ name }) => name) })];
}

function sayFeedback(kind: Feedback['kind']): Said {
  switch (kind) {
    case 'gates':
      return say('gates were red');
    case 'review':
      return say('review asked for changes');
    case 'merge':
      return say('merge failed');
    case 'reopened':
      return say('reopened');
    case 'landed':
      return say('red after it landed');
  }
}

/** `test 2/3 · 41 s`: the gate, which of how many, and since when. */
function gateFacts(progress: GateProgress): Fact[] {
  return [`${progress.gate} ${progress.index + 1}/${progress.total}`, { since: progress.startedAt }];
}

function mergeFacts({ job, place }: CardInputs, commitsAhead: number): SaidFact[] {
  if (job?.state === 'active') {
    if (job.progress !== null) return gateFacts(job.progress);
    if (job.provenWith != null)
      return [say('proven with #{0}', job.provenWith.number), ...gateFacts(job.provenWith.progress)];
    if (job.wait === null) return [asWritten(STEP_WORDS[shownStep(job)])];
  }
  if (place?.before != null) return [say('behind #{0}', place.before)];
  return [commitsAhead === 1 ? say('1 commit') : say('{0} commits', commitsAhead)];
}
