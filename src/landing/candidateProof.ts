import type { BaseVerdict } from '../core/landing/baseVerdict';
import type { ChainMember, Companion } from '../core/landing/chain';
import type { Candidate, GateResult, MergeJob, StopReason } from '../core/landing/job';
import type { GateProgress } from '../core/pipeline/facts';
import type { Oid } from '../core/story/stage';
import type { ChainProof, Prover } from '../gates/prover';
import type { GatesOutcome } from '../gates/runGates';
import type { GitPort } from '../ports/git';
import type { LandingRest } from './landingRest';
import { say, tell } from '../core/words/said';
import { findRedPartner, type ProbeVerdict } from './redPartner';

/** What asks gates about candidates. */
export interface ProofPorts {
  readonly git: Pick<GitPort, 'buildCandidate' | 'treeOf'>;
  /** Runs the target's gates on a candidate, in a worktree of Switchyard's own. A probe keeps the output of the gates before. */
  readonly prove: (
    job: MergeJob,
    candidate: Candidate,
    progress: (at: GateProgress) => void,
    signal: AbortSignal,
    how: ChainProof,
  ) => Promise<GatesOutcome | { kind: 'unapproved' }>;
  /** Whether the gate that is red on a candidate is red on what it was built on as well. */
  readonly judgeBase: (
    job: MergeJob,
    base: Oid,
    gate: string,
    how: { progress: (at: GateProgress) => void; signal: AbortSignal },
  ) => Promise<BaseVerdict>;
  /** Whether two changes cannot touch each other, by the gates at a commit. */
  readonly areApart: Prover['areApart'];
  readonly onChange: () => void;
}

interface OwnPorts extends ProofPorts {
  readonly rest: LandingRest;
  readonly ending: AbortSignal;
  /** What the gates would say counts no more, as everything stands at this moment. */
  readonly isStale: () => Promise<boolean>;
  /** Its verdict is another one: those before and behind it look again. */
  readonly onVerdict: () => void;
}

type Red = Extract<GatesOutcome, { kind: 'red' | 'environment' }>;

/**
 * What gates say of one landing's present candidate, and where they are red, who is to blame. That they passed is on the
 * job's record; all that is known here can be lost.
 */
export class CandidateProof {
  #progress: GateProgress | null = null;
  #isGating = false;
  #red: Red | null = null;
  /** What its present candidate is built on and had not landed then; after a restart, had not when its gates began. */
  #companions: readonly Companion[] = [];

  constructor(private readonly ports: OwnPorts) {}

  get progress(): GateProgress | null {
    return this.#progress;
  }
  get verdict(): ChainMember['verdict'] {
    return this.#red !== null ? 'red' : this.#isGating ? 'running' : 'none';
  }

  /** There is a new candidate, built on these. */
  builtOn(companions: readonly Companion[]): void {
    this.#companions = companions;
  }

  /** Its gates are red. What that means depends on those before and behind it: see `blame`. */
  failed(red: Red): void {
    this.#red = red;
    this.ports.onVerdict();
  }

  /** What the gates said was of another candidate, or has been proven otherwise. */
  forget(): void {
    this.#red = null;
  }

  /** Runs the gates, and ends them once what they would say counts no more. `standsOn` has not landed. */
  async prove(
    job: MergeJob,
    candidate: Candidate,
    { standsOn, seen }: { standsOn: readonly Companion[]; seen: number },
  ): Promise<GatesOutcome | { kind: 'unapproved' }> {
    // It was built before a restart: what it stands on that has not landed is proven with it all the same.
    if (this.#companions.length === 0) this.#companions = standsOn;
    const stale = new AbortController();
    this.#isGating = true;
    this.ports.onVerdict();
    const isOver = { now: false };
    const watching = this.#watchStale(stale, isOver, seen);
    try {
      const signal = AbortSignal.any([this.ports.ending, stale.signal]);
      return await this.ports.prove(job, candidate, (at) => this.#show(at), signal, this.#proofOf(job, candidate));
    } finally {
      isOver.now = true;
      this.#isGating = false;
      this.ports.rest.wake();
      await watching;
      this.#show(null);
    }
  }

  /** It proves all that it is built on and that has not landed. */
  #proofOf(job: MergeJob, candidate: Candidate): ChainProof {
    const from = this.#companions[0]?.base ?? candidate.base;
    const isPersons = [job, ...this.#companions].every((one) => one.provenBy === 'person');
    return { output: 'gates', from, provenBy: isPersons ? 'person' : 'gates' };
  }

  async #watchStale(stale: AbortController, isOver: { readonly now: boolean }, since: number): Promise<void> {
    const { rest, ending, isStale } = this.ports;
    // The gates may end while it looks, and nothing would end a rest that begins after that.
    const isDone = (): boolean => isOver.now || ending.aborted;
    for (let seen = since; !isDone();) {
      await rest.rest(seen, 'otherwise');
      if (isDone()) return;
      seen = rest.nudges;
      // Where git cannot tell, the gates go on.
      if (await isStale().catch(() => false)) return stale.abort();
    }
  }

  /** What has to be looked for to know who is to blame, where it stands on others; null where nothing has. */
  searchOf(): NonNullable<MergeJob['search']> | null {
    if (this.#red?.kind !== 'red' || this.#companions.length === 0) return null;
    return { result: this.#red.result, companions: [...this.#companions] };
  }

  /**
   * It is red while what it stands on is green: by itself, or together with one of those? Nobody waits for the answer. Null
   * where there is none: nothing is red any more, or the landing is to end.
   */
  async blame(job: MergeJob): Promise<StopReason | null> {
    if (job.search != null) return this.#blamePartner(job, job.search);
    const red = this.#red;
    if (red === null) return null;
    if (red.kind === 'environment') return { kind: 'environment', result: red.result };
    return this.#blameFirst(job, red.result);
  }

  async #blamePartner(
    job: MergeJob,
    { result, companions }: NonNullable<MergeJob['search']>,
  ): Promise<StopReason | null> {
    this.#companions = companions;
    const partner = await this.#findPartner(job, companions);
    if (this.ports.ending.aborted) return null;
    return partner === null ? { kind: 'gatesRed', result } : { kind: 'redTogether', result, with: partner };
  }

  /** Nothing stands before it: the story is to blame only where the target is not red itself. */
  async #blameFirst(job: MergeJob, result: GateResult): Promise<StopReason | null> {
    const { candidate } = job;
    if (candidate === null) return null;
    const how = { progress: (at: GateProgress) => this.#show(at), signal: this.ports.ending };
    const base = await this.ports.judgeBase(job, candidate.base, result.gate, how);
    this.#show(null);
    if (this.ports.ending.aborted) return null;
    if (base.kind === 'red') return { kind: 'targetRed', base: candidate.base, result: base.result };
    return { kind: 'gatesRed', result };
  }

  async #findPartner(job: MergeJob, companions: readonly Companion[]): Promise<number | null> {
    const names = { names: companions.map((one) => `#${one.number}`) };
    const why = tell(say('Red on top of {0}; its gates run without them.', names));
    this.ports.rest.standApart({ why, files: [], holdsBack: 'nothing' });
    return findRedPartner(companions, (base) => this.#probe(job, base));
  }

  /** What the gates say of this story on another base; their output is kept beside that of its own gates. */
  async #probe(job: MergeJob, base: Oid): Promise<ProbeVerdict> {
    const { number, storyKey, storyTip, storyBranch, strategy, subject } = job;
    const signal = this.ports.ending;
    const request = { strategy, base, storyTip, storyBranch, number, storyKey, subject, signal };
    // What another landing was built on can be gone since.
    const isThere = await this.ports.git.treeOf(base).then(
      () => true,
      () => false,
    );
    if (!isThere) return 'unknown';
    const built = await this.ports.git.buildCandidate(request);
    if (built.kind !== 'built' || this.ports.ending.aborted) return 'unknown';
    const candidate = { commit: built.candidate, tree: built.tree, parents: [...built.parents], base };
    const how = { ...this.#proofOf(job, candidate), output: 'probe' } as const;
    const outcome = await this.ports.prove(job, candidate, (at) => this.#show(at), this.ports.ending, how);
    this.#show(null);
    return outcome.kind === 'passed' ? 'green' : outcome.kind === 'red' ? 'red' : 'unknown';
  }

  #show(progress: GateProgress | null): void {
    this.#progress = progress;
    this.ports.onChange();
  }
}
