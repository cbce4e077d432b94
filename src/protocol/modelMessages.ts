/**
 * A board on its way to who shows it, as a schema. The lists of names are the core's own, and the proofs at the end hold
 * schema and types to one shape in both directions: a field or a name that only one of them knows does not compile.
 */
import * as z from 'zod/mini';
import { ACTION_IDS } from '../core/board/actions';
import type { BoardDelta } from '../core/board/boardDelta';
import type { BoardHead } from '../core/board/boardModel';
import { BOARD_MODES, COLUMN_NAMES, GROUP_NAMES, NOTICE_ACTIONS, NOTICE_SEVERITIES } from '../core/board/boardNames';
import { CARD_STATES, type Card } from '../core/board/card';
import { NEEDS } from '../core/board/needs';
import type { ModelMessage } from '../core/board/modelFeed';
import { STUCK_MARKS } from '../core/pipeline/markWords';
import { STAGE_NAMES, STORY_TYPES } from '../core/story/stageNames';
import { saidSchema } from '../core/words/saidSchema';
import type { DeepReadonly } from './deepReadonly';

export const cardSchema = z.object({
  key: z.string(),
  number: z.int(),
  type: z.enum(STORY_TYPES),
  title: z.string(),
  labels: z.array(z.string()),
  priority: z.int(),
  dependsOn: z.array(z.object({ key: z.string(), number: z.nullable(z.int()), state: z.string() })),
  neededBy: z.array(z.int()),
  conflicts: z.array(
    z.object({
      number: z.nullable(z.int()),
      files: z.array(z.string()),
      gate: z.optional(z.object({ name: z.string(), output: z.string() })),
    }),
  ),
  stage: z.enum(STAGE_NAMES),
  column: z.nullable(z.enum(COLUMN_NAMES)),
  group: z.enum(GROUP_NAMES),
  state: z.enum(CARD_STATES),
  mark: z.nullable(z.enum(STUCK_MARKS)),
  since: z.string(),
  agent: z.nullable(z.string()),
  question: z.nullable(
    z.object({ id: z.string(), text: z.string(), forStory: z.nullable(z.string()), deniedAt: z.string() }),
  ),
  facts: z.array(z.union([z.string(), z.object({ since: z.number() })])),
  why: z.nullable(z.string()),
  brief: z.nullable(z.string()),
  said: z.object({
    why: z.nullable(z.array(saidSchema)),
    brief: z.nullable(z.array(saidSchema)),
    facts: z.array(z.nullable(saidSchema)),
  }),
  primaryActions: z.array(z.enum(ACTION_IDS)),
  actions: z.array(z.enum(ACTION_IDS)),
  moves: z.array(z.enum(STAGE_NAMES)),
  need: z.nullable(z.enum(NEEDS)),
});

export const headSchema = z.object({
  repository: z.string(),
  target: z.nullable(z.object({ name: z.string(), tip: z.string() })),
  mode: z.enum(BOARD_MODES),
  notices: z.array(
    z.object({
      severity: z.enum(NOTICE_SEVERITIES),
      text: z.string(),
      said: z.exactOptional(z.array(saidSchema)),
      action: z.nullable(z.object({ id: z.enum(NOTICE_ACTIONS), label: z.string() })),
      once: z.exactOptional(z.string()),
    }),
  ),
  agents: z.nullable(z.object({ atWork: z.int(), most: z.int() })),
  counts: z.object({ running: z.int(), queued: z.int(), stuck: z.int(), needsYou: z.int() }),
  room: z.exactOptional(z.nullable(saidSchema)),
  queue: z.nullable(
    z.object({
      policy: z.string(),
      said: z.exactOptional(z.object({ policy: saidSchema, why: saidSchema, stopped: z.nullable(saidSchema) })),
      why: z.string(),
      stopped: z.nullable(z.string()),
      targetGates: z.exactOptional(z.number()),
      candidates: z.array(
        z.object({
          key: z.string(),
          since: z.string(),
          at: z.nullable(z.number()),
          progress: z.nullable(z.object({ done: z.int(), total: z.int() })),
        }),
      ),
      more: z.int(),
      out: z.array(z.object({ key: z.string(), since: z.string() })),
    }),
  ),
  sharing: z.nullable(
    z.object({
      state: z.enum(['together', 'alone', 'away', 'stopped']),
      words: z.string(),
      line: z.string(),
      said: z.object({ words: z.array(saidSchema), line: z.nullable(z.array(saidSchema)) }),
    }),
  ),
});

const deltaSchema = z.object({
  head: partly(headSchema),
  gone: z.array(z.string()),
  added: z.array(cardSchema),
  changed: z.array(z.extend(partly(cardSchema), { key: z.string() })),
  placed: z.array(z.object({ key: z.string(), after: z.nullable(z.string()) })),
});

const revision = z.int().check(z.minimum(1));

export const modelMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('whole'), revision, head: headSchema, cards: z.array(cardSchema) }),
  z.object({ kind: z.literal('change'), revision, delta: deltaSchema }),
]);

/** Any of the fields; one that is there has its value. */
function partly<S extends z.core.$ZodShape>(schema: z.ZodMiniObject<S>) {
  const shape = Object.entries(schema.shape).map(([name, field]) => [name, z.exactOptional(field)]);
  return z.object(Object.fromEntries(shape) as { [N in keyof S]: z.ZodMiniExactOptional<S[N]> });
}

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type AsRead<S extends z.core.$ZodType> = DeepReadonly<z.output<S>>;

/** Compiles only while each schema gives just what the type says. */
type Proof<T extends readonly true[]> = T;
/** @public Exported only so that it is looked at. */
export type SchemasAndTypesAreOne = Proof<
  [
    Same<AsRead<typeof cardSchema>, Card>,
    Same<keyof z.output<typeof cardSchema>, keyof Card>,
    Same<AsRead<typeof headSchema>, BoardHead>,
    Same<keyof z.output<typeof headSchema>, keyof BoardHead>,
    Same<AsRead<typeof deltaSchema>, BoardDelta>,
    Same<AsRead<typeof modelMessageSchema>, ModelMessage>,
  ]
>;
