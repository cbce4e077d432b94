import { CONFIG_FILE } from '../core/gates/gateConfig';
import type { ChainMember, Companion } from '../core/landing/chain';
import type { Candidate, MergeJob, StopReason } from '../core/landing/job';
import type { LandingWait } from '../core/pipeline/facts';
import { isCovered, takenBackReasons, type TakenBack } from '../core/review/takenBack';
import type { Oid } from '../core/story/stage';
import { say, tell } from '../core/words/said';
import type { CandidateOutcome } from '../ports/candidates';
import type { GitPort } from '../ports/git';
import type { TeamTarget } from '../ports/remotes';
import type { JobJournal } from '../ports/store';
import type { LandingLine, LineMember } from './landingLine';
import type { LandingRest } from './landingRest';

/** A landing that may wait, as others see it. */
export interface WaitingLanding {
  readonly job: MergeJob;
  readonly wait: LandingWait | null;
  /** Its change, where it lands before what it cannot touch. */
  readonly ahead: Candidate | null;
}

/** What building asks of the world. */
export interface BuildPorts {
  readonly git: Pick<GitPort, 'buildCandidate' | 'changedPaths' | 'onWaiting' | 'waitingCalls'>;
  readonly journal: Pick<JobJournal, 'jobsOf'>;
  /** The landings at work. A landing that waits by itself stands apart, and others pass it. */
  readonly line: LandingLine;
  /** Who else lands on the job's target; null or left out where nobody does. */
  readonly team?: (job: MergeJob) => TeamTarget | null;
  /** A landing that waits and changes what this one changes; null where none does. */
  readonly heldBackBy: (job: MergeJob, candidate: Candidate) => Promise<WaitingLanding | null>;
}

interface OwnPorts extends BuildPorts {
  readonly rest: LandingRest;
  /** What is being built is left once it aborts. */
  readonly ending: AbortSignal;
}

/** `notYet`: the loop looks at the world again; what there was to wait for is over. Else why the landing ends. */
export type BuildOutcome = { kind: 'built'; candidate: Candidate } | { kind: 'notYet' } | StopReason;

/** The merge of a story with what it is to land on, before any gate has seen it. */
export class CandidateBuild {
  /** `member` is the landing that the candidate is for. */
  constructor(
    private readonly member: LineMember,
    private readonly ports: OwnPorts,
  ) {}

  /** Builds it once on `base`, a commit of the target or of the last of `standsOn`, which stand before it and have not landed. */
  async build(base: Oid, standsOn: readonly Companion[]): Promise<BuildOutcome> {
    const { ending: signal } = this.ports;
    const { job } = this.member;
    const { number, storyKey, storyTip, storyBranch, strategy, subject } = job;
    // What others landed since is what it is merged with: else it would only be refused there, after all gates.
    const team = this.ports.team?.(job);
    const caughtUp = standsOn.length > 0 ? 'asBefore' : await team?.catchUp(job.target, signal);
    if (caughtUp === 'moved' || caughtUp === 'ended') return { kind: 'notYet' };
    const elsewhere = (await team?.landedElsewhere(job, base)) ?? null;
    if (elsewhere !== null) return { kind: 'alreadyMerged', commit: elsewhere };
    const request = { strategy, base, storyTip, storyBranch, number, storyKey, subject, signal };
    const outcome = await this.#lettingPass(() => this.ports.git.buildCandidate(request));
    if (standsOn.length > 0 && (outcome.kind !== 'built' || outcome.takenBack.length > 0))
      return this.#waitForBefore(standsOn, outcome);
    if ('takenBack' in outcome && !this.#mayTakeBack(outcome.takenBack)) {
      const paths = outcome.takenBack.map((one) => one.path);
      return { kind: 'takenBack', paths, reasons: takenBackReasons(outcome.takenBack) };
    }
    if (outcome.kind !== 'built') return stopOf(outcome);
    const { candidate: commit, tree, parents } = outcome;
    const candidate = { commit, tree, parents: [...parents], base };
    return (await this.#waitsBehind(candidate)) ? { kind: 'notYet' } : { kind: 'built', candidate };
  }

  /** Whether the candidate changes the configuration of gates, which then holds for those behind it. */
  async rulesOf(candidate: Candidate): Promise<ChainMember['rules']> {
    // Where git cannot tell, nobody stands behind it.
    const paths = await this.ports.git.changedPaths(candidate).catch(() => [CONFIG_FILE]);
    return paths.includes(CONFIG_FILE) ? 'changed' : 'kept';
  }

  /** While git waits for a program in this, as one that signs, others pass. What it makes may be of another base then. */
  async #lettingPass<T>(work: () => Promise<T>): Promise<T> {
    const { git, rest, ending } = this.ports;
    const watching = git.onWaiting(() => {
      const call = git.waitingCalls().find(({ story }) => story === this.member.job.storyKey);
      if (call === undefined || ending.aborted) return;
      rest.standApart({ why: tell(say('Waits for {0}', call.program)), files: [], holdsBack: 'nothing' });
    });
    try {
      return await work();
    } finally {
      watching.dispose();
      rest.rejoin();
    }
  }

  /** Waits behind a landing that waits itself and changes the same files; false where none does. */
  async #waitsBehind(candidate: Candidate): Promise<boolean> {
    const { line, rest } = this.ports;
    const before = await this.ports.heldBackBy(this.member.job, candidate);
    if (before === null) return false;
    const why = tell(say('Waits behind #{0}, which changes the same files.', before.job.number));
    const goesAhead = before.ahead !== null;
    const goesOn = (): boolean => !holdsBack(before) && (goesAhead || line.isAlone(this.member));
    await rest.waitFor({ why, files: [], holdsBack: 'touching' }, { looks: 'whenToldTo', goesOn });
    return true;
  }

  /**
   * It does not go together with stories that may never land: that says nothing yet. It merges again once they have landed
   * or dropped out, and others pass meanwhile.
   */
  async #waitForBefore(standsOn: readonly Companion[], outcome: CandidateOutcome): Promise<{ kind: 'notYet' }> {
    const { line, rest } = this.ports;
    const files = outcome.kind === 'conflict' ? outcome.files : [];
    const others = { names: standsOn.map((one) => `#${one.number}`) };
    const why = tell(
      outcome.kind === 'conflict'
        ? say('Conflicts with what stands before it in the queue ({0}), and is merged again after that.', others)
        : say('Meets what stands before it in the queue ({0}), and is merged again after that.', others),
    );
    await rest.waitFor(
      { why, files, holdsBack: 'nothing' },
      { looks: 'whenToldTo', goesOn: () => !line.isAnyInLine(standsOn) },
    );
    return { kind: 'notYet' };
  }

  /** Nothing is taken back, or just this was shown for this very commit, and a person let it in all the same. */
  #mayTakeBack(takenBack: readonly TakenBack[]): boolean {
    const { storyKey, storyTip, provenBy } = this.member.job;
    if (takenBack.length === 0) return true;
    if (provenBy !== 'person') return false;
    const shown = this.ports.journal.jobsOf(storyKey).flatMap((job) => {
      return job.storyTip === storyTip && job.stopped?.kind === 'takenBack' ? job.stopped.paths : [];
    });
    return isCovered(takenBack, new Set(shown));
  }
}

/** Whether only those pass a landing that change nothing of what it changes. */
export function holdsBack({ wait, ahead }: Pick<WaitingLanding, 'wait' | 'ahead'>): boolean {
  return wait?.holdsBack === 'touching' || (ahead !== null && wait?.holdsBack !== 'nothing');
}

function stopOf(outcome: Exclude<CandidateOutcome, { kind: 'built' }>): StopReason {
  switch (outcome.kind) {
    case 'conflict':
      return { kind: 'conflict', files: outcome.files, message: outcome.message };
    case 'alreadyMerged':
      return { kind: 'alreadyMerged', commit: outcome.commit };
    case 'unrelatedHistories':
      return { kind: 'unrelatedHistories' };
  }
}
