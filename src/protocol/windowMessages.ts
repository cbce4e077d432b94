/**
 * The messages between the windows on one repository: who follows asks, the leader answers and tells. Both sides check
 * what they receive with these schemas.
 */
import { RUN_ROLES } from '../core/pipeline/roles';
import * as z from 'zod/mini';
import { reassignQuestionSchema, shareRequestSchema, sharingStateSchema } from '../core/sharing/sharingState';
import { gateHealthSchema } from '../core/gates/gateHealth';
import { reportSchema, repairOutcomeSchema } from '../core/doctor/report';
import { trialOutcomeSchema, trialPlanSchema } from '../core/agents/agentTrial';
import { mcpServerSchema } from '../core/agents/mcpServer';
import { AGENT_TEXTS } from '../core/agents/transcript/agentText';
import { storyRunsSchema } from '../core/agents/pastRun';
import { raceSchema } from '../core/agents/race';
import { FINDING_DECISIONS } from '../core/agents/finding';
import { changedFilesSchema } from '../core/landing/changedFiles';
import { conflictReportSchema } from '../core/landing/conflictReport';
import { MERGE_ORDERS } from '../core/landing/mergeOrder';
import { PERMISSION_ANSWERS } from '../core/agents/permission';
import { MESSAGE_TIMES, takeOverOutcomeSchema } from '../core/agents/takeOver';
import { leftLockSchema } from '../core/landing/leftLock';
import { resolveOutcomeSchema, takeBackOutcomeSchema, UNCOMMITTED } from '../core/landing/resolving';
import { RED_TARGET_DECISIONS } from '../core/landing/redTargetStory';
import { MERGE_STEPS } from '../core/landing/job';
import { HALF_WRITTEN_CLASSES } from '../core/recovery/halfWritten';
import { WHAT_IF_KINDS } from '../core/pipeline/whatIfChange';
import { saidReportSchema, saidSchema, toldShape } from '../core/words/saidSchema';
import type { EventName } from '../core/story/events';
import {
  keptFilesSchema,
  keptSchema,
  removalPreviewSchema,
  removalResultSchema,
  removalWishSchema,
} from '../core/rescue/removalView';
import { historyEntrySchema } from '../core/story/history';
import { foundWorkSchema, workChoiceSchema } from '../core/story/adoption';
import { reviewChangeSchema, shownReviewSchema } from '../core/review/comments';
import { oidSchema } from '../core/story/stage';
import { STAGE_NAMES, STORY_TYPES } from '../core/story/stageNames';
import { storyRecordSchema } from '../core/story/story';
import { modelMessageSchema } from './modelMessages';
import { questions } from './questionMessages';

const EVENTS: Readonly<Record<EventName, true>> = {
  Start: true,
  GatesStarted: true,
  GatesPassed: true,
  ReviewerAsked: true,
  ReviewerRejected: true,
  GatesFailed: true,
  QaSkipped: true,
  HoldForReview: true,
  Approved: true,
  Rejected: true,
  MergeSucceeded: true,
  MergeFailed: true,
  MergeAborted: true,
  MergemasterAttempted: true,
  MergeFailedFinal: true,
  RetryMerge: true,
  ReQueuedForQa: true,
  FixupRequested: true,
  MergedOutside: true,
  TargetLost: true,
  LandedRed: true,
  Reverted: true,
  RevertUndone: true,
  TakenOver: true,
  Reassigned: true,
  GivenBack: true,
  Freeze: true,
  Unfreeze: true,
  Block: true,
  Unblock: true,
  Demote: true,
  Accept: true,
  Abandon: true,
  Supersede: true,
  Reopen: true,
};

const newStorySchema = z.object({
  title: z.string(),
  type: z.enum(STORY_TYPES),
  body: z.string(),
  priority: z.exactOptional(z.int()),
  labels: z.exactOptional(z.readonly(z.array(z.string()))),
  dependsOn: z.exactOptional(z.readonly(z.array(z.string()))),
  childOf: z.exactOptional(z.string()),
});

const descriptionSchema = z.object({
  title: z.exactOptional(z.string()),
  type: z.exactOptional(z.enum(STORY_TYPES)),
  priority: z.exactOptional(z.int()),
  labels: z.exactOptional(z.readonly(z.array(z.string()))),
  dependsOn: z.exactOptional(z.readonly(z.array(z.string()))),
  agent: z.exactOptional(z.nullable(z.string())),
  role: z.exactOptional(z.enum(RUN_ROLES)),
});

const personRequestSchema = z.object({
  event: z.enum(Object.keys(EVENTS) as EventName[]),
  text: z.exactOptional(z.string()),
  reopenTo: z.exactOptional(z.enum(['Backlog', 'Coding'])),
  by: z.exactOptional(z.int().check(z.minimum(1))),
  seen: z.exactOptional(oidSchema),
  only: z.exactOptional(z.literal('review')),
});

const refusedSchema = z.object({ kind: z.literal('refused'), ...toldShape });
const createOutcomeSchema = z.union([
  z.object({ kind: z.literal('created'), story: storyRecordSchema }),
  refusedSchema,
]);
const revertStoryOutcomeSchema = z.union([
  z.object({ kind: z.literal('created'), story: storyRecordSchema, conflict: z.nullable(z.array(z.string())) }),
  refusedSchema,
]);
const changeOutcomeSchema = z.union([
  z.object({ kind: z.literal('changed'), story: storyRecordSchema, message: z.exactOptional(z.string()) }),
  refusedSchema,
]);

const storyTextOutcomeSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('found'),
    story: z.object({
      key: z.string(),
      number: z.int(),
      text: z.string(),
      stamp: z.number(),
      readOnly: z.nullable(saidSchema),
    }),
  }),
  z.object({ kind: z.literal('same') }),
  z.object({ kind: z.literal('missing'), ...toldShape }),
]);
const problemSchema = z.object({
  line: z.int(),
  severity: z.enum(['error', 'warning', 'missing']),
  ...toldShape,
});
const editOutcomeSchema = z.union([
  z.object({ kind: z.literal('edited'), story: storyRecordSchema, problems: z.readonly(z.array(problemSchema)) }),
  refusedSchema,
]);

const mergeStatusSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('queued'), ahead: z.int() }),
  z.object({ kind: z.literal('running'), step: z.enum(MERGE_STEPS) }),
  z.object({
    kind: z.literal('waiting'),
    step: z.enum(MERGE_STEPS),
    why: z.string(),
    files: z.readonly(z.array(z.string())),
    since: z.number(),
  }),
  z.object({ kind: z.literal('done'), commit: z.string(), at: z.string(), proof: z.string() }),
  z.object({ kind: z.literal('failed'), reason: z.string() }),
]);

const recoveryReportSchema = z.object({
  found: z.array(
    z.object({
      key: z.string(),
      number: z.nullable(z.int()),
      title: z.string(),
      bytes: z.number(),
      changedAt: z.nullable(z.iso.datetime()),
      class: z.enum(HALF_WRITTEN_CLASSES),
    }),
  ),
  results: z.array(
    z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('recovered'),
        key: z.string(),
        story: z.object({ key: z.string(), number: z.int(), title: z.string() }),
      }),
      z.object({ kind: z.literal('left'), key: z.string(), why: z.string() }),
    ]),
  ),
});

/** The configured commands, as a person reads and approves them; null before they have been read. */
const approvableSchema = z.object({ text: z.string(), subject: z.string() });
/** `criteria` are commands that criteria of landed stories name and that wait, each to be approved by itself. */
export const commandListSchema = z.nullable(
  z.extend(approvableSchema, { criteria: z.exactOptional(z.readonly(z.array(approvableSchema))) }),
);
export type CommandList = z.infer<typeof commandListSchema>;

/** `test` null: the whole gate. */
const quarantineWishSchema = z.object({ gate: z.string(), test: z.nullable(z.string()) });

/** What came of a decision; `message` is a sentence for a person. */
const decisionOutcomeSchema = z.object({ kind: z.enum(['done', 'refused']), ...toldShape });

const key = z.string();
const nothing = z.null();

/** What the leader takes in. A story is named by its key. */
export const leaderSide = {
  requests: {
    createStory: { asks: newStorySchema, gives: createOutcomeSchema },
    locks: { asks: nothing, gives: z.array(leftLockSchema) },
    removeLock: {
      asks: leftLockSchema,
      gives: z.union([
        z.object({ kind: z.literal('removed') }),
        z.object({ kind: z.literal('refused'), why: z.string() }),
      ]),
    },
    foundWork: { asks: nothing, gives: z.array(foundWorkSchema) },
    adopt: { asks: workChoiceSchema, gives: createOutcomeSchema },
    redTarget: {
      asks: nothing,
      gives: z.nullable(
        z.object({
          text: z.string(),
          target: z.string(),
          revert: z.nullable(z.int()),
          bugStory: z.nullable(z.int()),
          resumed: z.enum(['yes', 'no']),
        }),
      ),
    },
    decideRedTarget: {
      asks: z.enum(RED_TARGET_DECISIONS),
      gives: z.object({ kind: z.enum(['done', 'refused']), ...toldShape, key: z.nullable(z.string()) }),
    },
    revertStory: { asks: z.object({ key, why: z.string() }), gives: revertStoryOutcomeSchema },
    resolveConflicts: { asks: z.object({ key, uncommitted: z.enum(UNCOMMITTED) }), gives: resolveOutcomeSchema },
    takeBackMerge: { asks: key, gives: takeBackOutcomeSchema },
    perform: { asks: z.object({ key, request: personRequestSchema }), gives: changeOutcomeSchema },
    /** `question` null: the one that its agent asks now. */
    answerAgent: {
      asks: z.object({ key, question: z.nullable(z.string()), answer: z.enum(PERMISSION_ANSWERS) }),
      gives: decisionOutcomeSchema,
    },
    writeToAgent: {
      asks: z.object({ key, text: z.string(), when: z.enum(MESSAGE_TIMES) }),
      gives: decisionOutcomeSchema,
    },
    takeOver: { asks: key, gives: takeOverOutcomeSchema },
    askToReassign: { asks: key, gives: reassignQuestionSchema },
    race: { asks: z.object({ key, agents: z.array(z.string()) }), gives: decisionOutcomeSchema },
    keepRacer: { asks: key, gives: decisionOutcomeSchema },
    raceOf: { asks: key, gives: raceSchema },
    startFresh: { asks: key, gives: decisionOutcomeSchema },
    /** An agent as it would stand in the settings; whoever tries it reads it with the schema of profiles. */
    planTrial: { asks: z.unknown(), gives: trialPlanSchema },
    tryAgent: { asks: z.unknown(), gives: trialOutcomeSchema },
    cancelTrial: { asks: nothing, gives: nothing },
    moveTo: { asks: z.object({ key, to: z.enum(STAGE_NAMES) }), gives: changeOutcomeSchema },
    describe: { asks: z.object({ key, wanted: descriptionSchema }), gives: changeOutcomeSchema },
    storyText: {
      asks: z.object({ number: z.int().check(z.minimum(1)), known: z.nullable(z.number()) }),
      gives: storyTextOutcomeSchema,
    },
    earlierTexts: {
      asks: key,
      gives: z.array(z.object({ id: z.string(), savedAt: z.iso.datetime(), text: z.string() })),
    },
    restoreText: { asks: z.object({ key, id: z.string() }), gives: editOutcomeSchema },
    editStory: {
      asks: z.object({ key, edit: z.object({ base: z.string(), text: z.string() }) }),
      gives: editOutcomeSchema,
    },
    acknowledgeLosses: { asks: nothing, gives: nothing },
    sharing: { asks: nothing, gives: sharingStateSchema },
    share: { asks: shareRequestSchema, gives: decisionOutcomeSchema },
    cancelStart: { asks: key, gives: nothing },
    stopWaiting: { asks: z.nullable(key), gives: nothing },
    conflicts: { asks: nothing, gives: conflictReportSchema },
    changedFiles: { asks: nothing, gives: changedFilesSchema },
    setMergeOrder: { asks: z.enum(MERGE_ORDERS), gives: nothing },
    setTarget: { asks: z.string(), gives: nothing },
    findings: { asks: nothing, gives: z.array(z.object({ id: z.string(), said: z.readonly(z.array(saidSchema)) })) },
    gateHealth: { asks: nothing, gives: z.readonly(z.array(gateHealthSchema)) },
    quarantine: { asks: quarantineWishSchema, gives: decisionOutcomeSchema },
    endQuarantine: { asks: quarantineWishSchema, gives: decisionOutcomeSchema },
    decideFinding: {
      asks: z.object({ id: z.string(), decision: z.enum(FINDING_DECISIONS) }),
      gives: decisionOutcomeSchema,
    },
    recoverHalfWritten: {
      asks: z.object({
        numbers: z.exactOptional(z.readonly(z.array(z.int()))),
        keys: z.exactOptional(z.readonly(z.array(z.string()))),
        mode: z.exactOptional(z.enum(['look', 'recover'])),
      }),
      gives: recoveryReportSchema,
    },
    push: { asks: z.enum(['target', 'receipts']), gives: decisionOutcomeSchema },
    pull: { asks: nothing, gives: decisionOutcomeSchema },
    cancelUnderWay: { asks: z.enum(['pull', 'restore']), gives: nothing },
    verifyLandings: {
      asks: z.string().check(z.maxLength(1000)),
      gives: z.discriminatedUnion('kind', [z.object({ kind: z.literal('verified'), text: z.string() }), refusedSchema]),
    },
    halfWrittenText: { asks: key, gives: z.nullable(z.string()) },
    examine: { asks: nothing, gives: reportSchema },
    /** Names a finding by its key. */
    repair: { asks: z.string(), gives: repairOutcomeSchema },
    previewRemoval: { asks: z.array(z.string()), gives: z.readonly(z.array(removalPreviewSchema)) },
    remove: { asks: removalWishSchema, gives: z.readonly(z.array(removalResultSchema)) },
    landedWorktrees: { asks: nothing, gives: z.readonly(z.array(removalPreviewSchema)) },
    worktreeSize: { asks: key, gives: z.number() },
    kept: { asks: nothing, gives: z.readonly(z.array(keptSchema)) },
    keptFiles: { asks: z.string(), gives: keptFilesSchema },
    restore: { asks: z.string(), gives: decisionOutcomeSchema },
    forget: { asks: z.object({ ref: z.string(), commit: z.string() }), gives: decisionOutcomeSchema },
    /** Answered once settings and repository have been read again, and the board that came of it was sent. */
    settle: { asks: nothing, gives: nothing },
    agentServer: { asks: z.string().check(z.maxLength(4096)), gives: z.nullable(mcpServerSchema) },
    worktreeOf: { asks: key, gives: z.nullable(z.string()) },
    changesOf: { asks: key, gives: z.nullable(z.object({ from: z.nullable(z.string()), to: z.string() })) },
    reviewOf: { asks: key, gives: z.nullable(shownReviewSchema) },
    changeReview: { asks: z.object({ key, change: reviewChangeSchema }), gives: decisionOutcomeSchema },
    bodyOf: { asks: key, gives: z.string() },
    /** What runs said; from then on what they say is told as `output`. */
    outputsOf: { asks: key, gives: z.array(z.string()) },
    whyNotLanded: { asks: key, gives: z.nullable(saidReportSchema) },
    whatIf: { asks: z.nullable(z.object({ kind: z.enum(WHAT_IF_KINDS), key })), gives: saidReportSchema },
    agentTextOf: {
      asks: z.object({ key, which: z.enum(AGENT_TEXTS), run: z.nullable(z.string()) }),
      gives: z.nullable(z.string()),
    },
    runsOf: { asks: key, gives: storyRunsSchema },
    mergeStatusOf: { asks: key, gives: mergeStatusSchema },
    historyOf: { asks: z.object({ key, limit: z.int().check(z.minimum(0)) }), gives: z.array(historyEntrySchema) },
    archived: {
      asks: z.object({ after: z.nullable(z.string()), limit: z.int().check(z.minimum(1), z.maximum(500)) }),
      gives: z.object({ stories: z.array(storyRecordSchema), next: z.nullable(z.string()) }),
    },
    ...questions,
    /** Shows that the leader is not stuck. */
    ping: { asks: nothing, gives: nothing },
  },
  notifications: {
    poke: nothing,
    /** Folders that are open in the window that follows. */
    openFolders: z.readonly(z.array(z.string())),
    /** The board is needed whole: what came does not fit what there was. */
    boardLost: nothing,
  },
} as const;

/** What a follower takes in. */
export const followerSide = {
  requests: {},
  notifications: {
    board: modelMessageSchema,
    commands: commandListSchema,
    /** Stories were changed on disk. */
    written: nothing,
    /** Which files stories change is another than before. */
    files: nothing,
    output: z.object({ key, number: z.int(), text: z.string() }),
  },
} as const;
