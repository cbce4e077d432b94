import type { Disposable } from '../base/disposable';
import { messageOf } from '../base/messageOf';
import { FixableError } from '../base/errors';
import type { Turn } from '../base/turn';
import type { GateProgress, LandingWait } from '../core/pipeline/facts';
import { firstLine } from '../core/words/firstLine';
import { leaseOf, provenCandidate } from '../core/landing/gatedCandidate';
import type { Candidate, MergeJob, MergeStep, StopReason } from '../core/landing/job';
import { isCovered, takenBackReasons, type TakenBack } from '../core/review/takenBack';
import { asLastSeen, dependsOnGit, nextMergeAction, type MergeAction } from '../core/landing/plan';
import type { Clock } from '../ports/clock';
import type { GitPort } from '../ports/git';
import type { Log } from '../ports/log';
import type { Lead } from '../ports/lead';
import type { JobJournal } from '../ports/store';
import type { GatesOutcome } from '../gates/runGates';

/** What a merge run needs of the world. */
export interface MergeRunPorts {
  readonly git: GitPort;
  readonly journal: Pick<JobJournal, 'jobsOf' | 'append'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Nothing is moved without asking it; once another process leads nothing may be moved any more. */
  readonly lead: Lead;
  /** Runs the target's gates on a candidate, in a worktree of Switchyard's own. */
  readonly prove: (
    job: MergeJob,
    candidate: Candidate,
    progress: (at: GateProgress) => void,
    signal: AbortSignal,
  ) => Promise<GatesOutcome | { kind: 'unapproved' }>;
  /** The story is in Merge with the job's branch and tip, as of this very moment. */
  readonly wanted: (job: MergeJob) => boolean;
  /** Full name of the branch that stories land on now; null while there is none. */
  readonly target: () => Promise<string | null>;
  /** Makes the story Done. Safe to repeat. */
  readonly finish: (job: MergeJob, candidate: Candidate) => Promise<'told' | 'later'>;
  /** Why the disk is to blame for something that failed, in a sentence; null where it is not. */
  readonly blameDisk: (cause: unknown) => Promise<string | null>;
  readonly onChange: () => void;
  /** It begins to wait for something: others may go on, so a round decides what comes next. */
  readonly onWait: () => void;
  /** Whoever builds, gates or moves the target holds it. A landing that waits lets go of it. */
  readonly turn: Turn;
  /** Number of a story whose landing waits and changes what this one changes; null where none does. */
  readonly heldBackBy: (job: MergeJob, candidate: Candidate) => Promise<number | null>;
}

/** How long (ms) a held-up landing waits for a hint before it looks again by itself. */
const LOOK_AGAIN_MS = 2000;

const UNAPPROVED = 'The configured commands changed and wait for your approval';

type Ending = { kind: 'withdraw'; why: string } | { kind: 'suspend' };

/**
 * Performs one landing: asks the plan for the next step, records it, does it. Everything it knows beyond the journal
 * can be lost at any moment; a later run starts from the journal and from what git says.
 */
export class MergeRun {
  #job: MergeJob;
  #progress: GateProgress | null = null;
  #wait: LandingWait | null = null;
  #ending: Ending | null = null;
  #wake: () => void = () => undefined;
  #turn: Disposable | null = null;
  readonly #abort = new AbortController();
  readonly #ended: Promise<MergeJob>;

  constructor(
    job: MergeJob,
    private readonly ports: MergeRunPorts,
  ) {
    this.#job = job;
    this.#ended = this.#perform();
  }

  get job(): MergeJob {
    return this.#job;
  }
  get progress(): GateProgress | null {
    return this.#progress;
  }
  get wait(): LandingWait | null {
    return this.#wait;
  }
  /** Resolves with the job as it ended: landed and cleaned, stopped with a reason, or suspended where it stood. */
  get ended(): Promise<MergeJob> {
    return this.#ended;
  }

  /** Something changed that may let a waiting landing go on. */
  hint(): void {
    this.#wake();
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
    this.#ending ??= ending;
    this.#abort.abort();
    this.#wake();
    return this.#ended;
  }

  async #perform(): Promise<MergeJob> {
    try {
      return await this.#performSteps();
    } finally {
      this.#turn?.dispose();
    }
  }

  async #performSteps(): Promise<MergeJob> {
    for (;;) {
      try {
        if (!(await this.#step())) return this.#job;
      } catch (error) {
        if (await this.#hasLostCandidate()) {
          this.ports.log.info(`[merge:#${this.#job.number}] merging afresh: git no longer has the candidate`);
          await this.#record('leased', { candidate: null, results: [] });
          continue;
        }
        if (await this.#waitsForDisk(error)) continue;
        // The ref may have moved: only a later look can tell, and until then the story says what is in the way.
        const mayHaveLanded = this.#job.step === 'landing' || this.#job.step === 'landed';
        if (!mayHaveLanded || this.#ending !== null) throw error;
        const why = firstLine(messageOf(error));
        const said = `[merge:#${this.#job.number}] the landing cannot go on: ${messageOf(error)}`;
        if (error instanceof FixableError) this.ports.log.warn(said);
        else this.ports.log.error(said);
        await this.#waitFor({ why: `The landing cannot go on: ${why}`, files: [], holdsBack: 'all' });
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
    // What ends takes no turn: it only writes down how it ended.
    this.#turn ??= await this.ports.turn.take(this.#abort.signal);
    const action = await this.#decide();
    if (this.#ending !== null && !isPastReturn(action)) {
      if (this.#ending.kind === 'withdraw') await this.#stop({ kind: 'withdrawn', why: this.#ending.why });
      return false;
    }
    if (action.kind === 'clean') {
      await this.ports.git.unpinCandidate(this.#job.id);
      return false;
    }
    return this.#do(action);
  }

  async #decide(): Promise<MergeAction> {
    const { git, wanted } = this.ports;
    const job = this.#job;
    if (!dependsOnGit(job.step)) return nextMergeAction(job, asLastSeen(job, wanted(job)));
    const [target, targetTip, storyTip] = await Promise.all([
      this.ports.target(),
      git.tip(job.target),
      git.tip(job.storyBranch),
    ]);
    const candidateOnTarget = job.step === 'landing' && (await this.#hasLanded(targetTip));
    return nextMergeAction(job, { target, wanted: wanted(job), targetTip, storyTip, candidateOnTarget });
  }

  /** Whether the candidate is on its target. One that git has lost cannot be; a target that has not moved holds none. */
  async #hasLanded(targetTip: string | null): Promise<boolean> {
    const { candidate } = this.#job;
    if (candidate === null || targetTip === null || targetTip === candidate.base) return false;
    try {
      return await this.ports.git.isAncestor(candidate.commit, targetTip);
    } catch (error) {
      const isThere = await this.ports.git.treeOf(candidate.commit).then(
        () => true,
        () => false,
      );
      if (isThere) throw error;
      return false;
    }
  }

  /** Does one action; false when the job has ended. */
  async #do(action: Exclude<MergeAction, { kind: 'clean' }>): Promise<boolean> {
    switch (action.kind) {
      case 'record':
        await this.#record(action.step);
        return true;
      case 'build':
        return this.#build(action.base);
      case 'rebuild':
        this.ports.log.info(`[merge:#${this.#job.number}] merging afresh: ${action.why}`);
        await this.#record('leased', { candidate: null, results: [] });
        return true;
      case 'pinThenRecordGating':
        await this.ports.git.pinCandidate(this.#job.id, action.candidate.commit);
        await this.#record('gating', { results: [] });
        return true;
      case 'gate':
        return this.#gate(action.candidate);
      case 'land':
        return this.#land();
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
        await this.#waitFor({ why: action.why, files: [], holdsBack: 'all' });
        return true;
      default:
        return action satisfies never;
    }
  }

  async #build(base: string): Promise<boolean> {
    const { id, number, storyKey, storyTip, storyBranch, strategy, subject } = this.#job;
    const request = { strategy, base, storyTip, storyBranch, number, storyKey, subject };
    const outcome = await this.ports.git.buildCandidate(request);
    if ('takenBack' in outcome && !this.#mayTakeBack(outcome.takenBack)) {
      const paths = outcome.takenBack.map((one) => one.path);
      return this.#stop({ kind: 'takenBack', paths, reasons: takenBackReasons(outcome.takenBack) });
    }
    switch (outcome.kind) {
      case 'built': {
        const { candidate: commit, tree } = outcome;
        const candidate = { commit, tree, parents: [...outcome.parents], base };
        const before = await this.ports.heldBackBy(this.#job, candidate);
        if (before !== null) {
          const why = `Waits behind #${before}, which waits itself and changes the same files`;
          await this.#waitFor({ why, files: [], holdsBack: 'touching' }, 'untilHint');
          return true;
        }
        await this.#record('merged', { candidate });
        this.ports.log.info(`[merge:#${number}] ${id} built ${commit} on ${base}`);
        return true;
      }
      case 'conflict':
        return this.#stop({ kind: 'conflict', files: outcome.files, message: outcome.message });
      case 'alreadyMerged':
        return this.#stop({ kind: 'alreadyMerged', commit: outcome.commit });
      case 'unrelatedHistories':
        return this.#stop({ kind: 'unrelatedHistories' });
    }
  }

  /** Nothing is taken back, or just this was shown for this very commit, and a person let it in all the same. */
  #mayTakeBack(takenBack: readonly TakenBack[]): boolean {
    const { storyKey, storyTip, provenBy } = this.#job;
    if (takenBack.length === 0) return true;
    if (provenBy !== 'person') return false;
    const shown = this.ports.journal.jobsOf(storyKey).flatMap((job) => {
      return job.storyTip === storyTip && job.stopped?.kind === 'takenBack' ? job.stopped.paths : [];
    });
    return isCovered(takenBack, new Set(shown));
  }

  async #gate(candidate: Candidate): Promise<boolean> {
    const outcome = await this.ports.prove(
      this.#job,
      candidate,
      (at) => this.#show({ progress: at }),
      this.#abort.signal,
    );
    this.#show({ progress: null });
    switch (outcome.kind) {
      case 'passed':
        await this.#record('gated', { results: [...outcome.results] });
        return true;
      case 'red':
        if (await this.#waitsForDisk()) return true;
        return this.#stop({ kind: 'gatesRed', result: outcome.result });
      case 'environment':
        if (await this.#waitsForDisk()) return true;
        return this.#stop({ kind: 'environment', result: outcome.result });
      case 'unapproved':
        await this.#waitFor({ why: UNAPPROVED, files: [], holdsBack: 'all' });
        return true;
      case 'stopped':
        // Only an ending aborts the gates; the loop sees it next and takes its way.
        return true;
    }
  }

  /** What fails on a full disk proves nothing: the landing goes on from where it stands once there is room. */
  async #waitsForDisk(cause: unknown = null): Promise<boolean> {
    const why = this.#ending === null ? await this.ports.blameDisk(cause) : null;
    if (why === null) return false;
    await this.#waitFor({ why, files: [], holdsBack: 'all' });
    return true;
  }

  async #land(): Promise<boolean> {
    const { target, storyBranch, storyTip } = this.#job;
    const lead = await this.ports.lead.confirm();
    if (lead === null) {
      this.#ending ??= { kind: 'suspend' };
      return false;
    }
    const candidate = provenCandidate(this.#job);
    const lease = leaseOf(this.#job, lead);
    if (candidate === null || lease === null)
      throw new Error(`Job ${this.#job.id} came to landing without proof or lease.`);
    if (!this.ports.wanted(this.#job) || this.#ending !== null) return true;
    const outcome = await this.ports.git.land({
      target,
      base: candidate.base,
      candidate,
      lease,
      storyBranch,
      storyTip,
    });
    if (outcome.kind === 'landed') await this.#record('landed');
    else if (outcome.kind === 'waiting') {
      const { why, files } = outcome;
      await this.#waitFor({ why, files, holdsBack: files.length > 0 ? 'touching' : 'all' });
    } else this.ports.log.info(`[merge:#${this.#job.number}] not landed: ${outcome.kind}`);
    return true;
  }

  async #stop(stopped: StopReason): Promise<false> {
    await this.#write({ ...this.#job, stopped, stepAt: this.#now() });
    await this.ports.git.unpinCandidate(this.#job.id);
    return false;
  }

  #record(step: MergeStep, change: Partial<MergeJob> = {}): Promise<void> {
    return this.#write({ ...this.#job, ...change, step, boot: this.ports.lead.epoch, stepAt: this.#now() });
  }

  async #write(job: MergeJob): Promise<void> {
    await this.ports.journal.append(job);
    this.#job = job;
    this.#wait = null;
    this.ports.onChange();
  }

  #now(): string {
    return new Date(this.ports.clock.now()).toISOString();
  }

  #show(change: { progress: GateProgress | null }): void {
    this.#progress = change.progress;
    this.ports.onChange();
  }

  /** Waits for a hint, an ending, or some time; then the loop looks at the world again. Others go on meanwhile. */
  async #waitFor(wait: Omit<LandingWait, 'since'>, how: 'alsoForTime' | 'untilHint' = 'alsoForTime'): Promise<void> {
    const known = this.#wait?.why === wait.why ? this.#wait : null;
    this.#wait = { ...wait, since: known?.since ?? this.ports.clock.now() };
    this.#turn?.dispose();
    this.#turn = null;
    if (known === null) this.ports.onWait();
    this.ports.onChange();
    await new Promise<void>((resolve) => {
      const timer = how === 'untilHint' ? null : this.ports.clock.after(LOOK_AGAIN_MS, resolve);
      this.#wake = () => {
        timer?.dispose();
        resolve();
      };
      if (this.#ending !== null) this.#wake();
    });
    this.#wake = () => undefined;
  }
}

/** Once the ref may have moved the job is finished, whatever was asked meanwhile. */
function isPastReturn(action: MergeAction): boolean {
  return action.kind === 'finish' || action.kind === 'clean' || (action.kind === 'record' && action.step === 'landed');
}
