import { visible } from '../../words/visible';

/** One test as a report has it. */
export interface TestResult {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
}

/** Reports come from the work that is judged: one past a limit is not read at all, and the gate's exit code alone counts. */
export type ReportReading =
  | { readonly kind: 'tests'; readonly tests: readonly TestResult[] }
  | { readonly kind: 'unreadable'; readonly why: string };

/** So many tests of one report, and characters of a name, are read. */
export const MOST_TESTS = 50_000;
const LONGEST_NAME = 200;
const LONGEST_PART = 1000;

/** The name by which a test is known from run to run: where it stands, then what it is called. */
export function testName(parts: readonly string[]): string {
  const words = parts.map((part) => visible(part.slice(0, LONGEST_PART)).replace(/\s+/g, ' ').trim());
  const name = words.filter((word, at) => word !== '' && word !== words[at - 1]).join(' › ');
  return name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME / 2)}…${name.slice(-LONGEST_NAME / 2 + 1)}`;
}
