import * as vscode from 'vscode';
import type { CommandContext } from '../commands/context';
import { fail } from '../say/notify';
import { askLine } from '../say/pick';
import { unlessCancelled } from '../say/showIfLong';
import { wordsOf } from '../say/inWords';
import { translate } from '../say/translate';

/** Shows what landed held against its receipts. `given` is a range from another command; the person is asked without it. */
export async function verifyLandings(context: CommandContext, given: unknown): Promise<void> {
  const session = context.host.session();
  if (session === null) return;
  const range = typeof given === 'string' ? given : await askRange();
  if (range === undefined) return;
  const title = vscode.l10n.t('Verifying what landed');
  const outcome = await unlessCancelled(title, () => session.verifyLandings(range));
  if (outcome === 'cancelled') return;
  if (outcome.kind === 'refused') void fail(wordsOf(outcome));
  else await context.texts.show(`${vscode.l10n.t('Landings')}.txt`, inLines(outcome.text));
}

/** Each line is known for itself, whatever marks it. */
function inLines(text: string): string {
  return text.replaceAll(/^([ !]*)(.+)$/gm, (_, mark: string, line: string) => `${mark}${translate(line)}`);
}

function askRange(): Thenable<string | undefined> {
  return askLine({
    title: vscode.l10n.t('Verify which landings?'),
    placeHolder: vscode.l10n.t('Everything that landed; or a range such as v1.2..main'),
  });
}
