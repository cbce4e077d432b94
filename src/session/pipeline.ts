import type { Said } from '../core/words/said';
import type { TrialOutcome, TrialPlan } from '../core/agents/agentTrial';
import type { McpServerCommand } from '../core/agents/mcpServer';
import type { StoryRuns } from '../core/agents/pastRun';
import type { AgentText } from '../core/agents/transcript/agentText';
import type { Race } from '../core/agents/race';
import type { FindingDecision } from '../core/agents/finding';
import type { PermissionAnswer } from '../core/agents/permission';
import type { MessageTime, TakeOverOutcome } from '../core/agents/takeOver';
import type { DoctorReport, RepairOutcome } from '../core/doctor/report';
import type { GateHealth } from '../core/gates/gateHealth';
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
import type { ResolveOutcome, TakeBackOutcome, Uncommitted } from '../core/landing/resolving';
import type { ChangedFiles } from '../core/landing/changedFiles';
import type { ConflictReport } from '../core/landing/conflictReport';
import type { MergeOrder } from '../core/landing/mergeOrder';
import type { MergeStatus } from '../core/landing/status';
import type { WhatIfChange } from '../core/pipeline/whatIfChange';
import type { SaidReport } from '../core/words/saidReport';
import type { Kept, KeptFiles, RemovalPreview, RemovalResult, RemovalWish } from '../core/rescue/removalView';
import type { Disposable } from '../base/disposable';
import type { HistoryEntry } from '../core/story/history';
import type { ReassignQuestion, ShareRequest, SharingState } from '../core/sharing/sharingState';
import type { StageName } from '../core/story/stage';
import type { FoundWork, WorkChoice } from '../core/story/adoption';
import type { ArchivePage, CreateOutcome, EarlierText } from '../ports/store';
import type { DecisionOutcome } from '../engine/agents/findingDecisions';
import type { RevertStoryOutcome } from '../engine/landing/reverts';
import type { RecoveryReport, RecoveryWish } from '../engine/stories/halfWrittenStories';
import type { PersonRequest } from '../engine/stories/personCommands';
import type { StoryEdit } from '../core/story/storyEdit';
import type { EditOutcome, StoryTextOutcome } from '../engine/stories/storyTexts';
import type { ChangeOutcome, NewStory } from '../engine/stories/storyBook';
import type { Description } from '../core/story/describeStory';
import type { CommandList } from '../protocol/windowMessages';

/**
 * What a story changes, as git names: what it landed, else its branch from where it left the target (`from` null).
 */
export interface Changes {
  readonly from: string | null;
  readonly to: string;
}

export interface FindingShown {
  readonly id: string;
  readonly said: readonly Said[];
}

/**
 * A repository's pipeline, to look at and to command, whether its engine runs here or in another window. What a person asks
 * for and is not done is a refusal that says so; a look that fails is an error in words for people.
 */
export interface Pipeline {
  createStory(wanted: NewStory): Promise<CreateOutcome>;
  /** Old lock files of git's that no git seems to hold. */
  locks(): Promise<readonly LeftLock[]>;
  /** Removes this very one, unless a git is at work there. */
  removeLock(lock: LeftLock): Promise<RemoveLockOutcome>;
  /** Branches and worktrees that no story has, the newest first. */
  foundWork(): Promise<readonly FoundWork[]>;
  /** Makes a story of one of them, in place. */
  adopt(choice: WorkChoice): Promise<CreateOutcome>;
  /** That the target is red, and since when; null where nothing says so. */
  redTarget(): Promise<RedTargetShown | null>;
  /** Does what a person decided about a red target. */
  decideRedTarget(decision: RedTargetDecision): Promise<RedTargetOutcome>;
  /** Makes the story that takes this one's landing back, with its branch; `why` in the person's words, or empty. */
  revertStory(key: string, why: string): Promise<RevertStoryOutcome>;
  /** Puts a story's worktree into the middle of the merge that failed, so that it can be concluded there by hand. */
  resolveConflicts(key: string, uncommitted: Uncommitted): Promise<ResolveOutcome>;
  /** Takes that back: worktree and branch are as they were. */
  takeBackMerge(key: string): Promise<TakeBackOutcome>;
  perform(key: string, request: PersonRequest): Promise<ChangeOutcome>;
  /** Answers what the story's agent asks; `question` null for the one that it asks now. */
  answerAgent(key: string, question: string | null, answer: PermissionAnswer): Promise<DecisionOutcome>;
  /** Keeps a message for the story's agent, which reads it at the end of its turn, or now, which cuts its turn short. */
  writeToAgent(key: string, text: string, when: MessageTime): Promise<DecisionOutcome>;
  /** Ends the agent's run and keeps others away until the story is given back; says what to go on with. */
  takeOver(key: string): Promise<TakeOverOutcome>;
  /** What it means to go on here with a story that another machine works on; `Reassigned` does it. */
  askToReassign(key: string): Promise<ReassignQuestion>;
  /** Ends the agent's run and throws its conversation away: one begins anew, with what is in the worktree. */
  startFresh(key: string): Promise<DecisionOutcome>;
  /** What is to be approved before this agent, as it would stand in the settings, is tried. Runs nothing. */
  planTrial(agent: unknown): Promise<TrialPlan>;
  /** Tries an agent in a worktree that is thrown away, if its plan is approved; resolves once nothing of it is left. */
  tryAgent(agent: unknown): Promise<TrialOutcome>;
  /** Ends the try that is under way, if one is. */
  cancelTrial(): Promise<void>;
  /** Starts the story with each of these agents, by name, in branches and worktrees of their own. */
  race(key: string, agents: readonly string[]): Promise<DecisionOutcome>;
  /** Takes the one of those that race that this is. The others are kept under rescue refs and removed. */
  keepRacer(key: string): Promise<DecisionOutcome>;
  /** Those that race with this story, the best first, and which agents could. */
  raceOf(key: string): Promise<Race>;
  moveTo(key: string, to: StageName): Promise<ChangeOutcome>;
  /** Says anew what a story is; what is left out stays. `dependsOn` holds keys. */
  describe(key: string, wanted: Description): Promise<ChangeOutcome>;
  /** The file of a story. `known`: the stamp of the text that is here already, null for none. */
  storyText(number: number, known: number | null): Promise<StoryTextOutcome>;
  /** Brings what was changed in a story's file into what is stored now. */
  editStory(key: string, edit: StoryEdit): Promise<EditOutcome>;
  /** A person has read what the store lost: the stories that waited for this go on. */
  acknowledgeLosses(): Promise<void>;
  /** With whom stories are shared, and how that stands. */
  sharing(): Promise<SharingState>;
  /** Begins or ends sharing, or decides about what others sent. `message` says what came of it. */
  share(request: ShareRequest): Promise<DecisionOutcome>;
  /** Ends the making of a story's worktree that was asked for, in whatever window; the story stays where it was. */
  cancelStart(key: string): Promise<void>;
  /** Ends the git calls that wait for a program: those for one story, by its key, or all of them (null). */
  stopWaiting(key: string | null): Promise<void>;
  /** Lets stories land on this branch (short name): a setting of the window that leads. */
  setTarget(branch: string): Promise<void>;
  /** What will conflict as everything stands now, and the order in which the fewest stories do. */
  conflicts(): Promise<ConflictReport>;
  /** Files that stories under way change, as they were looked at last. Starts nothing. */
  changedFiles(): Promise<ChangedFiles>;
  /** In which order stories of one priority land: a setting of the window that leads. */
  setMergeOrder(order: MergeOrder): Promise<void>;
  /** Pushes the target or the receipts to the target's remote, never by force. `message` says what came of it. */
  push(what: 'target' | 'receipts'): Promise<PushOutcome>;
  /** Moves the target forward to what its remote has; never otherwise. `message` says what came of it. */
  pull(): Promise<PushOutcome>;
  /** Where the remote is still being asked, the target stays where it is; what is brought back is kept as it was. */
  cancelUnderWay(what: 'pull' | 'restore'): Promise<void>;
  /** Holds what landed on the target against its receipts, from git alone. An empty range is all that landed. */
  verifyLandings(range: string): Promise<VerifiedText>;
  /** What agents changed outside their stories and nobody has decided about yet, each in a sentence. */
  findings(): Promise<readonly FindingShown[]>;
  /** Puts one of them back, or leaves it. `message` says what was done, or why not and what helps. */
  decideFinding(id: string, decision: FindingDecision): Promise<DecisionOutcome>;
  /** What is known of each gate by its runs. */
  gateHealth(): Promise<readonly GateHealth[]>;
  /** From now on the red of this gate, or of one test of it, stops no story. By a person's word alone. */
  quarantine(gate: string, test?: string | null): Promise<DecisionOutcome>;
  endQuarantine(gate: string, test?: string | null): Promise<DecisionOutcome>;
  /** Texts in the store that no story has. Nothing is changed unless the wish says so. For people, never for agents. */
  recoverHalfWritten(wish: RecoveryWish): Promise<RecoveryReport>;
  /** The whole text of one of them; null where it has none. */
  halfWrittenText(key: string): Promise<string | null>;
  /** What Doctor finds. It only looks. */
  examine(): Promise<DoctorReport>;
  /** Repairs a finding, by its key, if it is still there. `message` says what was done, or why not. */
  repair(finding: string): Promise<RepairOutcome>;
  /** What would become of these stories if they were deleted, or their worktrees removed. Only looks. */
  previewRemoval(keys: readonly string[]): Promise<readonly RemovalPreview[]>;
  /** Deletes or purges stories, or removes their worktrees, after saving what is in them; each is told of by itself. */
  remove(wish: RemovalWish): Promise<readonly RemovalResult[]>;
  /** Stories that are done with and still have a worktree. */
  landedWorktrees(): Promise<readonly RemovalPreview[]>;
  /** Bytes on disk of a story's worktree. */
  worktreeSize(key: string): Promise<number>;
  /** Deleted stories and rescued work, the newest first. */
  kept(): Promise<readonly Kept[]>;
  keptFiles(ref: string): Promise<KeptFiles>;
  /** Brings one of them back; `message` says where it is, or why not. */
  restore(id: string): Promise<DecisionOutcome>;
  /** Removes a rescue ref as long as it is at this commit. */
  forget(ref: string, commit: string): Promise<DecisionOutcome>;
  /** What a story's text was before, the newest first. */
  earlierTexts(key: string): Promise<readonly EarlierText[]>;
  restoreText(key: string, id: string): Promise<EditOutcome>;
  /** Something may have changed outside: look again, soon. */
  poke(): void;
  /** As `poke`, and resolves once settings and repository have been read again and the model shows it. */
  settle(): Promise<void>;
  /** The configured commands; null before they have been read. */
  commands(): CommandList;
  /** The server by which VS Code's own agent reaches the story whose worktree this folder (absolute) is; null for none. */
  agentServer(folder: string): Promise<McpServerCommand | null>;
  /** Folder of a story's worktree; null where it has none. */
  worktreeOf(key: string): Promise<string | null>;
  /** Null where a story changes nothing. */
  changesOf(key: string): Promise<Changes | null>;
  /** What there is to review of a story, with what was said about it; null where it changes nothing. */
  reviewOf(key: string): Promise<ShownReview | null>;
  /** Comments on what a story changes, or notes that it was looked at. */
  changeReview(key: string, change: ReviewChange): Promise<DecisionOutcome>;
  bodyOf(key: string): Promise<string>;
  /** Output of a story's runs, agent, gates, merge gates; those that exist. What they say from then on comes as it is said. */
  outputsOf(key: string): Promise<string[]>;
  /** What agents said of a story, as records a line (`transcript`) or as their programs printed it (`raw`); null for nothing. `run`: null for the last. */
  agentTextOf(key: string, which: AgentText, run: string | null): Promise<string | null>;
  /** The runs of agents that are kept of a story, the newest last, and the end of what each kind of run said last. */
  runsOf(key: string): Promise<StoryRuns>;
  mergeStatusOf(key: string): Promise<MergeStatus>;
  /** Why a story has not landed, as a text to read; null where there is no such story. */
  whyNotLanded(key: string): Promise<SaidReport | null>;
  /** When stories will land, and what this change would make of it, or every one (null), as a text to read. */
  whatIf(change: WhatIfChange | null): Promise<SaidReport>;
  /** The latest entries, oldest first. */
  historyOf(key: string, limit: number): Promise<readonly HistoryEntry[]>;
  /** Archived stories, newest number first; `after` is the `next` of the page before, null to begin. */
  archived(query: { after: string | null; limit: number }): Promise<ArchivePage>;
  /** Stories in whose title, labels, body or outputs these words stand; at most `limit`. */
  search(text: string, limit: number): Promise<SearchAnswer>;
  /** What stages, gates and agents took, and what landed. */
  statistics(range: StatisticsRange): Promise<Statistics>;
  timeline(query: TimelineQuery): Promise<TimelinePage>;
  /** The board as it was at a moment (ISO 8601 in UTC); nothing can be done on it. */
  boardAt(time: string): Promise<BoardModel>;
  /** What must not stand in a report that is given away. */
  privateWords(): Promise<PrivateWords>;
  /** What the views show; null until the first look. */
  model(): BoardModel | null;
  onDidChange(listener: () => void): Disposable;
  /** Called after stories or their reviews were changed on disk, also where no view shows the change. */
  onDidWrite(listener: () => void): Disposable;
}
