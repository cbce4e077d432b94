import { NUMBER_LIMIT } from '../story/numbers';

/** The number that a story was made with, on whatever machine. It never changes, and stays claimed when the story is deleted. */
export interface NumberClaim {
  readonly key: string;
  readonly number: number;
  /** ISO 8601 in UTC; empty where nobody knows it any more, as of a story that was deleted for good. */
  readonly createdAt: string;
}

/**
 * The number of each story, by its key. Where several were made with one number, as on machines that had not met, the one
 * that was made first keeps it (by key where that is the same moment), and each other gets the next number that nobody was
 * made with. It depends on the claims alone, not on the order in which they became known, so every machine finds the same.
 */
export function numbersOf(claims: Iterable<NumberClaim>): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  const taken = new Set<number>();
  const others: NumberClaim[] = [];
  for (const claim of [...claims].sort(byClaim)) {
    if (taken.has(claim.number)) {
      others.push(claim);
      continue;
    }
    taken.add(claim.number);
    numbers.set(claim.key, claim.number);
  }
  for (const { key, number } of others) {
    let free = number + 1;
    // Behind the last number there is none, and then the first that is free is as good.
    while (taken.has(free) || free > NUMBER_LIMIT) free = free >= NUMBER_LIMIT ? 1 : free + 1;
    taken.add(free);
    numbers.set(key, free);
  }
  return numbers;
}

function byClaim(one: NumberClaim, other: NumberClaim): number {
  return one.number - other.number || compare(one.createdAt, other.createdAt) || compare(one.key, other.key);
}

/** By code units: what a language makes of letters differs between machines. */
function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
