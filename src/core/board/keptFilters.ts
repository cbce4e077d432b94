/** The quick filters of the board. */
export const PILLS = ['all', 'needsYou', 'running'] as const;
export type Pill = (typeof PILLS)[number];

/** What a person keeps to come back to: the text of the filter box and the quick filter beside it. */
export interface KeptFilter {
  readonly text: string;
  readonly pill: Pill;
}

/** As many as a row of buttons can hold. */
export const MOST_FILTERS = 12;
/** The longest text of a filter that is kept, in UTF-16 code units. */
export const FILTER_LENGTH = 200;

/** Blanks around it make no other filter. */
export function isSameFilter(a: KeptFilter, b: KeptFilter): boolean {
  return a.text.trim() === b.text.trim() && a.pill === b.pill;
}

/** Can it be kept? A quick filter alone is there already. */
export function canKeep(kept: readonly KeptFilter[], { text }: KeptFilter): boolean {
  return text.trim() !== '' && text.length <= FILTER_LENGTH && kept.length < MOST_FILTERS;
}

/** Keeps it as the last one, or forgets it where it was kept. */
export function toggleFilter(kept: readonly KeptFilter[], filter: KeptFilter): readonly KeptFilter[] {
  const others = kept.filter((one) => !isSameFilter(one, filter));
  if (others.length < kept.length) return others;
  return canKeep(kept, filter) ? [...kept, { text: filter.text.trim(), pill: filter.pill }] : kept;
}
