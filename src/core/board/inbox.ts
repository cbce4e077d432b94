import type { Card } from './card';
import { NEEDS } from './needs';

/**
 * The stories that need a person, in the order of what they hold up: first the one that most others wait for, then by what
 * is asked, priority, and how long it has waited. Everything that counts or lists them takes this.
 */
export function inboxOf(cards: readonly Card[]): Card[] {
  return inboxOfAll([cards], (all) => all).map(({ card }) => card);
}

/** The same order over several repositories; each story holds up those of its own. */
export function inboxOfAll<R>(
  repositories: readonly R[],
  cardsOf: (repository: R) => readonly Card[],
): { readonly of: R; readonly card: Card }[] {
  const ranked = repositories.flatMap((of) => rankedIn(cardsOf(of)).map((one) => ({ ...one, of })));
  ranked.sort((a, b) => b.holds - a.holds || compare(a.card, b.card));
  return ranked;
}

function rankedIn(cards: readonly Card[]): { readonly card: Card; readonly holds: number }[] {
  const waiting = cards.filter(({ need }) => need !== null);
  if (waiting.length === 0) return [];
  const byNumber = new Map(cards.map((card) => [card.number, card]));
  return waiting.map((card) => ({ card, holds: heldUpBy(card, byNumber) }));
}

function compare(a: Card, b: Card): number {
  return (
    rankOf(a) - rankOf(b) ||
    a.priority - b.priority ||
    (a.since < b.since ? -1 : a.since > b.since ? 1 : 0) ||
    a.number - b.number
  );
}

function rankOf({ need }: Card): number {
  return need === null ? NEEDS.length : NEEDS.indexOf(need);
}

/** How many others cannot land before it has, directly or through others. */
function heldUpBy(card: Card, byNumber: ReadonlyMap<number, Card>): number {
  const held = new Set<number>();
  const open = [...card.neededBy];
  for (let number = open.pop(); number !== undefined; number = open.pop()) {
    if (held.has(number) || number === card.number) continue;
    held.add(number);
    open.push(...(byNumber.get(number)?.neededBy ?? []));
  }
  return held.size;
}
