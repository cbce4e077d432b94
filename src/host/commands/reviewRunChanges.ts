import * as vscode from 'vscode';
import type { FindingDecision } from '../../core/agents/finding';
import { choose, inform, warn } from '../say/notify';
import { inWords, wordsOf } from '../say/inWords';
import type { CommandContext } from './context';

/** Asks, for each thing that a run changed outside its story, whether it goes back or stays. */
export async function reviewRunChanges(context: CommandContext): Promise<void> {
  const session = context.host.session();
  const findings = (await session?.findings()) ?? [];
  if (session === null || findings.length === 0) {
    void inform(vscode.l10n.t('No agent changed anything outside its story.'));
    return;
  }
  for (const { id, said } of findings) {
    const decision = await ask(inWords(said));
    if (decision === null) return;
    const outcome = await session.decideFinding(id, decision);
    void (outcome.kind === 'done' ? inform(wordsOf(outcome)) : warn(wordsOf(outcome)));
  }
}

async function ask(detail: string): Promise<FindingDecision | null> {
  const [restore, keep] = [vscode.l10n.t('Restore'), vscode.l10n.t('Keep')];
  const question = vscode.l10n.t('An agent changed something outside its story. Put it back as it was?');
  const chosen = await choose(question, detail, [restore, keep]);
  if (chosen === undefined) return null;
  return chosen === restore ? 'restore' : 'keep';
}
