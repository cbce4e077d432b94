/** Does something for each of many, 64 at a time: as fast as the disk allows, without a file handle for each. */
export async function inBatches<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const some of partsOf(items, 64)) results.push(...(await Promise.all(some.map(work))));
  return results;
}

/** Many things in order, at most `size` at a time. */
export function* partsOf<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
