import * as z from 'zod/mini';
import { GATE_VERDICTS } from '../landing/job';
import { testVerdictsSchema } from './reports/testVerdicts';
import { oidSchema } from '../story/stage';

/**
 * One run of one gate, as the ledger keeps it.
 *
 * - `at` is its beginning (ISO 8601 in UTC), `ms` its length in milliseconds.
 * - `of`: the commit of a story itself, the `candidate` that would land, one that was made `ahead` of anybody's asking, the
 *   `target` as it stands, or a `trial`: a commit that Switchyard made to learn from and that never lands. `key` and `number` are of the story, null where it is of none.
 * - `definition` and `platform` are what the verdict depends on besides the tree; empty in records of before there was a
 *   ledger, which nothing is decided by.
 * - `run` names the processes it was, and `digest` is the SHA-256 of what it printed; null where that is not known.
 * - `beside` is how many other gates ran beside it, in the mean over its time; `attempt` counts from 1 on one commit.
 * - `tests` is what it said of single tests, where that could be read.
 */
export const verdictRecordSchema = z.object({
  kind: z.literal('gate'),
  key: z.nullable(z.string()),
  number: z.nullable(z.int().check(z.minimum(1))),
  at: z.iso.datetime(),
  of: z.enum(['story', 'candidate', 'ahead', 'target', 'trial']),
  commit: oidSchema,
  tree: oidSchema,
  gate: z.string(),
  command: z.string(),
  verdict: z.enum(GATE_VERDICTS),
  ms: z.number(),
  definition: z._default(z.string(), ''),
  platform: z._default(z.string(), ''),
  run: z._default(z.nullable(z.string()), null),
  digest: z._default(z.nullable(z.string()), null),
  beside: z._default(z.number(), 0),
  attempt: z._default(z.int().check(z.minimum(1)), 1),
  tests: z.exactOptional(testVerdictsSchema),
});
export type VerdictRecord = z.infer<typeof verdictRecordSchema>;

/** All that a verdict depends on. Two different verdicts under one key prove that the gate is flaky. */
export interface VerdictKey {
  readonly tree: string;
  readonly gate: string;
  readonly definition: string;
  readonly platform: string;
}
