import type { Disposable } from '../../base/disposable';
import type { ChangedFiles } from '../../core/landing/changedFiles';
import type { ConflictReport } from '../../core/landing/conflictReport';
import type { RedTargetDecision, RedTargetOutcome, RedTargetShown } from '../../core/landing/redTargetStory';
import { isFinished } from '../../core/landing/job';
import { mergeStatus, type MergeStatus } from '../../core/landing/status';
import type { PipelineFacts } from '../../core/pipeline/facts';
import { inLandingOrder, orderingConflicts } from '../../core/pipeline/queueOrder';
import type { WhatIfChange } from '../../core/pipeline/whatIfChange';
import { dependenciesOf } from '../../core/story/dependencies';
import type { VerifyOutcome } from '../../ports/receipts';
import type { EngineParts } from '../engineParts';
import { unlookedFacts } from '../observe';
import type { EnginePorts } from '../ports';
import { answerWhatIf, answerWhy } from './queueAnswers';
import type { SaidReport } from '../../core/words/saidReport';
import { refuse, say } from '../../core/words/said';
import { decideRedTarget, redNow, showRedTarget, type RedNow } from '../target/redTargetDecisions';

/** What is asked about this moment waits no longer than this (ms) for a look at everything. */
const LOOK_MS = 3000;

interface AskedLoop {
  /** Resolves once everything was looked at anew. */
  readonly settle: () => Promise<void>;
  /** The facts of the last round; null before the first. */
  readonly facts: () => PipelineFacts | null;
  /** Those, with all that is known without a look as it is now. */
  readonly factsNow: () => PipelineFacts | null;
  /** Something has changed: look again. */
  readonly poke: () => void;
}

/** What people ask about the queue and what has landed. Asking changes nothing; a red target is decided about as well. */
export class QueueQuestions {
  constructor(
    private readonly ports: EnginePorts,
    private readonly parts: Pick<
      EngineParts,
      'book' | 'merges' | 'observer' | 'radar' | 'receipts' | 'reverts' | 'target' | 'view'
    >,
    private readonly loop: AskedLoop,
  ) {}

  /** Where a story's merge stands; can be asked at any time. */
  mergeStatus(key: string): MergeStatus {
    const jobs = this.ports.journal.jobsOf(key);
    const live = this.parts.merges.facts().find((one) => one.job.storyKey === key && !isFinished(one.job));
    const stories = this.ports.store.stories();
    const dependencies = dependenciesOf(stories, this.loop.facts()?.elsewhere ?? new Map());
    const queued = stories.filter((story) => story.stage.name === 'Merge');
    const queue = inLandingOrder(
      queued,
      this.ports.clock.now(),
      dependencies,
      orderingConflicts(this.loop.facts() ?? {}),
    );
    const place = queue.findIndex((story) => story.key === key);
    return mergeStatus(jobs, live, place < 0 ? null : place);
  }

  /** Why a story has not landed, as a text to read; null where there is no such story. */
  async whyNotLanded(key: string): Promise<SaidReport | null> {
    await this.#lookNow();
    const [story, facts] = [this.ports.store.get(key) ?? (await this.ports.store.find(key)), this.loop.factsNow()];
    if (story === null || facts === null) return null;
    const card = this.parts.view.model()?.cards.find((one) => one.key === key);
    return answerWhy(story, facts, card?.said.why ?? null);
  }

  /** When stories will land, and what a change would make of it (each one for null), as a text to read. */
  async whatIf(change: WhatIfChange | null): Promise<SaidReport> {
    await this.#lookNow();
    return answerWhatIf(this.loop.factsNow() ?? unlookedFacts(this.ports), change);
  }

  /** Files that stories under way change, as they were looked at last; none where stories are not compared. */
  changedFiles(): ChangedFiles {
    return this.parts.radar.changedFiles();
  }

  /** What will conflict, as everything stands at this moment, and the order that avoids the most of it. */
  async conflicts(): Promise<ConflictReport> {
    await this.parts.radar.lookNow();
    const { conflictReport } = await import('../../core/landing/conflictReport');
    return conflictReport(this.loop.factsNow() ?? unlookedFacts(this.ports));
  }

  /** Holds what landed on the target against its receipts; an empty range is all of it. */
  async verifyLandings(range: string): Promise<VerifyOutcome> {
    const target = await this.parts.observer.target();
    if (target.kind === 'missing') return refuse(target);
    await this.parts.receipts.settled();
    const outcome = await this.ports.git.verifyLandings(target.ref, range);
    if (outcome.kind === 'refused') return outcome;
    const { heldAgainstJournal } = await import('../../core/receipts/witness');
    return { ...outcome, verification: heldAgainstJournal(outcome.verification, this.ports.journal.jobs()) };
  }

  /** A look at everything, before an answer that is about this moment; what takes long is not waited for. */
  async #lookNow(): Promise<void> {
    let timer: Disposable | null = null;
    const enough = new Promise<void>((resolve) => (timer = this.ports.clock.after(LOOK_MS, resolve)));
    await Promise.race([this.loop.settle(), enough]).finally(() => timer?.dispose());
  }

  /** That the target is red, as it was seen last. */
  redTarget(): RedTargetShown | null {
    const now = this.#redNow();
    return now === null ? null : showRedTarget(now, { store: this.ports.store, gates: this.parts.target });
  }

  async decideRedTarget(decision: RedTargetDecision): Promise<RedTargetOutcome> {
    const now = this.#redNow();
    if (now === null) return { ...refuse(say('The target is not known to be red any more.')), key: null };
    const { store, resumes, clock } = this.ports;
    const { book, reverts, target: gates } = this.parts;
    return decideRedTarget({ book, store, reverts, gates, resumes, clock }, now, decision).finally(this.loop.poke);
  }

  #redNow(): RedNow | null {
    const facts = this.loop.facts();
    return facts === null ? null : redNow(facts.target, facts.redTarget ?? null);
  }
}
