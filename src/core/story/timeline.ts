import type { HistoryEntry } from './history';

/** Which part of the history: of one story, or of all (`key` null); what came before the entry `before`, null for the newest. */
export interface TimelineQuery {
  readonly key: string | null;
  readonly before: number | null;
  readonly limit: number;
}

/** Newest first. `next` is the `before` of the part that follows; null where nothing is older. */
export interface TimelinePage {
  readonly entries: readonly HistoryEntry[];
  readonly next: number | null;
}
