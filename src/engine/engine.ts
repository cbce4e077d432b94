import { messageOf } from '../base/messageOf';
import type { DoctorNote } from '../core/doctor/doctorNote';
import type { BoardModel } from '../core/board/boardModel';
import type { McpServerCommand } from '../core/agents/mcpServer';
import type { FindingDecision, RunFinding } from '../core/agents/finding';
import type { RedTargetDecision, RedTargetOutcome, RedTargetShown } from '../core/landing/redTargetStory';
import { isFinished, type MergeJob } from '../core/landing/job';
import type { ConflictReport } from '../core/landing/conflictReport';
import { storiesInSight } from '../core/landing/inSight';
import { mergeStatus, type MergeStatus } from '../core/landing/status';
import type { PipelineFacts, TargetFacts } from '../core/pipeline/facts';
import type { WhatIfChange } from '../core/pipeline/whatIfChange';
import { inLandingOrder, orderingConflicts } from '../core/pipeline/queueOrder';
import { dependenciesOf } from '../core/story/dependencies';
import { heldReason, heldStories } from '../core/recovery/storeLoss';
import { describeAction } from '../core/pipeline/actionWords';
import { beginsWork, landingNeed, schedule, type Action } from '../core/pipeline/schedule';
import type { ResolveOutcome, TakeBackOutcome, Uncommitted } from '../core/landing/resolving';
import type { RemovalResult, RemovalWish } from '../core/rescue/removalView';
import type { Disposable } from '../base/disposable';
import type { ArchivePage, CreateOutcome, EarlierText, HistoryQuery } from '../ports/store';
import type { HistoryEntry } from '../core/story/history';
import type { EventName } from '../core/story/events';
import type { Description } from '../core/story/describeStory';
import { findMove } from '../core/story/moves';
import { isUnderWay, type StageName } from '../core/story/stage';
import type { StoryEdit } from '../core/story/storyEdit';
import type { StoryRecord } from '../core/story/story';
import type { FoundWork, WorkChoice } from '../core/story/adoption';
import type { AgentAtWork, AgentPass } from '../ports/agentAccess';
import type { LeftLock } from '../core/landing/leftLock';
import type { RemoveLockOutcome } from '../ports/locks';
import type { VerifyOutcome } from '../ports/receipts';
import { Adoption } from './adoption';
import { AgentActivities } from './agentActivities';
import { BoardView } from './boardView';
import type { AgentRuns } from './agentRuns';
import { coderRuns } from './coderRuns';
import { ConflictResolving } from './conflictResolving';
import { CriteriaRuns, type WaitingCommand } from './criteriaRuns';
import { readCommands, type Commands } from '../gates/readCommands';
import { decideFinding, type DecisionOutcome } from './findingDecisions';
import { GateRuns } from './gateRuns';
import { HalfWrittenStories } from './halfWrittenStories';
import { KnownDependencies } from './knownDependencies';
import { becameDone } from './landedBefore';
import { goOnWithAgents } from './keptAgents';
import { LandingReceipts } from './landingReceipts';
import { MergemasterRuns } from './mergemasterRuns';
import { MergeRuns } from './mergeRuns';
import { OutsideChanges } from './outsideChanges';
import { TargetPush, type PushOutcome } from './targetPush';
import { Observer, unlookedFacts } from './observe';
import { AgentTalks, ASK_MINUTES, type TalkOutcome } from './talks/agentTalks';
import { isSameKey } from '../core/agents/sessions/agentSession';
import { startFresh } from './talks/startFresh';
import { takeOver } from './talks/takeOver';
import type { PermissionAnswer } from '../core/agents/permission';
import type { MessageTime, TakeOverOutcome } from '../core/agents/takeOver';
import { Quarantining } from './quarantining';
import { PendingClicks } from './pendingClicks';
import { PersonCommands, type PersonRequest } from './personCommands';
import type { EnginePorts } from './ports';
import { Prover } from '../gates/prover';
import { decideRedTarget, redNow, showRedTarget, type RedNow } from './target/redTargetDecisions';
import { LandedGates } from './target/landedGates';
import { TargetHistory } from './target/targetHistory';
import { TargetGates } from './target/targetGates';
import { StoryRemoval } from './removal/storyRemoval';
import { StoryRestoring } from './removal/storyRestoring';
import { noteReverts, Reverts, type RevertStoryOutcome } from './reverts';
import { answerWhatIf, answerWhy } from './queueAnswers';
import { Reviews } from './reviews';
import { RadarRuns } from '../landing/radarRuns';
import { Rounds } from './rounds';
import { sessionNotSaved } from './sessionNotSaved';
import { SetUpRuns, type MakeWorktree } from './setUpRuns';
import type { EditOutcome, StoryTextOutcome } from './storyTexts';
import type { LandingTurn } from '../core/sharing/queueLease';
import type { TeamStories } from '../ports/sharing';
import { teamStories } from './teamStories';
import { WakeUps } from './wakeUps';
import type { StoryRuns } from './storyRuns';
import { letInWithMemory } from './letInWithMemory';
import type { WindowAgents } from './windowAgents';
import { StoryBook, type ChangeOutcome, type NewStory } from './storyBook';

/** What is asked about this moment waits no longer than this (ms) for a look at everything. */
const LOOK_MS = 3000;

/**
 * One repository's loop: observe, decide (core), do (adapters), record. Only one engine acts on a repository; the
 * caller holds the lead before it makes one.
 */
export class Engine {
  readonly #rounds: Rounds;
  readonly #view: BoardView;
  readonly #clicks: PendingClicks;
  readonly #wakeUps: WakeUps;
  readonly #book: StoryBook;
  readonly #observer: Observer;
  readonly #activities: AgentActivities;
  readonly #coders: AgentRuns;
  readonly #mergemasters: MergemasterRuns;
  readonly #setUps: SetUpRuns;
  readonly #criteria: CriteriaRuns;
  readonly #gates: GateRuns;
  readonly #merges: MergeRuns;
  readonly #receipts: LandingReceipts;
  readonly #push: TargetPush;
  readonly #radar: RadarRuns;
  readonly #outside: OutsideChanges;
  readonly #target: TargetGates;
  readonly #landed: LandedGates;
  readonly #person: PersonCommands;
  readonly #talks: AgentTalks;
  readonly #adoption: Adoption;
  #windowsIn: EnginePorts['letIn'];
  /** VS Code's own agents; null before a window has asked for them. */
  #windowAgents: Promise<WindowAgents> | null = null;
  readonly #resolving: ConflictResolving;
  readonly #reverts: Reverts;
  /** What people say about what stories change. */
  readonly reviews: Reviews;
  /** Deleting, purging, and removing worktrees. */
  readonly removal: StoryRemoval;
  /** Bringing back what was deleted or kept. */
  readonly restoring: StoryRestoring;
  /** Stories on which nothing is begun, because they are about to be removed. */
  readonly #leaving = new Set<string>();
  /** Texts in the store that no story has, for a person to recover. */
  readonly halfWritten: HalfWrittenStories;
  readonly #subscriptions: Disposable[] = [];
  #facts: PipelineFacts | null = null;
  #commands: Commands | null = null;
  #doctor: DoctorNote | null = null;
  #disposed = false;

  private constructor(private readonly ports: EnginePorts) {
    const { git, store } = ports;
    const { clock, log } = ports;
    this.#rounds = new Rounds({ clock, log, round: () => this.#round(), onProblem: () => this.#view.showSoon() });
    this.#view = new BoardView({ clock, log, facts: () => this.#factsNow() });
    // Progress is shown; only an end can change what is to be done next.
    const [progress, end] = [() => this.#view.showSoon(), () => this.poke()];
    this.#activities = new AgentActivities(clock, progress);
    this.#clicks = new PendingClicks({ store, clock, onChange: () => this.#view.show(), onEnd: end });
    this.#wakeUps = new WakeUps(clock, this.#rounds);
    const dependencies = new KnownDependencies(store);
    this.#book = new StoryBook({ ...ports, dependencies });
    this.halfWritten = new HalfWrittenStories({ ...ports, book: this.#book, stories: () => store.stories() });
    this.#observer = new Observer(ports, dependencies, progress);
    const prover = new Prover(ports);
    this.#criteria = new CriteriaRuns(ports, this.#book, prover, end);
    this.#setUps = new SetUpRuns(ports, this.#book, { progress, end });
    this.#talks = new AgentTalks({
      ...ports,
      patienceMs: () => (ports.settings().askMinutes ?? ASK_MINUTES) * 60_000,
      onChange: progress,
      story: (key) => store.get(key),
      agentAt: (key) => this.#live().get(key)?.name ?? null,
      readsAfter: (key) => {
        const { coder = null, mergemaster = null } = this.#commands ?? {};
        const agent = store.get(key)?.stage.name === 'MergeFailure' ? mergemaster : coder;
        return agent?.transport === 'acp' ? 'turn' : 'run';
      },
    });
    const agentPorts = { ...this.#withAccess(ports), talks: this.#talks, activity: this.#activities.note };
    this.#coders = coderRuns(agentPorts, this.#book, end, {
      withTarget: (key) => this.#radar.withTarget(key),
      lacksOf: (key) => this.#setUps.lacksOf(key),
    });
    this.#mergemasters = new MergemasterRuns(agentPorts, this.#book, end);
    this.#gates = new GateRuns(ports, this.#book, prover, { progress, end }, (...asked) =>
      this.#target.judgeBase(...asked),
    );
    this.#receipts = new LandingReceipts(ports);
    this.#outside = new OutsideChanges({ ...ports, book: this.#book, onEnd: end });
    this.#push = new TargetPush({
      ...ports,
      book: this.#book,
      remotes: ports.remotes ?? null,
      target: () => this.#observer.target(),
      setting: () => ports.settings().push ?? 'never',
      onChange: end,
    });
    const history = new TargetHistory(git);
    this.#target = new TargetGates({ ...ports, history, prover, onEnd: end });
    this.#merges = new MergeRuns({
      ...ports,
      book: this.#book,
      story: (key) => store.get(key),
      noteReverts: (story, commit) => noteReverts({ store, book: this.#book }, story, commit),
      blameDisk: (cause) => ports.health.blame(cause),
      target: async () => {
        const target = await this.#observer.target();
        return target.kind === 'found' ? target.ref : null;
      },
      judgeBase: (job, base, gate, how) => this.#target.judgeBase(job, base, gate, how),
      onChange: progress,
      onEnd: end,
      onLanded: (job) => {
        this.#receipts.landed(job);
        this.#push.landed();
      },
      // What others have pushed is merged as it is: squashed or replayed it would not be what the remote has.
      strategy: (story) => (story.bringsIn === undefined ? ports.settings().strategy : 'merge'),
      team: (job) => (this.#isTeamTarget(job) ? this.#push : null),
      policy: () => this.#facts?.queue?.policy ?? { kind: 'one' },
      prove: (...request) => prover.proveCandidate(...request),
    });
    this.#radar = new RadarRuns({
      git,
      clock,
      log,
      busyWith: () => this.#busyWith(),
      onChange: () => this.#conflictsChanged(),
    });
    this.removal = new StoryRemoval({
      ...ports,
      tearDown: async (story, folder) => (await import('./tearDown')).tearDown(ports, story, folder),
      book: this.#book,
      hold: (key) => this.#hold(key),
      stop: (key, why) => this.#stopAll(key, why),
      isRunning: (key) => this.#runs().some((runs) => runs.isAtWork(key)),
    });
    this.restoring = new StoryRestoring({
      ...ports,
      book: this.#book,
      target: async () => {
        const target = await this.#observer.target();
        return target.kind === 'found' ? target.tip : null;
      },
    });
    this.#adoption = new Adoption({ git, store, book: this.#book, target: () => this.#observer.target() });
    const makeWorktree: MakeWorktree = (...request) => this.#setUps.makeWorktree(...request);
    this.#reverts = new Reverts({
      ...ports,
      book: this.#book,
      target: () => this.#observer.target(),
      findings: () => ports.findings.list(),
      makeWorktree,
    });
    this.#resolving = new ConflictResolving({
      git,
      story: (key) => store.get(key),
      target: () => this.#observer.target(),
      permission: () => ports.permission(this.#commands?.subject ?? ''),
      agentAt: (key) => this.#live().get(key)?.name ?? null,
      hold: (key) => this.#hold(key),
    });
    this.#landed = new LandedGates({
      ...ports,
      history,
      prover,
      book: this.#book,
      reverts: this.#reverts,
      makeWorktree,
      revert: () => ports.settings().afterLandingRevert ?? 'offer',
      onEnd: end,
    });
    this.reviews = new Reviews({ ...ports, find: (key) => store.find(key), target: () => this.#observer.target() });
    this.#person = new PersonCommands({
      reviews: this.reviews,
      git,
      dependencies,
      clock: ports.clock,
      book: this.#book,
      story: (key) => store.get(key),
      find: (key) => store.find(key),
      target: () => this.#observer.target(),
      seenTarget: () => this.#facts?.target ?? null,
      findings: () => ports.findings.list(),
      makeWorktree,
      holdMerge: (key) => this.#merges.hold(key),
      withdrawMerge: (key, why) => this.#merges.withdraw(key, why),
      gateAfresh: async (story) => {
        ports.verdicts.askAgain(story, new Date(ports.clock.now()).toISOString());
        await this.#gates.runs.stop(story.key, `the gates of #${story.number} run again`);
      },
    });
  }

  /** Runs of agents are let in where there is a way. */
  #withAccess(ports: EnginePorts): EnginePorts {
    const { access } = ports;
    if (access === undefined) return ports;
    const { git, store, content, clock } = ports;
    const deskPorts = {
      git,
      store,
      content,
      clock,
      book: this.#book,
      target: () => this.#observer.target(),
      board: () => this.#view.model(),
      held: (key: string) => this.#refuseHeld(key),
    };
    const open = async (run: AgentAtWork): Promise<AgentPass> => {
      const { AgentDesk } = await import('./agentDesk');
      return access.open(run.runId, new AgentDesk(deskPorts).toolsFor(run));
    };
    this.#windowsIn = open;
    return { ...ports, letIn: (run) => letInWithMemory(access, open, run) };
  }

  /** Loaded when a window asks for it. */
  async #makeWindowAgents(letIn: NonNullable<EnginePorts['letIn']>): Promise<WindowAgents> {
    const { WindowAgents: Agents } = await import('./windowAgents');
    return new Agents({
      git: this.ports.git,
      letIn,
      stories: () => this.ports.store.stories(),
      isAtWork: (key) => this.#runs().some((runs) => runs.isAtWork(key)),
      readyForQa: (key) => this.perform(key, { event: 'GatesStarted' }),
      say: (story, text) => this.ports.onOutput(story, text),
    });
  }

  /** By a person's word. */
  async removeLock(lock: LeftLock): Promise<RemoveLockOutcome> {
    const outcome = await this.ports.git.removeLock(lock);
    this.#observer.forgetLocks();
    this.poke();
    return outcome;
  }

  /** Old lock files of git's that no git seems to hold, as they were seen last. */
  locks(): readonly LeftLock[] {
    return this.#facts?.locks ?? [];
  }

  /** Work in the repository that no story has. */
  foundWork(): Promise<readonly FoundWork[]> {
    return this.#adoption.find();
  }

  adopt(choice: WorkChoice): Promise<CreateOutcome> {
    return this.#adoption.adopt(choice, 'person');
  }

  /** That the target is red, as it was seen last. */
  redTarget(): RedTargetShown | null {
    const now = this.#redNow();
    return now === null ? null : showRedTarget(now);
  }

  async decideRedTarget(decision: RedTargetDecision): Promise<RedTargetOutcome> {
    const now = this.#redNow();
    if (now === null) return { kind: 'refused', message: 'The target is not known to be red any more.', key: null };
    const { store, resumes, clock } = this.ports;
    const ports = { book: this.#book, store, reverts: this.#reverts, gates: this.#target, resumes, clock };
    return decideRedTarget(ports, now, decision).finally(() => this.poke());
  }

  #redNow(): RedNow | null {
    return this.#facts === null ? null : redNow(this.#facts.target, this.#facts.redTarget ?? null);
  }

  /** Makes the story that takes the landing of this one back; `why` in a person's words, or empty. */
  async revertStory(key: string, why: string): Promise<RevertStoryOutcome> {
    const outcome = this.#refuseHeld(key) ?? (await this.#reverts.revert(key, why, 'person'));
    this.poke();
    return outcome;
  }

  /** Cleans up after the boot before (its processes, pins and jobs), then begins to act. */
  static async start(ports: EnginePorts): Promise<Engine> {
    const ended = await ports.processes.endLeftovers();
    if (ended.length > 0)
      ports.log.info(`[processes] ended what ${ended.length} earlier runs had left: ${ended.join(', ')}`);
    const engine = new Engine(ports);
    // Before anything else that could begin on their stories, or be taken for theirs.
    await goOnWithAgents(ports, { coder: engine.#coders, mergemaster: engine.#mergemasters.agents });
    // Before anything of this engine's is at work: a lock that a killed call left would stop the first landing.
    await engine.#observer.leftLocks();
    await MergeRuns.reap(ports.journal, ports.lead.epoch, ports.log);
    await MergeRuns.sweepPins(ports.git, ports.journal);
    // Before anything begins: what a kill cut off is brought to its end.
    await engine.removal.finish();
    await engine.restoring.finish();
    await engine.#setUps.begin();
    engine.#subscriptions.push(
      ports.git.watch(() => {
        engine.#merges.hint();
        engine.poke();
      }),
      ports.git.onWaiting(() => engine.#view.show()),
      ports.store.onDidChange(() => {
        engine.#view.showSoon();
        engine.poke();
      }),
    );
    engine.#receipts.catchUp();
    engine.poke();
    return engine;
  }

  /** What the views show; null until the first look at the repository. */
  model(): BoardModel | null {
    return this.#view.model();
  }

  /** The commands that wait for a person's approval or have it; null until the first look. */
  commands(): Commands | null {
    return this.#commands;
  }

  /** Commands that criteria of landed stories name and that wait for approval. */
  criteriaCommands(): readonly WaitingCommand[] {
    return this.#criteria.waiting();
  }

  /** What Doctor found that is to be said unasked; null for nothing. */
  noteDoctor(note: DoctorNote | null): void {
    this.#doctor = note;
    this.#view.showSoon();
  }

  onDidChange(listener: () => void): Disposable {
    return this.#view.onDidChange(listener);
  }

  /** How sharing stands has changed. */
  showSharing(): void {
    this.#view.showSoon();
    this.poke();
  }

  /** Whose turn it is to land, as the last round saw it; null where this machine lands by itself. */
  landingTurn(): LandingTurn | null {
    return this.#facts?.landingTurn ?? null;
  }

  /** Keys of the stories that something of this machine is at work on. */
  atWork(): string[] {
    const landing = this.#merges.facts().filter(({ state }) => state === 'active');
    return [...new Set([...this.#live().keys(), ...landing.map(({ job }) => job.storyKey)])].sort();
  }

  /** The stories here, for whoever shares them with a team. */
  teamStories(): TeamStories {
    return teamStories(this.ports.store, this.#book);
  }

  async createStory(wanted: NewStory): Promise<CreateOutcome> {
    return this.#book.create(wanted, 'person');
  }

  /** What a story's text was before, the newest first. */
  earlierTexts(key: string): Promise<readonly EarlierText[]> {
    return this.ports.content.earlierBodies(key);
  }

  async restoreText(key: string, id: string): Promise<EditOutcome> {
    const earlier = (await this.earlierTexts(key)).find((one) => one.id === id);
    if (earlier === undefined) return { kind: 'refused', message: 'This earlier text is not kept any more.' };
    return this.#book.restoreBody(key, earlier, 'person');
  }

  async perform(key: string, request: PersonRequest): Promise<ChangeOutcome> {
    return this.#whilePending(key, request.event, () => this.#person.perform(key, request));
  }

  /** Answers what the story's agent asks; `question` null for the one that it asks now. */
  answerAgent(key: string, question: string | null, answer: PermissionAnswer): Promise<TalkOutcome> {
    return this.#talks.answer(key, question, answer);
  }

  writeToAgent(key: string, text: string, when: MessageTime): Promise<TalkOutcome> {
    return this.#talks.write(key, text, when);
  }

  /** A person goes on in the agent's place: its run ends, and no other begins. */
  takeOver(key: string): Promise<TakeOverOutcome> {
    return takeOver({
      perform: (request) => this.perform(key, request),
      stop: () => this.#coders.runs.stop(key, 'a person takes it over'),
      worktreeOf: () => this.worktreeOf(key),
      coder: () => this.#commands?.coder ?? null,
      session: ({ name, model }) => {
        const found = this.ports.sessions.list().find((one) => isSameKey(one, { storyKey: key, agent: name, model: model ?? null })); // prettier-ignore
        return found === undefined || found.state.kind === 'dead' ? null : found.id;
      },
    });
  }

  /** Throws the agents' conversations about a story away; one begins anew with what is in the worktree. */
  startFresh(key: string): Promise<TalkOutcome> {
    const { sessions, store } = this.ports;
    const why = 'a person wants it to begin anew';
    const agents = [this.#coders.runs, this.#mergemasters.agents.runs];
    return startFresh({
      sessions,
      story: () => store.get(key),
      agent: (stage) => this.#commands?.[stage === 'Coding' ? 'coder' : 'mergemaster']?.name ?? null,
      hold: () => this.#hold(key),
      stop: async () => {
        await Promise.all(agents.map((runs) => runs.stop(key, why)));
      },
      perform: (request) => this.perform(key, request),
    });
  }

  async moveTo(key: string, to: StageName): Promise<ChangeOutcome> {
    // What is at hand is not waited for: the click shows before anything is read.
    const story = this.ports.store.get(key) ?? (await this.ports.store.find(key));
    const move = story === null ? null : findMove(story.stage, to);
    const event = move?.kind === 'event' ? move.event : null;
    return this.#whilePending(key, event, () => this.#person.moveTo(key, to));
  }

  /** Says anew what a story is, whatever its stage. */
  async describe(key: string, wanted: Description): Promise<ChangeOutcome> {
    return this.#refuseHeld(key) ?? this.#book.describe(key, wanted, 'person');
  }

  /** The file of a story, by its number; see `StoryBook.text`. */
  storyText(number: number, known: number | null): Promise<StoryTextOutcome> {
    return this.#book.text(number, known);
  }

  /** Brings what a person changed in a story's file into what is stored now. */
  async editStory(key: string, edit: StoryEdit): Promise<EditOutcome> {
    return this.#refuseHeld(key) ?? this.#book.edit(key, edit, 'person');
  }

  /** A person has read what the store lost: the stories that waited for this go on. */
  async acknowledgeLosses(): Promise<void> {
    await this.ports.health.acknowledge();
    this.poke();
  }

  /** Ends the git calls that wait for a program; what they were for fails with its name, or is tried again. */
  stopWaiting(): void {
    for (const call of this.ports.git.waitingCalls()) call.cancel();
  }

  /** Ends the making of a story's worktree that a person asked for; the story stays where it was. */
  cancelStart(key: string): void {
    this.#person.making.stop(key, this.ports.store.get(key)?.number ?? 0);
  }

  async #whilePending(
    key: string,
    event: EventName | null,
    command: () => Promise<ChangeOutcome>,
  ): Promise<ChangeOutcome> {
    return this.#refuseHeld(key) ?? this.#clicks.during(key, event, command);
  }

  async remove(wish: RemovalWish): Promise<RemovalResult[]> {
    const held = wish.keys.flatMap((key) => {
      const refused = this.#refuseHeld(key);
      const number = this.ports.store.get(key)?.number ?? 0;
      return refused === null ? [] : [{ key, number, ...refused }];
    });
    const keys = wish.keys.filter((key) => !held.some((one) => one.key === key));
    return [...held, ...(await this.removal.remove({ ...wish, keys }).finally(() => this.poke()))];
  }

  async restore(id: string): Promise<DecisionOutcome> {
    return this.restoring.restore(id).finally(() => this.poke());
  }

  /** Bytes on disk of a story's worktree, 0 where it has none. */
  async worktreeSize(key: string): Promise<number> {
    const folder = await this.worktreeOf(key);
    return folder === null ? 0 : this.ports.git.sizeOf(folder);
  }

  /** Nothing begins on the story until this is disposed. */
  #hold(key: string): Disposable {
    const merge = this.#merges.hold(key);
    this.#leaving.add(key);
    return {
      dispose: () => {
        this.#leaving.delete(key);
        merge.dispose();
        this.poke();
      },
    };
  }

  async #stopAll(key: string, why: string): Promise<void> {
    await Promise.all([this.#stopRuns(key, why), this.#criteria.stop(key), this.#merges.withdraw(key, why)]);
  }

  #runs(): readonly StoryRuns[] {
    return [this.#setUps, this.#coders, this.#mergemasters.agents, this.#gates].map(({ runs }) => runs);
  }

  #live(): PipelineFacts['runs'] {
    return new Map(
      this.#runs().flatMap((runs) =>
        runs.live().map(([key, run]) => {
          const question = run.role === null ? null : this.#talks.questionOf(key);
          const shown = this.#activities.of(key, run);
          return [key, question === null ? shown : { ...shown, question }] as const;
        }),
      ),
    );
  }

  async #stopRuns(key: string, why: string): Promise<void> {
    await Promise.all(this.#runs().map((runs) => runs.stop(key, why)));
  }

  /** Holds what landed on the target against its receipts; an empty range is all of it. */
  async verifyLandings(range: string): Promise<VerifyOutcome> {
    const target = await this.#observer.target();
    if (target.kind === 'missing') return { kind: 'refused', message: target.message };
    await this.#receipts.settled();
    return this.ports.git.verifyLandings(target.ref, range);
  }

  /** Pushes by a person's word. */
  push(what: 'target' | 'receipts'): Promise<PushOutcome> {
    return what === 'target' ? this.#push.push() : this.#push.pushReceipts();
  }

  /** Puts the worktree of a story whose merge failed by a conflict into the middle of that merge. */
  resolveConflicts(key: string, uncommitted: Uncommitted): Promise<ResolveOutcome> {
    const held = this.#refuseHeld(key);
    return held === null ? this.#resolving.begin(key, uncommitted) : Promise.resolve(held);
  }

  /** Brings worktree and branch back to what they were before `resolveConflicts`. */
  takeBackMerge(key: string): Promise<TakeBackOutcome> {
    return this.#resolving.takeBack(key);
  }

  /** What agents changed outside their stories and nobody has decided about yet. */
  /** What gates are known for, and a person's word about them. */
  get quarantining(): Quarantining {
    return new Quarantining(this.ports, () => this.poke());
  }

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

  /** Where a story's merge stands; can be asked at any time. */
  mergeStatus(key: string): MergeStatus {
    const jobs = this.ports.journal.jobsOf(key);
    const live = this.#merges.facts().find((one) => one.job.storyKey === key && !isFinished(one.job));
    const stories = this.ports.store.stories();
    const dependencies = dependenciesOf(stories, this.#facts?.elsewhere ?? new Map());
    const queued = stories.filter((story) => story.stage.name === 'Merge');
    const queue = inLandingOrder(queued, this.ports.clock.now(), dependencies, orderingConflicts(this.#facts ?? {}));
    const place = queue.findIndex((story) => story.key === key);
    return mergeStatus(jobs, live, place < 0 ? null : place);
  }

  /** Why a story has not landed, as a text to read; null where there is no such story. */
  async whyNotLanded(key: string): Promise<string | null> {
    await this.#lookNow();
    const [story, facts] = [this.ports.store.get(key) ?? (await this.ports.store.find(key)), this.#factsNow()];
    if (story === null || facts === null) return null;
    const card = this.#view.model()?.cards.find((one) => one.key === key);
    return answerWhy(story, facts, card?.why ?? null);
  }

  /** When stories will land, and what a change would make of it (each one for null), as a text to read. */
  async whatIf(change: WhatIfChange | null): Promise<string> {
    await this.#lookNow();
    return answerWhatIf(this.#factsNow() ?? unlookedFacts(this.ports), change);
  }

  /** A look at everything, before an answer that is about this moment; what takes long is not waited for. */
  async #lookNow(): Promise<void> {
    let timer: Disposable | null = null;
    const enough = new Promise<void>((resolve) => (timer = this.ports.clock.after(LOOK_MS, resolve)));
    await Promise.race([this.settle(), enough]).finally(() => timer?.dispose());
  }

  /** Archived stories wherever they are kept, newest number first. */
  archived(query: { after: string | null; limit: number }): Promise<ArchivePage> {
    return this.ports.store.archived(query);
  }

  history(query: HistoryQuery): Promise<readonly HistoryEntry[]> {
    return this.ports.store.history(query);
  }

  /** The server by which VS Code's own agent reaches the story whose worktree this folder (absolute) is; null for none. */
  async agentServer(folder: string): Promise<McpServerCommand | null> {
    if (this.#windowsIn === undefined) return null;
    this.#windowAgents ??= this.#makeWindowAgents(this.#windowsIn);
    return (await this.#windowAgents).serverFor(folder);
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
    return this.#observer.target();
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
    this.#activities.dispose();
    this.#radar.dispose();
    this.#view.dispose();
    for (const one of this.#subscriptions) one.dispose();
    const rounds = this.#rounds.dispose();
    const runs = [this.#criteria.stopAll(), ...this.#runs().map((one) => one.letGoOfAll())];
    await Promise.all([this.#merges.suspendAll(), this.#target.close(), this.#landed.close(), ...runs]);
    await rounds;
    await (await this.#windowAgents)?.close();
    await Promise.all([this.#receipts.settled(), this.#push.settled(), this.#outside.dispose(), this.#radar.end()]);
  }

  async #round(): Promise<void> {
    const target = await this.#observer.target();
    this.#commands = await readCommands(this.ports, target.kind === 'found' ? target.tip : null);
    const permission = this.ports.permission(this.#commands.subject);
    const facts = await this.#observer.facts(target, {
      commands: this.#commands,
      permission,
      runs: this.#live(),
      jobs: this.#merges.facts(),
      pending: this.#clicks.facts(),
      criteriaDue: this.#criteria.due(this.ports.store.stories()),
      criteriaWaiting: [...new Set(this.#criteria.waiting().map(({ number }) => number))],
      setUpsDue: this.#setUps.due(this.ports.store.stories()),
      lacks: this.#setUps.lacks(),
    });
    const { conflicts } = this.#radar.picture();
    const redTarget = await this.#target.look(target, this.#commands, facts.stories);
    const landed = await this.#landed.look(target, this.#commands);
    const landedRed = landed.flatMap(({ state }) => state.red ?? []);
    const seen = { ...facts, conflicts, push: await this.#push.look(target), redTarget, landedRed };
    this.#facts = { ...seen, landingTurn: this.#turnOf(seen) };
    this.#view.show();
    this.#watchConflicts(this.#facts);
    await this.#talks.forgetOthers(this.#facts.stories);
    this.#wakeUps.plan(this.#facts);
    if ((await this.ports.lead.confirm()) === null) {
      this.ports.onLeadLost();
      return;
    }
    this.#outside.seen(this.#facts);
    await this.#forgetSessions(this.#facts);
    await this.#doAll(schedule(this.#facts), this.#facts, this.#commands);
    await this.#proveTarget(this.#facts, landed, this.#commands);
  }

  /** What others have pushed is brought in here first, and then pushed as any target is. */
  #isTeamTarget({ storyKey }: MergeJob): boolean {
    const { sharing, settings, store } = this.ports;
    const isShared = sharing !== undefined && sharing().url !== null;
    return isShared && settings().push === 'always' && store.get(storyKey)?.bringsIn === undefined;
  }

  #turnOf(facts: PipelineFacts): LandingTurn | undefined {
    const { target } = facts;
    if (target.kind === 'missing') return undefined;
    return this.ports.landingTurn?.(target.ref, landingNeed(facts)) ?? undefined;
  }

  /** Nobody goes on with a conversation about a story that is over, or gone. */
  async #forgetSessions({ stories }: PipelineFacts): Promise<void> {
    const { sessions, log } = this.ports;
    const known = new Set(sessions.list().map(({ storyKey }) => storyKey));
    if (known.size === 0) return;
    const going = new Set(stories.filter(isUnderWay).map(({ key }) => key));
    for (const key of known) {
      if (going.has(key) || this.#runs().some((runs) => runs.isAtWork(key))) continue;
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
    if (redTarget != null) this.#target.search(redTarget, commands);
    await this.#landed.act(landed, target, commands);
  }

  /** What one action meets with keeps no other story from being served; the round then says what it was. */
  async #doAll(actions: readonly Action[], facts: PipelineFacts, commands: Commands): Promise<void> {
    const failures: Error[] = [];
    const coming = new Map(actions.map((one) => [one, one.kind === 'dispatchMerge' ? this.#merges.expectOne() : null]));
    for (const action of actions) {
      if (this.#disposed) return;
      try {
        await this.#do(action, facts, commands);
      } catch (error) {
        const number = this.ports.store.get(action.key)?.number ?? 0;
        const what = `${describeAction(action)} of #${number} failed`;
        failures.push(new Error(`${what}: ${messageOf(error)}`, { cause: error }));
      } finally {
        coming.get(action)?.dispose();
      }
    }
    const [first, ...others] = failures;
    for (const other of others) this.ports.log.warn(`[engine] ${other.message}`);
    if (first !== undefined) throw first;
  }

  async #do(action: Action, facts: PipelineFacts, commands: Commands): Promise<void> {
    if (this.#leaving.has(action.key)) return;
    const story = this.ports.store.get(action.key);
    if (story !== undefined && beginsWork(action) && (await becameDone(this.ports, this.#book, story))) return;
    switch (action.kind) {
      case 'stopRun':
        return this.#stopRuns(action.key, action.why);
      case 'event': {
        const outcome = await this.#book.apply(action.key, action.event, action.by);
        if (outcome.kind === 'refused') this.ports.log.warn(`[engine] ${outcome.message}`);
        return;
      }
      case 'checkCriteria':
        if (story !== undefined) this.#criteria.start(story);
        return;
      case 'startSetUp':
        if (story !== undefined && commands.gates.kind !== 'invalid' && facts.target.kind === 'found')
          this.#setUps.start(story, commands.gates.worktree, facts.target.tip);
        return;
      case 'startCoder':
        if (story !== undefined && commands.coder !== null) this.#coders.start(story, commands.coder, facts);
        return;
      case 'startMergemaster':
        if (story !== undefined && commands.mergemaster !== null)
          this.#mergemasters.agents.start(story, commands.mergemaster, facts);
        return;
      case 'settleMerge':
        if (story !== undefined) await this.#mergemasters.settle(story);
        return;
      case 'startGates':
        if (story !== undefined) this.#gates.start(story, action.tip, facts);
        return;
      case 'dispatchMerge':
        if (story !== undefined && facts.target.kind === 'found') {
          await this.#merges.dispatch(story, facts.target.ref, action.jobId);
        }
        return;
      case 'withdrawMerge':
        return this.#merges.withdraw(action.key, action.why);
      default:
        return action satisfies never;
    }
  }

  #refuseHeld(key: string): { kind: 'refused'; message: string } | null {
    if (!heldStories(this.ports.health.losses()).has(key)) return null;
    return { kind: 'refused', message: heldReason(this.ports.store.get(key)?.number ?? 0) };
  }

  /** What will conflict, as everything stands at this moment, and the order that avoids the most of it. */
  async conflicts(): Promise<ConflictReport> {
    await this.#radar.lookNow();
    const { conflictReport } = await import('../core/landing/conflictReport');
    return conflictReport(this.#factsNow() ?? unlookedFacts(this.ports));
  }

  #watchConflicts(facts: PipelineFacts): void {
    const { target, permission } = facts;
    const isOn = this.ports.settings().radar !== 'off';
    const isWatched = isOn && target.kind === 'found' && permission !== 'untrusted';
    this.#radar.see(isWatched ? { target: target.tip, stories: storiesInSight(facts).inSight } : null);
  }

  /** What the machine does that somebody waits for. */
  #busyWith(): 'git' | 'gates' | 'nothing' {
    if (this.#rounds.isUnderWay()) return 'git';
    const landing = this.#merges.facts().filter(({ state, wait }) => state === 'active' && wait === null);
    if (landing.some(({ progress }) => progress === null)) return 'git';
    return landing.length > 0 || this.#gates.runs.live().length > 0 ? 'gates' : 'nothing';
  }

  /** Who lands next may be another one now. */
  #conflictsChanged(): void {
    this.#view.showSoon();
    if (this.ports.settings().mergeOrder === 'fewestConflicts') this.poke();
  }

  /** The facts of the last round, with all that is known without asking git as it is now. */
  #factsNow(): PipelineFacts | null {
    const roundProblem = this.#rounds.problem();
    const facts = this.#facts ?? (roundProblem === null ? null : unlookedFacts(this.ports));
    if (facts === null) return null;
    return {
      ...facts,
      now: this.ports.clock.now(),
      stories: this.ports.store.stories(),
      criteria: this.#observer.criteria(),
      runs: this.#live(),
      jobs: this.#merges.facts(),
      pending: this.#clicks.facts(),
      conflicts: this.#radar.picture().conflicts,
      criteriaDue: this.#criteria.due(this.ports.store.stories()),
      criteriaWaiting: [...new Set(this.#criteria.waiting().map(({ number }) => number))],
      setUpsDue: this.#setUps.due(this.ports.store.stories()),
      lacks: this.#setUps.lacks(),
      roundProblem,
      ...(this.ports.sharing && { sharing: this.ports.sharing() }),
      doctor: this.#doctor,
      gitWaits: this.ports.git.waitingCalls().map(({ verb, program, cwd, since }) => ({ verb, program, cwd, since })),
    };
  }
}
