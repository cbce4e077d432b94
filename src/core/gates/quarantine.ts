import * as z from 'zod/mini';
import type { GateResult } from '../landing/job';

/** By a person's word, a gate whose red stops nothing for now; since when (ISO 8601 in UTC). */
export const quarantineSchema = z.object({
  gate: z.string().check(z.minLength(1)),
  since: z.iso.datetime(),
});
export type Quarantine = z.infer<typeof quarantineSchema>;

/**
 * What a gate's result counts for. One that is quarantined runs and is told as it is, and stops nothing; it proves nothing
 * either.
 */
export function setAside(result: GateResult, quarantined: ReadonlySet<string>): GateResult {
  const { gate, verdict, detail } = result;
  if (verdict === 'passed' || verdict === 'stopped' || verdict === 'skipped' || !quarantined.has(gate)) return result;
  return { ...result, detail: `${detail} It is quarantined, so that stops nothing.`, quarantined: true };
}
