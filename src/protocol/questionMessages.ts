/** Questions about what was: search, figures, history and boards of moments that are over, as schemas. */
import * as z from 'zod/mini';
import { privateWordsSchema } from '../core/bugBundle/privateWords';
import { searchAnswerSchema } from '../core/search/searchAnswer';
import type { Statistics } from '../core/statistics/statistics';
import { historyEntrySchema } from '../core/story/history';
import { STAGE_NAMES } from '../core/story/stageNames';
import { cardSchema, headSchema } from './modelMessages';
import type { DeepReadonly } from './deepReadonly';

const knownSumSchema = z.object({ sum: z.number(), of: z.int() });
const spreadSchema = z.object({ count: z.int(), median: z.number(), p90: z.number(), longest: z.number() });
const rangeSchema = z.object({ from: z.nullable(z.string()), to: z.nullable(z.string()) });

const statisticsSchema = z.object({
  range: rangeSchema,
  landed: z.array(z.object({ day: z.string(), count: z.int() })),
  sinceCreated: z.nullable(spreadSchema),
  sinceCoding: z.nullable(spreadSchema),
  stages: z.array(z.object({ stage: z.enum(STAGE_NAMES), time: spreadSchema })),
  gates: z.array(
    z.object({
      gate: z.string(),
      runs: z.int(),
      passed: z.int(),
      failed: z.int(),
      trees: z.int(),
      flaky: z.int(),
      time: z.nullable(spreadSchema),
    }),
  ),
  agents: z.array(
    z.object({
      agent: z.string(),
      cold: z.int(),
      warm: z.int(),
      whyCold: z.array(z.object({ why: z.string(), count: z.int() })),
      time: z.nullable(spreadSchema),
      turns: knownSumSchema,
      tokens: knownSumSchema,
      costUsd: knownSumSchema,
    }),
  ),
});

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

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
/** @public Compiles only while the schema gives just what the type says. */
export type StatisticsAreOne = [Same<DeepReadonly<z.output<typeof statisticsSchema>>, Statistics>] extends [true]
  ? true
  : never;
