import { qaOutputId } from '../../core/story/contentIds';
import { messageOf } from '../../base/messageOf';
import { reasonsToHold } from '../../core/review/reviewHold';
import type { GateProgress, LiveRun, PipelineFacts, TargetFacts } from '../../core/pipeline/facts';
import type { StoryEvent } from '../../core/story/events';
import type { Oid } from '../../core/story/stage';
import type { StoryRecord } from '../../core/story/story';
import { lookAt, lookAtTarget, onFromQa } from '../look';
import { meansReviewer } from '../../core/agents/profile';
import { raceReasons } from '../../core/agents/race';
import { firstLine } from '../../core/words/firstLine';
import { isDiskToBlame } from '../diskToBlame';
import type { EnginePorts } from '../ports';
import { type ProofOutcome, type Prover } from '../../gates/prover';
import { readCommands } from '../../gates/readCommands';
import type { StoryBook } from '../stories/storyBook';
import { HonestyRuns } from './honestyRuns';
import { StoryProof, type Rules, type StoryProofOutcome } from './storyProof';
import { StoryRuns } from '../storyRuns';

/** Proves stories in QA, one at a time, and tells each story what came of it. */
export class GateRuns {
  readonly runs: StoryRuns;
  readonly #proof: StoryProof;
  readonly #honesty: HonestyRuns;

  constructor(
    private readonly ports: EnginePorts,
    private readonly book: StoryBook,
    prover: Prover,
    private readonly on: { readonly progress: () => void; readonly end: () => void },
    judgeBase: ConstructorParameters<typeof StoryProof>[0]['judgeBase'],
  ) {
    this.#honesty = new HonestyRuns(ports, prover);
    this.#proof = new StoryProof({ ...ports, prover, judgeBase });
    this.runs = new StoryRuns({ log: ports.log, stopping: () => '[gates] stopping', onEnd: on.end });
  }

  start(story: StoryRecord, tip: Oid, facts: PipelineFacts): void {
    const { target } = facts;
    if (target.kind === 'missing') return;
    const startedAt = this.ports.clock.now();
    const live: LiveRun = { kind: 'gates', name: 'gates', role: null, startedAt, tip, progress: null };
    this.runs.begin(story.key, live, (signal) => this.#prove(story, tip, target.tip, signal));
  }

  async #prove(story: StoryRecord, tip: Oid, targetTip: Oid, signal: AbortSignal): Promise<void> {
    try {
      const rules = { targetTip, commands: await readCommands(this.ports, targetTip) };
      const progress = (at: GateProgress): void => this.#show(story, at);
      const proof = await this.#proof.prove(story, tip, rules, { progress, signal });
      const event = signal.aborted ? null : await this.#eventOf(story, tip, rules, proof, signal);
      if (event !== null) await this.#deliver(story, tip, event, signal);
    } catch (error) {
      await this.#broken(story, tip, error, signal);
    }
  }

  async #eventOf(
    story: StoryRecord,
    tip: Oid,
    rules: Rules,
    proof: StoryProofOutcome,
    signal: AbortSignal,
  ): Promise<StoryEvent | null> {
    switch (proof.kind) {
      case 'proven':
        return this.#eventOfGates(story, tip, rules, proof, signal);
      case 'targetRed':
        return null;
      case 'conflict': {
        const summary = `It began where the target was red. That has been repaired, and cannot be merged with it: ${proof.detail}`;
        const feedback = { kind: 'gates', summary, outputId: qaOutputId(story.key) } as const;
        return { name: 'GatesFailed', tip, feedback: { ...feedback, files: [...proof.files] } };
      }
    }
  }

  async #eventOfGates(
    story: StoryRecord,
    tip: Oid,
    rules: Rules,
    { commit, outcome }: { readonly commit: Oid; readonly outcome: ProofOutcome },
    signal: AbortSignal,
  ): Promise<StoryEvent | null> {
    const outputId = qaOutputId(story.key);
    switch (outcome.kind) {
      case 'passed': {
        const progress = (at: GateProgress): void => this.#show(story, at);
        const how = { results: outcome.results, progress, signal };
        const unseen = await this.#honesty.lookAt(story, commit, rules, how);
        return signal.aborted ? null : this.#passed(story, tip, rules, unseen === null ? [] : [unseen]);
      }
      case 'noGates': {
        const reasons = ['No gates are configured, so nothing proves this story but your own look at it.'];
        return this.#on(story, tip, reasons);
      }
      case 'nonePassed': {
        const why = outcome.results.some(({ quarantined }) => quarantined)
          ? 'Every gate that ran is quarantined and not green, so nothing proves this story but your own look at it.'
          : 'No gate looks at what this story changes, so nothing proves it but your own look at it.';
        return this.#passed(story, tip, rules, [why, ...outcome.results.map(({ detail }) => detail)]);
      }
      case 'red': {
        if (await this.#isDiskToBlame(story, null)) return null;
        const feedback = { kind: 'gates', summary: outcome.result.detail, files: [], outputId } as const;
        return { name: 'GatesFailed', tip, feedback: { ...feedback, files: [] } };
      }
      case 'environment':
        if (await this.#isDiskToBlame(story, null)) return null;
        return this.#block(story, outcome.result.detail, outputId);
      case 'invalid':
        return this.#block(story, outcome.message, null);
      case 'stopped':
      case 'unapproved':
        return null;
    }
  }

  #show({ key }: StoryRecord, progress: GateProgress): void {
    this.runs.showProgress(key, progress);
    this.on.progress();
  }

  /** `unproven` are reasons of the gates themselves to have a person look. */
  async #passed(story: StoryRecord, tip: Oid, rules: Rules, unproven: readonly string[]): Promise<StoryEvent> {
    const { git } = this.ports;
    const { targetTip, commands } = rules;
    const review = commands.gates.kind === 'invalid' ? null : commands.gates.review;
    const changed =
      review === null
        ? []
        : reasonsToHold(
            await git.reviewFacts({ base: targetTip, tip, reviewPaths: review.paths, maxFileMB: review.maxFileMB }),
          );
    const raced = raceReasons(this.ports.store.stories(), this.ports.store.get(story.key) ?? story);
    const reasons = [...raced, ...unproven, ...changed];
    return this.#on(story, tip, reasons);
  }

  /** An agent reviews it first, where there is one for that by now: the gates may have run for long. */
  async #on(story: StoryRecord, tip: Oid, reasons: string[]): Promise<StoryEvent> {
    if (meansReviewer(this.ports.settings().agents)) return { name: 'ReviewerAsked', tip, reasons };
    return onFromQa(this.ports.git, story, await this.#target(), { tip, reasons });
  }

  async #block(story: StoryRecord, reason: string, outputId: string | null): Promise<StoryEvent> {
    const look = await lookAt(this.ports.git, story, await this.#target());
    return { name: 'Block', reason, fix: 'editGates', outputId, look };
  }

  #target(): Promise<TargetFacts> {
    return lookAtTarget(this.ports.git, this.ports.settings().target);
  }

  /** What fails on a full disk proves nothing about the story: its gates run again once there is room. */
  #isDiskToBlame({ number }: StoryRecord, cause: unknown): Promise<boolean> {
    return isDiskToBlame(this.ports, `[gates] #${number}`, cause);
  }

  async #broken(story: StoryRecord, tip: Oid, error: unknown, signal: AbortSignal): Promise<void> {
    if (error === signal.reason || (await this.#isDiskToBlame(story, error))) return;
    const message = messageOf(error);
    if (this.ports.store.get(story.key) === undefined) {
      this.ports.log.info(`[gates] #${story.number} is gone, and its gates with it: ${message}`);
      return;
    }
    this.ports.log.error(`[gates] #${story.number}: ${message}`);
    const reason = `Its gates could not run: ${firstLine(message)}`;
    const event = { name: 'Block', reason, fix: 'editGates', outputId: null, look: { tip, target: null } } as const;
    await this.#deliver(story, tip, event, signal);
  }

  /** What gates found out of one commit is told only to a story that still waits for just that. */
  #deliver(story: StoryRecord, tip: Oid, event: StoryEvent, signal: AbortSignal): Promise<void> {
    const onlyIf = ({ stage }: StoryRecord) => stage.name === 'QA' && stage.tip === tip;
    return this.book.deliver(story.key, event, 'gates', { signal, onlyIf });
  }
}
