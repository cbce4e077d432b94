import type { Candidate, GateResult, MergeJob } from './job';
import type { LiveLead } from './lead';

declare const gated: unique symbol;
declare const lease: unique symbol;

/** A candidate whose every gate that looks at it passed on exactly its tree; without any gate, one that a person let in. Only `provenCandidate` makes one. */
export type GatedCandidate = Candidate & { readonly [gated]: true };

/** The right to move one target. Only `leaseOf` makes one. */
export interface Lease {
  readonly target: string;
  readonly jobId: string;
  readonly [lease]: true;
}

/** The candidate of a job as proven, or null where the job's record does not prove it. */
export function provenCandidate(job: MergeJob): GatedCandidate | null {
  const { candidate, step } = job;
  const reached = step === 'gated' || step === 'landing' || step === 'landed';
  const someGate = job.results.some(passed) || job.provenBy === 'person';
  if (candidate === null || !reached || !someGate || !job.results.every((one) => passed(one) || isSkipped(one)))
    return null;
  return candidate as GatedCandidate;
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
