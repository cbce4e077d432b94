import * as vscode from 'vscode';
import type { Card } from '../../core/board/card';
import type { CommandContext } from '../commands/context';
import { storiesIn } from '../commands/pickStory';
import { confirm, inform, warn } from '../say/notify';
import { tickSet } from '../say/tickSet';
import { stageWord } from '../../core/story/stageWords';

/** Writes stories as Markdown files, which Import Stories reads again as they were. */
export async function exportStories(context: CommandContext, given?: unknown): Promise<void> {
  const session = context.host.session();
  if (session === null) return;
  const meant = storiesIn(context, given);
  const cards = meant.length > 0 ? meant : await chooseCards(context.host.model()?.cards ?? []);
  if (cards === undefined || cards.length === 0) return;
  const [folder] = (await askFolder()) ?? [];
  if (folder === undefined) return;
  const { printStory } = await import('../../core/story/storyFolder');
  const present = new Set((await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name.toLowerCase()));
  const named = cards.map((card) => printStory(card.number, fieldsOf(card), '').name);
  const over = named.filter((name) => present.has(name.toLowerCase()));
  if (over.length > 0 && !(await confirmOver(over))) return;
  const title = vscode.l10n.t(
    'Exporting {0}',
    vscode.l10n.t(cards.length === 1 ? '1 story' : '{0} stories', cards.length),
  );
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  const written = await vscode.window.withProgress(options, async (progress, cancelled) => {
    let done = 0;
    for (const card of cards) {
      if (cancelled.isCancellationRequested) break;
      const { name, text } = printStory(card.number, fieldsOf(card), await session.bodyOf(card.key));
      await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, name), new TextEncoder().encode(text));
      done += 1;
      progress.report({ increment: 100 / cards.length, message: `${done} / ${cards.length}` });
    }
    return done;
  });
  const said = vscode.l10n.t(
    '{0} written to {1}.',
    vscode.l10n.t(written === 1 ? '1 story' : '{0} stories', written),
    folder.fsPath,
  );
  if (written < cards.length)
    void warn(`${said} ${vscode.l10n.t('You cancelled; {0} were not.', cards.length - written)}`);
  else void inform(said);
}

function fieldsOf({ title, type, priority, labels, dependsOn }: Card) {
  const numbers = dependsOn.flatMap(({ number }) => (number === null ? [] : [number]));
  return { title, type, priority, labels, dependsOn: numbers };
}

async function chooseCards(cards: readonly Card[]): Promise<Card[] | undefined> {
  if (cards.length === 0) {
    void warn(vscode.l10n.t('There is no story to export yet.'));
    return undefined;
  }
  return tickSet(
    cards.map((card) => ({
      label: `#${card.number} ${card.title}`,
      description: stageWord(card.stage),
      value: card,
      ticked: card.stage !== 'Done' && card.stage !== 'Archived',
    })),
    { title: vscode.l10n.t('Export Stories'), placeHolder: vscode.l10n.t('Untick what you do not want') },
  );
}

function askFolder(): Thenable<vscode.Uri[] | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  return vscode.window.showOpenDialog({
    canSelectFolders: true,
    canSelectFiles: false,
    openLabel: vscode.l10n.t('Export Here'),
    ...(folder === undefined ? {} : { defaultUri: folder }),
  });
}

function confirmOver(names: readonly string[]): Promise<boolean> {
  const question = vscode.l10n.t(
    'Write over {0}?',
    vscode.l10n.t(names.length === 1 ? '1 file' : '{0} files', names.length),
  );
  return confirm(question, names.slice(0, 20).join('\n'), vscode.l10n.t('Write Over'));
}
