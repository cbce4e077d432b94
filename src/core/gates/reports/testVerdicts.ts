import * as z from 'zod/mini';
import { count, namesOf } from '../../words/durations';
import type { TestResult } from './testResult';

/** Names of failed tests that are kept of one run. */
const MOST_FAILED = 100;
const counted = z.int().check(z.minimum(0));

/**
 * What one run of a gate said of its single tests.
 *
 * - `failed` are names; `failedMore` is how many failed besides.
 * - `cleared` are tests that failed in an earlier run on the very same tree, and passed in this one.
 * - `printed`: it is what the runner said in words, for want of a report. Then nothing is passed by it. `names`: it did not say
 *   how many tests passed.
 */
export const testVerdictsSchema = z.object({
  passed: counted,
  skipped: counted,
  failed: z.array(z.string()),
  failedMore: z._default(counted, 0),
  cleared: z._default(z.array(z.string()), []),
  printed: z.exactOptional(z.enum(['names', 'counts'])),
});
export type TestVerdicts = z.infer<typeof testVerdictsSchema>;

/** `failedBefore`: names of tests that failed in earlier runs on the same tree. A name that several tests have failed with one of them. */
export function testVerdicts(tests: readonly TestResult[], failedBefore: ReadonlySet<string>): TestVerdicts {
  const failed = new Set(tests.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name));
  const passed = tests.filter(({ name, outcome }) => outcome === 'passed' && !failed.has(name));
  const names = [...failed];
  return {
    passed: passed.length,
    skipped: tests.filter(({ outcome }) => outcome === 'skipped').length,
    failed: names.slice(0, MOST_FAILED),
    failedMore: Math.max(0, names.length - MOST_FAILED),
    cleared: [...new Set(passed.map(({ name }) => name))]
      .filter((name) => failedBefore.has(name))
      .slice(0, MOST_FAILED),
  };
}

/** `2 of 40 tests failed: cart › adds and cart › rounds`; null where none did. */
export function failedWords({ passed, failed, failedMore, printed }: Pick<TestVerdicts, 'passed' | 'failed' | 'failedMore' | 'printed'>): string | null {
  if (failed.length === 0) return null;
  const reds = failed.length + failedMore;
  if (printed === 'names') return `${count(reds, 'test')} failed: ${namesOf(failed)}`;
  return `${reds} of ${count(passed + reds, 'test')} failed: ${namesOf(failed)}`;
} // prettier-ignore
