import type { PipelineFacts } from '../../src/core/pipeline/facts';
import type { MergeJob } from '../../src/core/landing/job';
import type { EventName, EventOf, StoryEvent } from '../../src/core/story/events';
import type { Stage, StageName, StageOf } from '../../src/core/story/stage';
import type { StoryRecord } from '../../src/core/story/story';

export const TIP = 'a'.repeat(40);
export const OTHER_TIP = 'b'.repeat(40);
export const TARGET_TIP = 'c'.repeat(40);
export const OTHER_TARGET_TIP = 'd'.repeat(40);
const BRANCH = 'refs/heads/story/1-a';
export const NOW = Date.parse('2026-01-02T12:00:00.000Z');

const LOOK = { tip: TIP, target: TARGET_TIP };
const FAILURE = {
  tip: TIP,
  by: 'gates',
  kind: 'contentConflict',
  detail: 'Conflict with main in a.ts.',
  files: ['a.ts'],
  outputId: null,
} as const;

/** One valid stage of each name. */
export const STAGES: { [N in StageName]: StageOf<N> } = {
  Backlog: { name: 'Backlog' },
  Coding: { name: 'Coding', feedback: null, coder: 'anyone' },
  QA: { name: 'QA', tip: TIP },
  ReviewHold: { name: 'ReviewHold', tip: TIP, reasons: ['It deletes the test a.test.js.'] },
  Merge: { name: 'Merge', branch: BRANCH, tip: TIP, commitsAhead: 1, by: 'gates' },
  Done: { name: 'Done', mergeCommit: OTHER_TIP, mergedAt: '2026-01-02T11:00:00.000Z', by: 'queue' },
  Archived: { name: 'Archived', reason: { kind: 'completed' } },
  MergeFailure: { name: 'MergeFailure', ...FAILURE, files: [...FAILURE.files] },
  MergeFailureFinal: { name: 'MergeFailureFinal', ...FAILURE, files: [...FAILURE.files], reason: 'after 3 attempts' },
  Blocked: {
    name: 'Blocked',
    reason: 'waits for a key',
    fix: null,
    outputId: null,
    target: TARGET_TIP,
    resumeTo: { name: 'Coding', feedback: null, coder: 'anyone' },
  },
  Frozen: {
    name: 'Frozen',
    target: TARGET_TIP,
    resumeTo: { name: 'Merge', branch: BRANCH, tip: TIP, commitsAhead: 1, by: 'gates' },
  },
};

const FEEDBACK = { kind: 'gates', summary: 'Gate test exited with code 1.', files: [], outputId: null } as const;
const MERGEABLE = { branch: BRANCH, tip: TIP, commitsAhead: 1 };

/** One valid event of each name, with evidence that fits `STAGES`. */
export const EVENTS: { [N in EventName]: EventOf<N> } = {
  Start: { name: 'Start' },
  GatesStarted: { name: 'GatesStarted', tip: TIP },
  GatesPassed: { name: 'GatesPassed', ...MERGEABLE },
  GatesFailed: { name: 'GatesFailed', tip: TIP, feedback: { ...FEEDBACK, files: [] } },
  ReviewerAsked: { name: 'ReviewerAsked', tip: TIP, reasons: [] },
  ReviewerRejected: { name: 'ReviewerRejected', tip: TIP, feedback: { ...FEEDBACK, kind: 'review', files: [] } },
  QaSkipped: { name: 'QaSkipped', ...MERGEABLE, by: 'person' },
  HoldForReview: { name: 'HoldForReview', tip: TIP, reasons: ['It skips a test.'] },
  Approved: { name: 'Approved', ...MERGEABLE },
  Rejected: {
    name: 'Rejected',
    feedback: { kind: 'review', summary: 'Review: rename it.', files: [], outputId: null },
  },
  MergeSucceeded: { name: 'MergeSucceeded', mergeCommit: OTHER_TIP, mergedAt: '2026-01-02T11:00:00.000Z' },
  MergeFailed: {
    name: 'MergeFailed',
    kind: 'contentConflict',
    detail: 'Conflict with main in a.ts.',
    files: ['a.ts'],
    outputId: null,
  },
  MergeAborted: { name: 'MergeAborted' },
  MergemasterAttempted: { name: 'MergemasterAttempted', cause: 'conflict', evidence: 'a.ts' },
  MergeFailedFinal: { name: 'MergeFailedFinal', reason: 'after 3 attempts' },
  RetryMerge: { name: 'RetryMerge', ...MERGEABLE },
  ReQueuedForQa: { name: 'ReQueuedForQa', tip: OTHER_TIP },
  FixupRequested: { name: 'FixupRequested' },
  MergedOutside: { name: 'MergedOutside', mergeCommit: OTHER_TIP, mergedAt: '2026-01-02T11:00:00.000Z' },
  TargetLost: { name: 'TargetLost', reason: 'Its commit is no longer on main.', look: LOOK },
  LandedRed: { name: 'LandedRed', feedback: { ...FEEDBACK, kind: 'landed', files: [] } },
  Reverted: { name: 'Reverted', number: 7, commit: TARGET_TIP },
  RevertUndone: { name: 'RevertUndone', number: 8, commit: OTHER_TARGET_TIP },
  TakenOver: { name: 'TakenOver' },
  GivenBack: { name: 'GivenBack' },
  Reassigned: { name: 'Reassigned', tip: TIP },
  Freeze: { name: 'Freeze', look: LOOK },
  Unfreeze: { name: 'Unfreeze', look: LOOK },
  Block: { name: 'Block', reason: 'waits for a key', fix: null, outputId: null, look: LOOK },
  Unblock: { name: 'Unblock', look: LOOK },
  Demote: { name: 'Demote' },
  Accept: { name: 'Accept' },
  Abandon: { name: 'Abandon' },
  Supersede: { name: 'Supersede', number: 7 },
  Reopen: { name: 'Reopen', to: 'Backlog' },
};

export const EVERY_EVENT: readonly StoryEvent[] = Object.values(EVENTS);

/** A valid story in a stage; anything can be overridden. */
export function storyIn(stage: Stage, change: Partial<StoryRecord> = {}): StoryRecord {
  const at = '2026-01-02T11:30:00.000Z';
  return {
    key: 'k1',
    number: 1,
    type: 'story',
    title: 'A',
    dependsOn: [],
    priority: 2,
    labels: [],
    branch: BRANCH,
    stage,
    stageAt: at,
    queuedAt: stage.name === 'Merge' ? at : null,
    strikes: [],
    criteria: null,
    bodyAt: null,
    createdAt: at,
    updatedAt: at,
    ...change,
  };
}

/** Facts in which everything is allowed and nothing runs; every story's branch is at `TIP`. */
export function factsWith(stories: readonly StoryRecord[], change: Partial<PipelineFacts> = {}): PipelineFacts {
  return {
    now: NOW,
    repository: 'sample',
    target: { kind: 'found', ref: 'refs/heads/main', tip: TARGET_TIP },
    permission: 'granted',
    identity: 'known',
    gates: { kind: 'configured', names: ['test'] },
    coder: 'sample',
    agentProblem: null,
    storeProblem: null,
    losses: [],
    roundProblem: null,
    findings: [],
    gitWaits: [],
    locks: [],
    maxCoders: 3,
    archiveAfterMs: null,
    stories,
    elsewhere: new Map(),
    tips: new Map(stories.map((story) => [story.key, TIP])),
    runs: new Map(),
    jobs: [],
    pending: new Map(),
    criteria: new Map(),
    ...change,
  };
}

/** A merge job of story `k1`, just queued. */
export function jobAt(step: MergeJob['step'], change: Partial<MergeJob> = {}): MergeJob {
  const later = step !== 'queued' && step !== 'leased';
  const at = '2026-01-02T11:40:00.000Z';
  return {
    id: 'job-1',
    storyKey: 'k1',
    number: 1,
    target: 'refs/heads/main',
    storyBranch: BRANCH,
    storyTip: TIP,
    strategy: 'merge',
    subject: 'A (#1)',
    provenBy: 'gates',
    step,
    boot: 1,
    reassigned: 0,
    candidate: later ? { commit: OTHER_TIP, tree: 'e'.repeat(40), parents: [TARGET_TIP, TIP], base: TARGET_TIP } : null,
    results: [],
    stopped: null,
    queuedAt: at,
    stepAt: at,
    ...change,
  };
}
