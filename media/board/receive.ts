import type { BoardModel } from '../../src/core/board/boardModel';
import type { BoardStore } from './boardStore';
import { placeOf } from './boardView';
import type { Intents } from './intents';
import { cardPositions, playMoves } from './motion';
import { cardElement, keyAt } from './places';

/** Shows one story, also through a filter or a folded column that hides it. */
export function focusStory(key: string, store: BoardStore): void {
  if (placeOf(store.state.view, key) === null) store.filterBy('', 'all');
  const folded = store.state.view.columns.find(({ form, keys }) => form === 'folded' && keys.includes(key));
  if (folded !== undefined) store.toggleFold(folded.name);
  if (placeOf(store.state.view, key) !== null) store.focusCard(key);
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
  store.showModel(model);
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
