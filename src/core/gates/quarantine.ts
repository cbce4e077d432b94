import * as z from 'zod/mini';
import type { GateResult } from '../landing/job';
import { count, namesOf } from '../words/durations';
import type { TestVerdicts } from './reports/testVerdicts';

/** By a person's word, a gate whose red stops nothing for now, or one test of it; since when (ISO 8601 in UTC). */
export const quarantineSchema = z.object({
  gate: z.string().check(z.minLength(1)),
  /** Its name, as the gate's report has it; left out where it is the whole gate. */
  test: z.exactOptional(z.string().check(z.minLength(1))),
  since: z.iso.datetime(),
});
export type Quarantine = z.infer<typeof quarantineSchema>;

/** What is quarantined now. */
export interface Aside {
  readonly gates: ReadonlySet<string>;
  /** Names of tests, by gate. */
  readonly tests: ReadonlyMap<string, ReadonlySet<string>>;
}

export const NOTHING_ASIDE: Aside = { gates: new Set(), tests: new Map() };

export function asideOf(list: readonly Quarantine[]): Aside {
  const gates = new Set(list.flatMap(({ gate, test }) => (test === undefined ? [gate] : [])));
  const tests = new Map<string, Set<string>>();
  for (const { gate, test } of list) if (test !== undefined) tests.set(gate, (tests.get(gate) ?? new Set()).add(test));
  return { gates, tests };
}

/**
 * Whether all that failed of a gate are single tests that are quarantined, while others passed: then it says of the rest
 * what it would say without them. What a runner only printed is no such proof: what else failed it need not have said.
 */
export function onlyAsideFailed(gate: string, tests: TestVerdicts | undefined, aside: Aside): boolean {
  if (
    tests === undefined ||
    tests.printed !== undefined ||
    tests.failed.length === 0 ||
    tests.failedMore > 0 ||
    tests.passed === 0
  )
    return false;
  const known = aside.tests.get(gate);
  return known !== undefined && tests.failed.every((name) => known.has(name));
}

/**
 * What a gate's result counts for. One that is quarantined runs and is told as it is, and stops nothing; it proves nothing
 * either. One of which only single tests in quarantine failed has passed with the others, and says so.
 */
export function setAside(result: GateResult, aside: Aside, tests?: TestVerdicts): GateResult {
  const { gate, verdict, detail } = result;
  if (verdict === 'passed' || verdict === 'stopped' || verdict === 'skipped') return result;
  if (aside.gates.has(gate))
    return { ...result, detail: `${detail} It is quarantined, so that stops nothing.`, quarantined: true };
  if (verdict !== 'failed' || tests === undefined || !onlyAsideFailed(gate, tests, aside)) return result;
  const names = namesOf(tests.failed);
  const others = `${count(tests.passed, 'other test')} passed`;
  const said = `Gate ${gate}: ${others}. In quarantine and red, so that stops nothing: ${names}.`;
  return { ...result, verdict: 'passed', detail: said, asideTests: [...tests.failed] };
}
