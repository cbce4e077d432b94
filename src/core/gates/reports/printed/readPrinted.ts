import { withoutEscapes } from '../../testSummaries';
import { testName } from '../testResult';
import type { TestVerdicts } from '../testVerdicts';
import type { PrintedReader, PrintedTests } from './printedTests';
import { readCargoTest } from './readCargoTest';
import { readGoTest } from './readGoTest';
import { readJest } from './readJest';
import { readMocha } from './readMocha';
import { readNodeTest } from './readNodeTest';
import { readPytest } from './readPytest';
import { readVitest } from './readVitest';

const READERS: readonly PrintedReader[] = [
  readMocha,
  readJest,
  readVitest,
  readNodeTest,
  readPytest,
  readGoTest,
  readCargoTest,
];

/** A longer line is no runner's. */
const LONGEST_LINE = 2000;
/** Names of failed tests that are kept of one run. */
const MOST_FAILED = 100;

/**
 * What a red gate printed of its single tests, in the usual words of one runner. Null where no runner is known, where several
 * or several runs are, and where what it says does not fit together: then the exit code alone counts. Each line is looked at
 * a few times, whatever it holds.
 */
export function readPrinted(output: string): TestVerdicts | null {
  const lines = output
    .split(/\r\n|\r|\n/)
    .filter(({ length }) => length <= LONGEST_LINE)
    .map(withoutEscapes);
  const readings = READERS.map((read) => read(lines)).filter((one) => one !== null);
  const [only, ...others] = readings;
  return only === undefined || only === 'unsure' || others.length > 0 ? null : verdictsOf(only);
}

function verdictsOf({ failed, passed, skipped }: PrintedTests): TestVerdicts | null {
  const names = [...new Set(failed.map(testName))].filter((name) => name !== '');
  if (names.length !== failed.length) return null;
  return {
    passed: passed ?? 0,
    skipped: skipped ?? 0,
    failed: names.slice(0, MOST_FAILED),
    failedMore: Math.max(0, names.length - MOST_FAILED),
    cleared: [],
    printed: passed === null ? 'names' : 'counts',
  };
}
