import * as vscode from 'vscode';
import { sayLock } from '../../core/landing/leftLock';
import { confirm, inform, mention, warn } from '../say/notify';
import type { CommandContext } from './context';
import { inWords } from '../say/inWords';

/** Asks about each lock that a killed git seems to have left, with its age, and removes what the person says. */
export async function removeLocks(context: CommandContext): Promise<void> {
  const session = context.host.session();
  const locks = (await session?.locks()) ?? [];
  if (session === null || locks.length === 0) {
    void inform(vscode.l10n.t('No git command left a lock here.'));
    return;
  }
  for (const lock of locks) {
    const question = vscode.l10n.t('Remove this lock of git’s?');
    if (!(await confirm(question, inWords(sayLock(lock, Date.now())), vscode.l10n.t('Remove')))) return;
    const outcome = await session.removeLock(lock);
    if (outcome.kind === 'removed') mention(vscode.l10n.t('{0} is removed.', lock.path));
    else void warn(outcome.why);
  }
}
