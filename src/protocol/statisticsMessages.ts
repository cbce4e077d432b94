/** The figures as a schema, for who asks another window and for the board. */
import * as z from 'zod/mini';
import type { Statistics } from '../core/statistics/statistics';
import { STAGE_NAMES } from '../core/story/stageNames';
import type { DeepReadonly } from './deepReadonly';

const knownSumSchema = z.object({ sum: z.number(), of: z.int() });
const spreadSchema = z.object({ count: z.int(), median: z.number(), p90: z.number(), longest: z.number() });
export const rangeSchema = z.object({ from: z.nullable(z.string()), to: z.nullable(z.string()) });

export const statisticsSchema = z.object({
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

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
/** @public Compiles only while the schema gives just what the type says. */
export type StatisticsAreOne = [Same<DeepReadonly<z.output<typeof statisticsSchema>>, Statistics>] extends [true]
  ? true
  : never;
