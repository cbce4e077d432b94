import type * as z from 'zod/mini';
import { atWorkIn, sizeOf, type QueuePolicy } from '../pipeline/policy';
import type { Oid } from '../story/stage';
import { canCarry, provenCandidate } from './gatedCandidate';
import type { companionSchema, MergeJob } from './job';

/** One of the landings at work, as its run knows it. */
export interface ChainMember {
  readonly job: MergeJob;
  /** What its own gates say of its present candidate; that they passed is on the job's record. */
  readonly verdict: 'none' | 'running' | 'red';
  /** `apart`: it waits by itself, and others pass it. */
  readonly stands: 'inLine' | 'apart';
  /** Its candidate changes what gates are. What comes after it is built once it has landed, so that its gates count. */
  readonly rules: 'kept' | 'changed';
}

export interface ChainWorld {
  /** The target's tip; null where nobody has looked yet. */
  readonly tip: Oid | null;
  readonly policy: QueuePolicy;
  /** `more`: members are about to join, so nobody is the last one yet. */
  readonly forming: 'more' | 'complete';
}

/** What is to be done about the proof of a candidate that stands where it should. */
export type Proof =
  /** Its own gates run, or go on running. */
  | { readonly kind: 'gate' }
  /** What others' gates say comes first. */
  | { readonly kind: 'await' }
  /** A later candidate that contains it is green. */
  | { readonly kind: 'through'; readonly number: number; readonly commit: Oid }
  | { readonly kind: 'own' }
  /** It is red, what it stands on is green, and nothing behind it says otherwise. */
  | { readonly kind: 'drop' };

/** Its part in the move of the target: not yet its turn, taken along by a later one, or the one that moves it. */
export type Part =
  | { readonly kind: 'wait' }
  | { readonly kind: 'takenAlong' }
  /** `before`: ids of the jobs that land with it, in order. */
  | { readonly kind: 'lead'; readonly before: readonly string[] };

/** Where a landing stands among the others. */
export interface Place {
  /** What it is to be built on; null while that is not known. */
  readonly base: Oid | null;
  /** Those it stands on that have not landed, the first one first. */
  readonly companions: readonly Companion[];
  /** Number of the story right before it, null for the first. */
  readonly behind: number | null;
  /** Only so many are built and proven together. */
  readonly turn: 'now' | 'later';
  readonly proof: Proof;
  readonly part: Part;
}

/** A story that another one is built on. `base` and `commit` of its candidate. */
export type Companion = Readonly<z.infer<typeof companionSchema>>;

const AWAIT: Proof = { kind: 'await' };
const WAIT: Part = { kind: 'wait' };

/** The place of a landing that nobody stands before or behind. */
export function placeAlone(base: Oid | null, verdict: ChainMember['verdict'] = 'none'): Place {
  const part: Part = { kind: 'lead', before: [] };
  return {
    base,
    companions: [],
    behind: null,
    turn: 'now',
    proof: { kind: verdict === 'red' ? 'drop' : 'gate' },
    part,
  };
}

/**
 * Where each landing stands, by job id. Members come in the order in which they land; those that stand apart have no
 * place. A candidate counts only while it stands on what is before it, all the way down to the target's tip.
 */
export function layChain(members: readonly ChainMember[], world: ChainWorld): Map<string, Place> {
  const line = inLine(members, world.tip);
  const places = new Map<string, Place>();
  const valid: ChainMember[] = [];
  // What is behind others can be built on them.
  const built: ChainMember[] = [];
  // Those that are to stand in the chain and do not yet; behind changed rules nobody is to.
  let [missing, endsBefore] = [0, false];
  let base = world.tip ?? line[0]?.job.candidate?.base ?? null;
  for (const [at, member] of line.entries()) {
    const { id, candidate } = member.job;
    const turn = at < atWorkIn(world.policy) ? 'now' : 'later';
    const companions = built.flatMap(asCompanion);
    const behind = line[at - 1]?.job.number ?? null;
    places.set(id, { base, companions, behind, turn, proof: AWAIT, part: WAIT });
    const isBuilt = base !== null && candidate?.base === base;
    // Its gates go on where it cannot touch what has landed meanwhile; it is merged with that after them.
    const isBehind = base === world.tip && member.verdict === 'running';
    if (isBuilt || isBehind) built.push(member);
    if (isBuilt && valid.length === at) valid.push(member);
    else if (turn === 'now' && !endsBefore) missing += 1;
    endsBefore ||= member.rules === 'changed';
    base = (isBuilt || isBehind) && member.rules === 'kept' ? (candidate?.commit ?? null) : null;
  }
  const end = groupEnd(valid, world.policy);
  const apart = members.filter(({ stands, verdict }) => stands === 'apart' && verdict === 'running').length;
  const wanted = wantedProofs(valid, { ...world, forming: missing > 0 ? 'more' : world.forming }, { end, apart });
  for (const [at, { job }] of valid.entries()) {
    const place = places.get(job.id);
    if (place === undefined) continue;
    places.set(job.id, { ...place, proof: proofOf(valid, at, { end, wanted }), part: partOf(valid, at, end) });
  }
  return places;
}

/** Those that are still to land: once the target is at a candidate, it and all that it was built on have landed. */
function inLine(members: readonly ChainMember[], tip: Oid | null): ChainMember[] {
  const line = members.filter(({ stands, job }) => stands === 'inLine' && job.stopped === null);
  const landed = tip === null ? -1 : line.findLastIndex(({ job }) => job.candidate?.commit === tip);
  return line.slice(landed + 1).filter(({ job }) => job.step !== 'landed' && job.step !== 'cleaned');
}

function asCompanion({ job }: ChainMember): Companion[] {
  const { id, number, candidate, provenBy } = job;
  if (candidate === null) return [];
  return [{ jobId: id, number, base: candidate.base, commit: candidate.commit, provenBy }];
}

function isGreen({ job }: ChainMember): boolean {
  return provenCandidate(job) !== null;
}

/**
 * The last of those that land next, -1 for none. In a batch everything up to the last green one; in a train the first,
 * and where that is red all up to the first green one that contains it. What was recorded so stays so.
 */
function groupEnd(valid: readonly ChainMember[], policy: QueuePolicy): number {
  const pledged = valid.find(({ job }) => job.through != null)?.job.through?.commit;
  const carries = (member: ChainMember, at: number): boolean =>
    isGreen(member) && valid.slice(0, at).every((one) => canCarry(member.job, one.job));
  const end = valid.findIndex((member, at) => member.job.candidate?.commit === pledged && carries(member, at));
  if (end !== -1) return end;
  const [first] = valid;
  if (first === undefined) return -1;
  if (policy.kind === 'batch') return Math.max(valid.findLastIndex(carries), isGreen(first) ? 0 : -1);
  return isGreen(first) ? 0 : first.verdict === 'red' ? valid.findIndex(carries) : -1;
}

/**
 * Whose gates are to begin. In a train those of the first ones that nothing is known of, as many as may run. In a batch those of
 * the last; where they are red, of the one in the middle between the last green one and the first red one, so that as few gates
 * run as can tell which one makes it red.
 */
function wantedProofs(
  valid: readonly ChainMember[],
  { policy, forming }: ChainWorld,
  { end, apart }: { readonly end: number; readonly apart: number },
): ReadonlySet<number> {
  const running = valid.filter((member) => member.verdict === 'running');
  const unproven = valid.flatMap((member, at) => (member.verdict === 'none' && !isGreen(member) ? [at] : []));
  if (policy.kind !== 'batch') {
    // Behind a red one it is seldom what lands, so none begins there beyond the length of the train.
    const isPromising = (at: number): boolean =>
      at < sizeOf(policy) || valid.slice(0, at).every(({ verdict }) => verdict !== 'red');
    return new Set(unproven.filter(isPromising).slice(0, Math.max(0, sizeOf(policy) - running.length - apart)));
  }
  if (forming === 'more' || running.length > 0) return new Set();
  const red = valid.findIndex((member) => member.verdict === 'red');
  if (red === -1) return new Set(unproven.slice(-1).filter((at) => at > end));
  const green = valid.slice(0, red).findLastIndex(isGreen);
  const between = red - green - 1;
  return between === 0 ? new Set() : new Set([green + Math.ceil(between / 2)]);
}

function proofOf(
  valid: readonly ChainMember[],
  at: number,
  { end, wanted }: { readonly end: number; readonly wanted: ReadonlySet<number> },
): Proof {
  const [member, last, before] = [valid[at], valid[end], valid[at - 1]];
  if (member === undefined) return AWAIT;
  if (isGreen(member)) return { kind: 'own' };
  if (at < end && last !== undefined && last.job.candidate !== null)
    return { kind: 'through', number: last.job.number, commit: last.job.candidate.commit };
  if (member.verdict === 'running') return { kind: 'gate' };
  if (member.verdict === 'none') return wanted.has(at) ? { kind: 'gate' } : AWAIT;
  const mayBeCleared = valid.slice(at + 1).some((one) => one.verdict === 'running' || isGreen(one));
  return !mayBeCleared && (before === undefined || isGreen(before)) ? { kind: 'drop' } : AWAIT;
}

function partOf(valid: readonly ChainMember[], at: number, end: number): Part {
  if (at > end) return WAIT;
  return at < end ? { kind: 'takenAlong' } : { kind: 'lead', before: valid.slice(0, end).map(({ job }) => job.id) };
}

/** Jobs in the order in which they land: each behind the one that its candidate is built on, the others as they come. */
export function inChainOrder<T extends { readonly job: MergeJob }>(jobs: readonly T[]): T[] {
  const byBase = new Map<Oid, T[]>();
  const commits = new Set(jobs.flatMap(({ job }) => job.candidate?.commit ?? []));
  const heads: T[] = [];
  for (const one of jobs) {
    const base = one.job.candidate?.base;
    if (base === undefined || !commits.has(base)) heads.push(one);
    else byBase.set(base, [...(byBase.get(base) ?? []), one]);
  }
  const ordered: T[] = [];
  const follow = (one: T): void => {
    ordered.push(one);
    const commit = one.job.candidate?.commit;
    if (commit !== undefined) for (const next of byBase.get(commit) ?? []) follow(next);
  };
  // Those that are built go first: they may have landed.
  for (const built of [true, false]) for (const one of heads) if ((one.job.candidate !== null) === built) follow(one);
  return ordered;
}
