import { MARK_WORDS } from '../../core/pipeline/markWords';
import type { StoryType } from '../../core/story/stageNames';
import * as vscode from 'vscode';
import { ACTIONS } from '../../core/board/actions';
import type { Card } from '../../core/board/card';
import { TooltipText } from '../say/markdown';

const TYPE_ICONS: Readonly<Record<StoryType, string>> = {
  story: 'book',
  bug: 'bug',
  spike: 'telescope',
  refactor: 'tools',
};

type Icon = vscode.ThemeIcon | { light: vscode.Uri; dark: vscode.Uri };

/** The icon of a story: what it does now, and its type where it rests. Colour only ever repeats what the shape says. */
export function storyIcon(card: Card, extensionUri: vscode.Uri): Icon {
  switch (card.state) {
    case 'idle':
      return new vscode.ThemeIcon(TYPE_ICONS[card.type]);
    case 'working':
      return new vscode.ThemeIcon('loading~spin', new vscode.ThemeColor('charts.blue'));
    case 'recovering':
      return new vscode.ThemeIcon('robot', new vscode.ThemeColor('charts.blue'));
    case 'waiting':
    case 'recoveryQueued':
      return hourglass(extensionUri);
    case 'review':
      return new vscode.ThemeIcon('eye', new vscode.ThemeColor('charts.yellow'));
    case 'cold':
      return new vscode.ThemeIcon('circle-filled', new vscode.ThemeColor('charts.red'));
    case 'frozen':
      return new vscode.ThemeIcon('debug-pause', new vscode.ThemeColor('icon.foreground'));
    case 'proven':
      return new vscode.ThemeIcon('pass-filled', new vscode.ThemeColor('charts.green'));
    case 'archived':
      return new vscode.ThemeIcon('archive');
  }
}

function hourglass(extensionUri: vscode.Uri): Icon {
  const file = (theme: string) => vscode.Uri.joinPath(extensionUri, 'media', 'icons', `hourglass-${theme}.svg`);
  return { light: file('light'), dark: file('dark') };
}

/** Why, since when, and links that act. A moment and no age, because the row of a story that rests is not drawn again. */
export function storyTooltip(card: Card): vscode.MarkdownString {
  const tooltip = new TooltipText().bold(`#${card.number}`).text(card.title).end();
  const since = new Date(card.since).toLocaleString(vscode.env.language);
  tooltip.text(vscode.l10n.t('{0} since {1}', card.stage, since)).end();
  if (card.mark !== null) tooltip.text(`${MARK_WORDS[card.mark].symbol} ${MARK_WORDS[card.mark].word}`).end();
  if (card.why !== null) tooltip.text(card.why).end();
  if (card.facts !== '') tooltip.text(card.facts).end();
  const links = card.primaryActions.map((id) => {
    return { label: ACTIONS[id].label, command: `switchyard.${id}`, arguments: [card.key] };
  });
  return tooltip.links(links).toMarkdown();
}
