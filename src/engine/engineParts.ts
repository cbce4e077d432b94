import { ROLE_IN, type RunRole } from '../core/pipeline/roles';
import type { AgentProfile } from '../core/agents/profile';
import { whyRaced } from '../core/agents/race';
import { type MergeJob } from '../core/landing/job';
import type { PredictedConflict } from '../core/landing/radar';
import type { PipelineFacts } from '../core/pipeline/facts';
import { sayHeld, heldStories } from '../core/recovery/storeLoss';
import type { Disposable } from '../base/disposable';
import { SerialQueue } from '../base/serialQueue';
import { Adoption } from './stories/adoption';
import { AgentDoor } from './agents/desk/agentDoor';
import { AgentActivities } from './agents/agentActivities';
import { BesideRounds } from './besideRounds';
import { BoardView } from './boardView';
import type { AgentRuns } from './agents/agentRuns';
import { coderRuns } from './agents/coderRuns';
import { ConflictResolving } from './worktrees/conflictResolving';
import { CriteriaRuns } from './gates/criteriaRuns';
import { agentOf, namesOf, type Commands } from '../gates/readCommands';
import { GateRuns } from './gates/gateRuns';
import { HalfWrittenStories } from './stories/halfWrittenStories';
import { KnownDependencies } from './stories/knownDependencies';
import { LazyRaces } from './races/lazyRaces';
import { LandingReceipts } from './landing/landingReceipts';
import { MergemasterRuns } from './agents/mergemasterRuns';
import { MergeRuns } from './landing/mergeRuns';
import { OutsideChanges } from './landing/outsideChanges';
import { Restacks } from './worktrees/restacks';
import { untilClosed } from './target/followRemote';
import { TargetPush } from './target/targetPush';
import { TeamLandings } from './target/teamLandings';
import { Observer, type PartFacts } from './observe';
import { AgentTalks, ASK_MINUTES } from './agents/talks/agentTalks';
import { PendingClicks } from './stories/pendingClicks';
import { PersonCommands, type PersonRequest } from './stories/personCommands';
import type { EnginePorts } from './ports';
import { Prover } from '../gates/prover';
import { LandedGates } from './target/landedGates';
import { TargetHistory } from './target/targetHistory';
import { TargetGates } from './target/targetGates';
import { StoryRemoval } from './removal/storyRemoval';
import { LazyRestoring } from './removal/lazyRestoring';
import { noteReverts, Reverts } from './landing/reverts';
import { isAgent } from '../core/pipeline/agentRoom';
import { reviewerRuns } from './agents/reviewerRuns';
import { Reviews } from './stories/reviews';
import { RadarRuns } from '../landing/radarRuns';
import { SetUpRuns, type MakeWorktree } from './worktrees/setUpRuns';
import type { RunAhead } from './gates/runAhead';
import type { StoryRuns } from './storyRuns';
import { StoryBook, type ChangeOutcome } from './stories/storyBook';
import { refuse, type Refusal } from '../core/words/said';

/** What the parts need of the loop that they are in. */
export interface EngineLoop {
  readonly poke: () => void;
  /** Whether it is looking or deciding at this moment. */
  readonly isUnderWay: () => boolean;
  /** The facts of the last round; null before the first. */
  readonly facts: () => PipelineFacts | null;
  /** Those, with all that is known without a look as it is now. */
  readonly factsNow: () => PipelineFacts | null;
  /** What may be executed, as the last round read it; null before the first. */
  readonly commands: () => Commands | null;
  readonly perform: (key: string, request: PersonRequest) => Promise<ChangeOutcome>;
}

/** How long (ms) a window that closes waits for a remote's answer. */
const REMOTE_MS = 2000;

/** What an engine consists of: who does what, and how they reach each other. It decides nothing and begins nothing. */
export class EngineParts {
  readonly view: BoardView;
  readonly clicks: PendingClicks;
  readonly book: StoryBook;
  readonly observer: Observer;
  readonly activities: AgentActivities;
  readonly coders: AgentRuns;
  readonly beside: BesideRounds;
  readonly mergemasters: MergemasterRuns;
  readonly reviewers: AgentRuns;
  readonly setUps: SetUpRuns;
  readonly criteria: CriteriaRuns;
  readonly gates: GateRuns;
  readonly merges: MergeRuns;
  readonly receipts: LandingReceipts;
  readonly push: TargetPush;
  readonly restacks: Restacks;
  readonly radar: RadarRuns;
  readonly outside: OutsideChanges;
  readonly target: TargetGates;
  readonly landed: LandedGates;
  readonly person: PersonCommands;
  readonly talks: AgentTalks;
  readonly agentDoor: AgentDoor;
  readonly adoption: Adoption;
  readonly resolving: ConflictResolving;
  readonly reverts: Reverts;
  /** What people say about what stories change. */
  readonly reviews: Reviews;
  /** Deleting, purging, and removing worktrees. */
  readonly removal: StoryRemoval;
  /** Bringing back what was deleted or kept. */
  readonly restoring: LazyRestoring;
  /** Several agents on one story. */
  readonly races: LazyRaces;
  /** Stories on which nothing is begun, because they are about to be removed. */
  readonly #leaving = new Set<string>();
  /** Texts in the store that no story has, for a person to recover. */
  readonly halfWritten: HalfWrittenStories;

  readonly #prover: Prover;
  /** Gates that run before anybody asks; loaded where the setting says so. */
  ahead: RunAhead | null = null;
  #isAheadOver = false;
  readonly #closesRemotes = new AbortController();

  constructor(
    private readonly ports: EnginePorts,
    private readonly loop: EngineLoop,
  ) {
    const { git, store } = ports;
    const { clock, log } = ports;
    this.view = new BoardView({ clock, log, facts: () => this.loop.factsNow() });
    // Progress is shown; only an end can change what is to be done next.
    const [progress, end] = [() => this.view.showSoon(), () => this.loop.poke()];
    this.activities = new AgentActivities(clock, progress);
    this.clicks = new PendingClicks({ store, clock, onChange: () => this.view.show(), onEnd: end });
    const dependencies = new KnownDependencies(store);
    this.book = new StoryBook({ ...ports, dependencies });
    this.halfWritten = new HalfWrittenStories({ ...ports, book: this.book, stories: () => store.stories() });
    this.observer = new Observer(ports, dependencies, progress, end);
    const prover = (this.#prover = new Prover(ports));
    this.criteria = new CriteriaRuns(ports, this.book, prover, end);
    this.setUps = new SetUpRuns(ports, this.book, { progress, end });
    this.talks = new AgentTalks({
      ...ports,
      patienceMs: () => (ports.settings().askMinutes ?? ASK_MINUTES) * 60_000,
      onChange: progress,
      story: (key) => store.get(key),
      agentAt: (key) => {
        const run = this.live().get(key);
        return run !== undefined && isAgent(run) ? run.name : null;
      },
      readsAfter: (key) => {
        const { stage } = store.get(key) ?? {};
        const role = ROLE_IN[stage?.name ?? 'Coding'] ?? 'coder';
        return this.agentOf(role, key)?.transport === 'acp' ? 'turn' : 'run';
      },
    });
    this.agentDoor = new AgentDoor(ports, {
      book: this.book,
      target: () => this.observer.target(),
      board: () => this.view.model(),
      held: (key) => this.refuseHeld(key),
      isAtWork: (key) => this.isAtWork(key),
      readyForQa: (key) => this.loop.perform(key, { event: 'GatesStarted' }),
    });
    const { letIn } = this.agentDoor;
    const agentPorts = { ...ports, ...(letIn && { letIn }), talks: this.talks, activity: this.activities.note };
    this.coders = coderRuns(agentPorts, this.book, end, {
      withTarget: (key) => this.radar.withTarget(key),
      lacksOf: (key) => this.setUps.lacksOf(key),
    });
    this.beside = new BesideRounds(end);
    this.mergemasters = new MergemasterRuns(agentPorts, this.book, this.beside, end);
    this.reviewers = reviewerRuns(agentPorts, this.book, end);
    this.gates = new GateRuns(ports, this.book, prover, { progress, end }, (...asked) =>
      this.target.judgeBase(...asked),
    );
    this.receipts = new LandingReceipts(ports);
    this.outside = new OutsideChanges({ ...ports, book: this.book, onEnd: end });
    this.restacks = new Restacks({
      ...ports,
      book: this.book,
      beside: this.beside,
      story: (key) => store.get(key),
      onDue: end,
    });
    const remotes = ports.remotes == null ? null : untilClosed(ports.remotes, this.#closesRemotes.signal);
    const remote = { ...ports, book: this.book, remotes, turns: new SerialQueue() };
    const team = new TeamLandings(remote);
    this.push = new TargetPush({
      ...remote,
      onPushed: () => team.pushed(),
      target: () => this.observer.target(),
      setting: () => ports.settings().push ?? 'never',
      onChange: end,
    });
    const history = new TargetHistory(git);
    this.target = new TargetGates({ ...ports, history, prover, onEnd: end });
    this.merges = new MergeRuns({
      ...ports,
      book: this.book,
      story: (key) => store.get(key),
      buried: (key) => store.tombstone(key)?.record,
      noteReverts: (story, commit) => noteReverts({ store, book: this.book }, story, commit),
      blameDisk: (cause) => ports.health.blame(cause),
      target: async () => {
        const target = await this.observer.target();
        return target.kind === 'found' ? target.ref : null;
      },
      judgeBase: (job, base, gate, how) => this.target.judgeBase(job, base, gate, how),
      onChange: progress,
      onEnd: end,
      onLanded: (job) => {
        this.receipts.landed(job);
        this.push.landed();
      },
      // What others have pushed is merged as it is: squashed or replayed it would not be what the remote has.
      strategy: (story) => (story.bringsIn === undefined ? ports.settings().strategy : 'merge'),
      team: (job) => (this.#isTeamTarget(job) ? team : null),
      policy: () => this.loop.facts()?.queue?.policy ?? { kind: 'one' },
      prove: (...request) => prover.proveCandidate(...request),
      areApart: (...asked) => prover.areApart(...asked),
    });
    this.radar = new RadarRuns({
      git,
      clock,
      log,
      busyWith: () => this.#busyWith(),
      onChange: (what) => this.#radarChanged(what),
    });
    this.removal = new StoryRemoval({
      ...ports,
      tearDown: async (story, folder) => (await import('./worktrees/tearDown')).tearDown(ports, story, folder),
      book: this.book,
      hold: (key) => this.hold(key),
      stop: (key, why) => this.stopAll(key, why),
      isRunning: (key) => this.isAtWork(key),
    });
    this.restoring = new LazyRestoring({
      ...ports,
      book: this.book,
      target: async () => {
        const target = await this.observer.target();
        return target.kind === 'found' ? target.tip : null;
      },
    });
    this.races = new LazyRaces({
      ...ports,
      book: this.book,
      agents: () => namesOf(this.loop.commands()),
      target: () => this.observer.target(),
      perform: (...asked) => this.loop.perform(...asked),
      hold: (key) => this.hold(key),
      stop: (...asked) => this.stopAll(...asked),
      previewRemoval: (keys) => this.removal.preview(keys),
      remove: (wish) => this.removal.remove(wish).finally(end),
      refuse: (key) => this.refuseHeld(key),
      onDue: end,
    });
    this.adoption = new Adoption({ git, store, book: this.book, target: () => this.observer.target() });
    const makeWorktree: MakeWorktree = (...request) => this.setUps.makeWorktree(...request);
    this.reverts = new Reverts({
      ...ports,
      book: this.book,
      target: () => this.observer.target(),
      findings: () => ports.findings.list(),
      makeWorktree,
    });
    this.resolving = new ConflictResolving({
      git,
      story: (key) => store.get(key),
      target: () => this.observer.target(),
      permission: () => ports.permission(this.loop.commands()?.subject ?? ''),
      agentAt: (key) => this.live().get(key)?.name ?? null,
      hold: (key) => this.hold(key),
    });
    this.landed = new LandedGates({
      ...ports,
      history,
      prover,
      book: this.book,
      reverts: this.reverts,
      makeWorktree,
      beside: this.beside,
      revert: () => ports.settings().afterLandingRevert ?? 'offer',
      onEnd: end,
    });
    this.reviews = new Reviews({ ...ports, find: (key) => store.find(key), target: () => this.observer.target() });
    this.person = new PersonCommands({
      reviews: this.reviews,
      git,
      store,
      dependencies,
      clock: ports.clock,
      book: this.book,
      story: (key) => store.get(key),
      stories: () => store.stories(),
      find: (key) => store.find(key),
      target: () => this.observer.target(),
      seenTarget: () => this.loop.facts()?.target ?? null,
      whyRaced: (story) => whyRaced(store.stories(), story),
      findings: () => ports.findings.list(),
      makeWorktree,
      holdMerge: (key) => this.merges.hold(key),
      withdrawMerge: (key, why) => this.merges.withdraw(key, why),
      gateAfresh: async (story) => {
        ports.verdicts.askAgain(story, new Date(ports.clock.now()).toISOString());
        await this.gates.runs.stop(story.key, `the gates of #${story.number} run again`);
      },
    });
  }

  /** The agent that does this for the story; null where people do it, or nothing was read yet. */
  agentOf(role: RunRole, key: string): AgentProfile | null {
    const commands = this.loop.commands();
    return commands === null ? null : agentOf(role, commands, this.ports.store.get(key) ?? {});
  }

  /** What starts them. */
  get agentRuns(): Readonly<Record<RunRole, AgentRuns>> {
    return { coder: this.coders, reviewer: this.reviewers, mergemaster: this.mergemasters.agents };
  }

  /** The runs on stories, one of each kind. */
  runs(): readonly StoryRuns[] {
    return [this.setUps, this.coders, this.mergemasters.agents, this.reviewers, this.gates].map(({ runs }) => runs);
  }

  isAtWork(key: string): boolean {
    return this.runs().some((runs) => runs.isAtWork(key));
  }

  /** What is at work on stories now, with what it says and asks. */
  live(): PipelineFacts['runs'] {
    return new Map(
      this.runs().flatMap((runs) =>
        runs.live().map(([key, run]) => {
          const question = run.role === null ? null : this.talks.questionOf(key);
          const shown = this.activities.of(key, run);
          return [key, question === null ? shown : { ...shown, question }] as const;
        }),
      ),
    );
  }

  async stopRuns(key: string, why: string): Promise<void> {
    await Promise.all(this.runs().map((runs) => runs.stop(key, why)));
  }

  /** Ends the making of a story's worktree that a person asked for. */
  stopMaking(key: string): Promise<void> {
    return this.person.making.stop(key, this.ports.store.get(key)?.number ?? 0);
  }

  async stopAll(key: string, why: string): Promise<void> {
    await Promise.all([
      this.stopMaking(key),
      this.stopRuns(key, why),
      this.criteria.stop(key),
      this.merges.withdraw(key, why),
    ]);
  }

  /** Nothing begins on the story until this is disposed. */
  hold(key: string): Disposable {
    const merge = this.merges.hold(key);
    this.#leaving.add(key);
    return {
      dispose: () => {
        this.#leaving.delete(key);
        merge.dispose();
        this.loop.poke();
      },
    };
  }

  /** What the parts know without asking git. */
  observed(): PartFacts {
    const stories = this.ports.store.stories();
    return {
      runs: this.live(),
      jobs: this.merges.facts(),
      pending: this.clicks.facts(),
      criteriaDue: this.criteria.due(stories),
      criteriaWaiting: [...new Set(this.criteria.waiting().map(({ number }) => number))],
      setUpsDue: this.setUps.due(stories),
      lacks: this.setUps.lacks(),
      restackWaits: this.restacks.waits(),
      gitAtWork: new Set(this.beside.keys()),
      ...(this.ahead && { ahead: this.ahead.states() }),
    };
  }

  /** Conflicts that will come, as far as they are known: in files, and in gates. */
  conflicts(): readonly PredictedConflict[] {
    const inFiles = this.radar.picture().conflicts;
    const inGates = this.ahead?.conflicts() ?? [];
    return inGates.length === 0 ? inFiles : [...inFiles, ...inGates];
  }

  /** Begins, or ends, what runs before anybody asks for it. */
  async stepAhead(facts: PipelineFacts, commands: Commands, begins: boolean): Promise<void> {
    const { ports, view, loop } = this;
    const { runAhead, radarGates = 'off' } = ports.settings();
    if (this.ahead === null && runAhead !== true && radarGates === 'off') return;
    const [onChange, onEnd] = [() => view.showSoon(), loop.poke];
    const { RunAhead } = await import('./gates/runAhead');
    if (this.#isAheadOver) return;
    this.ahead ??= new RunAhead({ ...ports, prover: this.#prover, onChange, onEnd });
    const isAtWork = [this.criteria, this.target, this.landed].some((one) => one.isAtWork);
    this.ahead.step(facts, commands, begins || isAtWork);
  }

  /** From here on nothing runs ahead. */
  async closeAhead(): Promise<void> {
    this.#isAheadOver = true;
    await this.ahead?.close();
  }

  /** What the remote has not answered soon is on record as cut off. */
  async closeRemotes(): Promise<void> {
    const timer = this.ports.clock.after(REMOTE_MS, () => this.#closesRemotes.abort());
    await this.push.settled().finally(() => timer.dispose());
  }

  isLeaving(key: string): boolean {
    return this.#leaving.has(key);
  }

  /** Why nothing of a story is changed before a person has looked at it; null where nothing stands against it. */
  refuseHeld(key: string): Refusal | null {
    if (!heldStories(this.ports.health.losses()).has(key)) return null;
    return refuse(sayHeld(this.ports.store.get(key)?.number ?? 0));
  }

  /** What others have pushed is brought in here first, and then pushed as any target is. */
  #isTeamTarget({ storyKey }: MergeJob): boolean {
    const { sharing, settings, store } = this.ports;
    const isShared = sharing !== undefined && sharing().url !== null;
    return isShared && settings().push === 'always' && store.get(storyKey)?.bringsIn === undefined;
  }

  /** What the machine does that somebody waits for. */
  #busyWith(): 'git' | 'gates' | 'nothing' {
    if (this.loop.isUnderWay()) return 'git';
    const landing = this.merges.facts().filter(({ state, wait }) => state === 'active' && wait === null);
    if (landing.some(({ progress }) => progress === null)) return 'git';
    return landing.length > 0 || this.gates.runs.live().length > 0 ? 'gates' : 'nothing';
  }

  /** By what is predicted, who lands next may be another one now. */
  #radarChanged(what: 'picture' | 'files'): void {
    this.view.showSoon();
    if (what === 'picture' && this.ports.settings().mergeOrder === 'fewestConflicts') this.loop.poke();
  }
}
