import * as vscode from 'vscode';
import type { CommandContext } from '../commands/context';
import { offer } from '../commands/offer';
import { fail, inform, warn } from '../say/notify';
import { showIfLong } from '../say/showIfLong';
import { wordsOf } from '../say/inWords';

/** Pushes the target where its remote is, as a person asks. */
export async function pushTarget(context: CommandContext): Promise<void> {
  const session = context.host.session();
  if (session === null) return;
  const outcome = await showIfLong(vscode.l10n.t('Pushing the target'), session.push('target'), null);
  if (outcome.kind === 'done') return void inform(wordsOf(outcome));
  const retry = vscode.l10n.t('Retry');
  offer(context, 'pushTarget', warn(wordsOf(outcome), retry), { button: retry, run: () => pushTarget(context) });
}

/** Receipts stay in this clone until somebody pushes them. */
export async function pushReceipts(context: CommandContext): Promise<void> {
  const session = context.host.session();
  if (session === null) return;
  const outcome = await showIfLong(vscode.l10n.t('Pushing receipts'), session.push('receipts'), null);
  void (outcome.kind === 'done' ? inform(wordsOf(outcome)) : fail(wordsOf(outcome)));
}
