import type { PermissionAnswer } from '../core/agents/permission';
import type { StoryRuns } from '../core/agents/pastRun';
import type { AgentText } from '../core/agents/transcript/agentText';
import type { Race } from '../core/agents/race';
import type { MessageTime, TakeOverOutcome } from '../core/agents/takeOver';
import type { ResolveOutcome, TakeBackOutcome, Uncommitted } from '../core/landing/resolving';
import type { GateHealth } from '../core/gates/gateHealth';
import type { DoctorReport, RepairOutcome } from '../core/doctor/report';
import type { TrialOutcome, TrialPlan } from '../core/agents/agentTrial';
import type { McpServerCommand } from '../core/agents/mcpServer';
import type { FindingDecision } from '../core/agents/finding';
import type { DecisionOutcome } from '../engine/findingDecisions';
import type { Kept, KeptFiles, RemovalPreview, RemovalResult, RemovalWish } from '../core/rescue/removalView';
import type { Disposable } from '../base/disposable';
import { Listeners } from '../base/listeners';
import { asFollowed } from '../core/board/asFollowed';
import type { BoardModel } from '../core/board/boardModel';
import { ModelMirror, type ModelMessage } from '../core/board/modelFeed';
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
import { arrangeCards } from '../core/board/arrangeCards';
import type { ChangedFiles } from '../core/landing/changedFiles';
import type { ConflictReport } from '../core/landing/conflictReport';
import type { MergeOrder } from '../core/landing/mergeOrder';
import type { MergeStatus } from '../core/landing/status';
import type { WhatIfChange } from '../core/pipeline/whatIfChange';
import { asWritten, say, tell, tellingError, type Said, type Told } from '../core/words/said';
import type { SaidReport } from '../core/words/saidReport';
import type { FoundWork, WorkChoice } from '../core/story/adoption';
import type { HistoryEntry } from '../core/story/history';
import type { ReassignQuestion, ShareRequest, SharingState } from '../core/sharing/sharingState';
import type { StageName } from '../core/story/stage';
import type { RevertStoryOutcome } from '../engine/reverts';
import type { RecoveryReport, RecoveryWish } from '../engine/halfWrittenStories';
import type { PersonRequest } from '../engine/personCommands';
import type { StoryEdit } from '../core/story/storyEdit';
import type { EditOutcome, StoryTextOutcome } from '../engine/storyTexts';
import type { ChangeOutcome, NewStory } from '../engine/storyBook';
import type { Description } from '../core/story/describeStory';
import type { Clock } from '../ports/clock';
import type { Log } from '../ports/log';
import type { ArchivePage, CreateOutcome, EarlierText } from '../ports/store';
import type { CommandList } from '../protocol/windowMessages';
import { HubLink } from './hub/hubLink';
import type { Changes, FindingShown } from './pipeline';
import type { FoundLeader, Role } from './role';

const NOT_CERTAIN = say('It is not certain yet which window runs Switchyard for this repository.');

interface FollowedPorts {
  /** Null while it is not certain who leads. */
  readonly leader: FoundLeader | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly onOutput: (story: { key: string; number: number }, text: string) => void;
  readonly openFolders: () => readonly string[];
}

/** A repository that another window leads: what is shown and done here is shown and done there. */
export class FollowedRepository implements Role {
  readonly engine = null;
  readonly #listeners: Listeners<void>;
  readonly #writes: Listeners<void>;
  readonly #link: HubLink | null;
  readonly #mirror = new ModelMirror();
  #model: BoardModel | null = null;
  #commands: CommandList = null;

  constructor(ports: FollowedPorts) {
    const { leader, clock, log, onOutput, openFolders } = ports;
    this.#listeners = new Listeners(log);
    this.#writes = new Listeners(log);
    if (leader === null) {
      this.#link = null;
      return;
    }
    this.#link = new HubLink(leader, {
      clock,
      log,
      onTrouble: () => this.#listeners.call(),
      openFolders,
      told: {
        board: (message) => this.#show(message),
        commands: (commands) => {
          this.#commands = commands;
          this.#listeners.call();
        },
        written: () => this.#writes.call(),
        files: () => this.#listeners.call(),
        // After whoever asked for the output so far has taken it.
        output: ({ key, number, text }) => void setImmediate(() => onOutput({ key, number }, text)),
      },
    });
  }

  model(): BoardModel | null {
    return this.#model;
  }

  problem(): Told | null {
    if (this.#link === null) return tell(NOT_CERTAIN);
    return this.#link.trouble;
  }

  /** The way to the leader is closed: another role follows. */
  isGone(): boolean {
    return this.#link?.isClosed ?? true;
  }

  commands(): CommandList {
    return this.#commands;
  }

  onDidChange(listener: () => void): Disposable {
    return this.#listeners.add(listener);
  }

  onDidWrite(listener: () => void): Disposable {
    return this.#writes.add(listener);
  }

  createStory(wanted: NewStory): Promise<CreateOutcome> {
    return this.#linked().command('createStory', wanted, say('The new story'));
  }

  locks(): Promise<readonly LeftLock[]> {
    return this.#linked().look('locks', null);
  }

  removeLock(lock: LeftLock): Promise<RemoveLockOutcome> {
    return this.#linked().look('removeLock', lock);
  }

  push(what: 'target' | 'receipts'): Promise<PushOutcome> {
    return this.#linked().look('push', what);
  }

  pull(): Promise<PushOutcome> {
    return this.#linked().look('pull', null);
  }

  async cancelUnderWay(what: 'pull' | 'restore'): Promise<void> {
    await this.#linked().look('cancelUnderWay', what);
  }

  verifyLandings(range: string): Promise<VerifiedText> {
    return this.#linked().look('verifyLandings', range);
  }

  foundWork(): Promise<readonly FoundWork[]> {
    return this.#linked().look('foundWork', null);
  }

  adopt(choice: WorkChoice): Promise<CreateOutcome> {
    return this.#linked().command('adopt', choice, say('The work'));
  }

  redTarget(): Promise<RedTargetShown | null> {
    return this.#linked().look('redTarget', null);
  }

  decideRedTarget(decision: RedTargetDecision): Promise<RedTargetOutcome> {
    return this.#linked().look('decideRedTarget', decision);
  }

  revertStory(key: string, why: string): Promise<RevertStoryOutcome> {
    return this.#linked().command('revertStory', { key, why }, this.#nameOf(key));
  }

  resolveConflicts(key: string, uncommitted: Uncommitted): Promise<ResolveOutcome> {
    return this.#linked().command('resolveConflicts', { key, uncommitted }, this.#nameOf(key));
  }

  takeBackMerge(key: string): Promise<TakeBackOutcome> {
    return this.#linked().command('takeBackMerge', key, this.#nameOf(key));
  }

  perform(key: string, request: PersonRequest): Promise<ChangeOutcome> {
    return this.#linked().command('perform', { key, request }, this.#nameOf(key));
  }

  answerAgent(key: string, question: string | null, answer: PermissionAnswer): Promise<DecisionOutcome> {
    return this.#linked().look('answerAgent', { key, question, answer });
  }

  writeToAgent(key: string, text: string, when: MessageTime): Promise<DecisionOutcome> {
    return this.#linked().look('writeToAgent', { key, text, when });
  }

  askToReassign(key: string): Promise<ReassignQuestion> {
    return this.#linked().look('askToReassign', key);
  }

  takeOver(key: string): Promise<TakeOverOutcome> {
    return this.#linked().command('takeOver', key, this.#nameOf(key));
  }

  race(key: string, agents: readonly string[]): Promise<DecisionOutcome> {
    return this.#linked().look('race', { key, agents: [...agents] });
  }

  keepRacer(key: string): Promise<DecisionOutcome> {
    return this.#linked().look('keepRacer', key);
  }

  raceOf(key: string): Promise<Race> {
    return this.#linked().look('raceOf', key);
  }

  startFresh(key: string): Promise<DecisionOutcome> {
    return this.#linked().look('startFresh', key);
  }

  planTrial(agent: unknown): Promise<TrialPlan> {
    return this.#linked().look('planTrial', agent);
  }

  tryAgent(agent: unknown): Promise<TrialOutcome> {
    return this.#linked().look('tryAgent', agent);
  }

  async cancelTrial(): Promise<void> {
    await this.#linked().look('cancelTrial', null);
  }

  moveTo(key: string, to: StageName): Promise<ChangeOutcome> {
    return this.#linked().command('moveTo', { key, to }, this.#nameOf(key));
  }

  describe(key: string, wanted: Description): Promise<ChangeOutcome> {
    return this.#linked().command('describe', { key, wanted }, this.#nameOf(key));
  }

  storyText(number: number, known: number | null): Promise<StoryTextOutcome> {
    return this.#linked().look('storyText', { number, known });
  }

  editStory(key: string, edit: StoryEdit): Promise<EditOutcome> {
    return this.#linked().command('editStory', { key, edit }, this.#nameOf(key));
  }

  async acknowledgeLosses(): Promise<void> {
    await this.#linked().look('acknowledgeLosses', null);
  }

  sharing(): Promise<SharingState> {
    return this.#linked().look('sharing', null);
  }

  share(request: ShareRequest): Promise<DecisionOutcome> {
    return this.#linked().look('share', request);
  }

  async cancelStart(key: string): Promise<void> {
    await this.#linked().look('cancelStart', key);
  }

  async stopWaiting(key: string | null): Promise<void> {
    await this.#linked().look('stopWaiting', key);
  }

  conflicts(): Promise<ConflictReport> {
    return this.#linked().look('conflicts', null);
  }

  changedFiles(): Promise<ChangedFiles> {
    return this.#linked().look('changedFiles', null);
  }

  async setMergeOrder(order: MergeOrder): Promise<void> {
    await this.#linked().look('setMergeOrder', order);
  }

  async setTarget(branch: string): Promise<void> {
    await this.#linked().look('setTarget', branch);
  }

  findings(): Promise<readonly FindingShown[]> {
    return this.#linked().look('findings', null);
  }

  decideFinding(id: string, decision: FindingDecision): Promise<DecisionOutcome> {
    return this.#linked().look('decideFinding', { id, decision });
  }

  gateHealth(): Promise<readonly GateHealth[]> {
    return this.#linked().look('gateHealth', null);
  }

  quarantine(gate: string, test: string | null = null): Promise<DecisionOutcome> {
    return this.#linked().look('quarantine', { gate, test });
  }

  endQuarantine(gate: string, test: string | null = null): Promise<DecisionOutcome> {
    return this.#linked().look('endQuarantine', { gate, test });
  }

  recoverHalfWritten(wish: RecoveryWish = {}): Promise<RecoveryReport> {
    return this.#linked().look('recoverHalfWritten', wish);
  }

  halfWrittenText(key: string): Promise<string | null> {
    return this.#linked().look('halfWrittenText', key);
  }

  examine(): Promise<DoctorReport> {
    return this.#linked().look('examine', null);
  }

  repair(finding: string): Promise<RepairOutcome> {
    return this.#linked().look('repair', finding);
  }

  previewRemoval(keys: readonly string[]): Promise<readonly RemovalPreview[]> {
    return this.#linked().look('previewRemoval', [...keys]);
  }

  remove(wish: RemovalWish): Promise<readonly RemovalResult[]> {
    return this.#linked().look('remove', wish);
  }

  landedWorktrees(): Promise<readonly RemovalPreview[]> {
    return this.#linked().look('landedWorktrees', null);
  }

  worktreeSize(key: string): Promise<number> {
    return this.#linked().look('worktreeSize', key);
  }

  kept(): Promise<readonly Kept[]> {
    return this.#linked().look('kept', null);
  }

  keptFiles(ref: string): Promise<KeptFiles> {
    return this.#linked().look('keptFiles', ref);
  }

  restore(id: string): Promise<DecisionOutcome> {
    return this.#linked().look('restore', id);
  }

  forget(ref: string, commit: string): Promise<DecisionOutcome> {
    return this.#linked().look('forget', { ref, commit });
  }

  earlierTexts(key: string): Promise<readonly EarlierText[]> {
    return this.#linked().look('earlierTexts', key);
  }

  restoreText(key: string, id: string): Promise<EditOutcome> {
    return this.#linked().command('restoreText', { key, id }, this.#nameOf(key));
  }

  poke(): void {
    this.#link?.tell('poke');
  }

  /** A leader that goes meanwhile leaves nothing to settle: the next one looks at everything anew. */
  async settle(): Promise<void> {
    await this.#linked()
      .look('settle', null)
      .catch(() => null);
  }

  agentServer(folder: string): Promise<McpServerCommand | null> {
    return this.#linked().look('agentServer', folder);
  }

  worktreeOf(key: string): Promise<string | null> {
    return this.#linked().look('worktreeOf', key);
  }

  changesOf(key: string): Promise<Changes | null> {
    return this.#linked().look('changesOf', key);
  }

  reviewOf(key: string): Promise<ShownReview | null> {
    return this.#linked().look('reviewOf', key);
  }

  changeReview(key: string, change: ReviewChange): Promise<DecisionOutcome> {
    return this.#linked().look('changeReview', { key, change });
  }

  bodyOf(key: string): Promise<string> {
    return this.#linked().look('bodyOf', key);
  }

  outputsOf(key: string): Promise<string[]> {
    return this.#linked().look('outputsOf', key);
  }

  agentTextOf(key: string, which: AgentText, run: string | null): Promise<string | null> {
    return this.#linked().look('agentTextOf', { key, which, run });
  }

  runsOf(key: string): Promise<StoryRuns> {
    return this.#linked().look('runsOf', key);
  }

  whyNotLanded(key: string): Promise<SaidReport | null> {
    return this.#linked().look('whyNotLanded', key);
  }

  whatIf(change: WhatIfChange | null): Promise<SaidReport> {
    return this.#linked().look('whatIf', change);
  }

  mergeStatusOf(key: string): Promise<MergeStatus> {
    return this.#linked().look('mergeStatusOf', key);
  }

  historyOf(key: string, limit: number): Promise<readonly HistoryEntry[]> {
    return this.#linked().look('historyOf', { key, limit });
  }

  archived(query: { after: string | null; limit: number }): Promise<ArchivePage> {
    return this.#linked().look('archived', query);
  }

  search(text: string, limit: number): Promise<SearchAnswer> {
    return this.#linked().look('search', { text, limit });
  }

  statistics(range: StatisticsRange): Promise<Statistics> {
    return this.#linked().look('statistics', range);
  }

  timeline(query: TimelineQuery): Promise<TimelinePage> {
    return this.#linked().look('timeline', query);
  }

  async boardAt(time: string): Promise<BoardModel> {
    const { head, cards } = await this.#linked().look('boardAt', time);
    return arrangeCards(head, cards);
  }

  privateWords(): Promise<PrivateWords> {
    return this.#linked().look('privateWords', null);
  }

  /** The connection itself is ended by who found it. */
  close(): Promise<void> {
    this.#link?.dispose();
    return Promise.resolve();
  }

  #show(message: ModelMessage): void {
    if (this.#mirror.take(message) === 'gap') this.#linked().tell('boardLost');
    this.#model = this.#mirror.model === null ? null : asFollowed(this.#mirror.model);
    this.#listeners.call();
  }

  #linked(): HubLink {
    if (this.#link === null) throw tellingError(NOT_CERTAIN);
    return this.#link;
  }

  #nameOf(key: string): Said {
    const card = this.#model?.cards.find((one) => one.key === key);
    return card === undefined ? say('The story') : asWritten(`#${card.number}`);
  }
}
