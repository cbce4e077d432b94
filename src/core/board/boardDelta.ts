import { arrangeCards } from './arrangeCards';
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
  const old = new Map(before.cards.map((card) => [card.key, card]));
  const added: Card[] = [];
  const changed: CardChange[] = [];
  for (const card of after.cards) {
    const known = old.get(card.key);
    if (known === undefined) added.push(card);
    else if (known !== card && !isSameData(known, card)) changed.push({ ...changesOf(known, card), key: card.key });
    old.delete(card.key);
  }
  const keys = (cards: readonly Card[]): string[] => cards.map(({ key }) => key);
  const kept = before.cards.filter(({ key }) => !old.has(key));
  return {
    head: changesOf(headOf(before), headOf(after)),
    gone: [...old.keys()],
    added,
    changed,
    placed: placementsOf(keys(kept), keys(after.cards)),
  };
}

/** Nothing is another than before. */
export function isEmptyDelta({ head, gone, added, changed, placed }: BoardDelta): boolean {
  return Object.keys(head).length + gone.length + added.length + changed.length + placed.length === 0;
}

/** The model after the change; null where the change is none of this model. */
export function applyDelta(model: BoardModel, { head, gone, added, changed, placed }: BoardDelta): BoardModel | null {
  const cards = new Map(model.cards.map((card) => [card.key, card]));
  for (const key of gone) if (!cards.delete(key)) return null;
  for (const { key, ...fields } of changed) {
    const card = cards.get(key);
    if (card === undefined) return null;
    cards.set(key, { ...card, ...fields });
  }
  const moving = new Set(placed.map(({ key }) => key));
  const staying = [...cards.keys()].filter((key) => !moving.has(key));
  for (const card of added) cards.set(card.key, card);
  const keys = placeKeys(staying, placed);
  if (keys?.length !== cards.size) return null;
  const inOrder = keys.flatMap((key) => cards.get(key) ?? []);
  return inOrder.length === keys.length ? arrangeCards({ ...headOf(model), ...head }, inOrder) : null;
}

function headOf({ repository, target, mode, notices, counts }: BoardModel): BoardHead {
  return { repository, target, mode, notices, counts };
}

function changesOf<T extends object>(before: T, after: T): Partial<T> {
  const names = Object.keys(after) as (keyof T)[];
  const other = names.filter((name) => !isSameData(before[name], after[name]));
  return Object.fromEntries(other.map((name) => [name, after[name]])) as Partial<T>;
}
