import * as vscode from 'vscode';
import type { CommandContext } from '../commands/context';
import { offer } from '../commands/offer';
import { fail, inform, mention, warn } from '../say/notify';
import { unlessCancelled } from '../say/showIfLong';
import { wordsOf } from '../say/inWords';

/** Pushes the target where its remote is, as a person asks. */
export async function pushTarget(context: CommandContext): Promise<void> {
  const session = context.host.session();
  if (session === null) return;
  const outcome = await unlessCancelled(vscode.l10n.t('Pushing the target'), () => session.push('target'));
  if (outcome === 'cancelled') return leftAlone();
  if (outcome.kind === 'done') return void inform(wordsOf(outcome));
  const retry = vscode.l10n.t('Retry');
  offer(context, 'pushTarget', warn(wordsOf(outcome), retry), { button: retry, run: () => pushTarget(context) });
}

/** Receipts stay in this clone until somebody pushes them. */
export async function pushReceipts(context: CommandContext): Promise<void> {
  const session = context.host.session();
  if (session === null) return;
  const outcome = await unlessCancelled(vscode.l10n.t('Pushing receipts'), () => session.push('receipts'));
  if (outcome === 'cancelled') return leftAlone();
  void (outcome.kind === 'done' ? inform(wordsOf(outcome)) : fail(wordsOf(outcome)));
}

/** What git has sent by then cannot be called back. */
function leftAlone(): void {
  mention(vscode.l10n.t('That push is waited for no more. Git may still end it.'));
}
