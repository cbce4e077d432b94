import type { BoardHead, BoardModel } from './boardModel';
import { COLUMN_NAMES, GROUP_NAMES } from './boardNames';
import type { Card } from './card';
import { inboxOf } from './inbox';

/** The whole model of cards in the order in which they are shown: columns and groups follow from them. */
export function arrangeCards(head: BoardHead, cards: readonly Card[]): BoardModel {
  const groups = keysBy(GROUP_NAMES, cards, (card) => card.group);
  return {
    ...head,
    cards,
    columns: keysBy(COLUMN_NAMES, cards, (card) => card.column),
    groups: { ...groups, 'Needs you': inboxOf(cards).map(({ key }) => key) },
  };
}

function keysBy<N extends string>(names: readonly N[], cards: readonly Card[], nameOf: (card: Card) => N | null) {
  const byName = Object.fromEntries(names.map((name) => [name, [] as string[]])) as Record<N, string[]>;
  for (const card of cards) {
    const name = nameOf(card);
    if (name !== null) byName[name].push(card.key);
  }
  return byName;
}
