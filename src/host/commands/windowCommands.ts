import * as vscode from 'vscode';
import { windowText } from '../../core/board/overviewText';
import { inform } from '../say/notify';
import { meantBy, pickRepository } from './chooseRepository';
import type { CommandContext } from './context';

/** The status as a text, in the words of every view, for wherever it is pasted. */
export async function copyStatus({ repositories }: CommandContext): Promise<void> {
  const text = windowText(repositories.opened(), Date.now(), vscode.l10n.t);
  if (text === '') return void inform(vscode.l10n.t('There is no status yet: Switchyard is still starting.'));
  await vscode.env.clipboard.writeText(`${text}\n`);
  void inform(vscode.l10n.t('The status is copied.'));
}

/** Which repository the board shows: the one of the row, else the one that the person chooses. */
export async function switchRepository({ repositories }: CommandContext, given: unknown): Promise<void> {
  const host =
    meantBy(repositories, given) ?? (await pickRepository(repositories, vscode.l10n.t('Show which repository?')));
  if (host === null) return;
  await repositories.show(host);
  await vscode.commands.executeCommand('switchyard.openBoard');
}
