import type { PermissionAnswer } from '../core/agents/permission';
import type { StoryRuns } from '../core/agents/pastRun';
import type { AgentText } from '../core/agents/transcript/agentText';
import type { Race } from '../core/agents/race';
import type { MessageTime, TakeOverOutcome } from '../core/agents/takeOver';
import type { SetUpLook } from '../core/setUp/offers';
import type { ResolveOutcome, TakeBackOutcome, Uncommitted } from '../core/landing/resolving';
import type { GateHealth } from '../core/gates/gateHealth';
import type { TrialOutcome, TrialPlan } from '../core/agents/agentTrial';
import type { McpServerCommand } from '../core/agents/mcpServer';
import type { FindingDecision } from '../core/agents/finding';
import type { DecisionOutcome } from '../engine/findingDecisions';
import type { DoctorReport, RepairOutcome } from '../core/doctor/report';
import type { BoardModel } from '../core/board/boardModel';
import type { RedTargetDecision, RedTargetOutcome, RedTargetShown } from '../core/landing/redTargetStory';
import type { LeftLock } from '../core/landing/leftLock';
import type { RemoveLockOutcome } from '../ports/locks';
import type { PushOutcome } from '../engine/target/targetPush';
import type { VerifiedText } from '../core/receipts/verifyText';
import type { PrivateWords } from '../core/bugBundle/privateWords';
import type { ReviewChange, ShownReview } from '../core/review/comments';
import type { SearchAnswer } from '../core/search/searchAnswer';
import type { Statistics, StatisticsRange } from '../core/statistics/statistics';
import type { TimelinePage, TimelineQuery } from '../core/story/timeline';
import type { ChangedFiles } from '../core/landing/changedFiles';
import type { ConflictReport } from '../core/landing/conflictReport';
import type { MergeOrder } from '../core/landing/mergeOrder';
import type { MergeStatus } from '../core/landing/status';
import type { WhatIfChange } from '../core/pipeline/whatIfChange';
import type { Told } from '../core/words/said';
import type { SaidReport } from '../core/words/saidReport';
import type { Kept, KeptFiles, RemovalPreview, RemovalResult, RemovalWish } from '../core/rescue/removalView';
import type { Disposable } from '../base/disposable';
import type { ArchivePage, CreateOutcome, EarlierText } from '../ports/store';
import type { CommandList } from '../protocol/windowMessages';
import type { FoundWork, WorkChoice } from '../core/story/adoption';
import type { HistoryEntry } from '../core/story/history';
import { numberInName, shortRef } from '../core/story/names';
import type { ReassignQuestion, ShareRequest, SharingState } from '../core/sharing/sharingState';
import type { StageName } from '../core/story/stage';
import type { Engine } from '../engine/engine';
import type { RevertStoryOutcome } from '../engine/reverts';
import type { RecoveryReport, RecoveryWish } from '../engine/halfWrittenStories';
import type { PersonRequest } from '../engine/personCommands';
import type { StoryEdit } from '../core/story/storyEdit';
import type { EditOutcome, StoryTextOutcome } from '../engine/storyTexts';
import type { ChangeOutcome, NewStory } from '../engine/storyBook';
import type { Description } from '../core/story/describeStory';
import type { Changes, FindingShown, Pipeline } from './pipeline';
import { PresentRole, type SessionPorts } from './presentRole';

/** One window's part in one repository: it leads (and has an engine) or follows another that does. */
export interface Session extends Pipeline {
  /** Null while another window leads. Whoever commands uses the session itself, which reaches the engine wherever it is. */
  engine(): Engine | null;
  /** Why this window can neither lead nor follow, in one sentence; null when all is well. */
  problem(): Told | null;
  /** Short names of the local branches that are no story's. */
  branches(): Promise<string[]>;
  /** What the repository holds that says how a worktree is made ready. */
  lookAtTop(): Promise<SetUpLook>;
  dispose(): Promise<void>;
}

/** Asks and commands the pipeline through the role that this window has just then. */
export class RepositorySession implements Session {
  readonly #present: PresentRole;

  constructor(private readonly ports: SessionPorts) {
    this.#present = new PresentRole(ports);
  }

  /** Resolves once there is a role, or a problem that says why not; it is tried again then. */
  begin(): Promise<void> {
    return this.#present.begin();
  }

  engine(): Engine | null {
    return this.#present.role()?.engine ?? null;
  }

  model(): BoardModel | null {
    return this.#present.model();
  }

  problem(): Told | null {
    return this.#present.problem();
  }

  onDidChange(listener: () => void): Disposable {
    return this.#present.onDidChange(listener);
  }

  onDidWrite(listener: () => void): Disposable {
    return this.#present.onDidWrite(listener);
  }

  createStory(wanted: NewStory): Promise<CreateOutcome> {
    return this.#present.command((role) => role.createStory(wanted));
  }

  redTarget(): Promise<RedTargetShown | null> {
    return this.#present.ask((role) => role.redTarget());
  }

  async decideRedTarget(decision: RedTargetDecision): Promise<RedTargetOutcome> {
    return (await this.#present.reach()).decideRedTarget(decision);
  }

  revertStory(key: string, why: string): Promise<RevertStoryOutcome> {
    return this.#present.command((role) => role.revertStory(key, why));
  }

  resolveConflicts(key: string, uncommitted: Uncommitted): Promise<ResolveOutcome> {
    return this.#present.command((role) => role.resolveConflicts(key, uncommitted));
  }

  takeBackMerge(key: string): Promise<TakeBackOutcome> {
    return this.#present.command((role) => role.takeBackMerge(key));
  }

  perform(key: string, request: PersonRequest): Promise<ChangeOutcome> {
    return this.#present.command((role) => role.perform(key, request));
  }

  async answerAgent(key: string, question: string | null, answer: PermissionAnswer): Promise<DecisionOutcome> {
    return (await this.#present.reach()).answerAgent(key, question, answer);
  }

  async writeToAgent(key: string, text: string, when: MessageTime): Promise<DecisionOutcome> {
    return (await this.#present.reach()).writeToAgent(key, text, when);
  }

  race(key: string, agents: readonly string[]): Promise<DecisionOutcome> {
    return this.#present.command((role) => role.race(key, agents));
  }

  keepRacer(key: string): Promise<DecisionOutcome> {
    return this.#present.command((role) => role.keepRacer(key));
  }

  raceOf(key: string): Promise<Race> {
    return this.#present.ask((role) => role.raceOf(key));
  }

  async startFresh(key: string): Promise<DecisionOutcome> {
    return (await this.#present.reach()).startFresh(key);
  }

  takeOver(key: string): Promise<TakeOverOutcome> {
    return this.#present.command((role) => role.takeOver(key));
  }

  async askToReassign(key: string): Promise<ReassignQuestion> {
    return (await this.#present.reach()).askToReassign(key);
  }

  async planTrial(agent: unknown): Promise<TrialPlan> {
    return (await this.#present.reach()).planTrial(agent);
  }

  async tryAgent(agent: unknown): Promise<TrialOutcome> {
    return (await this.#present.reach()).tryAgent(agent);
  }

  async cancelTrial(): Promise<void> {
    await (await this.#present.reach()).cancelTrial();
  }

  moveTo(key: string, to: StageName): Promise<ChangeOutcome> {
    return this.#present.command((role) => role.moveTo(key, to));
  }

  describe(key: string, wanted: Description): Promise<ChangeOutcome> {
    return this.#present.command((role) => role.describe(key, wanted));
  }

  async push(what: 'target' | 'receipts'): Promise<PushOutcome> {
    return (await this.#present.reach()).push(what);
  }

  async pull(): Promise<PushOutcome> {
    return (await this.#present.reach()).pull();
  }

  async cancelUnderWay(what: 'pull' | 'restore'): Promise<void> {
    await (await this.#present.reach()).cancelUnderWay(what);
  }

  verifyLandings(range: string): Promise<VerifiedText> {
    return this.#present.ask((role) => role.verifyLandings(range));
  }

  locks(): Promise<readonly LeftLock[]> {
    return this.#present.ask((role) => role.locks());
  }

  async removeLock(lock: LeftLock): Promise<RemoveLockOutcome> {
    return (await this.#present.reach()).removeLock(lock);
  }

  foundWork(): Promise<readonly FoundWork[]> {
    return this.#present.ask((role) => role.foundWork());
  }

  adopt(choice: WorkChoice): Promise<CreateOutcome> {
    return this.#present.command((role) => role.adopt(choice));
  }

  storyText(number: number, known: number | null): Promise<StoryTextOutcome> {
    return this.#present.ask((role) => role.storyText(number, known));
  }

  editStory(key: string, edit: StoryEdit): Promise<EditOutcome> {
    return this.#present.command((role) => role.editStory(key, edit));
  }

  async acknowledgeLosses(): Promise<void> {
    await (await this.#present.reach()).acknowledgeLosses();
  }

  sharing(): Promise<SharingState> {
    return this.#present.ask((role) => role.sharing());
  }

  async share(request: ShareRequest): Promise<DecisionOutcome> {
    return (await this.#present.reach()).share(request);
  }

  async cancelStart(key: string): Promise<void> {
    await (await this.#present.reach()).cancelStart(key);
  }

  async stopWaiting(key: string | null): Promise<void> {
    await (await this.#present.reach()).stopWaiting(key);
  }

  conflicts(): Promise<ConflictReport> {
    return this.#present.ask((role) => role.conflicts());
  }

  changedFiles(): Promise<ChangedFiles> {
    return this.#present.ask((role) => role.changedFiles());
  }

  async setMergeOrder(order: MergeOrder): Promise<void> {
    await (await this.#present.reach()).setMergeOrder(order);
  }

  async setTarget(branch: string): Promise<void> {
    await (await this.#present.reach()).setTarget(branch);
  }

  findings(): Promise<readonly FindingShown[]> {
    return this.#present.ask((role) => role.findings());
  }

  async decideFinding(id: string, decision: FindingDecision): Promise<DecisionOutcome> {
    return (await this.#present.reach()).decideFinding(id, decision);
  }

  gateHealth(): Promise<readonly GateHealth[]> {
    return this.#present.ask((role) => role.gateHealth());
  }

  async quarantine(gate: string, test?: string | null): Promise<DecisionOutcome> {
    return (await this.#present.reach()).quarantine(gate, test);
  }

  async endQuarantine(gate: string, test?: string | null): Promise<DecisionOutcome> {
    return (await this.#present.reach()).endQuarantine(gate, test);
  }

  async recoverHalfWritten(wish?: RecoveryWish): Promise<RecoveryReport> {
    return (await this.#present.reach()).recoverHalfWritten(wish);
  }

  halfWrittenText(key: string): Promise<string | null> {
    return this.#present.ask((role) => role.halfWrittenText(key));
  }

  /** Where the leader cannot be asked, this window looks by itself, as far as it can. */
  async examine(): Promise<DoctorReport> {
    const role = this.#present.healthy();
    const asked = role === null ? null : await role.examine().catch(() => null);
    return asked ?? this.ports.doctor.examine(this.problem()?.message ?? null);
  }

  async repair(finding: string): Promise<RepairOutcome> {
    const role = this.#present.healthy();
    return role === null ? this.ports.doctor.repair(finding) : role.repair(finding);
  }

  previewRemoval(keys: readonly string[]): Promise<readonly RemovalPreview[]> {
    return this.#present.ask((role) => role.previewRemoval(keys));
  }

  async remove(wish: RemovalWish): Promise<readonly RemovalResult[]> {
    return (await this.#present.reach()).remove(wish);
  }

  landedWorktrees(): Promise<readonly RemovalPreview[]> {
    return this.#present.ask((role) => role.landedWorktrees());
  }

  worktreeSize(key: string): Promise<number> {
    return this.#present.ask((role) => role.worktreeSize(key));
  }

  kept(): Promise<readonly Kept[]> {
    return this.#present.ask((role) => role.kept());
  }

  keptFiles(ref: string): Promise<KeptFiles> {
    return this.#present.ask((role) => role.keptFiles(ref));
  }

  async restore(id: string): Promise<DecisionOutcome> {
    return (await this.#present.reach()).restore(id);
  }

  async forget(ref: string, commit: string): Promise<DecisionOutcome> {
    return (await this.#present.reach()).forget(ref, commit);
  }

  earlierTexts(key: string): Promise<readonly EarlierText[]> {
    return this.#present.ask((role) => role.earlierTexts(key));
  }

  restoreText(key: string, id: string): Promise<EditOutcome> {
    return this.#present.command((role) => role.restoreText(key, id));
  }

  poke(): void {
    this.#present.role()?.poke();
  }

  async settle(): Promise<void> {
    await (await this.#present.reach()).settle();
  }

  commands(): CommandList {
    return this.#present.role()?.commands() ?? null;
  }

  agentServer(folder: string): Promise<McpServerCommand | null> {
    return this.#present.ask((role) => role.agentServer(folder));
  }

  worktreeOf(key: string): Promise<string | null> {
    return this.#present.ask((role) => role.worktreeOf(key));
  }

  changesOf(key: string): Promise<Changes | null> {
    return this.#present.ask((role) => role.changesOf(key));
  }

  reviewOf(key: string): Promise<ShownReview | null> {
    return this.#present.ask((role) => role.reviewOf(key));
  }

  async changeReview(key: string, change: ReviewChange): Promise<DecisionOutcome> {
    return (await this.#present.reach()).changeReview(key, change);
  }

  bodyOf(key: string): Promise<string> {
    return this.#present.ask((role) => role.bodyOf(key));
  }

  outputsOf(key: string): Promise<string[]> {
    return this.#present.ask((role) => role.outputsOf(key));
  }

  agentTextOf(key: string, which: AgentText, run: string | null): Promise<string | null> {
    return this.#present.ask((role) => role.agentTextOf(key, which, run));
  }

  runsOf(key: string): Promise<StoryRuns> {
    return this.#present.ask((role) => role.runsOf(key));
  }

  whyNotLanded(key: string): Promise<SaidReport | null> {
    return this.#present.ask((role) => role.whyNotLanded(key));
  }

  whatIf(change: WhatIfChange | null): Promise<SaidReport> {
    return this.#present.ask((role) => role.whatIf(change));
  }

  mergeStatusOf(key: string): Promise<MergeStatus> {
    return this.#present.ask((role) => role.mergeStatusOf(key));
  }

  historyOf(key: string, limit: number): Promise<readonly HistoryEntry[]> {
    return this.#present.ask((role) => role.historyOf(key, limit));
  }

  archived(query: { after: string | null; limit: number }): Promise<ArchivePage> {
    return this.#present.ask((role) => role.archived(query));
  }

  search(text: string, limit: number): Promise<SearchAnswer> {
    return this.#present.ask((role) => role.search(text, limit));
  }

  statistics(range: StatisticsRange): Promise<Statistics> {
    return this.#present.ask((role) => role.statistics(range));
  }

  timeline(query: TimelineQuery): Promise<TimelinePage> {
    return this.#present.ask((role) => role.timeline(query));
  }

  boardAt(time: string): Promise<BoardModel> {
    return this.#present.ask((role) => role.boardAt(time));
  }

  privateWords(): Promise<PrivateWords> {
    return this.#present.ask((role) => role.privateWords());
  }

  async branches(): Promise<string[]> {
    const names = [...(await this.ports.git.branchTips()).keys()].map(shortRef);
    return names.filter((name) => numberInName(name) === null);
  }

  async lookAtTop(): Promise<SetUpLook> {
    const { git } = this.ports;
    const { topLevel } = await git.place();
    return git.lookAtTop({ folder: topLevel, main: topLevel });
  }

  dispose(): Promise<void> {
    return this.#present.dispose();
  }
}
