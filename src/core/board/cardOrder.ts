/** Cards that are new or stand elsewhere, in the order of the new list; each with the one before it, null for the first. */
export type Placements = readonly { readonly key: string; readonly after: string | null }[];

/**
 * What leads from one order of keys to another, with few words: most cards keep their order among themselves. `previous`
 * is the key that stands before both lists, null where they begin the board.
 */
export function placementsOf(before: readonly string[], after: readonly string[], previous: string | null): Placements {
  const placeBefore = new Map(before.map((key, place) => [key, place]));
  const staying = longestRise(after.map((key) => placeBefore.get(key) ?? -1));
  return after.flatMap((key, index) =>
    staying.has(index) ? [] : [{ key, after: index === 0 ? previous : (after[index - 1] ?? null) }],
  );
}

/** Puts placed keys among those that stay; null where a placement names no card of the list. */
export function placeKeys(staying: readonly string[], placements: Placements): string[] | null {
  const follower = new Map(placements.map(({ key, after }) => [after, key]));
  const keys: string[] = [];
  const size = staying.length + placements.length;
  const addFollowers = (of: string | null): void => {
    // Without the limit placements that lead in a circle would never end.
    for (let key = follower.get(of); key !== undefined && keys.length <= size; key = follower.get(key)) keys.push(key);
  };
  addFollowers(null);
  for (const key of staying) {
    keys.push(key);
    addFollowers(key);
  }
  return keys.length === size ? keys : null;
}

/** Positions of a longest rising subsequence of the numbers from 0 up; negative ones are never in it. */
function longestRise(numbers: readonly number[]): Set<number> {
  /** `ends[n]` is the position of the lowest number that ends a rise of length n + 1. */
  const ends: number[] = [];
  const previous: number[] = [];
  numbers.forEach((number, position) => {
    if (number < 0) return;
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((numbers[ends[middle] ?? 0] ?? 0) < number) low = middle + 1;
      else high = middle;
    }
    previous[position] = low === 0 ? -1 : (ends[low - 1] ?? -1);
    ends[low] = position;
  });
  const rise = new Set<number>();
  for (let position = ends.at(-1) ?? -1; position >= 0; position = previous[position] ?? -1) rise.add(position);
  return rise;
}
