import type { Card } from '../../src/core/board/card';

/** Space below each card, in CSS pixels; board.css has the same. */
export const CARD_GAP = 8;

/** How far beyond the visible part cards are rendered, in CSS pixels. */
const OVERSCAN = 480;

/** Where each card begins: `offsets[i]` for the i-th, `offsets[n]` is the end of the list. */
export function offsetsOf(heights: readonly number[]): Float64Array {
  const offsets = new Float64Array(heights.length + 1);
  for (const [index, height] of heights.entries()) offsets[index + 1] = (offsets[index] ?? 0) + height;
  return offsets;
}

/** A range of list indices; `end` is not part of it. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The cards that lie between two positions. */
export function rangeBetween(offsets: Float64Array, top: number, bottom: number): Range {
  const count = offsets.length - 1;
  if (count <= 0) return { start: 0, end: 0 };
  return { start: indexAt(offsets, top), end: Math.min(count, indexAt(offsets, bottom) + 1) };
}

/** The cards to render for a viewport, with some to spare on both sides. */
export function rangeToRender(offsets: Float64Array, top: number, viewport: number): Range {
  return rangeBetween(offsets, top - OVERSCAN, top + viewport + OVERSCAN);
}

/** The card that covers a position; the first or last one for a position outside the list. */
export function indexAt(offsets: Float64Array, position: number): number {
  let low = 0;
  let high = offsets.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((offsets[middle] ?? 0) <= position) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

/** A guess at a card's height until it is measured, gap included. It only moves the scrollbar's thumb. */
export function estimatedHeight(card: Card | undefined): number {
  if (card === undefined) return 80;
  const title = card.title.length > 30 ? 36 : 18;
  const why = card.why === null ? 0 : 18 * Math.min(4, Math.ceil(card.why.length / 30)) + 4;
  return 40 + title + (card.facts.length === 0 ? 0 : 22) + why + (card.primaryActions.length === 0 ? 0 : 22) + CARD_GAP;
}
