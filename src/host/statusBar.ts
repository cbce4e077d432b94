import { MARK_WORDS } from '../core/pipeline/markWords';
import * as vscode from 'vscode';
import type { BoardModel } from '../core/board/boardModel';
import { count } from '../core/words/durations';
import { TooltipText } from './say/markdown';

interface StatusSource {
  model(): BoardModel | null;
  readonly onDidChange: vscode.Event<void>;
}

/** How many stories the tooltip lists. */
const LISTED = 8;

/** The one status bar item: running agents, queue length and stuck stories; it opens the board. */
export function createStatusBar(source: StatusSource): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('switchyard.status', vscode.StatusBarAlignment.Left, 50);
  item.name = 'Switchyard';
  item.command = 'switchyard.openBoard';
  const show = () => {
    const model = source.model();
    if (model === null) return item.hide();
    const { running, queued, stuck } = model.counts;
    item.text = `$(robot) ${running} $(git-merge) ${queued}${stuck > 0 ? ` $(circle-filled) ${stuck}` : ''}`;
    const words = `${count(running, 'agent')} running, ${queued} in the merge queue, ${stuck} stuck`;
    item.accessibilityInformation = { label: `Switchyard: ${words}`, role: 'button' };
    item.tooltip = tooltipOf(model, words);
    item.show();
  };
  show();
  return vscode.Disposable.from(item, source.onDidChange(show));
}

function tooltipOf(model: BoardModel, words: string): vscode.MarkdownString {
  const tooltip = new TooltipText().bold('Switchyard');
  if (model.target !== null) tooltip.text(`→ ${model.target.name}`);
  tooltip.end().text(`${words}.`).end();
  for (const card of model.cards.filter((one) => one.needsYou || one.mark !== null).slice(0, LISTED)) {
    const mark = card.mark === null ? '' : `${MARK_WORDS[card.mark].symbol} `;
    tooltip.text(`${mark}#${card.number} ${card.title}`).line();
    tooltip.text(card.why ?? '').end();
  }
  return tooltip
    .links([
      { label: 'Open Board', command: 'switchyard.openBoard' },
      { label: 'New Story', command: 'switchyard.newStory' },
    ])
    .toMarkdown();
}
