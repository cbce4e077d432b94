import { MARK_WORDS } from '../pipeline/markWords';
import { plainLine, visible } from '../words/plainText';
import { english, inLanguage, type Translate } from '../words/said';
import type { BoardModel } from './boardModel';
import type { Card } from './card';
import { factsText } from './factsText';
import { sayNeedsYou } from './spoken';

/** Most stories that one status names; the board has them all. */
const STORIES_SHOWN = 200;

/** Where every story stands at `now` (ms since 1970), as a text: a part for each group, a line for each story. */
export function statusText(board: BoardModel, now: number, translate: Translate = english): string {
  const cards = new Map(board.cards.map((card) => [card.key, card]));
  let left = STORIES_SHOWN;
  const parts = Object.entries(board.groups).flatMap(([group, keys]) => {
    const shown = keys.slice(0, left).flatMap((key) => cards.get(key) ?? []);
    left -= shown.length;
    if (shown.length === 0) return [];
    return [`${group} (${keys.length})\n${shown.map((card) => statusLine(card, now)).join('\n')}`];
  });
  const more = board.cards.length > STORIES_SHOWN ? [translate('The board has {0} stories; not all are named here.', board.cards.length)] : []; // prettier-ignore
  const none = parts.length === 0 ? [translate('There is no story yet.')] : [];
  return visible([statusHead(board, translate), ...parts, ...none, ...more].join('\n\n'));
}

function statusHead({ repository, target, counts, notices, sharing }: BoardModel, translate: Translate): string {
  const where = target === null ? translate('no target branch') : translate('landing on {0}', target.name);
  const { running, queued, needsYou } = counts;
  const needs = inLanguage([sayNeedsYou(needsYou)], translate);
  const sums = translate('{0} running, {1} queued, {2}', running, queued, needs);
  const notes = notices.length === 0 ? [] : [translate('Notices on the board: {0}.', notices.length)];
  const team = sharing === null ? [] : [plainLine(sharing.line)];
  return [`${plainLine(repository)}, ${plainLine(where)}: ${sums}.`, ...notes, ...team].join(' ');
}

/** One story on one line: its mark where it is stuck, number, title, stage, facts, and why it does not move. */
function statusLine(card: Card, now: number): string {
  const mark = card.mark === null ? '' : `${MARK_WORDS[card.mark].symbol} `;
  const facts = factsText(card.facts, now);
  const why = card.why === null ? '' : `: ${plainLine(card.why)}`;
  return `${mark}#${card.number} ${plainLine(card.title)} · ${card.stage}${facts === '' ? '' : ` · ${plainLine(facts)}`}${why}`;
}
