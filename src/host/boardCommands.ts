import * as vscode from 'vscode';
import type { Card } from '../core/board/card';
import type { KeptFilter } from '../core/board/keptFilters';
import { eventWords } from '../core/story/timelineText';
import type { Session } from '../session/session';
import { registerBoard } from './board/boardPanel';
import { targetOf } from './commands/chooseRepository';
import { inRepository, type CommandContext } from './commands/context';
import { openFirst } from './needs/openNeed';
import type { RepositoryHost } from './repositoryHost';
import { prioritise } from './commands/describeCards';
import { moveStories } from './commands/moveStories';
import { actOnAll } from './commands/storyActions';
import { guarded } from './commands/showBug';
import { NOTICE_COMMANDS } from './notices';
import { keptFiltersSchema } from '../protocol/boardMessages';
import { translate } from './say/translate';

/** Connects the board with the commands: what a card asks for is done by the same code as in palette and tree. */
export function registerBoardOn(extension: vscode.ExtensionContext, context: CommandContext): vscode.Disposable {
  const { repositories } = context;
  // The board is of the repository that is shown at that moment.
  const here = (): CommandContext => inRepository(context, repositories.shown());
  const cardsOf = (keys: readonly string[]): Card[] =>
    (repositories.shown().model()?.cards ?? []).filter(({ key }) => keys.includes(key));
  const named = (name: string, run: (host: RepositoryHost) => unknown): void => {
    const host = repositories.named(name);
    if (host !== null) void guarded(context, 'openBoard', () => run(host));
  };
  return registerBoard(
    extension,
    {
      model: () => repositories.shown().model(),
      overview: () => ({ rows: repositories.overview().rows, shown: repositories.shown().name }),
      filters: () => readFilters(extension.workspaceState),
      onDidChange: repositories.onDidChange,
    },
    {
      newStory: () => void vscode.commands.executeCommand('switchyard.newStory', targetOf(repositories.shown())),
      keepFilters: (filters) => void extension.workspaceState.update(FILTERS, filters),
      showRepository: (name) => named(name, (host) => repositories.show(host)),
      openFirst: (name) => named(name, (host) => openFirst(context, host)),
      open: (key) => void vscode.commands.executeCommand('switchyard.openStory', key),
      act: (keys, action) => guarded(context, action, () => actOnAll(here(), cardsOf(keys), action)),
      move: (keys, to) => guarded(context, 'moveToStage', () => moveStories(here(), cardsOf(keys), to)),
      prioritise: (keys, priority) =>
        guarded(context, 'setPriority', () => prioritise(here(), cardsOf(keys), priority)),
      statistics: (days) => {
        const from = days === null ? null : new Date(Date.now() - days * DAY_MS).toISOString();
        return sessionOf(here()).statistics({ from, to: null });
      },
      moments: async () => {
        const { entries } = await sessionOf(here()).timeline({ key: null, before: null, limit: MOMENTS });
        return entries
          .map(({ at, number, event }) => ({ at, text: `#${number} ${eventWords(event, translate)}` }))
          .reverse();
      },
      boardAt: (time) => sessionOf(here()).boardAt(time),
      notice: (action) => void vscode.commands.executeCommand(NOTICE_COMMANDS[action], targetOf(repositories.shown())),
    },
    context.log,
  );
}

const FILTERS = 'switchyard.boardFilters';

/** What another version kept, or what is damaged, is as good as none. */
function readFilters(memory: vscode.Memento): readonly KeptFilter[] {
  const kept = keptFiltersSchema.safeParse(memory.get<unknown>(FILTERS));
  return kept.success ? kept.data : [];
}

/** How many of the latest changes can be gone back to. */
const MOMENTS = 500;
const DAY_MS = 24 * 60 * 60 * 1000;

function sessionOf(context: CommandContext): Session {
  const session = context.host.session();
  if (session === null) throw new Error(vscode.l10n.t('There is no repository.'));
  return session;
}
