import * as z from 'zod/mini';
import { STAGE_NAMES } from '../story/stageNames';

/** Where the words of a query stand; the first place in this order is the one that is named. */
export const SEARCHED_PLACES = ['title', 'body', 'output'] as const;
export type SearchedPlace = (typeof SEARCHED_PLACES)[number];

const searchMatchSchema = z.object({
  key: z.string(),
  number: z.int(),
  title: z.string(),
  stage: z.enum(STAGE_NAMES),
  place: z.enum(SEARCHED_PLACES),
  /** A line that has the words; null where it is the title. */
  excerpt: z.nullable(z.string()),
});
export type SearchMatch = z.infer<typeof searchMatchSchema>;

/** `left` counts the matches beyond the limit. `reading`: texts that were read so far, of all; null once all are. */
export const searchAnswerSchema = z.object({
  matches: z.array(searchMatchSchema),
  left: z.int(),
  reading: z.nullable(z.object({ done: z.int(), total: z.int() })),
});
export type SearchAnswer = z.infer<typeof searchAnswerSchema>;
