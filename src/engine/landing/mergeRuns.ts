import { messageOf } from '../../base/messageOf';
import { onBehalfOf } from '../../base/onBehalfOf';
import { consequenceOf } from '../../core/landing/consequence';
import { isFinished, type Candidate, type MergeJob } from '../../core/landing/job';
import type { JobFacts } from '../../core/pipeline/facts';
import type { Disposable } from '../../base/disposable';
import type { Candidates } from '../../ports/candidates';
import type { Log } from '../../ports/log';
import type { JobJournal } from '../../ports/store';
import type { GitLook, StoryEvent } from '../../core/story/events';
import type { StoryRecord } from '../../core/story/story';
import { holdsBack } from '../../landing/candidateBuild';
import { MergeRun, type MergeRunPorts } from '../../landing/mergeRun';
import { FixableError } from '../../base/errors';
import { LandingLine } from '../../landing/landingLine';
import { NotYet } from '../notYet';
import type { QueuePolicy } from '../../core/pipeline/policy';
import { touchEachOther } from '../../core/landing/touching';
import { reasonAndAdvice } from '../../core/words/firstLine';
import type { StoryBook } from '../stories/storyBook';

export interface MergeRunsPorts extends Omit<MergeRunPorts, 'finish' | 'wanted' | 'line' | 'heldBackBy' | 'onWait'> {
  readonly journal: JobJournal;
  readonly story: (key: string) => StoryRecord | undefined;
  /** What is kept of a deleted story. */
  readonly buried: (key: string) => StoryRecord | undefined;
  readonly book: StoryBook;
  /** What the story was made to take back hears that it is. Safe to repeat. */
  readonly noteReverts: (story: StoryRecord, commit: string) => Promise<void>;
  readonly newId: () => string;
  readonly strategy: (story: StoryRecord) => MergeJob['strategy'];
  /** How many land together now. */
  readonly policy: () => QueuePolicy;
  readonly afterLanding: () => Promise<void>;
  /** A job has landed and its story knows it; called once for each, before `afterLanding`. */
  readonly onLanded: (job: MergeJob) => void;
  /** A job has ended, or wants to be looked at again: a round decides what comes next. `onChange` is for the views alone. */
  readonly onEnd: () => void;
}

/** A job that broke off in its landing is looked at again after this long (ms). */
const RETRY_MS = 5000;

/** The merge jobs of this engine: those at work, and those that an earlier boot left. */
export class MergeRuns {
  readonly #runs = new Map<string, MergeRun>();
  readonly #held = new Set<string>();
  /** Dispatches whose job is not on record yet, by story. */
  readonly #dispatching = new Map<string, Promise<void>>();
  readonly #closing = new AbortController();
  readonly #line: LandingLine;
  readonly #following = new Map<string, Promise<void>>();
  /** Jobs that broke off where only a later look can tell what happened; that is not yet. */
  readonly #notYet: NotYet;

  constructor(private readonly ports: MergeRunsPorts) {
    this.#line = new LandingLine(ports.policy);
    this.#notYet = new NotYet(ports.clock, RETRY_MS, ports.onEnd);
  }

  /**
   * Finds jobs that an earlier boot left in the middle. It starts nothing: each is written down as reassigned, and the
   * scheduler answers by dispatching it. Being left is no strike.
   */
  static async reap(journal: JobJournal, boot: number, log: Log): Promise<void> {
    for (const job of journal.openJobs()) {
      if (job.boot >= boot) continue;
      await journal.append({ ...job, boot, reassigned: job.reassigned + 1 });
      log.info(`[merge:#${job.number}] reassigned: ${job.id} stood at ${job.step} when boot ${job.boot} ended`);
    }
  }

  /** Pins of jobs that are over; a kill between the last record and its effect leaves one. */
  static async sweepPins(
    git: Pick<Candidates, 'pinnedCandidates' | 'unpinCandidate'>,
    journal: JobJournal,
  ): Promise<void> {
    const live = new Set(journal.openJobs().map((job) => job.id));
    for (const id of await git.pinnedCandidates()) if (!live.has(id)) await git.unpinCandidate(id);
  }

  /** Those at work come first, in the order in which they land. */
  facts(): JobFacts[] {
    // A job whose story has not heard of its end yet counts as active, so that none is dispatched in its place.
    const { journal } = this.ports;
    const open = journal.openJobs().map((job) => job.id);
    const ids = new Set([...this.#line.jobIds(), ...open, ...this.#runs.keys()]);
    const jobs = [...ids].flatMap((id) => journal.job(id) ?? []);
    return jobs.map((job) => {
      const run = this.#runs.get(job.id);
      if (run === undefined) return { job, state: 'orphaned', progress: null, wait: null };
      const { progress, wait, isEnding } = run;
      const prover = job.step === 'gating' && run.verdict === 'none' ? this.#line.proverOf(run) : undefined;
      const by = prover == null ? undefined : this.#runs.get(prover.job.id);
      const provenWith = by?.progress == null ? null : { number: by.job.number, progress: by.progress };
      return { job, state: 'active', progress, wait, isAhead: prover === null, provenWith, isEnding };
    });
  }

  /**
   * Keeps a story from being dispatched while a person's command is under way; a decision made before it began must not
   * be carried out in the middle of it.
   */
  hold(storyKey: string): Disposable {
    this.#held.add(storyKey);
    return { dispose: () => this.#held.delete(storyKey) };
  }

  /** A dispatch is about to come: nobody takes itself for the last of those that land together before this is disposed. */
  expectOne(): Disposable {
    return this.#line.expectOne();
  }

  /** Answers a dispatch of the scheduler: a new job for the story, or an earlier one from where it stands. */
  async dispatch(storyKey: string, target: string, jobId: string | null): Promise<void> {
    const dispatched = this.#dispatch(storyKey, target, jobId);
    this.#dispatching.set(storyKey, dispatched);
    await dispatched.finally(() => this.#dispatching.delete(storyKey));
  }

  async #dispatch(storyKey: string, target: string, jobId: string | null): Promise<void> {
    if (this.#held.has(storyKey) || this.#isClosing()) return;
    // Also where its story was deleted elsewhere meanwhile: else it would stand in the way for ever.
    const known = jobId === null ? undefined : this.ports.journal.job(jobId);
    const job = known ?? (await this.#newJob(this.ports.story(storyKey), target));
    if (job === null || this.#isClosing() || this.#runs.has(job.id) || this.#notYet.has(job.id)) return;
    this.#begin(job);
  }

  #begin(job: MergeJob): MergeRun {
    const begin = (): MergeRun =>
      new MergeRun(job, {
        ...this.ports,
        wanted: (one) => this.#isWanted(one),
        finish: (one, candidate) => this.#finish(one, candidate),
        onWait: this.ports.onEnd,
        line: this.#line,
        heldBackBy: (one, candidate) => this.#heldBackBy(one, candidate),
      });
    const run = onBehalfOf(job.storyKey, begin);
    this.#runs.set(job.id, run);
    this.#following.set(job.id, this.#follow(run));
    return run;
  }

  hint(): void {
    for (const run of this.#runs.values()) run.hint();
  }

  /**
   * Takes a story's landing back; resolves when it has stopped, or landed after all. A job that an earlier boot left is
   * taken up for this, because only git can tell whether it has landed.
   */
  async withdraw(storyKey: string, why: string): Promise<void> {
    await this.#dispatching.get(storyKey)?.catch(() => undefined);
    const left = this.facts().find((one) => one.job.storyKey === storyKey);
    if (left === undefined) return;
    const run = this.#runs.get(left.job.id) ?? this.#begin(left.job);
    await run.withdraw(why);
    await this.#following.get(left.job.id);
  }

  /** As `withdraw`, and waits for nothing: what a landing is in the middle of may not end for long. Its end pokes a round. */
  takeBack(storyKey: string, why: string): void {
    for (const run of this.#runs.values()) if (run.job.storyKey === storyKey) void run.withdraw(why);
  }

  async suspendAll(): Promise<void> {
    this.#closing.abort();
    const following = [...this.#following.values()];
    await Promise.all([...this.#runs.values()].map((run) => run.suspend()));
    await Promise.all(following);
  }

  async #newJob(story: StoryRecord | undefined, target: string): Promise<MergeJob | null> {
    if (story?.stage.name !== 'Merge') return null;
    const at = new Date(this.ports.clock.now()).toISOString();
    const job: MergeJob = {
      id: this.ports.newId(),
      storyKey: story.key,
      number: story.number,
      target,
      storyBranch: story.stage.branch,
      storyTip: story.stage.tip,
      strategy: this.ports.strategy(story),
      provenBy: story.stage.by,
      subject: `${story.title} (#${story.number})`,
      step: 'queued',
      boot: this.ports.lead.epoch,
      reassigned: 0,
      candidate: null,
      results: [],
      stopped: null,
      queuedAt: at,
      stepAt: at,
    };
    await this.ports.journal.append(job);
    return job;
  }

  #isClosing(): boolean {
    return this.#closing.signal.aborted;
  }

  #isWanted(job: MergeJob): boolean {
    const { stage, worksAt } = this.ports.story(job.storyKey) ?? {};
    if (worksAt !== undefined) return false;
    return stage?.name === 'Merge' && stage.branch === job.storyBranch && stage.tip === job.storyTip;
  }

  /** A landing that waits at its end is passed only by those that change nothing of what it changes. */
  async #heldBackBy(job: MergeJob, candidate: Candidate): Promise<MergeRun | null> {
    const { git } = this.ports;
    let mine: readonly string[] | null = null;
    for (const run of this.#runs.values()) {
      const { job: other } = run;
      // What goes ahead is built anew just then.
      const change = other.candidate ?? run.ahead;
      if (other.id === job.id || change === null || !holdsBack(run)) continue;
      mine ??= await git.changedPaths(candidate);
      if (touchEachOther(await git.changedPaths(change), mine)) return run;
    }
    return null;
  }

  /** Makes the story Done. Repeated after a kill it finds the story Done already and changes nothing. */
  async #finish(job: MergeJob, candidate: Candidate): Promise<'told' | 'later'> {
    const stage = this.#kept(job)?.stage;
    if (stage === undefined || (stage.name === 'Done' && stage.mergeCommit === candidate.commit)) return 'told';
    await this.#noteReverts(job, candidate.commit);
    const landed = { mergeCommit: candidate.commit, mergedAt: new Date(this.ports.clock.now()).toISOString() };
    await this.#tell(job, { name: stage.name === 'Merge' ? 'MergeSucceeded' : 'MergedOutside', ...landed });
    return this.#isClosing() && this.#kept(job)?.stage.name !== 'Done' ? 'later' : 'told';
  }

  /** The job's story, also where another machine deleted it while it landed. */
  #kept({ storyKey }: MergeJob): StoryRecord | undefined {
    return this.ports.story(storyKey) ?? this.ports.buried(storyKey);
  }

  /** Before the story is Done, so that a kill in between leaves nothing untold: whoever finishes it later says it again. */
  async #noteReverts(job: MergeJob, commit: string): Promise<void> {
    const story = this.#kept(job);
    if (story !== undefined) await this.ports.noteReverts(story, commit);
  }

  /** When a run ends, its story hears of it. */
  async #follow(run: MergeRun): Promise<void> {
    try {
      const job = await run.ended;
      if (job.stopped?.kind === 'alreadyMerged') await this.#noteReverts(job, job.stopped.commit);
      if (job.stopped !== null) await this.#tell(job, consequenceOf(job, job.stopped, await this.#look(job)));
      if (job.step === 'cleaned') {
        this.ports.onLanded(job);
        await this.ports.afterLanding();
      }
    } catch (error) {
      await this.#broken(run.job, error).catch((second: unknown) =>
        this.ports.log.error(`[merge] ${messageOf(second)}`),
      );
    }
    this.#runs.delete(run.job.id);
    this.#following.delete(run.job.id);
    // Who waits behind it may go on now.
    this.hint();
    this.ports.onEnd();
  }

  /**
   * An error nobody foresaw. Before the ref can have moved, the story is blocked with what happened and the queue goes
   * on; from then on the job stays as it is and is looked at again, because it may have landed.
   */
  async #broken(job: MergeJob, error: unknown): Promise<void> {
    const said = `[merge:#${job.number}] ${job.id} broke off at ${job.step}: ${messageOf(error)}`;
    // What a person can mend is told to the story; anything else is a bug.
    if (error instanceof FixableError) this.ports.log.warn(said);
    else this.ports.log.error(said);
    if (job.step === 'landing' || job.step === 'landed' || isFinished(job)) {
      this.#notYet.add(job.id);
      return;
    }
    await this.ports.journal.append({ ...job, stopped: { kind: 'withdrawn', why: messageOf(error) } });
    const reason = `The merge stopped: ${reasonOf(error)}`;
    await this.#tell(job, { name: 'Block', reason, fix: null, outputId: null, look: await this.#look(job) });
  }

  async #look(job: MergeJob): Promise<GitLook> {
    return { tip: await this.ports.git.tip(job.storyBranch), target: await this.ports.git.tip(job.target) };
  }

  async #tell(job: MergeJob, event: StoryEvent | null): Promise<void> {
    if (event === null) return;
    await this.ports.book.deliver(job.storyKey, event, 'merge queue', { signal: this.#closing.signal });
  }
}

/** The cause in one line, and what to do about it where a person can. */
function reasonOf(error: unknown): string {
  const { reason, advice } = reasonAndAdvice(messageOf(error));
  return error instanceof FixableError && advice !== null ? `${reason}. ${advice}` : reason;
}
