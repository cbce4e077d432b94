/** Every place in which a story number may have been used already. */
export interface UsedNumbers {
  readonly index: readonly number[];
  readonly content: readonly number[];
  readonly shadow: readonly number[];
  readonly tombstones: readonly number[];
  readonly branches: readonly number[];
  readonly worktrees: readonly number[];
}

/** One more than the highest number found anywhere, so that no number is ever used twice. */
export function nextNumber(used: UsedNumbers): number {
  let highest = 0;
  for (const numbers of Object.values(used) as readonly number[][]) {
    for (const number of numbers) if (Number.isSafeInteger(number) && number > highest) highest = number;
  }
  return highest + 1;
}
