import { COLUMN_NAMES, type ColumnName } from '../../src/core/board/boardNames';
import type { BoardModel } from '../../src/core/board/boardModel';
import type { Card } from '../../src/core/board/card';
import { hasAge } from '../../src/core/board/factsText';
import { matchesFilter, matchesPill, PILLS, readFilter, type Pill } from './filter';

/** One column as it is shown: the keys that passed the filter, and how many there are without it. */
export interface ColumnView {
  readonly name: ColumnName;
  readonly keys: readonly string[];
  readonly total: number;
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

/** What the board shows of a model under a filter. Frozen has a column only when something is frozen. */
export function viewOf(model: BoardModel, text: string, pill: Pill): BoardView {
  const cards = new Map<string, Card>();
  for (const card of model.cards) cards.set(card.key, card);
  const terms = readFilter(text);
  const pills = { ...EMPTY_VIEW.pills };
  const columns: ColumnView[] = [];
  for (const name of COLUMN_NAMES) {
    const column = { name, keys: [] as string[], total: 0 };
    for (const key of model.columns[name]) {
      const card = cards.get(key);
      if (card === undefined) continue;
      column.total += 1;
      for (const one of PILLS) if (matchesPill(card, one)) pills[one] += 1;
      if (matchesPill(card, pill) && matchesFilter(card, terms)) column.keys.push(key);
    }
    if (name !== 'Frozen' || column.total > 0) columns.push(column);
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

export function placeOf(view: BoardView, key: string | null): Place | null {
  if (key === null) return null;
  for (const [column, { keys }] of view.columns.entries()) {
    const index = keys.indexOf(key);
    if (index >= 0) return { column, index };
  }
  return null;
}

/** The card that Tab reaches: the active one, else the one that took its place, else the first there is. */
export function activeKey(view: BoardView, wanted: string | null, before: Place | null): string | null {
  if (placeOf(view, wanted) !== null) return wanted;
  const keys = before === null ? [] : (view.columns[before.column]?.keys ?? []);
  const neighbour = before === null ? undefined : (keys[before.index] ?? keys.at(-1));
  return neighbour ?? view.columns.find((column) => column.keys.length > 0)?.keys[0] ?? null;
}
