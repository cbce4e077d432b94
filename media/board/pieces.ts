import type { Range } from './geometry';

/** A card, or the empty space of cards that are too far away to be drawn (height in CSS pixels). */
export type Piece =
  | { readonly kind: 'card'; readonly key: string; readonly index: number }
  | { readonly kind: 'gap'; readonly id: 'top' | 'middle' | 'end'; readonly height: number };

/** The near cards with gaps around them. The active card is among them wherever it is: it may hold the focus. */
export function piecesOf(
  keys: readonly string[],
  offsets: Float64Array,
  { start, end }: Range,
  active: string | null,
): Piece[] {
  const far = active === null ? -1 : keys.indexOf(active);
  const near = Array.from({ length: end - start }, (_, index) => start + index);
  const isFar = far >= 0 && (far < start || far >= end);
  const indices = isFar ? [...near, far].sort((a, b) => a - b) : near;
  const pieces: Piece[] = [];
  let next = 0;
  for (const index of [...indices, keys.length]) {
    const height = (offsets[index] ?? 0) - (offsets[next] ?? 0);
    const id = next === 0 ? 'top' : index === keys.length ? 'end' : 'middle';
    if (height > 0) pieces.push({ kind: 'gap', id, height });
    const key = keys[index];
    if (key !== undefined) pieces.push({ kind: 'card', key, index });
    next = index + 1;
  }
  return pieces;
}
