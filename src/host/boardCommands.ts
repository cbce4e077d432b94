import * as vscode from 'vscode';
import type { Card } from '../core/board/card';
import { registerBoard } from './board/boardPanel';
import type { CommandContext } from './commands/context';
import { act, moveTo } from './commands/storyActions';
import { guarded } from './commands/showBug';
import { NOTICE_COMMANDS } from './notices';

/** Connects the board with the commands: what a card asks for is done by the same code as in palette and tree. */
export function registerBoardOn(extension: vscode.ExtensionContext, context: CommandContext): vscode.Disposable {
  const cardOf = (key: string): Card | undefined => context.host.model()?.cards.find((card) => card.key === key);
  return registerBoard(
    extension,
    context.host,
    {
      newStory: () => void vscode.commands.executeCommand('switchyard.newStory'),
      open: (key) => void vscode.commands.executeCommand('switchyard.openStory', key),
      act: async (key, action) => {
        const card = cardOf(key);
        return card === undefined ? null : guarded(context, action, () => act(context, card, action));
      },
      move: async (key, to) => {
        const card = cardOf(key);
        return card === undefined ? null : guarded(context, 'moveToStage', () => moveTo(context, card, to));
      },
      notice: (action) => void vscode.commands.executeCommand(NOTICE_COMMANDS[action]),
    },
    context.log,
  );
}
