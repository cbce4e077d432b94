/**
 * The messages between the host and the board. Both sides check what they receive with these schemas; a message that
 * does not fit changes nothing and is reported. `zod/mini` keeps the board's bundle small.
 */
import { COLUMN_NAMES, GROUP_NAMES, NOTICE_ACTIONS } from '../core/board/boardNames';
import { STAGE_NAMES, STORY_TYPES } from '../core/story/stageNames';
import * as z from 'zod/mini';
import { ACTION_IDS } from '../core/board/actions';
import type { BoardModel } from '../core/board/boardModel';

const keys = z.array(z.string());

const cardSchema = z.object({
  key: z.string(),
  number: z.int(),
  type: z.enum(STORY_TYPES),
  title: z.string(),
  priority: z.int(),
  labels: z.array(z.string()),
  stage: z.enum(STAGE_NAMES),
  column: z.nullable(z.enum(COLUMN_NAMES)),
  group: z.enum(GROUP_NAMES),
  state: z.enum([
    'idle',
    'working',
    'waiting',
    'review',
    'recovering',
    'recoveryQueued',
    'cold',
    'frozen',
    'proven',
    'archived',
  ]),
  mark: z.nullable(z.enum(['running', 'queued', 'cold'])),
  since: z.string(),
  facts: z.string(),
  why: z.nullable(z.string()),
  criteria: z.object({ done: z.int(), total: z.int() }),
  primaryActions: z.array(z.enum(ACTION_IDS)),
  actions: z.array(z.enum(ACTION_IDS)),
  moves: z.array(z.enum(STAGE_NAMES)),
  needsYou: z.boolean(),
});

const boardModelSchema = z.object({
  repository: z.string(),
  target: z.nullable(z.object({ name: z.string(), tip: z.string() })),
  mode: z.enum(['leading', 'following']),
  notices: z.array(
    z.object({
      severity: z.enum(['error', 'warning', 'info']),
      text: z.string(),
      action: z.nullable(z.object({ id: z.enum(NOTICE_ACTIONS), label: z.string() })),
    }),
  ),
  counts: z.object({ running: z.int(), queued: z.int(), stuck: z.int(), needsYou: z.int() }),
  cards: z.array(cardSchema),
  columns: z.record(z.enum(COLUMN_NAMES), keys),
  groups: z.record(z.enum(GROUP_NAMES), keys),
});

/** From the host to the board. `strings` are localised texts by their English original. */
const toBoardSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('model'), model: boardModelSchema }),
  z.object({ type: z.literal('strings'), strings: z.record(z.string(), z.string()) }),
  z.object({ type: z.literal('announce'), text: z.string() }),
  z.object({ type: z.literal('focusStory'), key: z.string() }),
]);
export type ToBoard =
  | { type: 'model'; model: BoardModel }
  | { type: 'strings'; strings: Record<string, string> }
  /** Said to a screen reader, such as the result of a move. */
  | { type: 'announce'; text: string }
  | { type: 'focusStory'; key: string };

/** From the board to the host. `ready` asks for the model; it comes again after each reload of the page. */
const fromBoardSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('newStory') }),
  z.object({ type: z.literal('open'), key: z.string() }),
  z.object({ type: z.literal('action'), key: z.string(), action: z.enum(ACTION_IDS) }),
  z.object({ type: z.literal('move'), key: z.string(), to: z.enum(STAGE_NAMES) }),
  z.object({ type: z.literal('notice'), action: z.enum(NOTICE_ACTIONS) }),
  z.object({ type: z.literal('problem'), text: z.string() }),
]);
export type FromBoard = z.infer<typeof fromBoardSchema>;

export type Checking<T> = { kind: 'ok'; message: T } | { kind: 'malformed'; problem: string };

/** Checks what the host sent. That this compiles proves that schema and view-model are one shape. */
export function readToBoard(value: unknown): Checking<ToBoard> {
  return checking(toBoardSchema.safeParse(value));
}

/** Checks what the board sent. */
export function readFromBoard(value: unknown): Checking<FromBoard> {
  return checking(fromBoardSchema.safeParse(value));
}

function checking<T>(parsed: z.core.util.SafeParseResult<T>): Checking<T> {
  if (parsed.success) return { kind: 'ok', message: parsed.data };
  const [issue] = parsed.error.issues;
  return {
    kind: 'malformed',
    problem: `${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'unreadable'}`,
  };
}
