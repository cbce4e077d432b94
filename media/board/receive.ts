import type { BoardModel } from '../../src/core/board/boardModel';
import type { Card } from '../../src/core/board/card';
import type { BoardStore } from './boardStore';
import { placeOf } from './boardView';
import type { Intents } from './intents';
import { cardPositions, playMoves } from './motion';
import { cardElement, keyAt } from './places';
import { t } from './strings';

/** So many stories are told of one by one; who hears of more looks at the board. */
const TOLD = 3;

/** Shows one story, also through a filter or a folded column that hides it. */
export function focusStory(key: string, store: BoardStore): void {
  if (placeOf(store.state.view, key) === null) store.filterBy('', 'all');
  const folded = store.state.view.columns.find(({ form, keys }) => form === 'folded' && keys.includes(key));
  if (folded !== undefined) store.toggleFold(folded.name);
  if (placeOf(store.state.view, key) !== null) store.focusCard(key);
}

/** What somebody who does not see the cards wants to hear of: what has landed, and what waits for them now. */
function newsOf(before: ReadonlyMap<string, Card>, now: readonly Card[]): string[] {
  return now.flatMap((card) => {
    const { key, number, need, column, brief } = card;
    const was = before.get(key);
    if (was === undefined || was === card) return [];
    if (column === 'Done' && was.column !== 'Done') return [t('#{0} has landed.', number)];
    return need === null || was.need !== null ? [] : [t('#{0} needs you: {1}.', number, brief ?? t('needs you'))];
  });
}

/**
 * Draws a new model with a short motion. Scroll stays, and so does the focus, even when its card moved. Focus that is
 * elsewhere in the window, in the palette for one, is never taken.
 */
export function showModel(model: BoardModel, store: BoardStore, intents: Intents): void {
  const before = cardPositions();
  const held = keyAt(document.activeElement);
  const column = (key: string) => placeOf(store.state.view, key)?.column;
  const columnBefore = held === null ? undefined : column(held);
  const { past, view } = store.state;
  store.showModel(model);
  const news = past === null ? newsOf(view.cards, model.cards) : [];
  if (news.length > 0) store.announce(news.slice(0, TOLD).join(' '));
  requestAnimationFrame(() => playMoves(before));
  if (held === null || !document.hasFocus()) return;
  const { active } = store.state;
  if (intents.follow === held && active === held && column(held) !== columnBefore) {
    intents.follow = null;
    store.focusCard(held);
  } else if (keyAt(document.activeElement) === null && document.activeElement === document.body && active !== null) {
    cardElement(active)?.focus({ preventScroll: true });
  }
}
