import * as z from 'zod/mini';

/**
 * One line of the durable history. `sequence` counts from 1 and is the cursor to read on from; the store gives it.
 * `by` is who or what caused it: `person`, `gates`, `merge queue`, `agent <name>` or `git`.
 */
export const historyEntrySchema = z.object({
  sequence: z.int().check(z.minimum(0)),
  at: z.iso.datetime(),
  key: z.string(),
  number: z.int().check(z.minimum(1)),
  by: z.string(),
  event: z.string(),
  from: z.nullable(z.string()),
  to: z.nullable(z.string()),
  evidence: z.string(),
});
export type HistoryEntry = z.infer<typeof historyEntrySchema>;
