import * as vscode from 'vscode';
import type { Card } from '../core/board/card';
import { eventWords } from '../core/story/timelineText';
import type { Session } from '../session/session';
import { registerBoard } from './board/boardPanel';
import type { CommandContext } from './commands/context';
import { prioritise } from './commands/describeCards';
import { moveStories } from './commands/moveStories';
import { actOnAll } from './commands/storyActions';
import { guarded } from './commands/showBug';
import { NOTICE_COMMANDS } from './notices';

/** Connects the board with the commands: what a card asks for is done by the same code as in palette and tree. */
export function registerBoardOn(extension: vscode.ExtensionContext, context: CommandContext): vscode.Disposable {
  const cardsOf = (keys: readonly string[]): Card[] =>
    (context.host.model()?.cards ?? []).filter(({ key }) => keys.includes(key));
  return registerBoard(
    extension,
    context.host,
    {
      newStory: () => void vscode.commands.executeCommand('switchyard.newStory'),
      open: (key) => void vscode.commands.executeCommand('switchyard.openStory', key),
      act: (keys, action) => guarded(context, action, () => actOnAll(context, cardsOf(keys), action)),
      move: (keys, to) => guarded(context, 'moveToStage', () => moveStories(context, cardsOf(keys), to)),
      prioritise: (keys, priority) =>
        guarded(context, 'setPriority', () => prioritise(context, cardsOf(keys), priority)),
      statistics: (days) => {
        const from = days === null ? null : new Date(Date.now() - days * DAY_MS).toISOString();
        return sessionOf(context).statistics({ from, to: null });
      },
      moments: async () => {
        const { entries } = await sessionOf(context).timeline({ key: null, before: null, limit: MOMENTS });
        return entries.map(({ at, number, event }) => ({ at, text: `#${number} ${eventWords(event)}` })).reverse();
      },
      boardAt: (time) => sessionOf(context).boardAt(time),
      notice: (action) => void vscode.commands.executeCommand(NOTICE_COMMANDS[action]),
    },
    context.log,
  );
}

/** How many of the latest changes can be gone back to. */
const MOMENTS = 500;
const DAY_MS = 24 * 60 * 60 * 1000;

function sessionOf(context: CommandContext): Session {
  const session = context.host.session();
  if (session === null) throw new Error(vscode.l10n.t('There is no repository.'));
  return session;
}
