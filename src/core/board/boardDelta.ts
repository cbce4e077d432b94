import { arrangeCards } from './arrangeCards';
import { headOf } from './boardHead';
import type { BoardHead, BoardModel } from './boardModel';
import type { Card } from './card';
import { placeKeys, placementsOf, type Placements } from './cardOrder';
import { isSameData } from './sameData';

/** What of a card is another than before; `key` says which card. */
export type CardChange = Pick<Card, 'key'> & Partial<Card>;

/** What leads from one model to another. Columns and groups follow from the cards, so nothing is said of them. */
export interface BoardDelta {
  /** The parts that are another than before, whole. */
  readonly head: Partial<BoardHead>;
  readonly gone: readonly string[];
  readonly added: readonly Card[];
  readonly changed: readonly CardChange[];
  /** Where the added ones stand, and those that stand elsewhere than before. */
  readonly placed: Placements;
}

/** Cards that are the same objects as before cost next to nothing. */
export function diffModel(before: BoardModel, after: BoardModel): BoardDelta {
  const changed: CardChange[] = [];
  const compare = (known: Card, card: Card): void => {
    if (known !== card && !isSameData(known, card)) changed.push({ ...changesOf(known, card), key: card.key });
  };
  const { start, old, now } = differingParts(before.cards, after.cards, compare);
  const known = new Map(old.map((card) => [card.key, card]));
  const added: Card[] = [];
  for (const card of now) {
    const one = known.get(card.key);
    if (one === undefined) added.push(card);
    else compare(one, card);
    known.delete(card.key);
  }
  const keys = (cards: readonly Card[]): string[] => cards.map(({ key }) => key);
  const kept = old.filter(({ key }) => !known.has(key));
  return {
    head: changesOf(headOf(before), headOf(after)),
    gone: [...known.keys()],
    added,
    changed,
    placed: placementsOf(keys(kept), keys(now), after.cards[start - 1]?.key ?? null),
  };
}

/** Where both lists hold other keys: all but what they begin and end with alike. Those are compared right here. */
function differingParts(
  before: readonly Card[],
  after: readonly Card[],
  compare: (known: Card, card: Card) => void,
): { readonly start: number; readonly old: readonly Card[]; readonly now: readonly Card[] } {
  const isAlike = (a: Card | undefined, b: Card | undefined): boolean => {
    if (a === undefined || a.key !== b?.key) return false;
    compare(a, b);
    return true;
  };
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && isAlike(before[start], after[start])) start += 1;
  let alike = 0;
  while (alike < shorter - start && isAlike(before[before.length - 1 - alike], after[after.length - 1 - alike])) {
    alike += 1;
  }
  const part = (cards: readonly Card[]): readonly Card[] => cards.slice(start, cards.length - alike);
  return { start, old: part(before), now: part(after) };
}

/** Nothing is another than before. */
export function isEmptyDelta({ head, gone, added, changed, placed }: BoardDelta): boolean {
  return Object.keys(head).length + gone.length + added.length + changed.length + placed.length === 0;
}

/** The model after the change; null where the change is none of this model. */
export function applyDelta(model: BoardModel, delta: BoardDelta): BoardModel | null {
  const { head, gone, added, changed, placed } = delta;
  const changes = new Map(changed.map((change) => [change.key, change]));
  const cards = model.cards.map((card) => {
    const change = changes.get(card.key);
    if (change === undefined) return card;
    changes.delete(card.key);
    return { ...card, ...change };
  });
  if (changes.size > 0) return null;
  const isInPlace = gone.length + added.length + placed.length === 0;
  const inOrder = isInPlace ? cards : reorder(cards, delta);
  return inOrder === null ? null : arrangeCards({ ...headOf(model), ...head }, inOrder);
}

function reorder(before: readonly Card[], { gone, added, placed }: BoardDelta): Card[] | null {
  const cards = new Map(before.map((card) => [card.key, card]));
  for (const key of gone) if (!cards.delete(key)) return null;
  const moving = new Set(placed.map(({ key }) => key));
  const staying = [...cards.keys()].filter((key) => !moving.has(key));
  for (const card of added) cards.set(card.key, card);
  const keys = placeKeys(staying, placed);
  if (keys?.length !== cards.size) return null;
  const inOrder = keys.flatMap((key) => cards.get(key) ?? []);
  return inOrder.length === keys.length ? inOrder : null;
}

function changesOf<T extends object>(before: T, after: T): Partial<T> {
  const names = Object.keys(after) as (keyof T)[];
  const other = names.filter((name) => !isSameData(before[name], after[name]));
  return Object.fromEntries(other.map((name) => [name, after[name]])) as Partial<T>;
}
