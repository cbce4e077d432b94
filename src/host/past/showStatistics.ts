import * as vscode from 'vscode';
import { statisticsText } from '../../core/statistics/statisticsText';
import { reportInLanguage } from '../../core/words/saidReport';
import type { CommandContext } from '../commands/context';
import { pickOne } from '../say/pick';
import { unlessCancelled } from '../say/showIfLong';
import { translate } from '../say/translate';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Shows what stages, gates and agents took, and what landed, of a time that the person chooses. */
export async function showStatistics(context: CommandContext): Promise<void> {
  const session = context.host.session();
  if (session === null) return;
  const spans = [
    { label: vscode.l10n.t('The last 7 days'), value: 7 },
    { label: vscode.l10n.t('The last 30 days'), value: 30 },
    { label: vscode.l10n.t('Everything on record'), value: null },
  ];
  const choices = spans.map((span) => ({ label: span.label, value: span }));
  const span = await pickOne(choices, { title: vscode.l10n.t('Statistics for which period?') });
  if (span === undefined) return;
  const from = span.value === null ? null : new Date(Date.now() - span.value * DAY_MS).toISOString();
  const found = await unlessCancelled(vscode.l10n.t('Statistics'), () => session.statistics({ from, to: null }));
  if (found === 'cancelled') return;
  const period = span.label.charAt(0).toLowerCase() + span.label.slice(1);
  const repository = context.host.model()?.repository ?? '';
  await context.texts.show(
    `${vscode.l10n.t('Statistics')}.txt`,
    reportInLanguage(statisticsText(`${repository}, ${period}`, found), translate),
  );
}
