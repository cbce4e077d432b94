import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { keepAnchor, wantedTop } from './anchors';
import type { BoardStore } from './boardStore';
import type { ColumnView } from './boardView';
import { CARD_GAP, estimatedHeight, offsetsOf, rangeBetween, rangeToRender } from './geometry';
import { piecesOf } from './pieces';
import { cardElement } from './places';

/**
 * Draws only the cards near the visible part of a column. While the list changes, one card keeps its place on the
 * screen. Heights are guessed until a card has been measured.
 */
export function useCardWindow(column: ColumnView, store: BoardStore) {
  const scroller = useRef<HTMLDivElement>(null);
  const heights = useRef(new Map<string, number>()).current;
  const [, redraw] = useState(0);
  const again = (): void => redraw((turn) => turn + 1);
  const currentOffsets = (): Float64Array =>
    offsetsOf(column.keys.map((key) => heights.get(key) ?? estimatedHeight(store.card(key))));

  const offsets = currentOffsets();
  // Until a card has another height than was known: adding up ten thousand takes longer than drawing.
  const known = useRef(offsets);
  known.current = offsets;
  const now = scrollOf(scroller.current);
  const drawn = rangeToRender(offsets, wantedTop(column, offsets, store, now), now.height);

  /** After a scroll, by whomever: what is visible now has to be drawn. */
  const followScroll = (): void => {
    const element = scroller.current;
    if (element === null) return;
    const measured = known.current;
    keepAnchor(column, measured, element, store);
    const { start, end } = rangeBetween(measured, element.scrollTop, element.scrollTop + element.clientHeight);
    if (start < drawn.start || end > drawn.end) again();
  };

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    if (measure(element, heights) === 'other') known.current = currentOffsets();
    const top = wantedTop(column, known.current, store, scrollOf(element));
    if (Math.abs(element.scrollTop - top) > 0.5) element.scrollTop = top;
    takeFocus(column, store);
    followScroll();
  });
  useLayoutEffect(() => watchSize(scroller.current, heights, again), []);

  return { scroller, followScroll, pieces: piecesOf(column.keys, offsets, drawn, store.state.active) };
}

function scrollOf(element: HTMLElement | null): { top: number; height: number } {
  return element === null
    ? { top: 0, height: window.innerHeight }
    : { top: element.scrollTop, height: element.clientHeight };
}

/** Keeps the heights of the cards that are drawn, and says whether one is another than was known. */
function measure(element: HTMLElement, heights: Map<string, number>): 'same' | 'other' {
  let found: 'same' | 'other' = 'same';
  for (const card of element.querySelectorAll<HTMLElement>('[data-key]')) {
    const key = card.dataset['key'];
    if (key === undefined) continue;
    const height = card.getBoundingClientRect().height + CARD_GAP;
    if (heights.get(key) !== height) found = 'other';
    heights.set(key, height);
  }
  return found;
}

/** Gives the focus to the card that was asked for, now that it is drawn. */
function takeFocus({ keys }: ColumnView, store: BoardStore): void {
  const wanted = store.focusWanted;
  if (wanted === null || !keys.includes(wanted)) return;
  store.focusWanted = null;
  const card = cardElement(wanted);
  card?.focus({ preventScroll: true });
  card?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

/** Another width wraps every card anew. */
function watchSize(element: HTMLElement | null, heights: Map<string, number>, changed: () => void): () => void {
  let width = element?.clientWidth;
  const observer = new ResizeObserver(() => {
    if (element?.clientWidth !== width) heights.clear();
    width = element?.clientWidth;
    changed();
  });
  if (element !== null) observer.observe(element);
  return () => observer.disconnect();
}
