import type { GateResult } from '../landing/job';
import { duration, namesOf } from '../words/durations';
import { visible } from '../words/visible';

/** What of a proof is not plain: what was taken from before and the time (ms) that saved, and runs that were no first ones. */
export function proofWords(results: readonly GateResult[]): string {
  const names = (some: readonly GateResult[]): string => namesOf(some.map(({ gate }) => visible(gate)));
  const reused = results.filter(({ reused: before }) => before !== undefined);
  const saved = reused.reduce((sum, { reused: before }) => sum + (before?.ms ?? 0), 0);
  const time = saved < 1000 ? 'less than 1 s' : duration(saved);
  const again = results.filter(({ verdict, attempts = 1 }) => verdict === 'passed' && attempts > 1);
  const aside = results.filter(({ quarantined }) => quarantined === true);
  return [
    ...(reused.length === 0 ? [] : [`Proven before on the very same files: ${names(reused)}. That saved ${time}.`]),
    ...(aside.length === 0 ? [] : [`Quarantined and not green: ${names(aside)}.`]),
    ...results.flatMap(({ gate, asideTests = [] }) =>
      asideTests.length === 0 ? [] : [`Quarantined and red in ${visible(gate)}: ${namesOf(asideTests)}.`],
    ),
    ...again.map(({ gate, attempts = 1 }) => `Gate ${visible(gate)} passed on run ${attempts}.`),
  ].join(' ');
}
