import { MARK_WORDS } from '../pipeline/markWords';
import { count } from '../words/durations';
import { plainLine, visible } from '../words/plainText';
import type { BoardModel } from './boardModel';
import type { Card } from './card';
import { factsText } from './factsText';

/** Most stories that one status names; the board has them all. */
const STORIES_SHOWN = 200;

/** Where every story stands at `now` (ms since 1970), as a text: a part for each group, a line for each story. */
export function statusText(board: BoardModel, now: number): string {
  const cards = new Map(board.cards.map((card) => [card.key, card]));
  let left = STORIES_SHOWN;
  const parts = Object.entries(board.groups).flatMap(([group, keys]) => {
    const shown = keys.slice(0, left).flatMap((key) => cards.get(key) ?? []);
    left -= shown.length;
    if (shown.length === 0) return [];
    return [`${group} (${keys.length})\n${shown.map((card) => statusLine(card, now)).join('\n')}`];
  });
  const more = board.cards.length > STORIES_SHOWN ? [`The board has ${board.cards.length} stories; not all are named here.`] : []; // prettier-ignore
  const none = parts.length === 0 ? ['There is no story yet.'] : [];
  return visible([statusHead(board), ...parts, ...none, ...more].join('\n\n'));
}

function statusHead({ repository, target, counts, notices, sharing }: BoardModel): string {
  const where = target === null ? 'no target branch' : `landing on ${target.name}`;
  const { running, queued, needsYou } = counts;
  const sums = `${running} running, ${queued} queued, ${needsYou === 1 ? '1 needs you' : `${needsYou} need you`}`;
  const notes = notices.length === 0 ? '' : ` ${count(notices.length, 'notice')} on the board.`;
  const team = sharing === null ? '' : ` ${plainLine(sharing.line)}`;
  return `${plainLine(repository)}, ${plainLine(where)}: ${sums}.${notes}${team}`;
}

/** One story on one line: its mark where it is stuck, number, title, stage, facts, and why it does not move. */
function statusLine(card: Card, now: number): string {
  const mark = card.mark === null ? '' : `${MARK_WORDS[card.mark].symbol} `;
  const facts = factsText(card.facts, now);
  const why = card.why === null ? '' : `: ${plainLine(card.why)}`;
  return `${mark}#${card.number} ${plainLine(card.title)} · ${card.stage}${facts === '' ? '' : ` · ${plainLine(facts)}`}${why}`;
}
