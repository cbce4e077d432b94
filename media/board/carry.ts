import type { Card } from '../../src/core/board/card';
import type { BoardStore } from './boardStore';
import { SHOWN_COLUMNS } from './boardView';
import { dropOver, shiftPriority, type Carry, type Drop } from './drop';
import { t } from './strings';

/** The held card and all that is selected with it. */
export function heldWith(key: string, selected: ReadonlySet<string>): readonly string[] {
  return selected.has(key) ? [key, ...[...selected].filter((one) => one !== key)] : [key];
}

export function cardsOf(keys: readonly string[], store: BoardStore): Card[] {
  return keys.flatMap((key) => store.card(key) ?? []);
}

/** Picks up a card by key, in its own column. */
export function pickUp(key: string, store: BoardStore): void {
  const keys = heldWith(key, store.state.selected);
  const [first] = cardsOf(keys, store);
  if (first === undefined) return;
  const drop: Drop = { kind: 'stays', why: t('#{0} stays where it is.', first.number) };
  store.carry({ keys, by: 'keys', over: first.column ?? 'Archived', drop });
  store.announce(
    t('{0} picked up in {1}. Left and right choose a column, up and down a priority. Enter puts it there, Escape lets go.', named(keys, first), t(first.column ?? 'Archived')), // prettier-ignore
  );
}

/** One key while cards are held by keys; false where it means nothing then. `put` lets go of them where they are. */
export function carryKey(key: string, carry: Carry, store: BoardStore, put: (carry: Carry) => void): boolean {
  switch (key) {
    case 'ArrowLeft':
      sideways(carry, -1, store);
      return true;
    case 'ArrowRight':
      sideways(carry, 1, store);
      return true;
    case 'ArrowUp':
      upOrDown(carry, -1, store);
      return true;
    case 'ArrowDown':
      upOrDown(carry, 1, store);
      return true;
    case 'Enter':
    case ' ':
      put(carry);
      return true;
    case 'Escape':
      store.carry(null);
      store.announce(t('Nothing is moved.'));
      return true;
    default:
      return false;
  }
}

function sideways(carry: Carry, step: -1 | 1, store: BoardStore): void {
  const at = SHOWN_COLUMNS.indexOf(carry.over) + step;
  const over = SHOWN_COLUMNS[at];
  if (over === undefined) return;
  const cards = cardsOf(carry.keys, store);
  const own = cards.every((card) => (card.column ?? 'Archived') === over);
  const drop: Drop = own
    ? { kind: 'stays', why: t('Where it is now.') }
    : dropOver(store.state.view, cards, over, null);
  store.carry({ ...carry, over, drop });
  store.announce(`${t(over)}: ${dropWords(drop)}`);
}

function upOrDown(carry: Carry, step: -1 | 1, store: BoardStore): void {
  const [card, ...others] = cardsOf(carry.keys, store);
  if (card === undefined || others.length > 0 || carry.over !== card.column) {
    store.announce(t('A priority is chosen for one story, in its own column.'));
    return;
  }
  const now = carry.drop.kind === 'prioritise' ? carry.drop.priority : card.priority;
  const drop = shiftPriority(store.state.view, card, now + step);
  store.carry({ ...carry, drop });
  store.announce(dropWords(drop));
}

/** What letting go would do, in words. */
export function dropWords(drop: Drop): string {
  switch (drop.kind) {
    case 'move':
      return t('Enter puts it here.');
    case 'prioritise':
      return t('Priority P{0}', drop.priority);
    case 'stays':
    case 'illegal':
      return drop.why;
  }
}

/** `#12`, or `3 stories`. */
export function named(keys: readonly string[], first: Card): string {
  return keys.length === 1 ? `#${first.number}` : t('{0} stories', keys.length);
}
