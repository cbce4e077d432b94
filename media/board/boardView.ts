import { COLUMN_NAMES, type ColumnName } from '../../src/core/board/boardNames';
import { type BoardModel, type Card } from '../../src/core/board/boardModel';
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
}

export const EMPTY_VIEW: BoardView = {
  columns: [],
  cards: new Map(),
  shown: 0,
  filtered: 'whole',
  pills: { all: 0, needsYou: 0, running: 0 },
};

/** What the board shows of a model under a filter. Frozen has a column only when something is frozen. */
export function viewOf(model: BoardModel, text: string, pill: Pill): BoardView {
  const cards = new Map(model.cards.map((card) => [card.key, card]));
  const terms = readFilter(text);
  const placed: Card[] = [];
  const columns = COLUMN_NAMES.flatMap((name): ColumnView[] => {
    const here = model.columns[name].flatMap((key) => cards.get(key) ?? []);
    placed.push(...here);
    if (name === 'Frozen' && here.length === 0) return [];
    const shown = here.filter((card) => matchesPill(card, pill) && matchesFilter(card, terms));
    return [{ name, keys: shown.map((card) => card.key), total: here.length }];
  });
  return {
    columns,
    cards,
    shown: columns.reduce((sum, column) => sum + column.keys.length, 0),
    filtered: terms.length > 0 || pill !== 'all' ? 'filtered' : 'whole',
    pills: countPills(placed),
  };
}

function countPills(cards: readonly Card[]): Record<Pill, number> {
  const count = (pill: Pill) => cards.filter((card) => matchesPill(card, pill)).length;
  return Object.fromEntries(PILLS.map((pill) => [pill, count(pill)])) as Record<Pill, number>;
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
