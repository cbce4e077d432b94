/** Questions about what was: search, figures, history and boards of moments that are over, as schemas. */
import * as z from 'zod/mini';
import { privateWordsSchema } from '../core/bugBundle/privateWords';
import { searchAnswerSchema } from '../core/search/searchAnswer';
import { historyEntrySchema } from '../core/story/history';
import { cardSchema, headSchema } from './modelMessages';
import { rangeSchema, statisticsSchema } from './statisticsMessages';

const limit = z.int().check(z.minimum(0), z.maximum(10_000));

/** What a leader answers besides. A board goes as its head and cards: columns and groups follow from them. */
export const questions = {
  search: { asks: z.object({ text: z.string().check(z.maxLength(1_000)), limit }), gives: searchAnswerSchema },
  statistics: { asks: rangeSchema, gives: statisticsSchema },
  timeline: {
    asks: z.object({ key: z.nullable(z.string()), before: z.nullable(z.int()), limit }),
    gives: z.object({ entries: z.array(historyEntrySchema), next: z.nullable(z.int()) }),
  },
  boardAt: { asks: z.iso.datetime(), gives: z.object({ head: headSchema, cards: z.array(cardSchema) }) },
  privateWords: { asks: z.null(), gives: privateWordsSchema },
} as const;
