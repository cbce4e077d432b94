/** In which order stories of one priority land: as they came, or so that the fewest of them conflict. */
export const MERGE_ORDERS = ['arrival', 'fewestConflicts'] as const;
export type MergeOrder = (typeof MERGE_ORDERS)[number];
