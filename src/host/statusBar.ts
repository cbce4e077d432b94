import * as vscode from 'vscode';
import type { BoardModel } from '../core/board/boardModel';
import { inboxOf } from '../core/board/inbox';
import { needsYouWords } from '../core/board/spoken';
import { count } from '../core/words/durations';
import { TooltipText } from './say/markdown';
import { tooltipIcon } from './tree/storyItem';

interface StatusSource {
  model(): BoardModel | null;
  readonly onDidChange: vscode.Event<void>;
}

/** How many stories the tooltip lists. */
const LISTED = 8;

/** The one status bar item: running agents, queue length, and what needs the person; it lists what waits. */
export function createStatusBar(source: StatusSource): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('switchyard.status', vscode.StatusBarAlignment.Left, 50);
  item.name = 'Switchyard';
  item.command = 'switchyard.needsYou';
  const show = () => {
    const model = source.model();
    if (model === null) return item.hide();
    const { running, queued, needsYou } = model.counts;
    const isApart = model.notices.some(({ action }) => action?.id === 'shareStories');
    const apart = isApart ? ' $(debug-disconnect)' : '';
    item.text = `$(robot) ${running} $(git-merge) ${queued}${needsYou > 0 ? ` $(bell) ${needsYou}` : ''}${apart}`;
    const sharing = isApart ? ', sharing needs a look' : '';
    const words = `${count(running, 'agent')} running, ${queued} in the merge queue, ${needsYouWords(needsYou)}${sharing}`;
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
  // What needs the person is told first, in the order of the list; then what goes on by itself.
  const waiting = inboxOf(model.cards);
  const recovering = model.cards.filter((one) => one.mark !== null && one.need === null);
  for (const card of [...waiting, ...recovering].slice(0, LISTED)) {
    tooltip.icon(tooltipIcon(card)).bold(`#${card.number}`).text(card.title).line();
    tooltip.text(card.why ?? '').end();
  }
  return tooltip
    .links([
      ...(waiting.length === 0 ? [] : [{ label: 'Next That Needs You', command: 'switchyard.nextNeedsYou' }]),
      { label: 'Open Board', command: 'switchyard.openBoard' },
      { label: 'New Story…', command: 'switchyard.newStory' },
    ])
    .toMarkdown();
}
