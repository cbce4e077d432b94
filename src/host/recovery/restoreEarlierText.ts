import * as vscode from 'vscode';
import { age } from '../../core/words/durations';
import { size } from '../../core/words/sizes';
import type { CommandContext } from '../commands/context';
import { pickCard } from '../commands/pickStory';
import { confirm, inform, mention, warn } from '../say/notify';
import { pickOne } from '../say/pick';
import type { ShownTexts } from './shownTexts';
import { wordsOf } from '../say/inWords';

/** Lists what a story's text was before; the person reads the one they choose, and it takes the place of the present one. */
export async function restoreEarlierText(context: CommandContext, texts: ShownTexts): Promise<void> {
  const session = context.host.session();
  if (session === null) return;
  const card = await pickCard(context.host.model()?.cards ?? [], vscode.l10n.t('Earlier text of which story?'));
  if (card === undefined) return;
  const earlier = await session.earlierTexts(card.key);
  if (earlier.length === 0) {
    void inform(vscode.l10n.t('No earlier text of #{0} is kept.', card.number));
    return;
  }
  const { readRecovered } = await import('../../core/recovery/recoveredStory');
  const chosen = await pickOne(
    earlier.map((one) => ({
      label: vscode.l10n.t('{0} ago', age(one.savedAt, Date.now())),
      description: size(Buffer.byteLength(one.text)),
      detail: readRecovered(one.text, null, card.number).title,
      value: one,
    })),
    { title: vscode.l10n.t('Restore an Earlier Text of #{0}', card.number) },
  );
  if (chosen === undefined) return;
  await texts.show(vscode.l10n.t('#{0}, Earlier Text', card.number), chosen.text, 'taken');
  const question = vscode.l10n.t('Restore this text of #{0}?', card.number);
  const detail = vscode.l10n.t(
    'It takes the place of the present one, which is kept as an earlier text where it is whole.',
  );
  if (!(await confirm(question, detail, vscode.l10n.t('Restore')))) return;
  const outcome = await session.restoreText(card.key, chosen.id);
  if (outcome.kind === 'refused') void warn(wordsOf(outcome));
  else mention(vscode.l10n.t('#{0} has its earlier text again.', card.number));
}
