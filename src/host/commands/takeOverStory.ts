import * as vscode from 'vscode';
import type { Card } from '../../core/board/card';
import { confirm } from '../say/notify';
import type { CommandContext } from './context';
import { told } from './told';

/** Asks whether this machine is to go on with stories of others, and says what that means for each. */
export async function askToTakeOver({ host }: CommandContext, cards: readonly Card[]): Promise<boolean> {
  const session = host.session();
  if (session === null) return false;
  const asked = await Promise.all(cards.map(({ key }) => session.askToReassign(key)));
  const meanings = asked.flatMap((one) => (one.kind === 'asks' ? [one] : []));
  const [first, ...others] = meanings;
  if (first === undefined) {
    for (const one of asked) if (one.kind === 'refused') told(one);
    return false;
  }
  const agree = vscode.l10n.t('Take Over');
  if (others.length === 0) return confirm(first.question, first.detail, agree);
  const detail = meanings.map(({ question, detail: meaning }) => `${question} ${meaning.replaceAll('\n\n', ' ')}`);
  return confirm(vscode.l10n.t('Take over {0} stories?', meanings.length), detail.join('\n\n'), agree);
}
