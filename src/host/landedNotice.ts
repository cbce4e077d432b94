import * as vscode from 'vscode';
import type { Card } from '../core/board/card';
import { JustLanded } from '../core/board/justLanded';
import type { RepositoryHost } from './repositoryHost';
import { inform, mention } from './say/notify';
import { notifyWish } from './notifyWish';
import { namesOf } from './say/inWords';

/** Says of stories that they have landed: those of one moment together, as a notification only where the person wants that. */
export function sayLanded(host: RepositoryHost, label: () => string | null): vscode.Disposable {
  const landings = new JustLanded();
  return host.onDidChange(() => {
    const model = host.model();
    // The window that leads says it; the others show the same in their views.
    if (model === null || model.mode !== 'leading') return;
    const landed = landings.of(model.cards);
    if (landed.length > 0) void say(landed, placeOf(model.target?.name ?? '', label()));
  });
}

/** `main`, or `main of app` in a window of several. */
function placeOf(target: string, repository: string | null): string {
  return repository === null ? target : vscode.l10n.t('{0} of {1}', target, repository);
}

async function say(cards: readonly Card[], target: string): Promise<void> {
  const [first] = cards;
  const wish = notifyWish();
  if (first === undefined || wish === 'never') return;
  const diff = vscode.l10n.t('Open Diff');
  const what =
    cards.length === 1
      ? vscode.l10n.t('#{0} {1} has landed on {2}.', first.number, first.title, target)
      : vscode.l10n.t('{0} have landed on {1}.', namesOf(cards.map(({ number }) => `#${number}`)), target);
  if (wish === 'needsYou') return mention(what);
  if ((await inform(what, ...(cards.length === 1 ? [diff] : []))) === diff)
    await vscode.commands.executeCommand('switchyard.openDiff', first.key);
}
