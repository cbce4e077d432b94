import * as vscode from 'vscode';
import type { BoardModel } from '../../core/board/boardModel';
import type { Card } from '../../core/board/card';
import type { QueueLane } from '../../core/board/queueLane';
import { plainLine } from '../../core/words/plainText';
import { localClock, localWhen } from '../../core/words/localMoment';
import { TooltipText } from '../say/markdown';

/** One row below the merge queue. `key`: the story that it leads to. */
export interface QueueRow {
  readonly kind: 'queueRow';
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly icon: string;
  readonly key: string | null;
  /** What its menu is chosen by: that of the story where it is one. */
  readonly context: string;
}

/** The queue has a row of its own while something is in it, or has just dropped out. */
export function hasQueue(lane: QueueLane | null): lane is QueueLane {
  return lane !== null && lane.candidates.length + lane.out.length > 0;
}

/** The target with its state, then who lands in which order, then what dropped out and why. */
export function queueRows({ target, queue, cards }: BoardModel, contextOf: (card: Card) => string): QueueRow[] {
  if (!hasQueue(queue)) return [];
  const byKey = new Map(cards.map((card) => [card.key, card]));
  const row = (id: string, label: string, description: string, icon: string): QueueRow => ({
    kind: 'queueRow', id: `queue/${id}`, label, description, icon, key: null, context: 'queueRow',
  }); // prettier-ignore
  const storyRow = (card: Card, id: string, description: string, icon: string): QueueRow => ({
    ...row(id, nameOf(card), description, icon), key: card.key, context: contextOf(card),
  }); // prettier-ignore
  const state = [queue.stopped ?? vscode.l10n.t('lands what its gates prove'), ...gatesText(queue)].join(' · ');
  const more =
    queue.more === 0 ? [] : [row('more', vscode.l10n.t('{0} more behind these', queue.more), '', 'ellipsis')];
  return [
    row(
      'target',
      target?.name ?? vscode.l10n.t('no target'),
      state,
      queue.stopped === null ? 'git-branch' : 'debug-pause',
    ),
    row('policy', capital(queue.policy), queue.why, 'beaker'),
    ...queue.candidates.flatMap(({ key, since, at }) => {
      const card = byKey.get(key);
      return card === undefined ? [] : [storyRow(card, key, candidateText(card, since, at), 'git-merge')];
    }),
    ...more,
    ...queue.out.flatMap(({ key, since }) => {
      const card = byKey.get(key);
      return card === undefined ? [] : [storyRow(card, `out/${key}`, outText(card, since), 'circle-slash')];
    }),
  ];
}

/** Gates that run on the target itself. A moment, not an age, so that the row says the same for a while. */
function gatesText({ targetGates }: QueueLane): string[] {
  return targetGates === undefined ? [] : [vscode.l10n.t('gates run on it since {0}', localClock(targetGates))];
}

function nameOf({ number, title }: Card): string {
  return `#${number} ${title}`;
}

/** `test 2/3 · lands about 14:05 · queued since 13:40`. Moments, not ages, so that the row says the same for a while. */
function candidateText(card: Card, since: string, at: number | null): string {
  const facts = card.brief === null ? card.facts.filter((fact) => typeof fact === 'string') : [card.brief];
  const lands = at === null ? [] : [vscode.l10n.t('lands about {0}', clock(at))];
  return [...facts, ...lands, vscode.l10n.t('queued since {0}', clock(Date.parse(since)))].join(' · ');
}

function outText(card: Card, since: string): string {
  const why = card.brief ?? card.facts.filter((fact) => typeof fact === 'string').join(' · ');
  return `${why} · ${vscode.l10n.t('dropped out at {0}', clock(Date.parse(since)))}`;
}

const clock = (ms: number): string => localWhen(ms, Date.now());

/** Folded: what it holds stands below Merge as well, and one line says how the queue lands. */
export function queueItem(lane: QueueLane): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t('Merge queue'), vscode.TreeItemCollapsibleState.Collapsed);
  item.id = 'queue';
  item.description = plainLine([lane.stopped ?? lane.policy, ...gatesText(lane)].join(' · '));
  item.iconPath = new vscode.ThemeIcon(lane.stopped === null ? 'git-merge' : 'debug-pause');
  item.contextValue = 'queue';
  item.tooltip = new TooltipText()
    .bold(capital(lane.policy))
    .end()
    .text(`${capital(lane.why)}.`)
    .end()
    .toMarkdown();
  return item;
}

export function queueRowItem(row: QueueRow): vscode.TreeItem {
  const item = new vscode.TreeItem(plainLine(row.label));
  item.id = row.id;
  item.description = plainLine(row.description);
  item.tooltip = plainLine(`${row.label}: ${row.description}`);
  item.iconPath = new vscode.ThemeIcon(row.icon);
  item.contextValue = row.context;
  return item;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
