import * as vscode from 'vscode';
import type { Card } from '../../core/board/card';
import { reportInLanguage } from '../../core/words/saidReport';
import { documentName, type CommandContext } from '../commands/context';
import { inform } from '../say/notify';
import { translate } from '../say/translate';

/** Shows the decision about a story as a document: why it has not landed, the rule, and what would change it. */
export async function showWhyNotLanded(context: CommandContext, card: Card): Promise<void> {
  const report = (await context.host.session()?.whyNotLanded(card.key)) ?? null;
  if (report === null) return void inform(vscode.l10n.t('#{0} is not here any more.', card.number));
  const again = { label: vscode.l10n.t('Ask Again'), run: () => showWhyNotLanded(context, card) };
  const isOver = card.stage === 'Done' || card.stage === 'Archived';
  const title = isOver
    ? vscode.l10n.t('Landing of #{0}', card.number)
    : vscode.l10n.t('Why #{0} Has Not Landed', card.number);
  const name = documentName(context, `${title}.txt`);
  await context.texts.show(name, reportInLanguage(report, translate), [again]);
}
