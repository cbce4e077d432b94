import { MARK_WORDS } from '../pipeline/markWords';
import { plainLine, visible } from '../words/plainText';
import { english, inLanguage, type Translate } from '../words/said';
import type { BoardModel } from './boardModel';
import type { Card } from './card';
import { factsText } from './factsText';
import { openNotices } from './openNotices';
import { sayNeeds } from './spoken';

/** Most stories that one status names; the board has them all. */
const STORIES_SHOWN = 200;

/** Most notices that are told in whole. */
const NOTICES_TOLD = 5;

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

function statusHead(board: BoardModel, translate: Translate): string {
  const { repository, target, counts, notices, sharing } = board;
  const where = target === null ? translate('no target branch') : translate('landing on {0}', target.name);
  const { running, queued, needsYou } = counts;
  const open = openNotices(board);
  const needs = sayNeeds(needsYou, open.length > 0).map((one) => inLanguage([one], translate));
  const sums = [translate('{0} running, {1} queued', running, queued), ...needs].join(', ');
  const told = open.slice(0, NOTICES_TOLD).map(({ text }) => plainLine(text));
  const notes = notices.length === told.length ? [] : [translate('Notices on the board: {0}.', notices.length)];
  const team = sharing === null ? [] : [plainLine(sharing.line)];
  return [[`${plainLine(repository)}, ${plainLine(where)}: ${sums}.`, ...notes, ...team].join(' '), ...told].join('\n');
}

/** One story on one line: its mark where it is stuck, number, title, stage, facts, and why it does not move. */
function statusLine(card: Card, now: number): string {
  const mark = card.mark === null ? '' : `${MARK_WORDS[card.mark].symbol} `;
  const facts = factsText(card.facts, now);
  const why = card.why === null ? '' : `: ${plainLine(card.why)}`;
  return `${mark}#${card.number} ${plainLine(card.title)} · ${card.stage}${facts === '' ? '' : ` · ${plainLine(facts)}`}${why}`;
}
