/** How a set of lengths is spread, in the unit of its values. `count` is at least 1. */
export interface Spread {
  readonly count: number;
  readonly median: number;
  /** Nine of ten are at most this long. */
  readonly p90: number;
  readonly longest: number;
}

/** Null for no values at all: a median of nothing is unknown, not 0. */
export function spreadOf(values: readonly number[]): Spread | null {
  const sorted = values.filter((value) => Number.isFinite(value)).sort((a, b) => a - b);
  const longest = sorted.at(-1);
  if (longest === undefined) return null;
  return { count: sorted.length, median: percentile(sorted, 0.5), p90: percentile(sorted, 0.9), longest };
}

/**
 * The smallest of the values that is not exceeded by this share of them (nearest rank), so that it is always one that
 * was measured. `sorted` is ascending and not empty; `share` is above 0 and at most 1.
 */
function percentile(sorted: readonly number[], share: number): number {
  const rank = Math.max(1, Math.ceil(share * sorted.length));
  return sorted[Math.min(rank, sorted.length) - 1] ?? 0;
}
