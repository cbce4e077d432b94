import type { BoardStore } from './boardStore';
import type { ColumnView } from './boardView';
import { indexAt, rangeBetween } from './geometry';

/** Where a column has to be scrolled to, so that its anchor stays where it was on the screen. */
export function wantedTop(
  { name, keys }: ColumnView,
  offsets: Float64Array,
  { anchors }: BoardStore,
  now: { readonly top: number; readonly height: number },
): number {
  const anchor = anchors.get(name);
  const index = anchor === undefined ? -1 : keys.indexOf(anchor.key);
  const top = anchor === undefined ? 0 : index < 0 ? now.top : (offsets[index] ?? 0) + anchor.delta;
  return Math.max(0, Math.min(top, (offsets.at(-1) ?? 0) - now.height));
}

/**
 * Remembers what keeps its place: the focused card where it is visible, else the first visible one.
 * At its very top a list has no anchor, so that a new first card is seen.
 */
export function keepAnchor(column: ColumnView, offsets: Float64Array, element: HTMLElement, store: BoardStore): void {
  const top = element.scrollTop;
  const { active } = store.state;
  const focused = active !== null && element.contains(document.activeElement) ? column.keys.indexOf(active) : -1;
  const visible = rangeBetween(offsets, top, top + element.clientHeight);
  const index = focused >= visible.start && focused < visible.end ? focused : indexAt(offsets, top);
  const key = column.keys[index];
  const isAnchored = top >= 1 && key !== undefined;
  store.keepAnchor(column.name, isAnchored ? { key, delta: top - (offsets[index] ?? 0) } : null);
}
