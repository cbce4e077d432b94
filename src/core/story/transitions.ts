import { STAGE_NAMES } from './stageNames';
import type { EventName, EventOf, GitLook, StoryEvent } from './events';
import { type Feedback, type Stage, type StageName, type StageOf } from './stage';
import { refuse, say, type Refusal } from '../words/said';

/** Why the evidence of an event does not fit the stage it was meant for. */
interface Unfit {
  readonly unfit: string;
}

/** One row of the table: from these stages this event leads to one of those. */
export interface Transition {
  readonly event: EventName;
  readonly from: readonly StageName[];
  readonly to: readonly StageName[];
  /** A person can cause it by a command; the others come from gates, git and the merge queue. */
  readonly byPerson: boolean;
  readonly apply: (stage: Stage, event: StoryEvent) => Stage | Unfit;
}

export type TransitionOutcome =
  | { kind: 'moved'; stage: Stage }
  | (Refusal & { readonly stage: StageName; readonly event: EventName });

const LIVE = STAGE_NAMES.filter((name) => name !== 'Done' && name !== 'Archived');
const RESUMABLE = [
  'Backlog', 'Coding', 'QA', 'ReviewHold', 'Merge', 'Done', 'MergeFailure', 'MergeFailureFinal',
] as const; // prettier-ignore

const PROVEN = ['QA', 'ReviewHold', 'Merge', 'MergeFailure', 'MergeFailureFinal'] as const;

function row<E extends EventName, S extends StageName>(
  event: E,
  from: readonly S[],
  to: readonly StageName[],
  cause: 'person' | 'machine',
  apply: (stage: StageOf<S>, event: EventOf<E>) => Stage | Unfit,
): Transition {
  // The one place where the row's own types are forgotten: `transition` looks rows up by (stage, event) only.
  return { event, from, to, byPerson: cause === 'person', apply: apply as Transition['apply'] };
}

function coding(feedback: Feedback | null, coder: StageOf<'Coding'>['coder'] = 'anyone'): Stage {
  return { name: 'Coding', feedback, coder };
}

function queued(event: { branch: string; tip: string; commitsAhead: number }, by: 'gates' | 'person'): Stage | Unfit {
  if (event.commitsAhead < 1) return { unfit: 'its branch has no commit that the target lacks' };
  return { name: 'Merge', branch: event.branch, tip: event.tip, commitsAhead: event.commitsAhead, by };
}

function sameTip(stage: { tip: string }, event: { tip: string }): Unfit | null {
  if (stage.tip === event.tip) return null;
  return { unfit: `its branch moved from ${stage.tip.slice(0, 8)} to ${event.tip.slice(0, 8)} meanwhile` };
}

function failureFeedback(stage: Failure): Feedback {
  return { kind: 'merge', summary: stage.detail, files: stage.files, outputId: stage.outputId };
}

type Failure = StageOf<'MergeFailure' | 'MergeFailureFinal'>;

function solvedFailure({ by, kind, detail, files, together }: Failure): NonNullable<StageOf<'QA'>['solves']> {
  return { by, kind, detail, files, ...(together && { together }) };
}

/** A merge of an agent that did not pass: the failure that it was to solve, with what its gates said. */
function unsolved({ tip, solves }: StageOf<'QA'>, { summary, outputId }: Feedback): Stage | null {
  if (solves === undefined) return null;
  const detail = `Merged by an agent, its gates are red. ${summary}`;
  return { ...solves, name: 'MergeFailure', tip, kind: 'gatesRed', detail, outputId };
}

/**
 * Where a story goes that was set aside: to the stage it came from, unless git moved under the evidence of that stage.
 * A tip that moved, or a target that moved, makes what was proven stale, so the story is proven again.
 */
function resume(stage: StageOf<'Frozen' | 'Blocked'>, look: GitLook): Stage {
  const to = stage.resumeTo;
  if (to.name !== 'QA' && to.name !== 'ReviewHold' && to.name !== 'Merge') return to;
  if (look.tip === null) {
    return {
      name: 'Blocked',
      reason: 'Its branch no longer exists. Restore the branch, or move the story back to the backlog.',
      fix: null,
      outputId: null,
      target: look.target,
      resumeTo: { name: 'Coding', feedback: null, coder: 'anyone' },
    };
  }
  if (look.tip === to.tip && look.target === stage.target) return to;
  return { name: 'QA', tip: look.tip };
}

/** Another machine proves what it has by gates of its own; where the commits are not there, the work begins again. */
function reassigned(stage: Stage, tip: string | null): Stage {
  if (stage.name === 'Frozen' || stage.name === 'Blocked')
    return { ...stage, resumeTo: reassigned(stage.resumeTo, tip) } as Stage;
  if (!('tip' in stage)) return stage;
  return stage.tip === tip ? { name: 'QA', tip } : coding(null);
}

/** A landing that nothing takes back. */
function standing<S extends StageOf<'Done' | 'Archived'>>(stage: S): S {
  const stands = { ...stage };
  delete stands.revertedBy;
  return stands;
}

/** The one table. What it lacks is refused. */
export const TRANSITIONS: readonly Transition[] = [
  row('Start', ['Backlog'], ['Coding'], 'person', () => coding(null)),
  row('GatesStarted', ['Coding'], ['QA'], 'person', (_, event) => ({ name: 'QA', tip: event.tip })),
  row('GatesPassed', ['QA'], ['Merge'], 'machine', (stage, event) => sameTip(stage, event) ?? queued(event, 'gates')),
  row(
    'GatesFailed',
    ['QA'],
    ['Coding', 'MergeFailure'],
    'machine',
    (stage, event) => sameTip(stage, event) ?? unsolved(stage, event.feedback) ?? coding(event.feedback),
  ),
  row(
    'ReviewerAsked',
    ['QA'],
    ['QA'],
    'machine',
    (stage, event) => sameTip(stage, event) ?? { ...stage, review: { reasons: event.reasons } },
  ),
  row(
    'ReviewerRejected',
    ['QA'],
    ['Coding'],
    'machine',
    (stage, event) => sameTip(stage, event) ?? coding(event.feedback),
  ),
  row('QaSkipped', ['Coding'], ['Merge'], 'person', (_, event) => queued(event, 'person')),
  row(
    'HoldForReview',
    ['QA', 'Merge'],
    ['ReviewHold'],
    'machine',
    (stage, event) => sameTip(stage, event) ?? {
        name: 'ReviewHold', tip: event.tip, reasons: event.reasons, ...(event.reviewer !== undefined && { reviewer: event.reviewer }),
      }, // prettier-ignore
  ),
  row(
    'Approved',
    ['ReviewHold'],
    ['Merge'],
    'person',
    (stage, event) => sameTip(stage, event) ?? queued(event, 'person'),
  ),
  row('Rejected', ['ReviewHold'], ['Coding'], 'person', (_, event) => coding(event.feedback)),
  row('MergeSucceeded', ['Merge'], ['Done'], 'machine', (_, event) => ({
    name: 'Done', mergeCommit: event.mergeCommit, mergedAt: event.mergedAt, by: 'queue',
  })), // prettier-ignore
  row('MergeFailed', ['Merge'], ['MergeFailure'], 'machine', (stage, { kind, detail, files, outputId, together }) => ({
    name: 'MergeFailure', tip: stage.tip, by: stage.by, kind, detail, files, outputId, ...(together && { together }),
  })), // prettier-ignore
  row('MergeAborted', ['Merge'], ['Coding'], 'person', () => coding(null, 'person')),
  row('MergemasterAttempted', ['MergeFailure'], ['MergeFailure'], 'machine', (stage) => stage),
  row('MergemasterAttempted', ['MergeFailureFinal'], ['MergeFailureFinal'], 'machine', (stage) => stage),
  row('MergeFailedFinal', ['MergeFailure'], ['MergeFailureFinal'], 'machine', (stage, event) => ({
    ...stage, name: 'MergeFailureFinal', reason: event.reason,
  })), // prettier-ignore
  row(
    'RetryMerge',
    ['MergeFailure', 'MergeFailureFinal'],
    ['Merge'],
    'person',
    (stage, event) => sameTip(stage, event) ?? queued(event, stage.by),
  ),
  row(
    'ReQueuedForQa',
    ['QA', 'ReviewHold', 'Merge', 'MergeFailure', 'MergeFailureFinal'],
    ['QA'],
    'machine',
    (stage, { tip, solvedBy }) => {
      const isFailure = stage.name === 'MergeFailure' || stage.name === 'MergeFailureFinal';
      return { name: 'QA', tip, ...(isFailure && solvedBy !== undefined && { solves: solvedFailure(stage) }) };
    },
  ),
  row('FixupRequested', ['MergeFailure', 'MergeFailureFinal'], ['Coding'], 'person', (stage) =>
    coding(failureFeedback(stage)),
  ),
  row('MergedOutside', LIVE, ['Done'], 'machine', (_, event) => ({
    name: 'Done', mergeCommit: event.mergeCommit, mergedAt: event.mergedAt, by: 'outside',
  })), // prettier-ignore
  row('TargetLost', ['Done'], ['Blocked'], 'machine', (_, event) => ({
    name: 'Blocked', reason: event.reason, fix: null, outputId: null, target: event.look.target, resumeTo: { name: 'Coding', feedback: null, coder: 'anyone' },
  })), // prettier-ignore
  row('LandedRed', ['Done', 'Archived'], ['Coding'], 'machine', (_, event) => coding(event.feedback)),
  row('Reverted', ['Done'], ['Done'], 'machine', (stage, { number, commit }) => ({
    ...stage, revertedBy: { number, commit },
  })), // prettier-ignore
  row('Reverted', ['Archived'], ['Archived'], 'machine', (stage, { number, commit }) => ({
    ...stage, revertedBy: { number, commit },
  })), // prettier-ignore
  row('RevertUndone', ['Done'], ['Done'], 'machine', (stage) => standing(stage)),
  row('RevertUndone', ['Archived'], ['Archived'], 'machine', (stage) => standing(stage)),
  row('TakenOver', ['Coding'], ['Coding'], 'person', (stage) => ({ ...stage, coder: 'person' })),
  row('GivenBack', ['Coding'], ['Coding'], 'person', (stage) => ({ ...stage, coder: 'anyone' })),
  row('Reassigned', ['Coding'], ['Coding'], 'person', (stage) => stage),
  row('Reassigned', PROVEN, ['QA', 'Coding'], 'person', (stage, event) => reassigned(stage, event.tip)),
  row('Reassigned', ['Frozen'], ['Frozen'], 'person', (stage, event) => reassigned(stage, event.tip)),
  row('Reassigned', ['Blocked'], ['Blocked'], 'person', (stage, event) => reassigned(stage, event.tip)),
  row('Freeze', [...RESUMABLE, 'Blocked'], ['Frozen'], 'person', (stage, event) => ({
    name: 'Frozen', target: event.look.target, resumeTo: stage,
  })), // prettier-ignore
  row('Unfreeze', ['Frozen'], [...RESUMABLE, 'Blocked'], 'person', (stage, event) => resume(stage, event.look)),
  row('Block', RESUMABLE, ['Blocked'], 'person', (stage, { reason, fix, outputId, look, coder }) => ({
    name: 'Blocked', reason, fix, outputId, target: look.target,
    resumeTo: stage.name === 'Coding' && coder !== undefined ? { ...stage, coder } : stage,
  })), // prettier-ignore
  row('Unblock', ['Blocked'], [...RESUMABLE, 'Blocked'], 'person', (stage, event) => resume(stage, event.look)),
  row('Demote', ['Coding', 'QA', 'ReviewHold', 'Merge'], ['Backlog'], 'person', () => ({ name: 'Backlog' })),
  row('Accept', ['Done'], ['Archived'], 'person', ({ revertedBy }) => ({
    name: 'Archived', reason: { kind: 'completed' }, ...(revertedBy === undefined ? {} : { revertedBy }),
  })), // prettier-ignore
  row('Abandon', LIVE, ['Archived'], 'person', () => ({ name: 'Archived', reason: { kind: 'abandoned' } })),
  row('Supersede', LIVE, ['Archived'], 'person', (_, event) => ({
    name: 'Archived', reason: { kind: 'supersededBy', number: event.number },
  })), // prettier-ignore
  row('Reopen', ['Done', 'Archived'], ['Backlog', 'Coding'], 'person', (_, event) =>
    event.to === 'Backlog' ? { name: 'Backlog' } : coding(null),
  ),
];

/** The events that the table knows for a stage. */
export function possibleEvents(stage: StageName): EventName[] {
  return TRANSITIONS.filter((one) => one.from.includes(stage)).map((one) => one.event);
}

/** What is said of an event that the table lacks for a stage. */
export function refusal(stage: StageName, event: EventName): Extract<TransitionOutcome, { kind: 'refused' }> {
  const possible = possibleEvents(stage);
  return {
    ...refuse(say('{0} is not possible in {1}. Possible there: {2}.', event, stage, possible.join(', '))),
    stage,
    event,
  };
}

/** Applies one event to one stage by the table; a refusal names the stage, the event and what is possible instead. */
export function transition(stage: Stage, event: StoryEvent): TransitionOutcome {
  const found = TRANSITIONS.find((one) => one.event === event.name && one.from.includes(stage.name));
  if (found === undefined) return refusal(stage.name, event.name);
  const result = found.apply(stage, event);
  if (!('unfit' in result)) return { kind: 'moved', stage: result };
  const why = say('{0} does not fit this story in {1}: {2}.', event.name, stage.name, result.unfit);
  return { ...refuse(why), stage: stage.name, event: event.name };
}
