import { messageOf } from '../base/messageOf';
import { FixableError } from '../base/errors';
import type { GateProgress, LandingWait } from '../core/pipeline/facts';
import { firstLine } from '../core/words/firstLine';
import { placeAlone, type ChainMember, type Companion } from '../core/landing/chain';
import type { Candidate, MergeJob, MergeStep, StopReason } from '../core/landing/job';
import { asLastSeen, dependsOnGit, nextMergeAction, type MergeAction } from '../core/landing/plan';
import type { Clock } from '../ports/clock';
import type { Oid } from '../core/story/stage';
import type { GitPort } from '../ports/git';
import type { Log } from '../ports/log';
import type { Lead } from '../ports/lead';
import type { JobJournal } from '../ports/store';
import { CandidateBuild, type BuildPorts } from './candidateBuild';
import { CandidateProof, type ProofPorts } from './candidateProof';
import { CrewLanding } from './crewLanding';
import type { LineMember } from './landingLine';
import { say, tell, type Told } from '../core/words/said';
import { LandingRest } from './landingRest';

/** What a merge run needs of the world. */
export interface MergeRunPorts extends ProofPorts, BuildPorts {
  readonly git: GitPort;
  readonly journal: Pick<JobJournal, 'jobsOf' | 'append'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Nothing is moved without asking it; once another process leads nothing may be moved any more. */
  readonly lead: Lead;
  /** The story is in Merge with the job's branch and tip, as of this very moment. */
  readonly wanted: (job: MergeJob) => boolean;
  /** Full name of the branch that stories land on now; null while there is none. */
  readonly target: () => Promise<string | null>;
  /** Makes the story Done. Safe to repeat. */
  readonly finish: (job: MergeJob, candidate: Candidate) => Promise<'told' | 'later'>;
  /** Why the disk is to blame for something that failed; null where it is not. */
  readonly blameDisk: (cause: unknown) => Promise<Told | null>;
  /** It begins to wait for something: others may go on, so a round decides what comes next. */
  readonly onWait: () => void;
}

const UNAPPROVED = tell(say('The configured commands changed and wait for your approval.'));

type Ending = { kind: 'withdraw'; why: string } | { kind: 'suspend' };

/**
 * Performs one landing: asks the plan for the next step, records it, does it. Everything it knows beyond the journal
 * can be lost at any moment; a later run starts from the journal and from what git says.
 */
export class MergeRun implements LineMember {
  #job: MergeJob;
  #ending: Ending | null = null;
  #rules: ChainMember['rules'] = 'kept';
  /** What stands before it now and has not landed. */
  #standsOn: readonly Companion[] = [];
  #takenAlong: Promise<'landed' | 'not'> | null = null;
  #aside: Omit<LandingWait, 'since'> | null = null;
  /** Its change, where nothing before it can touch that, so that it waits for none of it. */
  #ahead: Candidate | null = null;
  readonly #abort = new AbortController();
  readonly #rest: LandingRest;
  readonly #building: CandidateBuild;
  readonly #proof: CandidateProof;
  readonly #crew: CrewLanding;
  readonly #ended: Promise<MergeJob>;

  constructor(
    job: MergeJob,
    private readonly ports: MergeRunPorts,
  ) {
    this.#job = job;
    const ending = this.#abort.signal;
    this.#rest = new LandingRest(this, { ...ports, ending });
    this.#building = new CandidateBuild(this, { ...ports, ending, rest: this.#rest });
    this.#proof = new CandidateProof({
      ...ports,
      ending,
      rest: this.#rest,
      isStale: () => this.#hasStaleGates(),
      onVerdict: () => ports.line.changed(this),
    });
    this.#crew = new CrewLanding(this, { ...ports, ending, rest: this.#rest });
    ports.line.join(this);
    this.#ended = this.#perform();
  }

  get job(): MergeJob {
    return this.#job;
  }
  get progress(): GateProgress | null {
    return this.#proof.progress;
  }
  get wait(): LandingWait | null {
    return this.#rest.wait;
  }
  get verdict(): ChainMember['verdict'] {
    return this.#proof.verdict;
  }
  get stands(): ChainMember['stands'] {
    return this.#job.search == null && this.#ahead === null ? this.#rest.stands : 'apart';
  }
  get rules(): ChainMember['rules'] {
    return this.#rules;
  }
  get ahead(): Candidate | null {
    return this.#ahead;
  }
  get rests(): LineMember['rests'] {
    return this.#rest.rests;
  }
  get isEnding(): boolean {
    return this.#ending !== null;
  }
  get ending(): AbortSignal {
    return this.#abort.signal;
  }
  /** Resolves with the job as it ended: landed and cleaned, stopped with a reason, or suspended where it stood. */
  get ended(): Promise<MergeJob> {
    return this.#ended;
  }

  /** Something changed that may let a waiting landing go on. */
  hint(): void {
    this.#rest.hint();
  }

  nudge(): void {
    this.#rest.nudge();
  }

  takeAlong(landing: Promise<'landed' | 'not'>): void {
    this.#takenAlong = landing;
  }

  standAside(wait: Omit<LandingWait, 'since'>): void {
    this.#aside = wait;
    this.nudge();
  }

  /** A person takes the story out. A landing whose ref has moved is finished instead; the job that comes back tells. */
  withdraw(why: string): Promise<MergeJob> {
    return this.#endWith({ kind: 'withdraw', why });
  }

  /** The host closes: leave the job as it stands for the next one. */
  suspend(): Promise<MergeJob> {
    return this.#endWith({ kind: 'suspend' });
  }

  #endWith(ending: Ending): Promise<MergeJob> {
    this.#end(ending);
    this.hint();
    return this.#ended;
  }

  #end(ending: Ending): void {
    this.#ending ??= ending;
    this.#abort.abort();
  }

  async #perform(): Promise<MergeJob> {
    try {
      const { candidate } = this.#job;
      if (candidate !== null) this.#rules = await this.#building.rulesOf(candidate);
      return await this.#performSteps();
    } finally {
      this.#ahead = null;
      this.#rest.goneOn();
      this.ports.line.leave(this);
    }
  }

  async #performSteps(): Promise<MergeJob> {
    for (;;) {
      try {
        if (!(await this.#step())) return this.#job;
      } catch (error) {
        // It was ended in the middle of something: the next step looks what came of that.
        if (error === this.#abort.signal.reason) continue;
        if (await this.#hasLostCandidate()) {
          this.ports.log.info(`[merge:#${this.#job.number}] merging afresh: git no longer has the candidate`);
          await this.#record('leased', { candidate: null, results: [], through: null, search: null });
          continue;
        }
        if (await this.#waitsForDisk(error)) continue;
        // The ref may have moved: only a later look can tell, and until then the story says what is in the way.
        const mayHaveLanded = this.#job.step === 'landing' || this.#job.step === 'landed';
        if (!mayHaveLanded || this.#ending !== null) throw error;
        const why = firstLine(messageOf(error)).replace(/\.$/, '');
        const said = `[merge:#${this.#job.number}] the landing cannot go on: ${messageOf(error)}`;
        if (error instanceof FixableError) this.ports.log.warn(said);
        else this.ports.log.error(said);
        await this.#rest.waitFor({
          why: tell(say('The landing cannot go on: {0}.', why)),
          files: [],
          holdsBack: 'all',
        });
      }
    }
  }

  /** A `git gc` before the pin, or a pin that somebody removed. What git has lost is on no branch. */
  async #hasLostCandidate(): Promise<boolean> {
    const { candidate, step } = this.#job;
    if (candidate === null || this.#ending !== null || step === 'landed' || step === 'cleaned') return false;
    return !(await this.ports.git.hasCandidate(candidate).catch(() => true));
  }

  /** Looks, decides and does one thing; false when the job has ended. */
  async #step(): Promise<boolean> {
    const seen = this.#rest.nudges;
    const hasLanded = (await this.#takenAlong) === 'landed';
    if (this.#aside !== null && !hasLanded) return this.#waitAside(this.#aside);
    const action = hasLanded ? ({ kind: 'record', step: 'landed' } as const) : await this.#decide();
    this.#takenAlong = null;
    if (this.#ending !== null && !isPastReturn(action)) {
      if (this.#ending.kind === 'withdraw') await this.#stop({ kind: 'withdrawn', why: this.#ending.why });
      return false;
    }
    if (action.kind === 'clean') {
      await this.ports.git.unpinCandidate(this.#job.id);
      return false;
    }
    if (action.kind !== 'await') return this.#do(action, seen);
    await this.#rest.rest(seen, this.#job.step === 'landing' ? 'forLanding' : 'otherwise');
    return true;
  }

  /** Whether this change and its own cannot touch each other; false where nobody can tell. */
  #isApart({ base, commit }: Candidate, other: { readonly base: Oid; readonly tip: Oid }): Promise<boolean> {
    const isTree = true;
    return this.ports
      .areApart(base, [
        { base, tip: commit, isTree },
        { ...other, isTree },
      ])
      .catch(() => false);
  }

  async #waitAside(wait: Omit<LandingWait, 'since'>): Promise<true> {
    this.#aside = null;
    await this.#rest.waitFor(wait);
    return true;
  }

  async #decide(): Promise<MergeAction> {
    const { git, wanted, line } = this.ports;
    const job = this.#job;
    if (!dependsOnGit(job.step) && line.isAlone(this)) return nextMergeAction(job, asLastSeen(job, wanted(job)));
    const [target, targetTip, storyTip] = await Promise.all([
      this.ports.target(),
      git.tip(job.target),
      git.tip(job.storyBranch),
    ]);
    const place = this.#ahead !== null ? placeAlone(targetTip, this.verdict) : line.placeOf(job, targetTip);
    this.#standsOn = place?.companions ?? [];
    // What stands in its place, down to the tip of the target, is not on the target.
    const isInPlace = place !== undefined && place.base !== null && place.base === job.candidate?.base;
    const candidateOnTarget = job.step === 'landing' && !isInPlace && (await this.#hasLanded(targetTip));
    return nextMergeAction(job, { target, wanted: wanted(job), targetTip, storyTip, candidateOnTarget, place });
  }

  /** Whether the candidate is on its target, here or where the team has it. One that git has lost cannot be; a target that has not moved holds none. */
  async #hasLanded(targetTip: string | null): Promise<boolean> {
    const { candidate, target } = this.#job;
    const isThere = candidate !== null && (await this.ports.team?.(this.#job)?.hasPublished(target, candidate.commit));
    if (isThere === true) return true;
    if (candidate === null || targetTip === null || targetTip === candidate.base) return false;
    try {
      return await this.ports.git.isAncestor(candidate.commit, targetTip);
    } catch (error) {
      const isKept = await this.ports.git.treeOf(candidate.commit).then(
        () => true,
        () => false,
      );
      if (isKept) throw error;
      return false;
    }
  }

  /** Does one action; false when the job has ended. */
  async #do(action: Exclude<MergeAction, { kind: 'clean' | 'await' }>, seen: number): Promise<boolean> {
    switch (action.kind) {
      case 'record':
        await this.#record(action.step);
        return true;
      case 'build':
        return this.#build(action.base);
      case 'rebuild':
        this.ports.log.info(`[merge:#${this.#job.number}] merging afresh: ${action.why}`);
        await this.#record('leased', { candidate: null, results: [], through: null, search: null });
        return true;
      case 'proveAgain':
        await this.#record('gating', { results: [], through: null });
        return true;
      case 'pinThenRecordGating':
        await this.ports.git.pinCandidate(this.#job.id, action.candidate.commit);
        await this.#record('gating', { results: [] });
        return true;
      case 'gate':
        return this.#gate(action.candidate, seen);
      case 'recordThrough': {
        const { number, commit } = action;
        await this.#record('gated', { results: [], through: { number, commit } });
        return true;
      }
      case 'drop':
        return this.#drop();
      case 'land':
        return this.#land(action.before, seen);
      case 'finish':
        // Over only once the story knows it; whoever takes the job up later tells it.
        if ((await this.ports.finish(this.#job, action.candidate)) === 'later') return false;
        await this.#record('cleaned');
        return true;
      case 'storyMoved':
        return this.#stop({ kind: 'storyMoved', tip: action.tip });
      case 'giveUp':
        return this.#stop({ kind: 'withdrawn', why: action.why });
      case 'wait':
        await this.#rest.waitFor({ why: tell(action.why), files: [], holdsBack: 'all' });
        return true;
      default:
        return action satisfies never;
    }
  }

  async #build(base: string): Promise<boolean> {
    const standsOn = this.#standsOn;
    const outcome = await this.#building.build(base, standsOn);
    if (outcome.kind === 'notYet') return true;
    if (outcome.kind !== 'built') return this.#stop(outcome);
    const { candidate } = outcome;
    this.#rules = await this.#building.rulesOf(candidate);
    if (await this.#canGoAhead(candidate, standsOn)) return true;
    this.#proof.builtOn(standsOn);
    await this.#record('merged', { candidate });
    this.ports.log.info(`[merge:#${this.#job.number}] ${this.#job.id} built ${candidate.commit} on ${base}`);
    return true;
  }

  /** Where there is room for its gates beside those of what it stands on, which it cannot touch, it is built without that. */
  async #canGoAhead(candidate: Candidate, standsOn: readonly Companion[]): Promise<boolean> {
    const { line, log } = this.ports;
    const [first] = standsOn;
    if (first === undefined || !line.hasRoom(standsOn)) return false;
    if (!(await this.#isApart(candidate, { base: first.base, tip: candidate.base }))) return false;
    this.#ahead = candidate;
    log.info(`[merge:#${this.#job.number}] does not wait for what it cannot touch`);
    return true;
  }

  async #gate(candidate: Candidate, seen: number): Promise<boolean> {
    const outcome = await this.#proof.prove(this.#job, candidate, { standsOn: this.#standsOn, seen });
    switch (outcome.kind) {
      case 'passed':
        await this.#record('gated', { results: [...outcome.results], through: null });
        return true;
      case 'red':
      case 'environment':
        if (await this.#waitsForDisk()) return true;
        this.#proof.failed(outcome);
        return true;
      case 'unapproved':
        await this.#rest.waitFor({ why: UNAPPROVED, files: [], holdsBack: 'all' });
        return true;
      case 'stopped':
        // An ending aborts the gates, or what they would have said counts no more; the loop sees it next.
        return true;
    }
  }

  /**
   * Whether gates that run for the present candidate say something that counts no more. What moved before it and cannot touch it
   * changes nothing of what they say; while that is not built, nobody knows.
   */
  async #hasStaleGates(): Promise<boolean> {
    const action = await this.#decide();
    const { candidate } = this.#job;
    if (action.kind !== 'rebuild' || candidate === null) return !['gate', 'wait', 'await'].includes(action.kind);
    return !(await this.#isApart(candidate, { base: candidate.base, tip: action.base }));
  }

  async #drop(): Promise<boolean> {
    // On record before anything is asked, so that a restart goes on with it.
    const search = this.#job.search ?? this.#proof.searchOf();
    if (search !== null && this.#job.search == null) await this.#write({ ...this.#job, search });
    const stopped = await this.#proof.blame(this.#job);
    return stopped === null ? true : this.#stop(stopped);
  }

  /** What fails on a full disk proves nothing: the landing goes on from where it stands once there is room. */
  async #waitsForDisk(cause: unknown = null): Promise<boolean> {
    const why = this.#ending === null ? await this.ports.blameDisk(cause) : null;
    if (why === null) return false;
    await this.#rest.waitFor({ why, files: [], holdsBack: 'all' });
    return true;
  }

  async #land(before: readonly string[], seen: number): Promise<boolean> {
    const outcome = await this.#crew.land(before, seen);
    switch (outcome) {
      case 'landed':
        await this.#record('landed');
        return true;
      case 'notYet':
        return true;
      case 'leadLost':
        this.#end({ kind: 'suspend' });
        return false;
    }
  }

  async #stop(stopped: StopReason): Promise<false> {
    const { candidate, target, step } = this.#job;
    if (candidate !== null && step === 'landing') await this.ports.git.leaveCheckout(target, candidate.commit);
    await this.#write({ ...this.#job, stopped, stepAt: this.#now() });
    await this.ports.git.unpinCandidate(this.#job.id);
    return false;
  }

  #record(step: MergeStep, change: Partial<MergeJob> = {}): Promise<void> {
    return this.#write({ ...this.#job, ...change, step, boot: this.ports.lead.epoch, stepAt: this.#now() });
  }

  async #write(job: MergeJob): Promise<void> {
    await this.ports.journal.append(job);
    if (job.candidate?.commit !== this.#job.candidate?.commit || job.step === 'gated') this.#proof.forget();
    this.#job = job;
    this.#rest.goneOn();
    this.ports.line.changed(this);
    this.ports.onChange();
  }

  #now(): string {
    return new Date(this.ports.clock.now()).toISOString();
  }
}

/** Once the ref may have moved the job is finished, whatever was asked meanwhile. */
function isPastReturn(action: MergeAction): boolean {
  return action.kind === 'finish' || action.kind === 'clean' || (action.kind === 'record' && action.step === 'landed');
}
