import type { PermissionAnswer } from '../core/agents/permission';
import type { AgentText } from '../core/agents/transcript/agentText';
import type { MessageTime, TakeOverOutcome } from '../core/agents/takeOver';
import type { ResolveOutcome, TakeBackOutcome, Uncommitted } from '../core/landing/resolving';
import type { GateHealth } from '../core/gates/gateHealth';
import type { McpServerCommand } from '../core/agents/mcpServer';
import type { FindingDecision } from '../core/agents/finding';
import type { DecisionOutcome } from '../engine/findingDecisions';
import { Listeners } from '../base/listeners';
import { messageOf, stackOf } from '../base/messageOf';
import type { DoctorReport, RepairOutcome } from '../core/doctor/report';
import type { BoardModel } from '../core/board/boardModel';
import type { RedTargetDecision, RedTargetOutcome, RedTargetShown } from '../core/landing/redTargetStory';
import type { LeftLock } from '../core/landing/leftLock';
import type { RemoveLockOutcome } from '../ports/locks';
import type { PushOutcome } from '../engine/targetPush';
import type { VerifiedText } from '../core/receipts/verifyText';
import type { PrivateWords } from '../core/bugBundle/privateWords';
import type { ReviewChange, ShownReview } from '../core/review/comments';
import type { SearchAnswer } from '../core/search/searchAnswer';
import type { Statistics, StatisticsRange } from '../core/statistics/statistics';
import type { TimelinePage, TimelineQuery } from '../core/story/timeline';
import type { ConflictReport } from '../core/landing/conflictReport';
import type { MergeOrder } from '../core/landing/mergeOrder';
import type { MergeStatus } from '../core/landing/status';
import type { WhatIfChange } from '../core/pipeline/whatIfChange';
import type { Kept, KeptFiles, RemovalPreview, RemovalResult, RemovalWish } from '../core/rescue/removalView';
import type { Disposable } from '../base/disposable';
import type { Clock } from '../ports/clock';
import type { GitPort } from '../ports/git';
import type { Lead } from '../ports/lead';
import type { Log } from '../ports/log';
import type { ArchivePage, CreateOutcome, EarlierText } from '../ports/store';
import type { CommandList } from '../protocol/windowMessages';
import type { ContendOptions, Door, Leadership } from '../store/leader/leader';
import type { FoundWork, WorkChoice } from '../core/story/adoption';
import type { HistoryEntry } from '../core/story/history';
import { numberInName, shortRef } from '../core/story/names';
import type { ShareRequest, SharingState } from '../core/sharing/sharingState';
import type { StageName } from '../core/story/stage';
import type { Engine } from '../engine/engine';
import type { RevertStoryOutcome } from '../engine/reverts';
import type { RecoveryReport, RecoveryWish } from '../engine/halfWrittenStories';
import type { PersonRequest } from '../engine/personCommands';
import type { StoryEdit } from '../core/story/storyEdit';
import type { EditOutcome, StoryTextOutcome } from '../engine/storyTexts';
import type { ChangeOutcome, NewStory } from '../engine/storyBook';
import type { Description } from '../core/story/describeStory';
import type { Doctor } from './doctor/doctor';
import type { Changes, FindingShown, Pipeline } from './pipeline';
import type { FoundLeader, Role } from './role';

/** One window's part in one repository: it leads (and has an engine) or follows another that does. */
export interface Session extends Pipeline {
  /** Null while another window leads. Whoever commands uses the session itself, which reaches the engine wherever it is. */
  engine(): Engine | null;
  /** Why this window can neither lead nor follow, in one sentence; null when all is well. */
  problem(): string | null;
  /** Short names of the local branches that are no story's. */
  branches(): Promise<string[]>;
  dispose(): Promise<void>;
}

/** How a session takes part in choosing the leader, and what it becomes. */
export interface SessionPorts {
  readonly git: GitPort;
  readonly clock: Clock;
  readonly log: Log;
  readonly contend: (
    roles: Pick<ContendOptions, 'onLead' | 'onFollow' | 'onLost' | 'onProblem'>,
  ) => Promise<Leadership>;
  /** `onLost` is called when the lead turns out to be another's. */
  readonly lead: (held: { readonly lead: Lead; readonly door: Door }, onLost: () => void) => Promise<Role>;
  readonly follow: (leader: FoundLeader | null) => Role;
  /** Looks without a store and a leader. */
  readonly doctor: Doctor;
  /** The board as it was written last, for a window that has neither store nor leader; null where there is nothing. */
  readonly stillPicture: (why: string) => Promise<BoardModel | null>;
  /** Called when the session is over and nothing of it is at work any more. */
  readonly onDisposed: () => void;
}

/** After a role could not be taken (a full disk, a broken file), it is tried again after this long (ms). */
const TRY_AGAIN_MS = 5000;

/** How long (ms) a command waits for a role: taking over takes less. */
const REACH_MS = 10_000;

/** Leads or follows, whichever it is; changes of role happen one after another. */
export class RepositorySession implements Session {
  readonly #listeners: Listeners<void>;
  readonly #writes: Listeners<void>;
  /** The present part in the choice, from the moment at which it is asked for; null where there is none. */
  #leadership: Promise<Leadership | null> = Promise.resolve(null);
  /** Counts the parts taken in the choice, so that what is left of an earlier one is not heard any more. */
  #round = 0;
  #nextTry: Disposable | null = null;
  #role: Role | null = null;
  #problem: string | null = null;
  /** Why it is not known who leads. */
  #leaderProblem: string | null = null;
  #turn: Promise<void> = Promise.resolve();
  #disposed = false;
  /** Shown while one role gives way to the next. */
  #lastModel: BoardModel | null = null;

  constructor(private readonly ports: SessionPorts) {
    this.#listeners = new Listeners(ports.log);
    this.#writes = new Listeners(ports.log);
  }

  /** Resolves once there is a role, or a problem that says why not; it is tried again then. */
  async begin(): Promise<void> {
    try {
      await this.#join();
    } catch (error) {
      this.#fail(error);
    }
    await this.#turn;
  }

  async #join(): Promise<void> {
    const round = ++this.#round;
    const joined = this.ports.contend({
      onLead: (lead, door) => this.#become(round, () => this.ports.lead({ lead, door }, () => this.#startOver(round))),
      onFollow: (seen) => {
        const leader = seen === null ? null : { pid: seen.pid, token: seen.token, connection: seen.take() };
        this.#become(round, () => Promise.resolve(this.ports.follow(leader)));
      },
      onLost: () => this.#startOver(round),
      onProblem: (problem) => {
        if (round !== this.#round) return;
        this.#leaderProblem = problem;
        this.#tell();
      },
    });
    this.#leadership = joined.catch(() => null);
    await joined;
  }

  /** Takes part no more, also where the choice is still being made. */
  async #leave(): Promise<void> {
    const leadership = await this.#leadership;
    this.#leadership = Promise.resolve(null);
    await leadership?.dispose();
  }

  engine(): Engine | null {
    return this.#role?.engine ?? null;
  }

  model(): BoardModel | null {
    return this.#role?.model() ?? this.#lastModel;
  }

  problem(): string | null {
    return this.#problem ?? this.#leaderProblem ?? this.#role?.problem() ?? null;
  }

  onDidChange(listener: () => void): Disposable {
    return this.#listeners.add(listener);
  }

  onDidWrite(listener: () => void): Disposable {
    return this.#writes.add(listener);
  }

  createStory(wanted: NewStory): Promise<CreateOutcome> {
    return this.#command((role) => role.createStory(wanted));
  }

  redTarget(): Promise<RedTargetShown | null> {
    return this.#ask((role) => role.redTarget());
  }

  async decideRedTarget(decision: RedTargetDecision): Promise<RedTargetOutcome> {
    return (await this.#reach()).decideRedTarget(decision);
  }

  revertStory(key: string, why: string): Promise<RevertStoryOutcome> {
    return this.#command((role) => role.revertStory(key, why));
  }

  resolveConflicts(key: string, uncommitted: Uncommitted): Promise<ResolveOutcome> {
    return this.#command((role) => role.resolveConflicts(key, uncommitted));
  }

  takeBackMerge(key: string): Promise<TakeBackOutcome> {
    return this.#command((role) => role.takeBackMerge(key));
  }

  perform(key: string, request: PersonRequest): Promise<ChangeOutcome> {
    return this.#command((role) => role.perform(key, request));
  }

  async answerAgent(key: string, question: string | null, answer: PermissionAnswer): Promise<DecisionOutcome> {
    return (await this.#reach()).answerAgent(key, question, answer);
  }

  async writeToAgent(key: string, text: string, when: MessageTime): Promise<DecisionOutcome> {
    return (await this.#reach()).writeToAgent(key, text, when);
  }

  async startFresh(key: string): Promise<DecisionOutcome> {
    return (await this.#reach()).startFresh(key);
  }

  takeOver(key: string): Promise<TakeOverOutcome> {
    return this.#command((role) => role.takeOver(key));
  }

  moveTo(key: string, to: StageName): Promise<ChangeOutcome> {
    return this.#command((role) => role.moveTo(key, to));
  }

  describe(key: string, wanted: Description): Promise<ChangeOutcome> {
    return this.#command((role) => role.describe(key, wanted));
  }

  async push(what: 'target' | 'receipts'): Promise<PushOutcome> {
    return (await this.#reach()).push(what);
  }

  verifyLandings(range: string): Promise<VerifiedText> {
    return this.#ask((role) => role.verifyLandings(range));
  }

  locks(): Promise<readonly LeftLock[]> {
    return this.#ask((role) => role.locks());
  }

  async removeLock(lock: LeftLock): Promise<RemoveLockOutcome> {
    return (await this.#reach()).removeLock(lock);
  }

  foundWork(): Promise<readonly FoundWork[]> {
    return this.#ask((role) => role.foundWork());
  }

  adopt(choice: WorkChoice): Promise<CreateOutcome> {
    return this.#command((role) => role.adopt(choice));
  }

  storyText(number: number, known: number | null): Promise<StoryTextOutcome> {
    return this.#ask((role) => role.storyText(number, known));
  }

  editStory(key: string, edit: StoryEdit): Promise<EditOutcome> {
    return this.#command((role) => role.editStory(key, edit));
  }

  async acknowledgeLosses(): Promise<void> {
    await (await this.#reach()).acknowledgeLosses();
  }

  sharing(): Promise<SharingState> {
    return this.#ask((role) => role.sharing());
  }

  async share(request: ShareRequest): Promise<DecisionOutcome> {
    return (await this.#reach()).share(request);
  }

  async cancelStart(key: string): Promise<void> {
    await (await this.#reach()).cancelStart(key);
  }

  async stopWaiting(): Promise<void> {
    await (await this.#reach()).stopWaiting();
  }

  conflicts(): Promise<ConflictReport> {
    return this.#ask((role) => role.conflicts());
  }

  async setMergeOrder(order: MergeOrder): Promise<void> {
    await (await this.#reach()).setMergeOrder(order);
  }

  async setTarget(branch: string): Promise<void> {
    await (await this.#reach()).setTarget(branch);
  }

  findings(): Promise<readonly FindingShown[]> {
    return this.#ask((role) => role.findings());
  }

  async decideFinding(id: string, decision: FindingDecision): Promise<DecisionOutcome> {
    return (await this.#reach()).decideFinding(id, decision);
  }

  gateHealth(): Promise<readonly GateHealth[]> {
    return this.#ask((role) => role.gateHealth());
  }

  async quarantine(gate: string, test?: string | null): Promise<DecisionOutcome> {
    return (await this.#reach()).quarantine(gate, test);
  }

  async endQuarantine(gate: string, test?: string | null): Promise<DecisionOutcome> {
    return (await this.#reach()).endQuarantine(gate, test);
  }

  async recoverHalfWritten(wish?: RecoveryWish): Promise<RecoveryReport> {
    return (await this.#reach()).recoverHalfWritten(wish);
  }

  halfWrittenText(key: string): Promise<string | null> {
    return this.#ask((role) => role.halfWrittenText(key));
  }

  /** Where the leader cannot be asked, this window looks by itself, as far as it can. */
  async examine(): Promise<DoctorReport> {
    const role = this.#healthyRole();
    const asked = role === null ? null : await role.examine().catch(() => null);
    return asked ?? this.ports.doctor.examine(this.problem());
  }

  async repair(finding: string): Promise<RepairOutcome> {
    const role = this.#healthyRole();
    return role === null ? this.ports.doctor.repair(finding) : role.repair(finding);
  }

  #healthyRole(): Role | null {
    const role = this.#role;
    return role !== null && !role.isGone() && this.problem() === null ? role : null;
  }

  previewRemoval(keys: readonly string[]): Promise<readonly RemovalPreview[]> {
    return this.#ask((role) => role.previewRemoval(keys));
  }

  async remove(wish: RemovalWish): Promise<readonly RemovalResult[]> {
    return (await this.#reach()).remove(wish);
  }

  landedWorktrees(): Promise<readonly RemovalPreview[]> {
    return this.#ask((role) => role.landedWorktrees());
  }

  worktreeSize(key: string): Promise<number> {
    return this.#ask((role) => role.worktreeSize(key));
  }

  kept(): Promise<readonly Kept[]> {
    return this.#ask((role) => role.kept());
  }

  keptFiles(ref: string): Promise<KeptFiles> {
    return this.#ask((role) => role.keptFiles(ref));
  }

  async restore(id: string): Promise<DecisionOutcome> {
    return (await this.#reach()).restore(id);
  }

  async forget(ref: string, commit: string): Promise<DecisionOutcome> {
    return (await this.#reach()).forget(ref, commit);
  }

  earlierTexts(key: string): Promise<readonly EarlierText[]> {
    return this.#ask((role) => role.earlierTexts(key));
  }

  restoreText(key: string, id: string): Promise<EditOutcome> {
    return this.#command((role) => role.restoreText(key, id));
  }

  poke(): void {
    this.#role?.poke();
  }

  async settle(): Promise<void> {
    await (await this.#reach()).settle();
  }

  commands(): CommandList {
    return this.#role?.commands() ?? null;
  }

  agentServer(folder: string): Promise<McpServerCommand | null> {
    return this.#ask((role) => role.agentServer(folder));
  }

  worktreeOf(key: string): Promise<string | null> {
    return this.#ask((role) => role.worktreeOf(key));
  }

  changesOf(key: string): Promise<Changes | null> {
    return this.#ask((role) => role.changesOf(key));
  }

  reviewOf(key: string): Promise<ShownReview | null> {
    return this.#ask((role) => role.reviewOf(key));
  }

  async changeReview(key: string, change: ReviewChange): Promise<DecisionOutcome> {
    return (await this.#reach()).changeReview(key, change);
  }

  bodyOf(key: string): Promise<string> {
    return this.#ask((role) => role.bodyOf(key));
  }

  outputsOf(key: string): Promise<string[]> {
    return this.#ask((role) => role.outputsOf(key));
  }

  agentTextOf(key: string, which: AgentText): Promise<string | null> {
    return this.#ask((role) => role.agentTextOf(key, which));
  }

  whyNotLanded(key: string): Promise<string | null> {
    return this.#ask((role) => role.whyNotLanded(key));
  }

  whatIf(change: WhatIfChange | null): Promise<string> {
    return this.#ask((role) => role.whatIf(change));
  }

  mergeStatusOf(key: string): Promise<MergeStatus> {
    return this.#ask((role) => role.mergeStatusOf(key));
  }

  historyOf(key: string, limit: number): Promise<readonly HistoryEntry[]> {
    return this.#ask((role) => role.historyOf(key, limit));
  }

  archived(query: { after: string | null; limit: number }): Promise<ArchivePage> {
    return this.#ask((role) => role.archived(query));
  }

  search(text: string, limit: number): Promise<SearchAnswer> {
    return this.#ask((role) => role.search(text, limit));
  }

  statistics(range: StatisticsRange): Promise<Statistics> {
    return this.#ask((role) => role.statistics(range));
  }

  timeline(query: TimelineQuery): Promise<TimelinePage> {
    return this.#ask((role) => role.timeline(query));
  }

  boardAt(time: string): Promise<BoardModel> {
    return this.#ask((role) => role.boardAt(time));
  }

  privateWords(): Promise<PrivateWords> {
    return this.#ask((role) => role.privateWords());
  }

  async branches(): Promise<string[]> {
    const names = [...(await this.ports.git.branchTips()).keys()].map(shortRef);
    return names.filter((name) => numberInName(name) === null);
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#nextTry?.dispose();
    this.#tell(); // who waits for a role waits no longer
    await this.#turn;
    try {
      await this.#rest();
    } finally {
      await this.#leave();
      this.ports.onDisposed();
    }
  }

  #become(round: number, take: () => Promise<Role>): void {
    this.#inTurn(async () => {
      if (round !== this.#round) return;
      await this.#rest();
      if (this.#disposed) return;
      const role = await take();
      this.#role = role;
      this.#problem = null;
      role.onDidChange(() => this.#tell());
      role.onDidWrite(() => this.#writes.call());
      this.#writes.call(); // what was written between two roles
      this.#tell();
    });
  }

  /** Gives up the role of a round and takes part in the choice again; once, however often it is told. */
  #startOver(round: number): void {
    if (this.#disposed || round !== this.#round) return;
    this.#round += 1;
    this.#inTurn(async () => {
      this.ports.log.warn('[session] this window no longer leads; it takes part in the choice again');
      await this.#rest();
      await this.#leave();
      if (!this.#disposed) void this.begin();
    });
  }

  #inTurn(task: () => Promise<void>): void {
    this.#turn = this.#turn.then(task).catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    const why = messageOf(error);
    const isNew = why !== this.#problem;
    this.#problem = why;
    if (isNew) void this.#showStill(why);
    if (isNew) this.ports.log.error(`[session] ${stackOf(error)}`);
    this.#tell();
    if (this.#disposed) return;
    const round = this.#round;
    this.#nextTry?.dispose();
    this.#nextTry = this.ports.clock.after(TRY_AGAIN_MS, () => this.#startOver(round));
  }

  /** The board stays readable, also in a window that was opened on a disk that takes nothing. */
  async #showStill(why: string): Promise<void> {
    const still = await this.ports.stillPicture(why).catch(() => null);
    if (still === null || this.#role !== null || this.#problem !== why) return;
    this.#lastModel = still;
    this.#tell();
  }

  /** Lets go of whatever the present role holds. */
  async #rest(): Promise<void> {
    const role = this.#role;
    this.#lastModel = this.model();
    this.#role = null;
    await role?.close();
  }

  /** A command that reached no engine was not done, and says so. */
  async #command<T>(command: (role: Role) => Promise<T>): Promise<T | { kind: 'refused'; message: string }> {
    const role = await this.#reach().catch(messageOf);
    return typeof role === 'string' ? { kind: 'refused', message: role } : command(role);
  }

  /** What only looks is asked again of the next role where the present one went before it answered. */
  async #ask<T>(question: (role: Role) => Promise<T>): Promise<T> {
    for (;;) {
      const role = await this.#reach();
      try {
        return await question(role);
      } catch (error) {
        if (!role.isGone() && this.#role === role) throw error;
      }
    }
  }

  /** The present role; between two, the next one is waited for. */
  async #reach(): Promise<Role> {
    const isLate = { now: false };
    const timer = this.ports.clock.after(REACH_MS, () => {
      isLate.now = true;
      this.#tell();
    });
    try {
      for (;;) {
        const role = this.#role;
        if (role !== null && !role.isGone()) return role;
        if (isLate.now || this.#disposed) {
          throw new Error(`Nothing was done: ${this.problem() ?? 'Switchyard is still starting in this window.'}`);
        }
        await this.#nextChange();
      }
    } finally {
      timer.dispose();
    }
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => {
      const once = this.#listeners.add(() => {
        once.dispose();
        resolve();
      });
    });
  }

  #tell(): void {
    this.#listeners.call();
  }
}
