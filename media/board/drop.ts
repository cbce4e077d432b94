import type { Card } from '../../src/core/board/card';
import type { StageName } from '../../src/core/story/stage';
import { cardsIn, type BoardView, type ColumnView, type ShownColumn } from './boardView';
import { t } from './strings';

/** What letting go of cards would do: another stage each, another priority, or nothing, and why. */
export type Drop =
  | { readonly kind: 'move'; readonly moves: readonly { readonly key: string; readonly to: StageName }[] }
  /** `before`: the card that it would stand before; null at the end of the column. */
  | { readonly kind: 'prioritise'; readonly priority: number; readonly before: string | null }
  | { readonly kind: 'stays'; readonly why: string }
  | { readonly kind: 'illegal'; readonly why: string };

/** Cards that are held, by pointer or by keys, and what letting them go would do. */
export interface Carry {
  readonly keys: readonly string[];
  readonly by: 'pointer' | 'keys';
  readonly over: ShownColumn;
  readonly drop: Drop;
}

const LAST_PRIORITY = 3;

/** The column in which a stage's stories stand; null for one that says nothing of where. */
function columnOfStage(stage: StageName): ShownColumn | null {
  switch (stage) {
    case 'ReviewHold':
      return 'QA';
    case 'MergeFailure':
    case 'MergeFailureFinal':
      return 'Merge';
    case 'Blocked':
      return null;
    default:
      return stage;
  }
}

/** What comes of letting these cards go over a column, `above` a card of it (null: at its end). */
export function dropOver(view: BoardView, cards: readonly Card[], column: ShownColumn, above: string | null): Drop {
  const [first] = cards;
  if (first === undefined) return { kind: 'stays', why: '' };
  const coming = cards.filter((card) => (card.column ?? 'Archived') !== column);
  if (coming.length === 0) return cards.length === 1 ? orderIn(view, first, above) : isThere();
  const moves: { key: string; to: StageName }[] = [];
  for (const card of coming) {
    const to = stageIn(card, column);
    if (to === undefined) return { kind: 'illegal', why: whyNot(card, column) };
    moves.push({ key: card.key, to });
  }
  return { kind: 'move', moves };
}

function stageIn({ moves }: Card, column: ShownColumn): StageName | undefined {
  return moves.find((to) => to === column) ?? moves.find((to) => columnOfStage(to) === column);
}

function whyNot(card: Card, column: ShownColumn): string {
  if (column === 'Done') return t('A story gets to Done by landing, never by hand.');
  const places = [...new Set(card.moves.flatMap((to) => columnOfStage(to) ?? []))].map((one) => t(one));
  if (places.length === 0) return t('#{0} cannot be moved now.', card.number);
  return t('#{0} is in {1}. From there it can go to {2}.', card.number, t(card.stage), places.join(', '));
}

function isThere(): Drop {
  return { kind: 'stays', why: t('They are there already.') };
}

/**
 * The order in a column follows from priority, then number, so what can be chosen is the priority. Taken is the one that
 * brings the card nearest to where it is held.
 */
function orderIn(view: BoardView, card: Card, above: string | null): Drop {
  const column = view.columns.find(({ name }) => name === card.column);
  if (column === undefined || column.name === 'Done') {
    return { kind: 'stays', why: t('What has landed stands in the order in which it did.') };
  }
  const others = cardsIn(column).flatMap((key) => (key === card.key ? [] : (view.cards.get(key) ?? [])));
  const wanted = above === null ? others.length : others.findIndex(({ key }) => key === above);
  if (above === card.key || wanted < 0) return staysHere(card);
  const distance = (priority: number): number => Math.abs(placeWith(others, card, priority) - wanted);
  let best = card.priority;
  for (let one = 0; one <= LAST_PRIORITY; one += 1) if (distance(one) < distance(best)) best = one;
  return best === card.priority ? staysHere(card) : prioritised(others, card, best);
}

/** The card one priority up or down, in its own column. */
export function shiftPriority(view: BoardView, card: Card, priority: number): Drop {
  const column: ColumnView | undefined = view.columns.find(({ name }) => name === card.column);
  if (card.column === 'Done' || card.column === null) {
    return { kind: 'stays', why: t('What has landed stands in the order in which it did.') };
  }
  if (priority === card.priority) return staysHere(card);
  const others = cardsIn(column).flatMap((key) => (key === card.key ? [] : (view.cards.get(key) ?? [])));
  return prioritised(others, card, Math.max(0, Math.min(LAST_PRIORITY, priority)));
}

function prioritised(others: readonly Card[], card: Card, priority: number): Drop {
  return { kind: 'prioritise', priority, before: others[placeWith(others, card, priority)]?.key ?? null };
}

function staysHere({ number, priority }: Card): Drop {
  return {
    kind: 'stays',
    why: t('#{0} keeps priority P{1}; cards of one priority stand by number.', number, priority),
  };
}

/** Where the card would stand among the others of its column. */
function placeWith(others: readonly Card[], card: Card, priority: number): number {
  const after = others.findIndex(
    (one) => one.priority > priority || (one.priority === priority && one.number > card.number),
  );
  return after < 0 ? others.length : after;
}
