import type { Oid } from '../story/stage';
import { placeAlone, type Place } from './chain';
import { say, type Said } from '../words/said';
import type { Candidate, MergeJob, MergeStep } from './job';

/** What git says at this moment, read again before every step. */
export interface MergeWorld {
  /** Full name of the branch that stories land on now; null while there is none. */
  readonly target: string | null;
  /** The story is in Merge, with the branch and tip that the job is for. */
  readonly wanted: boolean;
  /** Tip of the job's own target. */
  readonly targetTip: Oid | null;
  readonly storyTip: Oid | null;
  /** The job's candidate is the target's tip or an ancestor of it. */
  readonly candidateOnTarget: boolean;
  /** Where it stands among other landings; unless given there are none. */
  readonly place?: Place | undefined;
}

/** Steps whose effect depends on what git says just then; the others write down or pin what is known. */
export function dependsOnGit(step: MergeStep): boolean {
  return step === 'leased' || step === 'gating' || step === 'landing';
}

/** The world for a step that does not depend on git: as it was at the last look. The step after it looks again. */
export function asLastSeen(job: MergeJob, wanted: boolean, place?: Place): MergeWorld {
  const { target, storyTip, candidate } = job;
  return { target, wanted, targetTip: candidate?.base ?? storyTip, storyTip, candidateOnTarget: false, place };
}

/**
 * The next step of a landing. `record` writes the step down before its effect; the other actions are the effects of
 * the step that stands recorded. A step can be interrupted before and after its effect: the plan then asks git again.
 */
export type MergeAction =
  | { kind: 'record'; step: Exclude<MergeStep, 'merged' | 'gated'> }
  | { kind: 'build'; base: Oid }
  /** The target, or what it stands on, moved since the candidate was built: merge afresh. Never a strike. */
  | { kind: 'rebuild'; base: Oid; why: string }
  | { kind: 'pinThenRecordGating'; candidate: Candidate }
  | { kind: 'gate'; candidate: Candidate }
  /** It is proven by a later candidate that contains it. */
  | { kind: 'recordThrough'; number: number; commit: Oid }
  /** What would have proven it is gone: its own gates are to run. */
  | { kind: 'proveAgain' }
  /** Its gates are red, and it is the reason. */
  | { kind: 'drop' }
  /** `before`: ids of the jobs that land with it. */
  | { kind: 'land'; candidate: Candidate; before: readonly string[] }
  | { kind: 'finish'; candidate: Candidate }
  | { kind: 'clean' }
  | { kind: 'storyMoved'; tip: Oid | null }
  /** Nobody wants this landing any more, or not there. What follows is the story's own business. */
  | { kind: 'giveUp'; why: string }
  | { kind: 'wait'; why: Said }
  /** Nothing to do before something changes in those before or behind it. */
  | { kind: 'await' };

export function nextMergeAction(job: MergeJob, world: MergeWorld): MergeAction {
  const { candidate, step } = job;
  if (step === 'cleaned') return { kind: 'clean' };
  if (step === 'queued' || step === 'leased' || candidate === null) return beforeCandidate(job, world);
  if (step === 'landed') return { kind: 'finish', candidate };
  // A host killed between the ref update and its record finds its commit on the target: that is a landing.
  if (step === 'landing' && world.candidateOnTarget) return { kind: 'record', step: 'landed' };
  const obstacle = obstacleTo(job, world);
  if (obstacle !== null) return obstacle;
  // What it is red with is looked for apart from the others, whatever became of them.
  if (step === 'gating' && job.search != null) return { kind: 'drop' };
  const place = world.place ?? placeAlone(world.targetTip);
  if (place.base === null) return AWAIT;
  if (place.base !== candidate.base) return { kind: 'rebuild', base: place.base, why: whyRebuilt(place) };
  switch (step) {
    case 'merged':
      return { kind: 'pinThenRecordGating', candidate };
    case 'gating':
      return toProve(candidate, place);
    case 'gated':
    case 'landing':
      return toLand(job, candidate, place);
  }
}

function whyRebuilt({ behind }: Place): string {
  return behind === null ? 'the target moved' : `what stands before it changed, up to #${behind}`;
}

function toProve(candidate: Candidate, { proof }: Place): MergeAction {
  switch (proof.kind) {
    case 'gate':
      return { kind: 'gate', candidate };
    case 'through':
      return { kind: 'recordThrough', number: proof.number, commit: proof.commit };
    case 'drop':
      return { kind: 'drop' };
    case 'await':
    case 'own':
      return AWAIT;
    default:
      return proof satisfies never;
  }
}

function toLand({ through, step }: MergeJob, candidate: Candidate, { proof, part }: Place): MergeAction {
  if (through != null && (proof.kind !== 'through' || proof.commit !== through.commit)) return { kind: 'proveAgain' };
  if (part.kind === 'wait') return AWAIT;
  if (step === 'gated') return { kind: 'record', step: 'landing' };
  return part.kind === 'lead' ? { kind: 'land', candidate, before: part.before } : AWAIT;
}

function beforeCandidate(job: MergeJob, world: MergeWorld): MergeAction {
  const obstacle = obstacleTo(job, world);
  if (obstacle !== null) return obstacle;
  const { base, turn } = world.place ?? placeAlone(world.targetTip);
  if (turn === 'later') return AWAIT;
  if (job.step === 'queued') return { kind: 'record', step: 'leased' };
  if (world.targetTip === null) return TARGET_GONE;
  return base === null ? AWAIT : { kind: 'build', base };
}

const AWAIT = { kind: 'await' } as const;

const TARGET_GONE = { kind: 'wait', why: say('The target branch is gone.') } as const;

/** What keeps a job from any step before its landing, looked at before each of them. */
function obstacleTo(job: MergeJob, world: MergeWorld): MergeAction | null {
  if (!world.wanted) {
    // A moved branch is told to the story only while it still waits for this landing.
    return { kind: 'giveUp', why: 'the story is no longer in the merge queue with this commit' };
  }
  if (world.storyTip !== job.storyTip) return { kind: 'storyMoved', tip: world.storyTip };
  if (world.target === null) return TARGET_GONE;
  if (world.target !== job.target) return { kind: 'giveUp', why: `stories land on ${world.target} now` };
  return world.targetTip === null ? TARGET_GONE : null;
}
