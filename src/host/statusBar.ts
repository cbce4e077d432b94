import { MARK_WORDS } from '../core/pipeline/markWords';
import * as vscode from 'vscode';
import type { BoardModel } from '../core/board/boardModel';
import { count } from '../core/words/durations';

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
  const text = new vscode.MarkdownString(undefined, true);
  text.isTrusted = { enabledCommands: ['switchyard.openBoard', 'switchyard.newStory'] };
  text.appendMarkdown('**Switchyard** ').appendText(model.target === null ? '' : `→ ${model.target.name}`);
  text.appendMarkdown('\n\n').appendText(`${words}.`).appendMarkdown('\n\n');
  for (const card of model.cards.filter((one) => one.needsYou || one.mark !== null).slice(0, LISTED)) {
    const mark = card.mark === null ? '' : `${MARK_WORDS[card.mark].symbol} `;
    text
      .appendText(`${mark}#${card.number} ${card.title}`)
      .appendMarkdown('  \n')
      .appendText(card.why ?? '')
      .appendMarkdown('\n\n');
  }
  text.appendMarkdown('[Open Board](command:switchyard.openBoard) · [New Story](command:switchyard.newStory)');
  return text;
}
