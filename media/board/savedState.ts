import * as z from 'zod/mini';
import { PILLS } from '../../src/core/board/keptFilters';
import { SHOWN_COLUMNS } from './boardView';

/** What keeps its place while a list changes: a card, and how far the list is scrolled beyond its top. */
const anchorSchema = z.object({ key: z.string(), delta: z.number() });
export type Anchor = z.infer<typeof anchorSchema>;

/** What the whole page shows. */
export const PAGES = ['board', 'overview'] as const;
export type Page = (typeof PAGES)[number];

const savedSchema = z.object({
  text: z.string(),
  pill: z.enum(PILLS),
  page: z.optional(z.enum(PAGES)),
  folded: z.array(z.enum(SHOWN_COLUMNS)),
  active: z.nullable(z.string()),
  anchors: z.record(z.string(), anchorSchema),
});

/** What survives a reload of the page: filter, selection and scroll positions by column. */
export type SavedState = z.infer<typeof savedSchema>;

/** What is off the line is folded until somebody wants to see it. */
const FRESH: SavedState = { text: '', pill: 'all', folded: ['Frozen', 'Archived'], active: null, anchors: {} };

/** An older version's or a damaged state is as good as none. */
export function readSavedState(value: unknown): SavedState {
  const parsed = savedSchema.safeParse(value);
  return parsed.success ? parsed.data : FRESH;
}
