import type { TreeNode } from '../tree/storyTree';
import * as vscode from 'vscode';
import type { StageName } from '../../core/story/stage';
import { chooseRepository, isOutOfReach } from './chooseRepository';
import { inRepository, type CommandContext } from './context';
import { PLAIN_COMMANDS, type PlainCommand, type PlainCommandId } from './commandList';
import { copyStatus, switchRepository } from './windowCommands';
import { createFromList } from '../batch/createFromList';
import { exportStories } from '../batch/exportStories';
import { importStories } from '../batch/importStories';
import { todoIn } from '../../core/story/newStoryBody';
import { NewStories } from './newStory';
import { showStory } from '../storyDocument/showStory';
import { openStoryDocument } from './openStoryDocument';
import { contextOf, selectedContext } from './quotedContext';
import { registerStoryCodeActions } from './storyCodeActions';
import { mergeStatusText } from './openStory';
import { pickCard } from './pickStory';
import { adopt } from './adopt';
import { approveShown, nextReview, rejectShown, showNew } from '../review/decide';
import { acknowledgeLoss } from './acknowledgeLoss';
import { showConflicts } from './showConflicts';
import { removeLocks } from './removeLocks';
import { quarantineGate } from './quarantineGate';
import { redTarget } from './redTarget';
import { shareStories, stopSharing } from './shareStories';
import { reviewRunChanges } from './reviewRunChanges';
import { recoverHalfWritten } from '../recovery/recoverHalfWritten';
import { restoreEarlierText } from '../recovery/restoreEarlierText';
import { purgeStories } from '../removal/purgeStories';
import { removeLandedWorktrees } from '../removal/removeLandedWorktrees';
import { restoreKept } from '../removal/restoreKept';
import { ShownTexts } from '../recovery/shownTexts';
import { approveCommands, editAgents, editGates, setIdentity, setTarget } from './setUp';
import { searchStories } from '../past/searchStories';
import { showBoardAt } from '../past/showBoardAt';
import { verifyLandings } from '../past/verifyLandings';
import { showStatistics } from '../past/showStatistics';
import { pushReceipts, pushTarget } from '../git/push';
import { showTimeline } from '../past/showTimeline';
import { showWhatIf } from '../queue/showWhatIf';
import { NextNeed } from '../needs/nextNeed';
import { showNeeds } from '../needs/showNeeds';
import { pullTarget } from '../git/pullTarget';
import { setAgentsPaused } from './pauseAgents';
import { setUpWorktrees } from './setUpWorktrees';
import { showArchived } from './showArchived';
import { actOnFinding, repairWorktrees, runDoctor } from '../doctor/runDoctor';
import { guarded } from './showBug';
import { registerStoryActions } from './storyActions';
import { inform } from '../say/notify';
import type { RepositoryHost } from '../repositoryHost';

/** Registers every command but the one that opens the board. */
export function registerCommands(context: CommandContext): vscode.Disposable[] {
  const texts = new ShownTexts();
  const stories = new NewStories();
  const next = new NextNeed();
  const plain: Readonly<Record<Exclude<PlainCommandId, 'openBoard' | 'showOverview' | 'showStoryPage'>, Run>> = {
    newStory: (context) => stories.make(context, { context: selectedContext(), then: 'open' }),
    newStoryAndStart: (context) => stories.make(context, { context: selectedContext(), then: 'open and start' }),
    newStoryFromSelection: (context) => stories.make(context, { context: selectedContext(), then: 'open' }),
    newStoryFromTodo: (context, uri, line) => newStoryFromTodo(context, stories, uri, line),
    needsYou: (context) => showNeeds(context),
    nextNeedsYou: (context) => next.open(context),
    openStory: (context, which, from, beside) => openStoryDocument(context, which, from, beside),
    createFromList: (context) => createFromList(context),
    importStories: (context, place) => importStories(context, place),
    exportStories: (context, first) => exportStories(context, first),
    approveShown: (context) => approveShown(withReview(context)),
    rejectShown: (context) => rejectShown(withReview(context)),
    nextReview: (context) => nextReview(context),
    showNew: (context) => showNew(withReview(context)),
    commentOnLine: (context) => context.reviews.comments.addAtCursor(),
    addComment: (context, reply) => context.reviews.comments.add(reply as vscode.CommentReply),
    settleComment: (context, thread) => context.reviews.comments.settle(thread as vscode.CommentThread),
    reopenComment: (context, thread) => context.reviews.comments.reopen(thread as vscode.CommentThread),
    editComment: (context, comment) => context.reviews.comments.edit(comment),
    saveComment: (context, comment) => context.reviews.comments.save(comment),
    leaveComment: (context, comment) => context.reviews.comments.leave(comment),
    deleteComment: (context, comment) => context.reviews.comments.remove(comment),
    adopt: (context) => adopt(context),
    approveCommands: (context) => approveCommands(context),
    setTarget: (context) => setTarget(context),
    editGates: (context) => editGates(context),
    editAgents: (context) => editAgents(context),
    setUpGates: async (context) => (await import('../firstSteps/setUpGates')).setUpGates(context),
    openSample: async () => (await import('../firstSteps/openSample')).openSample(),
    openWalkthrough: async (context) => (await import('../firstSteps/openWalkthrough')).openWalkthrough(context.host),
    setUpAgent: async (context) => (await import('../firstSteps/setUpAgent')).setUpAgent(context),
    pauseAgents: (context) => setAgentsPaused(context, true),
    resumeAgents: (context) => setAgentsPaused(context, false),
    pullTarget: (context) => pullTarget(context),
    setUpWorktrees: (context) => setUpWorktrees(context),
    setIdentity: (context) => setIdentity(context),
    acknowledgeLoss: (context) => acknowledgeLoss(context),
    quarantineGate: (context) => quarantineGate(context),
    reviewRunChanges: (context) => reviewRunChanges(context),
    redTarget: (context) => redTarget(context),
    shareStories: (context) => shareStories(context),
    stopSharing: (context) => stopSharing(context),
    recoverHalfWritten: (context) => recoverHalfWritten(context, texts),
    removeLocks: (context) => removeLocks(context),
    restoreEarlierText: (context) => restoreEarlierText(context, texts),
    stopWaiting: (context) => context.host.session()?.stopWaiting(null),
    showArchived: (context) => showArchived(context),
    searchStories: (context) => findStory(context),
    showStatistics: (context) => showStatistics(context),
    showBoardAt: (context) => showBoardAt(context),
    pushTarget: (context) => pushTarget(context),
    pushReceipts: (context) => pushReceipts(context),
    verifyLandings: (context, range) => verifyLandings(context, range),
    reviewExtensions: (context) => context.consents.review(),
    copyStatus: (context) => copyStatus(context),
    switchRepository: (context, given) => switchRepository(context, given),
    readyThisStory: (context) => vscode.commands.executeCommand('switchyard.readyForQa', context.windowStory()?.key),
    saveBugBundle: async (context) => (await import('../past/saveBugBundle')).saveBugBundle(context),
    runDoctor: (context) => runDoctor(context),
    repairWorktrees: (context) => repairWorktrees(context),
    doctorAct: (context, link) => actOnFinding(context, link),
    restoreKept: (context) => restoreKept(context),
    purgeStories: (context) => purgeStories(context),
    removeLandedWorktrees: (context) => removeLandedWorktrees(context),
    whatIf: (context) => showWhatIf(context),
    showConflicts: (context) => showConflicts(context),
    mergeStatus: (context) => showMergeStatus(context),
    openSourceControl: () => vscode.commands.executeCommand('workbench.view.scm'),
    showLog: (context) => context.logChannel.show(),
    openSettings: () => vscode.commands.executeCommand('workbench.action.openSettings', '@ext:switchyard.switchyard'),
    loadMore: (context, row) => context.view.provider.loadMore(row as TreeNode),
  };
  const commands = Object.entries(plain).map(([id, run]) =>
    vscode.commands.registerCommand(`switchyard.${id}`, (...given: unknown[]) =>
      guarded(context, id, async () => {
        const there = await where(context, id as PlainCommandId, given);
        return there === null ? undefined : run(there, ...given);
      }),
    ),
  );
  return [
    texts.registration,
    registerStoryCodeActions(context.repositories),
    ...commands,
    ...registerStoryActions(context),
  ];
}

/** What a command does, with what it may use and what was clicked. */
type Run = (context: CommandContext, ...given: unknown[]) => unknown;

/** A command for one repository gets that repository; null where the person chose none. */
async function where(
  context: CommandContext,
  id: PlainCommandId,
  given: readonly unknown[],
): Promise<CommandContext | null> {
  const { label, about }: PlainCommand = PLAIN_COMMANDS[id];
  const { repositories } = context;
  if (about === 'the window') return inRepository(context, repositories.shown());
  const file = about === 'the file in front' ? vscode.window.activeTextEditor?.document.uri : undefined;
  const can = id === 'stopSharing' ? isShared : undefined;
  const host = await chooseRepository(repositories, vscode.l10n.t(label), [...given, file], can);
  return host === null || isOutOfReach(repositories, host, id) ? null : inRepository(context, host);
}

function isShared(host: RepositoryHost): boolean {
  return host.model()?.sharing != null;
}

/** The repository of the changes that are in front. */
function withReview(context: CommandContext): CommandContext {
  const key = context.reviews.inFront()?.card.key;
  return inRepository(context, (key === undefined ? null : context.repositories.holding(key)) ?? context.host);
}

/** The comment gives the title, and stands quoted in the body with its place. */
async function newStoryFromTodo(
  context: CommandContext,
  stories: NewStories,
  uri: unknown,
  line: unknown,
): Promise<void> {
  if (!(uri instanceof vscode.Uri) || typeof line !== 'number') return;
  const document = await vscode.workspace.openTextDocument(uri);
  const { text, range } = document.lineAt(line);
  await stories.make(context, { title: todoIn(text) ?? '', context: contextOf(document, range), then: 'open' });
}

/** A story that is found is opened as its document; an archived one is shown by what happened to it. */
async function findStory(context: CommandContext): Promise<void> {
  const found = await searchStories(context);
  if (found === undefined) return;
  const isShown = context.host.model()?.cards.some(({ key }) => key === found.key) ?? false;
  if (isShown) await showStory(context, found.number);
  else await showTimeline(context, found);
}

/** Stages of which the merge status is asked first. */
const QUEUED: readonly StageName[] = ['Merge', 'MergeFailure', 'MergeFailureFinal'];

async function showMergeStatus(context: CommandContext): Promise<void> {
  const cards = context.host.model()?.cards ?? [];
  const inQueue = cards.filter(({ stage }) => QUEUED.includes(stage));
  const ordered = [...inQueue, ...cards.filter((card) => !inQueue.includes(card))];
  const card = await pickCard(ordered, vscode.l10n.t('Merge status of which story?'));
  if (card !== undefined) void inform(await mergeStatusText(context, card));
}
