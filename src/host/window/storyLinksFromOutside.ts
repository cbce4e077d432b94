import * as vscode from 'vscode';
import type { Repositories } from '../repositories';
import { inform } from '../say/notify';

/** How long (ms) a link waits for the stories of a window that has just opened. */
const PATIENCE_MS = 30_000;

/** `vscode://switchyard.switchyard/story/42` shows that story of the repository in the window that it comes to. It changes nothing. */
export function openStoryLinks(repositories: Repositories): vscode.Disposable {
  return vscode.window.registerUriHandler({ handleUri: (uri) => openStoryLink(repositories, uri) });
}

export async function openStoryLink(repositories: Repositories, { path }: vscode.Uri): Promise<void> {
  const digits = /^\/story\/([1-9]\d{0,14})\/?$/.exec(path)?.[1];
  if (digits === undefined) {
    void inform(vscode.l10n.t('This link of Switchyard leads to no story. One that does ends like /story/42.'));
    return;
  }
  const number = Number(digits);
  await modelOf(repositories);
  const boards = repositories.all().flatMap((host) => host.model() ?? []);
  if (boards.some(({ cards }) => cards.some((card) => card.number === number))) {
    await vscode.commands.executeCommand('switchyard.showStoryPage', number);
    return;
  }
  const search = vscode.l10n.t('Search Stories');
  const words =
    boards.length === 0
      ? vscode.l10n.t('#{0} cannot be shown: this window has no repository with stories open.', number)
      : vscode.l10n.t(
          '#{0} is not among the stories of {1} that are shown.',
          number,
          boards.map(({ repository }) => repository).join(', '),
        );
  const pressed = await inform(words, ...(boards.length === 0 ? [] : [search]));
  if (pressed === search) await vscode.commands.executeCommand('switchyard.searchStories');
}

/** The first board of a window that has just opened; gives up where there will be none. */
function modelOf(repositories: Repositories): Promise<void> {
  return new Promise((resolve) => {
    const isDecided = (): boolean =>
      repositories.all().some((host) => host.model() !== null) ||
      (repositories.state !== 'starting' && repositories.state !== 'ready');
    if (isDecided()) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      subscription.dispose();
      resolve();
    };
    const timer = setTimeout(end, PATIENCE_MS);
    const subscription = repositories.onDidChange(() => {
      if (isDecided()) end();
    });
  });
}
