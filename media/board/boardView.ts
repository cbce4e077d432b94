import { COLUMN_NAMES } from '../../src/core/board/boardNames';
import type { BoardModel } from '../../src/core/board/boardModel';
import type { Card } from '../../src/core/board/card';
import { hasAge } from '../../src/core/board/factsText';
import { PILLS, type Pill } from '../../src/core/board/keptFilters';
import { matchesFilter, matchesPill, readFilter } from './filter';

/** The columns as they are shown: those of the line, then what is off it. */
export const SHOWN_COLUMNS = [...COLUMN_NAMES, 'Archived'] as const;
export type ShownColumn = (typeof SHOWN_COLUMNS)[number];

/** One column as it is shown: the keys that passed the filter, and how many there are without it. */
export interface ColumnView {
  readonly name: ShownColumn;
  readonly keys: readonly string[];
  readonly total: number;
  /** `narrow`: nothing is in it, so others get its room. `folded`: a strip, whose cards nobody sees. */
  readonly form: 'wide' | 'narrow' | 'folded';
}

export interface BoardView {
  readonly columns: readonly ColumnView[];
  readonly cards: ReadonlyMap<string, Card>;
  readonly shown: number;
  readonly filtered: 'filtered' | 'whole';
  readonly pills: Readonly<Record<Pill, number>>;
  /** `seconds`: a card tells how long its work goes on. */
  readonly ages: 'seconds' | 'slow';
}

export const EMPTY_VIEW: BoardView = {
  columns: [],
  cards: new Map(),
  shown: 0,
  filtered: 'whole',
  pills: { all: 0, needsYou: 0, running: 0 },
  ages: 'slow',
};

/** What a person chose to see. */
export interface Choices {
  readonly text: string;
  readonly pill: Pill;
  readonly folded: readonly ShownColumn[];
}

/** What the board shows of a model. */
export function viewOf(model: BoardModel, { text, pill, folded }: Choices): BoardView {
  const cards = new Map<string, Card>();
  for (const card of model.cards) cards.set(card.key, card);
  const terms = readFilter(text);
  const pills = { ...EMPTY_VIEW.pills };
  const columns: ColumnView[] = [];
  for (const name of SHOWN_COLUMNS) {
    const keys: string[] = [];
    let total = 0;
    for (const key of name === 'Archived' ? model.groups.Archived : model.columns[name]) {
      const card = cards.get(key);
      if (card === undefined) continue;
      total += 1;
      for (const one of PILLS) if (matchesPill(card, one)) pills[one] += 1;
      if (matchesPill(card, pill) && matchesFilter(card, terms)) keys.push(key);
    }
    const form = folded.includes(name) ? 'folded' : keys.length === 0 ? 'narrow' : 'wide';
    columns.push({ name, keys, total, form });
  }
  const shown = columns.reduce((sum, column) => sum + column.keys.length, 0);
  const filtered = terms.length > 0 || pill !== 'all' ? 'filtered' : 'whole';
  const ages = model.cards.some((card) => hasAge(card.facts)) ? 'seconds' : 'slow';
  return { columns, cards, shown, filtered, pills, ages };
}

/** Where a card stands: column and place in it. */
export interface Place {
  readonly column: number;
  readonly index: number;
}

/** Null for a card that nobody sees. */
export function placeOf(view: BoardView, key: string | null): Place | null {
  if (key === null) return null;
  for (const [column, shown] of view.columns.entries()) {
    const index = cardsIn(shown).indexOf(key);
    if (index >= 0) return { column, index };
  }
  return null;
}

/** The keys of the cards that a column shows. */
export function cardsIn(column: ColumnView | undefined): readonly string[] {
  return column === undefined || column.form === 'folded' ? [] : column.keys;
}

/** The card that Tab reaches: the active one, else the one that took its place, else the first there is. */
export function activeKey(view: BoardView, wanted: string | null, before: Place | null): string | null {
  if (placeOf(view, wanted) !== null) return wanted;
  const keys = before === null ? [] : cardsIn(view.columns[before.column]);
  const neighbour = before === null ? undefined : (keys[before.index] ?? keys.at(-1));
  return neighbour ?? view.columns.find((column) => cardsIn(column).length > 0)?.keys[0] ?? null;
}
