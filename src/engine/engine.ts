import type { DoctorNote } from '../core/doctor/doctorNote';
import type { BoardModel } from '../core/board/boardModel';
import type { FindingDecision, RunFinding } from '../core/agents/finding';
import { SerialQueue } from '../base/serialQueue';
import { storiesInSight } from '../core/landing/inSight';
import type { PipelineFacts, TargetFacts } from '../core/pipeline/facts';
import { beginsWork } from '../core/pipeline/action';
import { schedule } from '../core/pipeline/schedule';
import type { ResolveOutcome, TakeBackOutcome, Uncommitted } from '../core/landing/resolving';
import type { RemovalResult, RemovalWish } from '../core/rescue/removalView';
import type { Disposable } from '../base/disposable';
import type { ArchivePage, CreateOutcome, HistoryQuery } from '../ports/store';
import type { HistoryEntry } from '../core/story/history';
import type { EventName } from '../core/story/events';
import { findMove } from '../core/story/moves';
import { isUnderWay, type StageName } from '../core/story/stage';
import type { StoryRecord } from '../core/story/story';
import type { FoundWork, WorkChoice } from '../core/story/adoption';
import type { LeftLock } from '../core/landing/leftLock';
import type { RemoveLockOutcome } from '../ports/locks';
import { AgentTries } from './agents/trial/agentTries';
import { EngineActions } from './engineActions';
import { EngineParts } from './engineParts';
import { QueueQuestions } from './landing/queueQuestions';
import { type WaitingCommand } from './gates/criteriaRuns';
import type { Commands } from '../gates/readCommands';
import { decideFinding, type DecisionOutcome } from './agents/findingDecisions';
import type { HalfWrittenStories } from './stories/halfWrittenStories';
import type { LazyRaces } from './races/lazyRaces';
import { goOnWithAgents } from './agents/keptAgents';
import { MergeRuns } from './landing/mergeRuns';
import { type PushOutcome } from './target/targetPush';
import { Quarantining } from './gates/quarantining';
import { type PersonRequest } from './stories/personCommands';
import type { EnginePorts } from './ports';
import type { LandedGates } from './target/landedGates';
import type { StoryRemoval } from './removal/storyRemoval';
import type { LazyRestoring } from './removal/lazyRestoring';
import { type RevertStoryOutcome } from './landing/reverts';
import type { Reviews } from './stories/reviews';
import { Rounds } from './rounds';
import { SeenFacts } from './seenFacts';
import { sessionNotSaved } from './agents/sessionNotSaved';
import type { LandingTurn } from '../core/sharing/queueLease';
import type { ReassignQuestion } from '../core/sharing/sharingState';
import type { TeamStories } from '../ports/sharing';
import { teamStories } from './stories/teamStories';
import { StoryAgents } from './agents/storyAgents';
import { StoryWriting } from './stories/storyWriting';
import { WakeUps } from './wakeUps';
import { type ChangeOutcome, type NewStory } from './stories/storyBook';

/**
 * One repository's loop: observe, decide (core), do (adapters), record. Only one engine acts on a repository; the
 * caller holds the lead before it makes one.
 */
export class Engine {
  readonly #rounds: Rounds;
  readonly #seen: SeenFacts;
  readonly #wakeUps: WakeUps;
  readonly #parts: EngineParts;
  readonly #actions: EngineActions;
  /** Trying agents before they get a story. */
  readonly trials: AgentTries;
  /** What people ask about the queue. */
  readonly questions: QueueQuestions;
  /** What a person has to do with the agent of one story. */
  readonly agents: StoryAgents;
  /** What a person says of a story. */
  readonly writing: StoryWriting;
  /** What people say about what stories change. */
  readonly reviews: Reviews;
  /** Deleting, purging, and removing worktrees. */
  readonly removal: StoryRemoval;
  /** Bringing back what was deleted or kept. */
  readonly restoring: LazyRestoring;
  /** Several agents on one story. */
  readonly races: LazyRaces;
  /** Texts in the store that no story has, for a person to recover. */
  readonly halfWritten: HalfWrittenStories;
  /** Ends the restorations that go on or wait. */
  #restoring = new AbortController();
  /** Two windows that remove and restore at once do so one after another. */
  readonly #ground = new SerialQueue();
  readonly #subscriptions: Disposable[] = [];
  #disposed = false;

  private constructor(private readonly ports: EnginePorts) {
    const { clock, log } = ports;
    const onProblem = (): void => this.#parts.view.showSoon();
    this.#rounds = new Rounds({ clock, log, round: () => this.#round(), onProblem });
    this.#wakeUps = new WakeUps(clock, this.#rounds);
    this.#seen = new SeenFacts(ports, () => this.#parts, this.#rounds);
    this.trials = new AgentTries(ports);
    this.#parts = new EngineParts(ports, {
      poke: () => this.poke(),
      isUnderWay: () => this.#rounds.isUnderWay(),
      facts: () => this.#seen.facts(),
      factsNow: () => this.#seen.factsNow(),
      commands: () => this.#seen.commands(),
      perform: (key, request) => this.perform(key, request),
    });
    ({
      reviews: this.reviews,
      removal: this.removal,
      restoring: this.restoring,
      races: this.races,
      halfWritten: this.halfWritten,
    } = this.#parts);
    this.#actions = new EngineActions(ports, this.#parts, () => this.#disposed);
    const commands = (): Commands | null => this.#seen.commands();
    this.writing = new StoryWriting(ports, this.#parts, commands);
    this.agents = new StoryAgents(ports, this.#parts, {
      commands,
      perform: (key, request) => this.perform(key, request),
      worktreeOf: (key) => this.worktreeOf(key),
    });
    this.questions = new QueueQuestions(ports, this.#parts, {
      settle: () => this.settle(),
      facts: () => this.#seen.facts(),
      factsNow: () => this.#seen.factsNow(),
      poke: () => this.poke(),
    });
  }

  /** By a person's word. */
  async removeLock(lock: LeftLock): Promise<RemoveLockOutcome> {
    const outcome = await this.ports.git.removeLock(lock);
    this.#parts.observer.forgetLocks();
    this.poke();
    return outcome;
  }

  /** Old lock files of git's that no git seems to hold. Nothing tells of one that is left, so they are looked for. */
  locks(): Promise<readonly LeftLock[]> {
    return this.ports.git.tidyLocks();
  }

  /** Work in the repository that no story has. */
  foundWork(): Promise<readonly FoundWork[]> {
    return this.#parts.adoption.find();
  }

  adopt(choice: WorkChoice): Promise<CreateOutcome> {
    return this.#parts.adoption.adopt(choice, 'person');
  }

  /** Makes the story that takes the landing of this one back; `why` in a person's words, or empty. */
  async revertStory(key: string, why: string): Promise<RevertStoryOutcome> {
    const outcome = this.#parts.refuseHeld(key) ?? (await this.#parts.reverts.revert(key, why, 'person'));
    this.poke();
    return outcome;
  }

  /** Cleans up after the boot before (its processes, pins and jobs), then begins to act. */
  static async start(ports: EnginePorts): Promise<Engine> {
    const ended = await ports.processes.endLeftovers();
    if (ended.length > 0)
      ports.log.info(`[processes] ended what ${ended.length} earlier runs had left: ${ended.join(', ')}`);
    for (const why of await ports.git.removeTrials()) ports.log.warn(`[try] ${why}`);
    const engine = new Engine(ports);
    // Before anything else that could begin on their stories, or be taken for theirs.
    await goOnWithAgents(ports, engine.#parts.agentRuns);
    // Before anything of this engine's is at work: a lock that a killed call left would stop the first landing.
    await engine.#parts.observer.leftLocks();
    await MergeRuns.reap(ports.journal, ports.lead.epoch, ports.log);
    await MergeRuns.sweepPins(ports.git, ports.journal);
    // Before anything begins: what a kill cut off is brought to its end. A deletion whose story is not brought back goes on.
    await engine.#parts.restoring.finish();
    await engine.#parts.removal.finish();
    await engine.races.finish();
    await engine.#parts.setUps.begin();
    engine.#subscriptions.push(
      ports.git.watch(() => {
        engine.#parts.merges.hint();
        engine.poke();
      }),
      ports.git.onWaiting(() => engine.#parts.view.show()),
      ports.store.onDidChange(() => {
        engine.#parts.view.showSoon();
        engine.poke();
      }),
      ports.health.onTrouble(() => engine.#wakeUps.lookSoon()),
    );
    engine.#parts.receipts.catchUp();
    // Not before: an agent that had ended meanwhile may have poked already.
    engine.#rounds.begin();
    return engine;
  }

  /** What the views show; null until the first look at the repository. */
  model(): BoardModel | null {
    return this.#parts.view.model();
  }

  /** The commands that wait for a person's approval or have it; null until the first look. */
  commands(): Commands | null {
    return this.#seen.commands();
  }

  /** Commands that criteria of landed stories name and that wait for approval. */
  criteriaCommands(): readonly WaitingCommand[] {
    return this.#parts.criteria.waiting();
  }

  /** What Doctor found that is to be said unasked; null for nothing. */
  noteDoctor(note: DoctorNote | null): void {
    this.#seen.noteDoctor(note);
    this.#parts.view.showSoon();
  }

  onDidChange(listener: () => void): Disposable {
    return this.#parts.view.onDidChange(listener);
  }

  /** How sharing stands has changed. */
  showSharing(): void {
    this.#parts.view.showSoon();
    this.poke();
  }

  /** Whose turn it is to land, as the last round saw it; null where this machine lands by itself. */
  landingTurn(): LandingTurn | null {
    return this.#seen.facts()?.landingTurn ?? null;
  }

  /** Keys of the stories that something of this machine is at work on. */
  atWork(): string[] {
    const landing = this.#parts.merges.facts().filter(({ state }) => state === 'active');
    return [...new Set([...this.#parts.live().keys(), ...landing.map(({ job }) => job.storyKey)])].sort();
  }

  /** The stories here, for whoever shares them with a team. */
  teamStories(): TeamStories {
    return teamStories(this.ports.store, this.#parts.book);
  }

  async createStory(wanted: NewStory): Promise<CreateOutcome> {
    return this.#parts.book.create(wanted, 'person');
  }

  async perform(key: string, request: PersonRequest): Promise<ChangeOutcome> {
    return this.#whilePending(key, request.event, () => this.#parts.person.perform(key, request));
  }

  /** What it means to go on here with a story that another machine works on. */
  async askToReassign(key: string): Promise<ReassignQuestion> {
    const { askToReassign } = await import('./stories/reassignment');
    const ports = {
      ...this.ports,
      target: () => this.#parts.observer.target(),
      hasCoder: this.#parts.agentOf('coder', key) !== null,
    };
    return askToReassign(await this.ports.store.find(key), ports);
  }

  async moveTo(key: string, to: StageName): Promise<ChangeOutcome> {
    // What is at hand is not waited for: the click shows before anything is read.
    const story = this.ports.store.get(key) ?? (await this.ports.store.find(key));
    const move = story === null ? null : findMove(story.stage, to);
    const event = move?.kind === 'event' ? move.event : null;
    return this.#whilePending(key, event, () => this.#parts.person.moveTo(key, to));
  }

  /** A person has read what the store lost: the stories that waited for this go on. */
  async acknowledgeLosses(): Promise<void> {
    await this.ports.health.acknowledge();
    this.poke();
  }

  /** Ends the git calls that wait for a program, of one story or all; what they were for fails with its name, or is tried again. */
  stopWaiting(key: string | null): void {
    for (const call of this.ports.git.waitingCalls()) if (key === null || call.story === key) call.cancel();
  }

  /** Ends the making of a story's worktree that a person asked for; the story stays where it was. */
  cancelStart(key: string): void {
    void this.#parts.stopMaking(key);
  }

  async #whilePending(
    key: string,
    event: EventName | null,
    command: () => Promise<ChangeOutcome>,
  ): Promise<ChangeOutcome> {
    return this.#parts.refuseHeld(key) ?? this.#parts.clicks.during(key, event, command);
  }

  async remove(wish: RemovalWish): Promise<RemovalResult[]> {
    const held = wish.keys.flatMap((key) => {
      const refused = this.#parts.refuseHeld(key);
      const number = this.ports.store.get(key)?.number ?? 0;
      return refused === null ? [] : [{ key, number, ...refused }];
    });
    const keys = wish.keys.filter((key) => !held.some((one) => one.key === key));
    const removed = this.#ground.run(() => this.#parts.removal.remove({ ...wish, keys }));
    return [...held, ...(await removed.finally(() => this.poke()))];
  }

  async restore(id: string): Promise<DecisionOutcome> {
    const { signal } = this.#restoring;
    return this.#ground.run(() => this.#parts.restoring.restore(id, signal)).finally(() => this.poke());
  }

  /** Bytes on disk of a story's worktree, 0 where it has none. */
  async worktreeSize(key: string): Promise<number> {
    const folder = await this.worktreeOf(key);
    return folder === null ? 0 : this.ports.git.sizeOf(folder);
  }

  /** Pushes by a person's word. */
  push(what: 'target' | 'receipts'): Promise<PushOutcome> {
    return what === 'target' ? this.#parts.push.push() : this.#parts.push.pushReceipts();
  }

  /** Moves the target forward to what its remote has, by a person's word. */
  async pull(): Promise<PushOutcome> {
    const outcome = await this.#parts.push.pull();
    await this.ports.afterLanding();
    this.poke();
    return outcome;
  }

  /** Ends what goes on of it, from whichever window it was asked. */
  cancelUnderWay(what: 'pull' | 'restore'): void {
    if (what === 'pull') return this.#parts.push.cancelPull();
    this.#restoring.abort();
    this.#restoring = new AbortController();
  }

  /** Puts the worktree of a story whose merge failed by a conflict into the middle of that merge. */
  resolveConflicts(key: string, uncommitted: Uncommitted): Promise<ResolveOutcome> {
    const held = this.#parts.refuseHeld(key);
    return held === null ? this.#parts.resolving.begin(key, uncommitted) : Promise.resolve(held);
  }

  /** Brings worktree and branch back to what they were before `resolveConflicts`. */
  takeBackMerge(key: string): Promise<TakeBackOutcome> {
    return this.#parts.resolving.takeBack(key);
  }

  /** What gates are known for, and a person's word about them. */
  get quarantining(): Quarantining {
    return new Quarantining(this.ports, () => this.poke());
  }

  /** What agents changed outside their stories and nobody has decided about yet. */
  findings(): readonly RunFinding[] {
    return this.ports.findings.list();
  }

  async decideFinding(id: string, decision: FindingDecision): Promise<DecisionOutcome> {
    const outcome = await decideFinding(this.ports, id, decision);
    this.poke();
    return outcome;
  }

  stories(): readonly StoryRecord[] {
    return this.ports.store.stories();
  }

  /** Archived stories wherever they are kept, newest number first. */
  archived(query: { after: string | null; limit: number }): Promise<ArchivePage> {
    return this.ports.store.archived(query);
  }

  history(query: HistoryQuery): Promise<readonly HistoryEntry[]> {
    return this.ports.store.history(query);
  }

  /** Folder of a story's worktree, null where it has none. */
  async worktreeOf(key: string): Promise<string | null> {
    const branch = (await this.ports.store.find(key))?.branch ?? null;
    if (branch === null) return null;
    const place = await this.ports.git.storyPlace(branch);
    return place.kind === 'there' ? place.path : null;
  }

  /** The target as git has it now. */
  target(): Promise<TargetFacts> {
    return this.#parts.observer.target();
  }

  /** Something may have changed: look, decide and act, once, soon. */
  poke(): void {
    this.#rounds.poke();
  }

  /** As `poke`, and resolves once settings and repository have been read again. */
  async settle(): Promise<void> {
    await this.#rounds.settle();
  }

  /** Ends what runs here, lets agents go on, and leaves the jobs where they stand, for the next engine to take up. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#wakeUps.dispose();
    this.#parts.activities.dispose();
    this.#parts.radar.dispose();
    this.#parts.view.dispose();
    for (const one of this.#subscriptions) one.dispose();
    const rounds = this.#rounds.dispose();
    const runs = [
      this.#parts.criteria.stopAll(),
      this.#parts.closeAhead(),
      ...this.#parts.runs().map((one) => one.letGoOfAll()),
    ];
    await Promise.all([
      this.#parts.merges.suspendAll(),
      this.#parts.target.close(),
      this.#parts.landed.close(),
      ...runs,
    ]);
    await rounds;
    await this.races.settled();
    await Promise.all([this.#parts.agentDoor.close(), this.trials.close()]);
    await Promise.all([
      this.#parts.receipts.settled(),
      this.#parts.closeRemotes(),
      this.#parts.beside.settled(),
      this.#parts.outside.dispose(),
      this.#parts.radar.end(),
    ]);
  }

  async #round(): Promise<void> {
    const { facts, commands, landed } = await this.#seen.look();
    this.#parts.view.show();
    this.#watchConflicts(facts);
    await this.#parts.talks.forgetOthers(facts.stories);
    this.#wakeUps.plan(facts);
    if ((await this.ports.lead.confirm()) === null) {
      this.ports.onLeadLost();
      return;
    }
    this.#parts.outside.seen(facts);
    await this.#forgetSessions(facts);
    const actions = schedule(facts);
    await this.#parts.stepAhead(facts, commands, actions.some(beginsWork));
    await this.#actions.doAll(actions, facts, commands);
    await this.#proveTarget(facts, landed, commands);
  }

  /** Nobody goes on with a conversation about a story that is over, or gone. */
  async #forgetSessions({ stories }: PipelineFacts): Promise<void> {
    const { sessions, log } = this.ports;
    const known = new Set(sessions.list().map(({ storyKey }) => storyKey));
    if (known.size === 0) return;
    const going = new Set(stories.filter(isUnderWay).map(({ key }) => key));
    for (const key of known) {
      if (going.has(key) || this.#parts.isAtWork(key)) continue;
      await sessions.pruneStory(key, 'its story is over').catch(sessionNotSaved(log));
    }
  }

  /** Gates on what has landed: beside the queue, and only where gates may run at all. */
  async #proveTarget(
    facts: PipelineFacts,
    landed: Awaited<ReturnType<LandedGates['look']>>,
    commands: Commands,
  ): Promise<void> {
    const { target, redTarget, permission, storeProblem } = facts;
    if (permission !== 'granted' || storeProblem !== null || this.#disposed || target.kind === 'missing') return;
    if (redTarget != null) this.#parts.target.search(redTarget, commands);
    await this.#parts.landed.act(landed, target, commands);
  }

  #watchConflicts(facts: PipelineFacts): void {
    const { target, permission } = facts;
    const isOn = this.ports.settings().radar !== 'off';
    const isWatched = isOn && target.kind === 'found' && permission !== 'untrusted';
    this.#parts.radar.see(isWatched ? { target: target.tip, stories: storiesInSight(facts).inSight } : null);
  }
}
