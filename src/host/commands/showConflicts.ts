import * as vscode from 'vscode';
import type { ConflictReport } from '../../core/landing/conflictReport';
import type { MergeOrder } from '../../core/landing/mergeOrder';
import { inform } from '../say/notify';
import { pickOne, type Choice } from '../say/pick';
import { showStory } from '../storyDocument/showStory';
import { saidOf, type CommandContext } from './context';

type Chosen =
  | { readonly kind: 'order'; readonly order: MergeOrder }
  | { readonly kind: 'story'; readonly number: number };

/** What will conflict with what, and the order in which the fewest stories do, to be taken with one click. */
export async function showConflicts(context: CommandContext): Promise<void> {
  const session = context.host.session();
  if (session === null) return;
  const report = await session.conflicts();
  const orders = orderRows(report);
  const rows = [...orders, ...conflictRows(report)];
  if (rows.length === 0) {
    void inform(
      saidOf(
        context,
        vscode.l10n.t('As they stand now, no story will conflict with another one or with {0}.', report.target),
      ),
    );
    return;
  }
  const chosen = await pickOne(rows, {
    title: saidOf(context, vscode.l10n.t('Conflicts that will come')),
    placeHolder:
      orders.length === 0
        ? vscode.l10n.t('Choose a story to open')
        : vscode.l10n.t('Choose an order for the queue, or a story to open'),
  });
  if (chosen?.kind === 'story') await showStory(context, chosen.number);
  if (chosen?.kind !== 'order') return;
  await session.setMergeOrder(chosen.order);
  void inform(
    chosen.order === 'arrival'
      ? vscode.l10n.t('Stories of one priority land in order of arrival.')
      : vscode.l10n.t('Stories of one priority land so that the fewest of them conflict.'),
  );
}

function orderRows({ order, lands, landsAsGiven, inForce }: ConflictReport): Choice<Chosen>[] {
  const inTurn = order.map((number) => `#${number}`).join(', ');
  const counts = vscode.l10n.t(
    '{0} of {1} land without a conflict, in order of arrival {2}',
    lands.length,
    order.length,
    landsAsGiven.length,
  );
  if (inForce === 'fewestConflicts') {
    const value = { kind: 'order', order: 'arrival' } as const;
    return [{ label: vscode.l10n.t('Use Order of Arrival'), icon: 'history', description: counts, detail: vscode.l10n.t('In force: {0}', inTurn), value }]; // prettier-ignore
  }
  if (lands.length <= landsAsGiven.length) return [];
  const value = { kind: 'order', order: 'fewestConflicts' } as const;
  return [
    { label: vscode.l10n.t('Use Proposed Order'), icon: 'list-ordered', description: counts, detail: inTurn, value },
  ];
}

function conflictRows({ conflicts, target }: ConflictReport): Choice<Chosen>[] {
  return conflicts.map(({ one, other, files, gate }) => ({
    label: vscode.l10n.t('#{0} and {1}', one, other === null ? target : `#${other}`),
    icon: 'warning',
    description: gate === undefined ? files.join(', ') : vscode.l10n.t('red together in gate {0}', gate),
    value: { kind: 'story', number: one },
  }));
}
