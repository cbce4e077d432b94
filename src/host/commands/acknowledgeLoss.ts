import * as vscode from 'vscode';
import type { CommandContext } from './context';
import { inWords } from '../say/inWords';
import { confirm, inform } from '../say/notify';

/** Shows what the store lost, and lets the stories that waited for it go on once the person has read it. */
export async function acknowledgeLoss(context: CommandContext): Promise<void> {
  const notices = context.host.model()?.notices.filter((notice) => notice.action?.id === 'acknowledgeLoss') ?? [];
  if (notices.length === 0) {
    void inform(vscode.l10n.t('No record was lost, so there is nothing to acknowledge.'));
    return;
  }
  const acknowledge = vscode.l10n.t('Acknowledge');
  const question = vscode.l10n.t('Have you looked at these stories? They go on from where they stand now.');
  const detail = notices.map(({ text, said }) => (said === undefined ? text : inWords(said))).join('\n\n');
  if (await confirm(question, detail, acknowledge)) await context.host.session()?.acknowledgeLosses();
}
