import { MARK_WORDS, type StuckMark } from '../../core/pipeline/markWords';
import * as vscode from 'vscode';
import { ACTIONS, titleOf } from '../../core/board/actions';
import type { Card } from '../../core/board/card';
import { factsText } from '../../core/board/factsText';
import { MARK_STATES, STATE_GLYPHS, TYPE_ICONS, type Glyph, type Tone } from '../../core/board/glyphs';
import { PRIORITY_WORDS } from '../../core/story/describeStory';
import { TooltipText } from '../say/markdown';
import { stageWord } from '../../core/story/stageWords';
import { localMoment } from '../../core/words/localMoment';

const ORDINARY = 2;

const TONE_COLOURS: Readonly<Record<Tone, string>> = {
  working: 'charts.blue',
  waiting: 'charts.yellow',
  cold: 'charts.red',
  proven: 'charts.green',
  quiet: 'icon.foreground',
};

/** The icon of a story: what it does now, and its type where it rests. Colour only ever repeats what the shape says. */
export function storyIcon(card: Card, extensionUri: vscode.Uri): vscode.IconPath {
  const glyph = STATE_GLYPHS[card.state];
  return glyph === null ? new vscode.ThemeIcon(TYPE_ICONS[card.type]) : glyphIcon(glyph, extensionUri);
}

/** The icon of one of the three marks, as stuck stories have it. */
export function markIcon(mark: StuckMark, extensionUri: vscode.Uri): vscode.IconPath {
  const glyph = STATE_GLYPHS[MARK_STATES[mark]];
  return glyph === null ? new vscode.ThemeIcon('repo') : glyphIcon(glyph, extensionUri);
}

function glyphIcon(glyph: Glyph, extensionUri: vscode.Uri): vscode.IconPath {
  if (glyph.icon === 'hourglass') return hourglass(extensionUri);
  const icon = glyph.icon === 'loading' ? 'loading~spin' : glyph.icon;
  return new vscode.ThemeIcon(icon, new vscode.ThemeColor(TONE_COLOURS[glyph.tone]));
}

/** What menus are chosen by: each action that the story can take, and whether something works on it. */
export function contextOf({ actions, state }: Card): string {
  const working = state === 'working' || state === 'recovering' ? 'working;' : '';
  return `story;${actions.join(';')};${working}`;
}

/** A codicon in a tooltip: an emoji is an empty box where the font has none. Codicons have no hourglass. */
export function tooltipIcon({ state, type }: Card): string {
  const icon = STATE_GLYPHS[state]?.icon ?? TYPE_ICONS[type];
  return icon === 'hourglass' ? 'watch' : icon;
}

function hourglass(extensionUri: vscode.Uri): vscode.IconPath {
  const file = (theme: string) => vscode.Uri.joinPath(extensionUri, 'media', 'icons', `hourglass-${theme}.svg`);
  return { light: file('light'), dark: file('dark') };
}

/** Why, since when, and links that act. A moment and no age, because the row of a story that rests is not drawn again. */
export function storyTooltip(card: Card, now: number): vscode.MarkdownString {
  const tooltip = new TooltipText().bold(`#${card.number}`).text(card.title).end();
  tooltip.text(vscode.l10n.t('{0} since {1}', stageWord(card.stage), localMoment(card.since))).end();
  if (card.mark !== null) tooltip.icon(tooltipIcon(card)).text(vscode.l10n.t(MARK_WORDS[card.mark].word)).end();
  if (card.why !== null) tooltip.storyText(card.why, card.key).end();
  for (const line of aboutLines(card)) tooltip.storyText(line, card.key).end();
  // What it will conflict with is the first fact, and is told above with whole paths.
  const facts = factsText(card.conflicts.length > 0 ? card.facts.slice(1) : card.facts, now);
  if (facts !== '') tooltip.text(facts).end();
  const links = card.primaryActions.map((id) => {
    return { label: vscode.l10n.t(titleOf(ACTIONS[id])), command: `switchyard.${id}`, arguments: [card.key] };
  });
  return tooltip.links(links).toMarkdown();
}

/** What the story is said to be, beside its title: what is ordinary is left out. */
function aboutLines({ priority, labels, dependsOn, neededBy, conflicts }: Card): string[] {
  const told = conflicts.map(({ number, files, gate }) => {
    const other = number === null ? vscode.l10n.t('the target branch') : `#${number}`;
    if (gate !== undefined) return vscode.l10n.t('Red together with {0} in gate {1}', other, gate.name);
    return files.length === 0
      ? vscode.l10n.t('Will conflict with {0}', other)
      : vscode.l10n.t('Will conflict with {0} in {1}', other, files.join(', '));
  });
  const names = dependsOn.map(({ number, state }) => (number === null ? state : `#${number} (${state})`));
  return [
    ...told,
    ...(priority === ORDINARY ? [] : [vscode.l10n.t('Priority {0}: {1}', priority, PRIORITY_WORDS[priority] ?? '')]),
    ...(labels.length === 0 ? [] : [vscode.l10n.t('Labels: {0}', labels.join(', '))]),
    ...(names.length === 0 ? [] : [vscode.l10n.t('Depends on {0}', names.join(', '))]),
    ...(neededBy.length === 0
      ? []
      : [vscode.l10n.t('Needed by {0}', neededBy.map((number) => `#${number}`).join(', '))]),
  ];
}
