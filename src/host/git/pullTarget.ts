import * as vscode from 'vscode';
import type { CommandContext } from '../commands/context';
import { offer } from '../commands/offer';
import { mention, warn } from '../say/notify';
import { unlessCancelled } from '../say/showIfLong';
import { wordsOf } from '../say/inWords';

/**
 * Brings the target up to what it follows on its remote, with the person's own credentials. It only ever moves forward, and
 * where the person cancelled while the remote was asked, it stays where it is.
 */
export async function pullTarget(context: CommandContext): Promise<void> {
  const session = context.host.session();
  if (session === null) return;
  const outcome = await unlessCancelled(vscode.l10n.t('Pulling the target'), (signal) => {
    signal.addEventListener('abort', () => void session.cancelUnderWay('pull'), { once: true });
    return session.pull();
  });
  if (outcome === 'cancelled') return;
  if (outcome.kind === 'done') {
    mention(wordsOf(outcome));
    return;
  }
  const retry = vscode.l10n.t('Retry');
  offer(context, 'pullTarget', warn(wordsOf(outcome), retry), { button: retry, run: () => pullTarget(context) });
}
