import { cardsIn, placeOf, type BoardView } from './boardView';

export const STEPS = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End'] as const;
export type Step = (typeof STEPS)[number];

export function isStep(key: string): key is Step {
  return STEPS.some((step) => step === key);
}

/** The card one step away; the same card where there is none. Empty and folded columns are stepped over. */
export function stepFrom(view: BoardView, from: string, step: Step): string {
  const place = placeOf(view, from);
  if (place === null) return from;
  const keys = cardsIn(view.columns[place.column]);
  switch (step) {
    case 'ArrowUp':
      return keys[place.index - 1] ?? from;
    case 'ArrowDown':
      return keys[place.index + 1] ?? from;
    case 'Home':
      return keys[0] ?? from;
    case 'End':
      return keys.at(-1) ?? from;
    case 'ArrowLeft':
      return nearest(view.columns.slice(0, place.column).reverse(), place.index) ?? from;
    case 'ArrowRight':
      return nearest(view.columns.slice(place.column + 1), place.index) ?? from;
  }
}

function nearest(columns: BoardView['columns'], index: number): string | undefined {
  const keys = cardsIn(columns.find((column) => cardsIn(column).length > 0));
  return keys[index] ?? keys.at(-1);
}
