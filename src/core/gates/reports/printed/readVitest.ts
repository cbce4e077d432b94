import { countBefore, ifCounted, onlyLine, type PrintedReading } from './printedTests';

const SUMMARY = /^ *Tests {2}(.*) \(\d{1,9}\)$/;
const FAILED = /^ FAIL {2}(.+)$/;
/** A file that could not be loaded, or an error outside of every test. */
const MORE = /^⎯+ (?:Failed Suites|Unhandled (?:Errors?|Rejections?)) /;

/** ` FAIL  cart.test.ts > cart > adds` for each test, and in the end `      Tests  1 failed | 2 passed (3)`. */
export function readVitest(lines: readonly string[]): PrintedReading {
  const summary = onlyLine(lines, SUMMARY);
  if (summary === null) return null;
  if (summary === 'several' || lines.some((line) => MORE.test(line))) return 'unsure';
  const counts = summary.found[1] ?? '';
  const failed = lines.flatMap((line) => {
    const name = FAILED.exec(line)?.[1];
    return name === undefined ? [] : [name.split(' > ')];
  });
  return ifCounted(countBefore(counts, 'failed'), {
    failed,
    passed: countBefore(counts, 'passed'),
    skipped: countBefore(counts, 'skipped') + countBefore(counts, 'todo'),
  });
}
