import type { BoardStore } from './boardStore';
import { keyAt } from './places';
import { between, toggled } from './selection';

/** As in the tree: with Ctrl or Cmd one more, with Shift all up to there, and alone a click ends what was selected. */
export function selectByClick(event: MouseEvent, store: BoardStore): void {
  const key = keyAt(event.target);
  const isButton =
    event.target instanceof Element && event.target.closest('button, a, .open, .selection, .menu') !== null;
  if (event.ctrlKey || event.metaKey) {
    if (key !== null) store.select(toggled(store.state.selected, key));
  } else if (event.shiftKey) {
    if (key !== null)
      store.select(new Set([...store.state.selected, ...between(store.state.view, store.rangeFrom, key)]));
  } else if (!isButton && store.state.selected.size > 0) store.select(new Set());
  if (key !== null && !event.shiftKey) store.rangeFrom = key;
}
