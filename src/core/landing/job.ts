import * as z from 'zod/mini';
import { oidSchema, refSchema } from '../story/stage';

/**
 * The steps of one landing, in order. A step is recorded durably before its side effect:
 *
 * - queued: the job exists. leased: it holds the target; a candidate is built in the object store.
 * - merged: the candidate is known; it is pinned. gating: the gate worktree is filled and gates run.
 * - gated: every gate passed on exactly the candidate. landing: the target moves.
 * - landed: the story becomes Done. cleaned: the pin is gone and nothing is left to do.
 */
export const MERGE_STEPS = ['queued', 'leased', 'merged', 'gating', 'gated', 'landing', 'landed', 'cleaned'] as const;
export type MergeStep = (typeof MERGE_STEPS)[number];

export const GATE_VERDICTS = [
  'passed',
  'failed',
  'ranNoTest',
  'notFound',
  'timedOut',
  'addressInUse',
  'stopped',
  'lost',
  'skipped',
  'setUpFailed',
] as const;

/**
 * A gate's command as it ran and what came of it. `ms` is wall-clock time. `skipped`: it did not run, because nothing that
 * it looks at changed; that proves nothing by itself. `reused`: it did not run now; it had passed on the very same tree
 * before, or on `tree`, which is alike where it looks, at `at` in the run `run`, which took `ms`. `attempts`: on which run it came out so.
 * `quarantined`: it is not green, and by a person's word that stops nothing.
 * `asideTests`: single tests that failed and are quarantined; it passed with the others.
 * `setUpFailed`: the worktree could not be made ready for it.
 */
export const gateResultSchema = z.object({
  gate: z.string(),
  command: z.string(),
  verdict: z.enum(GATE_VERDICTS),
  detail: z.string(),
  ms: z.number(),
  reused: z.exactOptional(
    z.object({ at: z.iso.datetime(), run: z.nullable(z.string()), ms: z.number(), tree: z.exactOptional(oidSchema) }),
  ),
  attempts: z.exactOptional(z.int().check(z.minimum(1))),
  quarantined: z.exactOptional(z.literal(true)),
  asideTests: z.exactOptional(z.array(z.string())),
});
export type GateResult = z.infer<typeof gateResultSchema>;

/** Why a job ended without landing; each has its own consequence for the story. */
const stoppedSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('conflict'), files: z.array(z.string()), message: z.string() }),
  z.object({ kind: z.literal('unrelatedHistories') }),
  z.object({ kind: z.literal('alreadyMerged'), commit: oidSchema }),
  /** It would take back what others landed; a person has to see these paths first. */
  z.object({
    kind: z.literal('takenBack'),
    paths: z.array(z.string()).check(z.minLength(1)),
    reasons: z.array(z.string()).check(z.minLength(1)),
  }),
  z.object({ kind: z.literal('gatesRed'), result: gateResultSchema }),
  /** Green without story `with`, red with it; that one stands before it, and may have landed. */
  z.object({ kind: z.literal('redTogether'), result: gateResultSchema, with: z.int().check(z.minimum(1)) }),
  /** Gates are red on the candidate, and on `base`, which it was built on, as well: nothing is proven about the story. */
  z.object({ kind: z.literal('targetRed'), base: oidSchema, result: gateResultSchema }),
  z.object({ kind: z.literal('environment'), result: gateResultSchema }),
  z.object({ kind: z.literal('storyMoved'), tip: z.nullable(oidSchema) }),
  z.object({ kind: z.literal('withdrawn'), why: z.string() }),
]);
export type StopReason = z.infer<typeof stoppedSchema>;

/** What the landing is of: fixed once the job has merged, and started afresh when what it builds on changes. */
export const candidateSchema = z.object({
  commit: oidSchema,
  tree: oidSchema,
  parents: z.array(oidSchema).check(z.minLength(1)),
  base: oidSchema,
});
export type Candidate = z.infer<typeof candidateSchema>;

/** A story that another one is built on and that had not landed then. `base` and `commit` of its candidate. */
export const companionSchema = z.object({
  jobId: z.string(),
  number: z.int().check(z.minimum(1)),
  base: oidSchema,
  commit: oidSchema,
  provenBy: z.enum(['gates', 'person']),
});

/**
 * One attempt to land one story. `boot` is the leader's epoch under which its present step was taken;
 * a job whose boot is over is handed to the scheduler again (`reassigned` counts how often). It is never a strike.
 */
export const mergeJobSchema = z.object({
  id: z.string().check(z.regex(/^[a-z0-9-]{1,64}$/)),
  storyKey: z.string(),
  number: z.int().check(z.minimum(1)),
  target: refSchema,
  storyBranch: refSchema,
  storyTip: oidSchema,
  strategy: z.enum(['merge', 'squash', 'rebase']),
  /** First line of the merge commit's message. */
  subject: z.string().check(z.minLength(1)),
  /** `gates`: at least one gate must pass on the candidate. `person`: somebody let it in, gates or not. */
  provenBy: z.enum(['gates', 'person']),
  step: z.enum(MERGE_STEPS),
  boot: z.int().check(z.minimum(0)),
  reassigned: z.int().check(z.minimum(0)),
  candidate: z.nullable(candidateSchema),
  results: z.array(gateResultSchema),
  /**
   * Proven by the gates of a later candidate that contains it, not by its own; it lands with that one or not at all.
   * `commit` is that candidate, `number` its story.
   */
  through: z.optional(z.nullable(z.object({ number: z.int().check(z.minimum(1)), commit: oidSchema }))),
  /** It is red on top of others, and it is looked for with which of them; others pass it meanwhile. `result` is that red. */
  search: z.optional(
    z.nullable(z.object({ result: gateResultSchema, companions: z.array(companionSchema).check(z.minLength(1)) })),
  ),
  stopped: z.nullable(stoppedSchema),
  queuedAt: z.iso.datetime(),
  stepAt: z.iso.datetime(),
});
export type MergeJob = z.infer<typeof mergeJobSchema>;

/** Nothing more will be done for it. */
export function isFinished(job: MergeJob): boolean {
  return job.step === 'cleaned' || job.stopped !== null;
}
