import { plainLine, visible } from '../words/plainText';
import type { BoardModel } from './boardModel';
import type { Card } from './card';
import type { Translate } from '../words/said';
import { factsText } from './factsText';
import { stageWord } from '../story/stageWords';

/** A board of a past moment for people: a part for each group that has stories, a line for each story. */
export function pastBoardText(
  board: BoardModel,
  { time, shown, t }: { readonly time: string; readonly shown: string; readonly t: Translate },
): string {
  const cards = new Map(board.cards.map((card) => [card.key, card]));
  const groups = Object.entries(board.groups).filter(([, keys]) => keys.length > 0);
  const parts = groups.map(([group, keys]) => {
    const lines = keys.flatMap((key) => cards.get(key) ?? []).map((card) => cardText(card, Date.parse(time), t));
    return `${t(group)} (${keys.length})\n\n${lines.join('\n')}\n`;
  });
  const none = `${t('There was no story then.')}\n`;
  const head = `${t('{0}: the board as it was at {1}', board.repository, shown)}\n${t('This is the past. Nothing can be done here.')}\n`;
  return visible(`${head}\n${parts.length === 0 ? none : parts.join('\n')}`);
}

function cardText(card: Card, now: number, t: Translate): string {
  const facts = factsText(card.facts, now);
  const stage = card.group === 'Needs you' ? ` · ${t(stageWord(card.stage))}` : '';
  const line = `  #${card.number} ${plainLine(card.title)}${stage}${facts === '' ? '' : ` · ${facts}`}`;
  return card.why === null ? line : `${line}\n      ${plainLine(card.why)}`;
}
