import * as vscode from 'vscode';
import { ACTIONS, titleOf, type ActionId } from '../../core/board/actions';
import type { Card } from '../../core/board/card';
import { factsText } from '../../core/board/factsText';
import { plainLine, plainText } from '../../core/words/plainText';

/**
 * A row below a story. `command`: the action on the story that it leads to, and the run of an agent that it is about; null for
 * one that only says something.
 */
export interface DetailRow {
  readonly kind: 'detail';
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly icon: string;
  readonly command: { readonly action: ActionId; readonly key: string; readonly run?: string } | null;
}

/** What is known of a story without asking for more: why it does not move, who works on it, its gates, and its conflicts. */
export function storyDetails(card: Card, now: number): DetailRow[] {
  const { key, why, conflicts, actions } = card;
  const row = (id: string, label: string, description: string, icon: string, action: ActionId | null): DetailRow => ({
    kind: 'detail', id: `${key}/${id}`, label, description, icon, command: action === null || !actions.includes(action) ? null : { action, key },
  }); // prettier-ignore
  return [
    ...(why === null ? [] : [row('why', why, '', 'info', 'whyNotLanded')]),
    ...runRows(card, now, row),
    ...conflicts.map(({ number, files, gate }, index): DetailRow => {
      const id = `conflict-${index}`;
      if (gate !== undefined) {
        const label = vscode.l10n.t('Red together with #{0}', number ?? 0);
        const description = vscode.l10n.t('gate {0}, each is green alone', gate.name);
        const command = { action: 'showOutput', key: gate.output } as const;
        return { kind: 'detail', id: `${key}/${id}`, label, description, icon: 'git-branch-conflicts', command };
      }
      const label =
        number === null
          ? vscode.l10n.t('Will conflict with the target branch')
          : vscode.l10n.t('Will conflict with #{0}', number);
      return row(id, label, files.join(', '), 'git-branch-conflicts', 'openDiff');
    }),
  ];
}

type MakeRow = (id: string, label: string, description: string, icon: string, action: ActionId | null) => DetailRow;

/** The agent or the gates at work, else where what they said is kept. */
function runRows({ agent, stage, state, facts, conflicts }: Card, now: number, row: MakeRow): DetailRow[] {
  const told = conflicts.length > 0 ? facts.slice(1) : facts;
  const said = factsText(told, now);
  if (agent !== null) {
    const ofIt = factsText(
      told.filter((fact) => fact !== agent),
      now,
    );
    return [row('agent', agent, ofIt, 'robot', 'showOutput')];
  }
  const gates = stage === 'QA' || stage === 'Merge';
  if (gates && state === 'working') return [row('gates', vscode.l10n.t('Gates'), said, 'beaker', 'showOutput')];
  if (stage === 'Backlog') return [];
  return [row('output', vscode.l10n.t('Output of agent and gates'), '', 'output', 'showOutput')];
}

export function detailItem({ id, label, description, icon, command }: DetailRow): vscode.TreeItem {
  const item = new vscode.TreeItem(plainLine(label));
  item.id = id;
  item.description = plainLine(description);
  item.tooltip = plainText(description === '' ? label : `${label}\n${description}`);
  item.iconPath = new vscode.ThemeIcon(icon);
  if (command !== null) {
    const title = vscode.l10n.t(titleOf(ACTIONS[command.action]));
    item.command = { command: `switchyard.${command.action}`, title, arguments: command.run === undefined ? [command.key] : [command.key, command.run] }; // prettier-ignore
  }
  return item;
}
