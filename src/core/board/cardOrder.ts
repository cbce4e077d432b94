/** Cards that are new or stand elsewhere, in the order of the new list; each with the one before it, null for the first. */
export type Placements = readonly { readonly key: string; readonly after: string | null }[];

/** What leads from one order of keys to another, with few words: most cards keep their order among themselves. */
export function placementsOf(before: readonly string[], after: readonly string[]): Placements {
  let start = 0;
  while (start < after.length && before[start] === after[start]) start += 1;
  let end = after.length;
  const shift = before.length - after.length;
  while (end > start && end + shift > start && before[end + shift - 1] === after[end - 1]) end -= 1;
  const placeBefore = new Map<string, number>();
  for (let index = start; index < end + shift; index += 1) placeBefore.set(before[index] ?? '', index);
  const middle = after.slice(start, end);
  const staying = longestRise(middle.map((key) => placeBefore.get(key) ?? -1));
  return middle.flatMap((key, index) => {
    const previous = start + index === 0 ? null : (after[start + index - 1] ?? null);
    return staying.has(index) ? [] : [{ key, after: previous }];
  });
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
