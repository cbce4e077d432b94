import type { GroupName } from '../../core/board/boardNames';
import * as vscode from 'vscode';
import type { CommandContext } from './context';
import type { PlainCommandId } from './commandList';
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
import { approveCommands, editAgents, editGates, setIdentity, setTarget, setUpAgent } from './setUp';
import { saveBugBundle } from '../past/saveBugBundle';
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
import { setUpWorktrees } from './setUpWorktrees';
import { showArchived } from './showArchived';
import { actOnFinding, repairWorktrees, runDoctor } from '../doctor/runDoctor';
import { guarded } from './showBug';
import { registerStoryActions } from './storyActions';
import { inform } from '../say/notify';

/** Registers every command but the one that opens the board. */
export function registerCommands(context: CommandContext): vscode.Disposable[] {
  const texts = new ShownTexts();
  const stories = new NewStories(context);
  const next = new NextNeed(context);
  const plain: Readonly<
    Record<Exclude<PlainCommandId, 'openBoard' | 'showStoryPage'>, (...given: unknown[]) => unknown>
  > = {
    newStory: () => stories.make({ context: selectedContext(), then: 'open' }),
    newStoryAndStart: () => stories.make({ context: selectedContext(), then: 'open and start' }),
    newStoryFromSelection: () => stories.make({ context: selectedContext(), then: 'open' }),
    newStoryFromTodo: (uri, line) => newStoryFromTodo(stories, uri, line),
    needsYou: () => showNeeds(context),
    nextNeedsYou: () => next.open(),
    openStory: (which, from) => openStoryDocument(context, which, from),
    createFromList: () => createFromList(context),
    importStories: (place) => importStories(context, place),
    exportStories: (first) => exportStories(context, first),
    approveShown: () => approveShown(context),
    rejectShown: () => rejectShown(context),
    nextReview: () => nextReview(context),
    showNew: () => showNew(context),
    commentOnLine: () => context.reviews.comments.addAtCursor(),
    addComment: (reply) => context.reviews.comments.add(reply as vscode.CommentReply),
    settleComment: (thread) => context.reviews.comments.settle(thread as vscode.CommentThread),
    reopenComment: (thread) => context.reviews.comments.reopen(thread as vscode.CommentThread),
    deleteComment: (comment) => context.reviews.comments.remove(comment),
    adopt: () => adopt(context),
    approveCommands: () => approveCommands(context),
    setTarget: () => setTarget(context),
    editGates: () => editGates(context),
    editAgents: () => editAgents(context),
    setUpGates: async () => (await import('../firstSteps/setUpGates')).setUpGates(context),
    openSample: async () => (await import('../firstSteps/openSample')).openSample(),
    openWalkthrough: async () => (await import('../firstSteps/openWalkthrough')).openWalkthrough(context.host),
    setUpAgent: () => setUpAgent(context),
    pullTarget: () => pullTarget(context),
    setUpWorktrees: () => setUpWorktrees(context),
    setIdentity: () => setIdentity(context),
    acknowledgeLoss: () => acknowledgeLoss(context),
    quarantineGate: () => quarantineGate(context),
    reviewRunChanges: () => reviewRunChanges(context),
    redTarget: () => redTarget(context),
    shareStories: () => shareStories(context),
    stopSharing: () => stopSharing(context),
    recoverHalfWritten: () => recoverHalfWritten(context, texts),
    removeLocks: () => removeLocks(context),
    restoreEarlierText: () => restoreEarlierText(context, texts),
    stopWaiting: () => context.host.session()?.stopWaiting(),
    showArchived: () => showArchived(context),
    searchStories: () => findStory(context),
    showStatistics: () => showStatistics(context),
    showBoardAt: () => showBoardAt(context),
    pushTarget: () => pushTarget(context),
    pushReceipts: () => pushReceipts(context),
    verifyLandings: (range) => verifyLandings(context, range),
    reviewExtensions: () => context.consents.review(),
    readyThisStory: () => vscode.commands.executeCommand('switchyard.readyForQa', context.windowStory()?.key),
    saveBugBundle: () => saveBugBundle(context),
    runDoctor: () => runDoctor(context),
    repairWorktrees: () => repairWorktrees(context),
    doctorAct: (link) => actOnFinding(context, link),
    restoreKept: () => restoreKept(context),
    purgeStories: () => purgeStories(context),
    removeLandedWorktrees: () => removeLandedWorktrees(context),
    whatIf: () => showWhatIf(context),
    showConflicts: () => showConflicts(context),
    mergeStatus: () => showMergeStatus(context),
    openSourceControl: () => vscode.commands.executeCommand('workbench.view.scm'),
    showLog: () => context.logChannel.show(),
    openSettings: () => vscode.commands.executeCommand('workbench.action.openSettings', '@ext:switchyard.switchyard'),
    loadMore: (group) => context.view.provider.loadMore(group as GroupName),
  };
  const commands = Object.entries(plain).map(([id, run]) =>
    vscode.commands.registerCommand(`switchyard.${id}`, (...given: unknown[]) =>
      guarded(context, id, () => run(...given)),
    ),
  );
  return [texts.registration, registerStoryCodeActions(context.host), ...commands, ...registerStoryActions(context)];
}

/** The comment gives the title, and stands quoted in the body with its place. */
async function newStoryFromTodo(stories: NewStories, uri: unknown, line: unknown): Promise<void> {
  if (!(uri instanceof vscode.Uri) || typeof line !== 'number') return;
  const document = await vscode.workspace.openTextDocument(uri);
  const { text, range } = document.lineAt(line);
  await stories.make({ title: todoIn(text) ?? '', context: contextOf(document, range), then: 'open' });
}

/** A story that is found is opened as its document; an archived one is shown by what happened to it. */
async function findStory(context: CommandContext): Promise<void> {
  const found = await searchStories(context);
  if (found === undefined) return;
  const isShown = context.host.model()?.cards.some(({ key }) => key === found.key) ?? false;
  if (isShown) await showStory(found.number);
  else await showTimeline(context, found);
}

async function showMergeStatus(context: CommandContext): Promise<void> {
  const card = await pickCard(context.host.model()?.cards ?? [], vscode.l10n.t('Merge status of which story?'));
  if (card !== undefined) void inform(await mergeStatusText(context, card));
}
