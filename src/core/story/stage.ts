import * as z from 'zod/mini';
import { MERGE_FAILURE_KINDS } from './stageNames';

/** A full git object id: 40 hexadecimal digits (SHA-1) or 64 (SHA-256). Abbreviations are never stored. */
export const oidSchema = z.string().check(z.regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'a full git object id'));
export type Oid = z.infer<typeof oidSchema>;

/** A full ref name such as `refs/heads/story/42-sign-in`. Short names are ambiguous and never stored. */
export const refSchema = z.string().check(z.regex(/^refs\/(?!.*\.\.)[^\s~^:?*[\\]+$/, 'a full ref name'));

/** What went wrong last time, handed to whoever codes next. `outputId` names an entry of the content store. */
export const feedbackSchema = z.object({
  kind: z.enum(['gates', 'review', 'merge', 'reopened', 'landed']),
  summary: z.string(),
  files: z.array(z.string()),
  outputId: z.nullable(z.string()),
});
export type Feedback = z.infer<typeof feedbackSchema>;

/** The one thing that would help a blocked story on; the host turns it into a button. */
export const fixSchema = z.enum(['editGates', 'editAgents', 'openWorktree', 'showOutput', 'setIdentity']);
export type Fix = z.infer<typeof fixSchema>;

const backlog = z.object({ name: z.literal('Backlog') });
const coding = z.object({
  name: z.literal('Coding'),
  feedback: z.nullable(feedbackSchema),
  /** `person`: somebody took it out of the queue to look at it, and no agent starts on it. */
  coder: z.enum(['anyone', 'person']),
});
/** How a merge failed. */
const failureFields = {
  /** As in Merge, for a retry. */
  by: z.enum(['gates', 'person']),
  kind: z.enum(MERGE_FAILURE_KINDS),
  detail: z.string(),
  files: z.array(z.string()),
  /** Numbers of the stories with which alone it is red: green apart, red together. */
  together: z.optional(z.array(z.int().check(z.minimum(1)))),
};

const qa = z.object({
  name: z.literal('QA'),
  tip: oidSchema,
  /** What the merge of an agent is to solve: where its gates are red the story comes back to that. */
  solves: z.optional(z.object(failureFields)),
  /** Its gates are through, and an agent is to review it; `reasons` are why a person looks at it after that, if any. */
  review: z.exactOptional(z.object({ reasons: z.array(z.string()) })),
});
const reviewHold = z.object({
  name: z.literal('ReviewHold'),
  tip: oidSchema,
  reasons: z.array(z.string()).check(z.minLength(1)),
  /** The agent that was to review it and did not accept it; left out where it did, or none was to. */
  reviewer: z.exactOptional(z.string()),
});
const merge = z.object({
  name: z.literal('Merge'),
  branch: refSchema,
  tip: oidSchema,
  commitsAhead: z.int().check(z.minimum(1)),
  /** What let it into the queue. Gates that passed must still be there when it lands; a person's word stands by itself. */
  by: z.enum(['gates', 'person']),
});
/** What took a landing back: the story that reverted it, null where it was done by hand, and the commit, which is on the target. */
const revertSchema = z.object({ number: z.nullable(z.int().check(z.minimum(1))), commit: oidSchema });
export type Revert = z.infer<typeof revertSchema>;

const done = z.object({
  name: z.literal('Done'),
  mergeCommit: oidSchema,
  mergedAt: z.iso.datetime(),
  by: z.enum(['queue', 'outside']),
  /** Its commit is on the target, and so is one that takes it back. */
  revertedBy: z.exactOptional(revertSchema),
});
const archived = z.object({
  name: z.literal('Archived'),
  reason: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('completed') }),
    z.object({ kind: z.literal('abandoned') }),
    z.object({ kind: z.literal('supersededBy'), number: z.int().check(z.minimum(1)) }),
  ]),
  revertedBy: z.exactOptional(revertSchema),
});
const mergeFailure = z.object({
  name: z.literal('MergeFailure'),
  tip: oidSchema,
  ...failureFields,
  outputId: z.nullable(z.string()),
});
const mergeFailureFinal = z.extend(mergeFailure, { name: z.literal('MergeFailureFinal'), reason: z.string() });

/** What a blocked story can return to: every stage but the off-line ones. */
const resumableSchema = z.discriminatedUnion('name', [
  backlog,
  coding,
  qa,
  reviewHold,
  merge,
  done,
  mergeFailure,
  mergeFailureFinal,
]);

/** `target` is the tip of the target branch when the story was set aside; a later look tells whether it moved. */
const blocked = z.object({
  name: z.literal('Blocked'),
  reason: z.string().check(z.minLength(1)),
  fix: z.nullable(fixSchema),
  outputId: z.nullable(z.string()),
  target: z.nullable(oidSchema),
  resumeTo: resumableSchema,
});
const frozen = z.object({
  name: z.literal('Frozen'),
  target: z.nullable(oidSchema),
  resumeTo: z.discriminatedUnion('name', [...resumableSchema.def.options, blocked]),
});

/** A story's stage together with the evidence that makes it true. What this schema refuses cannot be written. */
export const stageSchema = z.discriminatedUnion('name', [...resumableSchema.def.options, blocked, frozen, archived]);
export type Stage = z.infer<typeof stageSchema>;
export type StageName = Stage['name'];
export type StageOf<N extends StageName> = Extract<Stage, { name: N }>;
export type MergeFailureKind = (typeof MERGE_FAILURE_KINDS)[number];

/** The stage that is really meant: under Frozen and Blocked lies the one to return to. */
export function underlyingStage(stage: Stage): Exclude<Stage, { name: 'Frozen' | 'Blocked' }> {
  return stage.name === 'Frozen' || stage.name === 'Blocked' ? underlyingStage(stage.resumeTo) : stage;
}

/** What it did has landed, as far as its stage says; one that is set aside is not looked through. */
export function isLanded(stage: Stage): stage is StageOf<'Done'> | StageOf<'Archived'> {
  return stage.name === 'Done' || (stage.name === 'Archived' && stage.reason.kind === 'completed');
}

/** It has neither landed nor been archived, also where it is set aside. */
export function isUnderWay({ stage }: { readonly stage: Stage }): boolean {
  const { name } = underlyingStage(stage);
  return name !== 'Done' && name !== 'Archived';
}
