/** The overview of repositories on its way to the board, as a schema that is held to the type in both directions. */
import * as z from 'zod/mini';
import { COUNTED_STAGES, type OverviewRow } from '../core/board/overview';
import { STUCK_MARKS } from '../core/pipeline/markWords';
import type { DeepReadonly } from './deepReadonly';

const rowSchema = z.object({
  name: z.string(),
  about: z.nullable(z.string()),
  problem: z.nullable(z.string()),
  target: z.nullable(z.string()),
  running: z.int(),
  queued: z.int(),
  needsYou: z.int(),
  stages: z.record(z.enum(COUNTED_STAGES), z.int()),
  marks: z.record(z.enum(STUCK_MARKS), z.int()),
  queue: z.nullable(z.object({ policy: z.string(), stopped: z.nullable(z.string()), since: z.nullable(z.string()) })),
  first: z.nullable(z.object({ key: z.nullable(z.string()), words: z.string() })),
});

/** `shown`: the repository whose board is shown. */
export const overviewSchema = z.object({ rows: z.array(rowSchema), shown: z.string() });

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type Proof<T extends readonly true[]> = T;
/** @public Exported only so that it is looked at. */
export type RowAndTypeAreOne = Proof<[Same<DeepReadonly<z.output<typeof rowSchema>>, OverviewRow>]>;
