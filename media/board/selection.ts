import type { ActionId } from '../../src/core/board/actions';
import type { Card } from '../../src/core/board/card';
import { cardsIn, placeOf, type BoardView } from './boardView';

/** What is about one story alone, or shows something of it. */
const SINGLE: readonly ActionId[] = [
  'rename',
  'openWorktree',
  'openDiff',
  'showOutput',
  'showTimeline',
  'whyNotLanded',
  'resolveConflicts',
  'abortResolving',
  'revertStory',
];

/** What can be done to each of these cards, as if they were one; of one card all that it offers. */
export function offeredTogether(cards: readonly Card[]): Pick<Card, 'actions' | 'primaryActions' | 'moves'> {
  const [first, ...others] = cards;
  if (first === undefined) return { actions: [], primaryActions: [], moves: [] };
  if (others.length === 0) return first;
  return {
    actions: first.actions.filter((id) => !SINGLE.includes(id) && others.every(({ actions }) => actions.includes(id))),
    primaryActions: [],
    moves: first.moves.filter((to) => others.every(({ moves }) => moves.includes(to))),
  };
}

export function toggled(selected: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(selected);
  if (!next.delete(key)) next.add(key);
  return next;
}

/** The cards between two of one column, both included; the second alone where they are in two. */
export function between(view: BoardView, from: string | null, to: string): readonly string[] {
  const [a, b] = [placeOf(view, from), placeOf(view, to)];
  if (a === null || b === null || a.column !== b.column) return [to];
  return cardsIn(view.columns[b.column]).slice(Math.min(a.index, b.index), Math.max(a.index, b.index) + 1);
}

/** All cards of the column in which this one stands. */
export function columnAround(view: BoardView, key: string): readonly string[] {
  const place = placeOf(view, key);
  return place === null ? [] : cardsIn(view.columns[place.column]);
}
