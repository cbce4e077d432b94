import * as vscode from 'vscode';
import type { CommandContext } from '../commands/context';
import { offer } from '../commands/offer';
import { fail, inform, warn } from '../say/notify';

/** Pushes the target where its remote is, as a person asks. */
export async function pushTarget(context: CommandContext): Promise<void> {
  const session = context.host.session();
  if (session === null) return;
  const title = vscode.l10n.t('Pushing the target');
  const outcome = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, () =>
    session.push('target'),
  );
  if (outcome.kind === 'done') return void inform(outcome.message);
  const retry = vscode.l10n.t('Retry');
  offer(context, 'pushTarget', warn(outcome.message, retry), { button: retry, run: () => pushTarget(context) });
}

/** Receipts stay in this clone until somebody pushes them. */
export async function pushReceipts(context: CommandContext): Promise<void> {
  const outcome = await context.host.session()?.push('receipts');
  if (outcome === undefined) return;
  void (outcome.kind === 'done' ? inform(outcome.message) : fail(outcome.message));
}
