import { messageOf } from '../../base/messageOf';
import * as vscode from 'vscode';
import type { CommandContext } from './context';
import { toldBy } from '../../core/words/said';
import { wordsOf } from '../say/inWords';
import { fail } from '../say/notify';

/** Runs a command; an error nobody foresaw is logged and shown once, with a way to the log, and gives null. */
export async function guarded<T>(
  context: CommandContext,
  command: string,
  run: () => T | Promise<T>,
): Promise<T | null> {
  try {
    return await run();
  } catch (error) {
    void showBug(context, command, error);
    return null;
  }
}

/** Shows an unforeseen error with its command and a button to the log. */
async function showBug(context: CommandContext, command: string, error: unknown): Promise<void> {
  const message = messageOf(error);
  context.log.error(`[command ${command}] ${error instanceof Error ? (error.stack ?? message) : message}`);
  const show = vscode.l10n.t('Show Log');
  const text = vscode.l10n.t('Switchyard could not do "{0}": {1}', command, wordsOf(toldBy(error, message)));
  if ((await fail(text, show)) === show) context.logChannel.show();
}
