import { FixableError } from '../../base/errors';
import { messageOf } from '../../base/messageOf';
import * as vscode from 'vscode';
import type { CommandContext } from './context';
import { toldBy } from '../../core/words/said';
import { wordsOf } from '../say/inWords';
import { fail } from '../say/notify';

/** Runs a command; an error is logged and shown once, with a way to the log, and gives null. */
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

/** Shows what a person can mend in its own words, and an unforeseen error with its command; with a button to the log. */
async function showBug(context: CommandContext, command: string, error: unknown): Promise<void> {
  const message = messageOf(error);
  const show = vscode.l10n.t('Show Log');
  const isForeseen = error instanceof FixableError;
  if (isForeseen) context.log.warn(`[command ${command}] ${message}`);
  else context.log.error(`[command ${command}] ${error instanceof Error ? (error.stack ?? message) : message}`);
  const words = wordsOf(toldBy(error, message));
  const text = isForeseen ? words : vscode.l10n.t('Switchyard could not do "{0}": {1}', command, words);
  if ((await fail(text, show)) === show) context.logChannel.show();
}
