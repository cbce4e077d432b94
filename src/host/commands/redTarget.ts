import * as vscode from 'vscode';
import type { RedTargetDecision } from '../../core/landing/redTargetStory';
import { inform, mention, warn } from '../say/notify';
import { pickOne, type Choice } from '../say/pick';
import type { CommandContext } from './context';
import { wordsOf } from '../say/inWords';

/** Says that the target is red and since when, and does what the person decides about it. */
export async function redTarget(context: CommandContext): Promise<void> {
  const session = context.host.session();
  const red = (await session?.redTarget()) ?? null;
  if (session === null || red === null) {
    void inform(vscode.l10n.t('As far as is known, the gates are green on the target.'));
    return;
  }
  const { text, target, revert, bugStory, resumed } = red;
  const choices: Choice<RedTargetDecision>[] = [
    {
      label: bugStory === null ? vscode.l10n.t('Create Bug Story') : vscode.l10n.t('Open #{0}', bugStory),
      icon: 'bug',
      value: 'bugStory',
    },
    ...(revert === null
      ? []
      : [{ label: vscode.l10n.t('Revert #{0}…', revert), icon: 'discard', value: 'revert' as const }]),
    { label: vscode.l10n.t('Run Gates on {0} Again', target), icon: 'beaker', value: 'runAgain' },
    {
      label: resumed === 'no' ? vscode.l10n.t('Resume') : vscode.l10n.t('Resume Again'),
      icon: 'debug-continue',
      detail:
        resumed === 'no'
          ? vscode.l10n.t('Other stories are tried too, for as long as {0} stays where it is', target)
          : vscode.l10n.t('What was red there is tried once more'),
      value: 'resume',
    },
  ];
  // The notice says the same in the person's language.
  const said = context.host.model()?.notices.find(({ action }) => action?.id === 'redTarget')?.text;
  const decision = await pickOne(choices, { title: said ?? text, stays: true });
  if (decision === undefined) return;
  const outcome = await session.decideRedTarget(decision);
  if (outcome.kind === 'refused') {
    void warn(wordsOf(outcome));
    return;
  }
  mention(wordsOf(outcome));
  if (outcome.key === null) return;
  await session.settle();
  await context.view.show(outcome.key);
}
