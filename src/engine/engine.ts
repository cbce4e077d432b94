import { stackOf } from '../base/messageOf';
import { Listeners } from '../base/listeners';
import type { BoardModel } from '../core/board/boardModel';
import { BoardMaker } from '../core/board/boardMaker';
import { isFinished } from '../core/landing/job';
import { mergeStatus, type MergeStatus } from '../core/landing/status';
import type { PendingCommand, PipelineFacts, TargetFacts } from '../core/pipeline/facts';
import { inQueueOrder } from '../core/pipeline/queueOrder';
import { landingsOf, unknownLanding } from '../core/recovery/landedBefore';
import { heldReason, heldStories } from '../core/recovery/storeLoss';
import { schedule, type Action } from '../core/pipeline/schedule';
import type { Disposable } from '../base/disposable';
import type { CreateOutcome } from '../ports/store';
import type { HistoryEntry } from '../core/story/history';
import type { EventName } from '../core/story/events';
import { findMove } from '../core/story/moves';
import type { StageName } from '../core/story/stage';
import { possibleEvents } from '../core/story/transitions';
import type { StoryRecord } from '../core/story/story';
import { CoderRuns } from './coderRuns';
import { readCommands, type Commands } from '../gates/readCommands';
import { GateRuns } from './gateRuns';
import { MergeRuns } from './mergeRuns';
import { Observer } from './observe';
import { PersonCommands, type PersonRequest } from './personCommands';
import type { EnginePorts } from './ports';
import { Prover } from '../gates/prover';
import { StoryBook, type ChangeOutcome, type NewStory } from './storyBook';

/** What nothing tells us about is looked at again after this long (ms). */
const LOOK_AGAIN_MS = 3000;

/**
 * One repository's loop: observe, decide (core), do (adapters), record. Only one engine acts on a repository; the
 * caller holds the lead before it makes one.
 */
export class Engine {
  readonly #listeners: Listeners<void>;
  readonly #book: StoryBook;
  readonly #observer: Observer;
  readonly #coders: CoderRuns;
  readonly #gates: GateRuns;
  readonly #merges: MergeRuns;
  readonly #person: PersonCommands;
  readonly #subscriptions: Disposable[] = [];
  #facts: PipelineFacts | null = null;
  #commands: Commands | null = null;
  readonly #boards = new BoardMaker();
  #model: BoardModel | null = null;
  readonly #pending = new Map<string, PendingCommand>();
  #loop: Promise<void> | null = null;
  #again = false;
  #disposed = false;
  /** The one look that is planned for later. */
  #later: Disposable | null = null;

  private constructor(private readonly ports: EnginePorts) {
    const { git, store } = ports;
    this.#listeners = new Listeners(ports.log);
    const onChange = () => {
      this.#show();
      this.poke();
    };
    this.#book = new StoryBook(ports);
    this.#observer = new Observer(ports);
    const prover = new Prover(ports);
    this.#coders = new CoderRuns(ports, this.#book, onChange);
    this.#gates = new GateRuns(ports, this.#book, prover, onChange);
    this.#merges = new MergeRuns({
      ...ports,
      book: this.#book,
      story: (key) => store.get(key),
      target: async () => {
        const target = await this.#observer.target();
        return target.kind === 'found' ? target.ref : null;
      },
      onChange,
      strategy: () => ports.settings().strategy,
      prove: (job, candidate, progress, signal) => prover.proveCandidate(job, candidate, progress, signal),
    });
    this.#person = new PersonCommands({
      git,
      clock: ports.clock,
      book: this.#book,
      story: (key) => store.get(key),
      target: () => this.#observer.target(),
      worktrees: () => ports.folders.worktrees(),
      holdMerge: (key) => this.#merges.hold(key),
      withdrawMerge: (key, why) => this.#merges.withdraw(key, why),
    });
  }

  /** Cleans up after the boot before (its processes, pins and jobs), then begins to act. */
  static async start(ports: EnginePorts): Promise<Engine> {
    const ended = await ports.processes.endLeftovers();
    if (ended.length > 0)
      ports.log.info(`[processes] ended what ${ended.length} earlier runs had left: ${ended.join(', ')}`);
    await MergeRuns.reap(ports.journal, ports.lead.epoch, ports.log);
    await MergeRuns.sweepPins(ports.git, ports.journal);
    const engine = new Engine(ports);
    engine.#subscriptions.push(
      ports.git.watch(() => {
        engine.#merges.hint();
        engine.poke();
      }),
      ports.store.onDidChange(() => {
        engine.#show();
        engine.poke();
      }),
    );
    engine.poke();
    return engine;
  }

  /** What the views show; null until the first look at the repository. */
  model(): BoardModel | null {
    return this.#model;
  }

  /** The commands that wait for a person's approval or have it; null until the first look. */
  commands(): Commands | null {
    return this.#commands;
  }

  onDidChange(listener: () => void): Disposable {
    return this.#listeners.add(listener);
  }

  async createStory(wanted: NewStory): Promise<CreateOutcome> {
    return this.#book.create(wanted, 'person');
  }

  async perform(key: string, request: PersonRequest): Promise<ChangeOutcome> {
    return this.#whilePending(key, request.event, () => this.#person.perform(key, request));
  }

  async moveTo(key: string, to: StageName): Promise<ChangeOutcome> {
    const story = this.ports.store.get(key);
    const move = story === undefined ? null : findMove(story.stage, to);
    const event = move?.kind === 'event' ? move.event : null;
    return this.#whilePending(key, event, () => this.#person.moveTo(key, to));
  }

  /** A person has read what the store lost: the stories that waited for this go on. */
  async acknowledgeLosses(): Promise<void> {
    await this.ports.health.acknowledge();
    this.poke();
  }

  /** A click shows its effect at once: that it is being done before git is asked, and what came of it before any look. */
  async #whilePending(
    key: string,
    event: EventName | null,
    command: () => Promise<ChangeOutcome>,
  ): Promise<ChangeOutcome> {
    const refused = this.#refuseHeld(key);
    if (refused !== null) return refused;
    const stage = this.ports.store.get(key)?.stage.name;
    const isPossible = event !== null && stage !== undefined && possibleEvents(stage).includes(event);
    const pending = isPossible ? { event, since: this.ports.clock.now() } : null;
    if (pending !== null) this.#pending.set(key, pending);
    this.#show();
    try {
      return await command();
    } finally {
      if (this.#pending.get(key) === pending) this.#pending.delete(key);
      this.#show();
      this.poke();
    }
  }

  stories(): readonly StoryRecord[] {
    return this.ports.store.stories();
  }

  /** Where a story's merge stands; can be asked at any time. */
  mergeStatus(key: string): MergeStatus {
    const jobs = this.ports.journal.jobs().filter((job) => job.storyKey === key);
    const live = this.#merges.facts().find((one) => one.job.storyKey === key && !isFinished(one.job));
    const queued = this.ports.store.stories().filter((story) => story.stage.name === 'Merge');
    const place = inQueueOrder(queued, this.ports.clock.now()).findIndex((story) => story.key === key);
    return mergeStatus(jobs, live, place < 0 ? null : place);
  }

  history(query: { cursor: number; limit: number; key?: string }): readonly HistoryEntry[] {
    return this.ports.store.history(query);
  }

  /** Folder of a story's worktree, null where it has none. */
  async worktreeOf(key: string): Promise<string | null> {
    const branch = this.ports.store.get(key)?.branch ?? null;
    if (branch === null) return null;
    const place = await this.ports.git.storyPlace(branch);
    return place.kind === 'there' ? place.path : null;
  }

  /** The target as git has it now. */
  target(): Promise<TargetFacts> {
    return this.#observer.target();
  }

  /** Something may have changed: look, decide and act, once, soon. */
  poke(): void {
    if (this.#disposed) return;
    this.#again = true;
    this.#loop ??= this.#run().finally(() => {
      this.#loop = null;
    });
  }

  /** As `poke`, and resolves once settings and repository have been read again. */
  async settle(): Promise<void> {
    this.poke();
    await this.#loop;
  }

  /** Ends what runs here and leaves the jobs where they stand, for the next engine to take up. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#later?.dispose();
    for (const one of this.#subscriptions) one.dispose();
    await Promise.all([this.#merges.suspendAll(), this.#coders.stopAll(), this.#gates.stopAll()]);
    await this.#loop;
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#disposed) {
      this.#again = false;
      try {
        await this.#tick();
      } catch (error) {
        this.ports.log.error(`[engine] ${stackOf(error)}`);
        this.#retryLater();
        return;
      }
    }
  }

  /** A look that failed (a lock, a full disk) is tried again; nothing is lost by waiting. */
  #retryLater(): void {
    this.#lookLater(LOOK_AGAIN_MS);
  }

  async #tick(): Promise<void> {
    const target = await this.#observer.target();
    this.#commands = await readCommands(this.ports, target.kind === 'found' ? target.tip : null);
    const permission = this.ports.permission(this.#commands.subject);
    this.#facts = await this.#observer.facts(target, {
      commands: this.#commands,
      permission,
      runs: new Map([...this.#coders.live(), ...this.#gates.live()]),
      jobs: this.#merges.facts(),
      pending: new Map(this.#pending),
    });
    this.#show();
    this.#lookAgain(this.#facts);
    if ((await this.ports.lead.confirm()) === null) {
      this.ports.onLeadLost();
      return;
    }
    for (const action of schedule(this.#facts)) {
      if (this.#disposed) return;
      await this.#do(action, this.#facts, this.#commands);
    }
  }

  async #do(action: Action, facts: PipelineFacts, commands: Commands): Promise<void> {
    const story = this.ports.store.get(action.key);
    if (story !== undefined && (await this.#becameDone(action, story))) return;
    switch (action.kind) {
      case 'stopRun':
        await Promise.all([this.#coders.stop(action.key, action.why), this.#gates.stop(action.key, action.why)]);
        return;
      case 'event': {
        const outcome = await this.#book.apply(action.key, action.event, action.by);
        if (outcome.kind === 'refused') this.ports.log.warn(`[engine] ${outcome.message}`);
        return;
      }
      case 'startCoder':
        if (story !== undefined && commands.coder !== null) this.#coders.start(story, commands.coder, facts);
        return;
      case 'startGates':
        if (story !== undefined) this.#gates.start(story, action.tip, facts);
        return;
      case 'dispatchMerge':
        if (story !== undefined && facts.target.kind === 'found') {
          await this.#merges.dispatch(story, facts.target.ref, action.jobId);
        }
        return;
      default:
        return action satisfies never;
    }
  }

  /**
   * Right before work on a story begins the journal is asked once more: one that has landed, and whose own record does
   * not know it, becomes Done instead.
   */
  async #becameDone(action: Action, story: StoryRecord): Promise<boolean> {
    const begins = action.kind === 'startCoder' || action.kind === 'startGates' || action.kind === 'dispatchMerge';
    if (!begins || (action.kind === 'dispatchMerge' && action.jobId !== null)) return false;
    const { journal, store, log } = this.ports;
    const landings = landingsOf(journal.jobs().filter((job) => job.storyKey === story.key));
    if (landings.length === 0) return false;
    const history = store.history({ cursor: 0, limit: Number.MAX_SAFE_INTEGER, key: story.key });
    const landing = unknownLanding(landings, history);
    if (landing === null) return false;
    log.warn(`[engine] #${story.number} has landed as ${landing.commit} already; nothing is started`);
    const landed = { mergeCommit: landing.commit, mergedAt: landing.at };
    await this.#book.apply(story.key, { name: 'MergedOutside', ...landed }, 'merge journal');
    return true;
  }

  #refuseHeld(key: string): { kind: 'refused'; message: string } | null {
    if (!heldStories(this.ports.health.losses()).has(key)) return null;
    return { kind: 'refused', message: heldReason(this.ports.store.get(key)?.number ?? 0) };
  }

  /** What nothing tells us about (git's configuration, a full disk) is looked at again while something waits for it. */
  #lookAgain(facts: PipelineFacts): void {
    const waits = facts.identity === 'missing' && facts.stories.some((story) => story.stage.name === 'Merge');
    if (waits || facts.storeProblem !== null) this.#lookLater(LOOK_AGAIN_MS);
  }

  #lookLater(ms: number): void {
    this.#later?.dispose();
    this.#later = this.#disposed ? null : this.ports.clock.after(ms, () => this.poke());
  }

  /** Builds the model from the last facts, with the time and the runs as they are now. */
  #show(): void {
    if (this.#facts === null || this.#disposed) return;
    const runs = new Map([...this.#coders.live(), ...this.#gates.live()]);
    const jobs = this.#merges.facts();
    const stories = this.ports.store.stories();
    const pending = new Map(this.#pending);
    this.#model = this.#boards.make({ ...this.#facts, now: this.ports.clock.now(), stories, runs, jobs, pending });
    this.#listeners.call();
  }
}
