import type { Oid } from '../story/stage';
import type { Candidate, GateResult, MergeJob } from './job';
import type { LiveLead } from './lead';

declare const gated: unique symbol;
declare const chained: unique symbol;
declare const lease: unique symbol;

/** A candidate whose every gate that looks at it passed on exactly its tree; without any gate, one that a person let in. Only `provenCandidate` makes one. */
export type GatedCandidate = Candidate & { readonly [gated]: true };

/** The right to move one target. Only `leaseOf` makes one. */
export interface Lease {
  readonly target: string;
  readonly jobId: string;
  readonly [lease]: true;
}

/** A story's part in a chain of which only the last commit was gated. Only `provenChain` makes one. */
export interface ChainLink {
  readonly storyBranch: string;
  readonly storyTip: Oid;
  readonly candidate: Candidate;
  readonly [chained]: true;
}

/** Candidates of several stories, each built on the one before it; the gates of the last are the proof of all. */
export interface GatedChain {
  /** What the first is built on. */
  readonly base: Oid;
  /** Those before the last, in order; none for a story that lands by itself. */
  readonly before: readonly ChainLink[];
  readonly last: GatedCandidate;
}

/** The candidate of a job as proven by its own gates, or null where the job's record does not prove it. */
export function provenCandidate(job: MergeJob): GatedCandidate | null {
  const { candidate, step } = job;
  const reached = step === 'gated' || step === 'landing' || step === 'landed';
  const someGate = job.results.some(passed) || job.provenBy === 'person';
  if (candidate === null || job.through != null || !reached || !someGate) return null;
  if (!job.results.every((one) => passed(one) || isSkipped(one) || one.quarantined === true)) return null;
  return candidate as GatedCandidate;
}

/**
 * Jobs of one target that land together, in order, or null where their records do not prove it: each is about to land,
 * stands on the one before it, and is proven by its own gates or by those of the last. Where no gate is configured a
 * person must have let in each of them.
 */
export function provenChain(jobs: readonly MergeJob[]): GatedChain | null {
  const last = jobs.at(-1);
  const [first, proof] = [jobs[0]?.candidate ?? null, last === undefined ? null : provenCandidate(last)];
  if (last === undefined || first === null || proof === null) return null;
  const before: ChainLink[] = [];
  for (const [at, job] of jobs.entries()) {
    const { candidate, storyBranch, storyTip } = job;
    const stands = at === 0 || candidate?.base === jobs[at - 1]?.candidate?.commit;
    if (candidate === null || !stands || job.target !== last.target || job.step !== 'landing') return null;
    if (!canCarry(last, job)) return null;
    if (provenCandidate(job) === null && job.through?.commit !== proof.commit) return null;
    if (job !== last) before.push({ storyBranch, storyTip, candidate } as unknown as ChainLink);
  }
  return { base: first.base, before, last: proof };
}

/** Whether the gates of `last` can be a proof for `job`, which its candidate contains: that no gate ran proves nothing to gates. */
export function canCarry(last: MergeJob, job: MergeJob): boolean {
  return last.results.some(passed) || job.provenBy === 'person';
}

/** The lease that a job holds on its target from the record of `leased` on, under the leader that took it only. */
export function leaseOf(job: MergeJob, lead: LiveLead): Lease | null {
  if (job.step === 'queued' || job.step === 'cleaned' || job.stopped !== null || job.boot !== lead.epoch) return null;
  return { target: job.target, jobId: job.id } as Lease;
}

function passed(result: GateResult): boolean {
  return result.verdict === 'passed';
}

/** Nothing that the gate looks at changed. It counts beside a gate that passed, never alone. */
function isSkipped(result: GateResult): boolean {
  return result.verdict === 'skipped';
}
