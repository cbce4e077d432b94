import * as vscode from 'vscode';
import type { Card } from '../../core/board/card';
import type { WhatIfChange, WhatIfKind } from '../../core/pipeline/whatIfChange';
import { reportInLanguage } from '../../core/words/saidReport';
import type { CommandContext } from '../commands/context';
import { pickOne, type Choice } from '../say/pick';
import { unlessCancelled } from '../say/showIfLong';
import { translate } from '../say/translate';

interface Wish {
  readonly change: WhatIfChange | null;
}

/** Asks what might be changed, and shows what would come of it: who lands when, and which conflicts that brings. */
export async function showWhatIf(context: CommandContext): Promise<void> {
  const cards = context.host.model()?.cards ?? [];
  const all: Choice<Wish> = {
    label: vscode.l10n.t('Everything'),
    description: vscode.l10n.t('who lands when, and what each change would make of it'),
    value: { change: null },
  };
  const title = vscode.l10n.t('What if…');
  const wish = await pickOne([all, ...cards.flatMap(choicesFor)], { title, stays: true });
  if (wish !== undefined) await show(context, wish);
}

async function show(context: CommandContext, wish: Wish): Promise<void> {
  const session = context.host.session();
  if (session === null) return;
  const report = await unlessCancelled(vscode.l10n.t('What If'), () => session.whatIf(wish.change));
  if (report === 'cancelled') return;
  const again = { label: vscode.l10n.t('Ask Again'), run: () => show(context, wish) };
  await context.texts.show(`${vscode.l10n.t('What If')}.txt`, reportInLanguage(report, translate), [again]);
}

function choicesFor(card: Card): Choice<Wish>[] {
  return kindsFor(card).map((kind) => ({
    label: changeWords(kind, card.number),
    description: card.title,
    value: { change: { kind, key: card.key } },
  }));
}

function changeWords(kind: WhatIfKind, number: number): string {
  switch (kind) {
    case 'approve':
      return vscode.l10n.t('Approve #{0}', number);
    case 'freeze':
      return vscode.l10n.t('Freeze #{0}', number);
    case 'first':
      return vscode.l10n.t('Let #{0} come first', number);
  }
}

function kindsFor({ stage }: Card): WhatIfKind[] {
  if (stage === 'ReviewHold') return ['approve'];
  return stage === 'Merge' || stage === 'QA' ? ['freeze', 'first'] : [];
}
