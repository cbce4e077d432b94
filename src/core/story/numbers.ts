/** Every place in which a story number may have been used already. */
export interface UsedNumbers {
  readonly index: readonly number[];
  readonly content: readonly number[];
  readonly shadow: readonly number[];
  readonly tombstones: readonly number[];
  readonly branches: readonly number[];
  readonly worktrees: readonly number[];
}

/** The highest number that a story can have: no name and no text says a longer one. */
export const NUMBER_LIMIT = 999_999_999;

/**
 * One more than the highest number found anywhere, so that no number is ever used twice. Behind the last number there is
 * none: where somebody took that, as by the name of a branch, the highest counts that has a free one behind it.
 */
export function nextNumber(used: UsedNumbers): number {
  const all = new Set((Object.values(used) as readonly number[][]).flat());
  let highest = 0;
  for (const number of all)
    if (Number.isSafeInteger(number) && number > highest && number < NUMBER_LIMIT && !all.has(number + 1))
      highest = number;
  return highest + 1;
}
