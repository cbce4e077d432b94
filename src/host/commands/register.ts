import type { GroupName } from '../../core/board/boardNames';
import * as vscode from 'vscode';
import type { StoryTree } from '../views/storyTree';
import type { CommandContext } from './context';
import { newStory } from './newStory';
import { mergeStatusText } from './openStory';
import { pickCard } from './pickStory';
import { approveCommands, editAgents, editGates, setIdentity, setTarget, setUpAgent } from './setUp';
import { registerStoryActions } from './storyActions';

/** Registers every command but those of the board. An error nobody foresaw is logged and shown once, with a way on. */
export function registerCommands(context: CommandContext, tree: StoryTree): vscode.Disposable[] {
  const plain: Record<string, (argument?: unknown) => unknown> = {
    newStory: () => newStory(context),
    approveCommands: () => approveCommands(context),
    setTarget: () => setTarget(context),
    editGates: () => editGates(context),
    editAgents: () => editAgents(),
    setUpAgent: () => setUpAgent(context),
    setIdentity: () => setIdentity(context),
    mergeStatus: () => showMergeStatus(context),
    showLog: () => context.logChannel.show(),
    openSettings: () => vscode.commands.executeCommand('workbench.action.openSettings', '@ext:switchyard.switchyard'),
    loadMore: (group) => tree.loadMore(group as GroupName),
  };
  const guarded = Object.entries(plain).map(([id, run]) =>
    vscode.commands.registerCommand(`switchyard.${id}`, async (argument?: unknown) => {
      try {
        await run(argument);
      } catch (error) {
        await showBug(context, id, error);
      }
    }),
  );
  return [...guarded, ...registerStoryActions(context)];
}

async function showMergeStatus(context: CommandContext): Promise<void> {
  const card = await pickCard(context.host.model()?.cards ?? [], vscode.l10n.t('Merge status of which story?'));
  if (card !== undefined) void vscode.window.showInformationMessage(mergeStatusText(context, card));
}

/** Shows an unforeseen error with its command and a button to the log. */
export async function showBug(context: CommandContext, command: string, error: unknown): Promise<void> {
  const message = error instanceof Error ? error.message : String(error);
  context.log.error(`[command ${command}] ${error instanceof Error ? (error.stack ?? message) : message}`);
  const show = vscode.l10n.t('Show Log');
  const text = vscode.l10n.t('Switchyard could not do "{0}": {1}', command, message);
  if ((await vscode.window.showErrorMessage(text, show)) === show) context.logChannel.show();
}
