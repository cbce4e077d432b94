import { countBefore, ifCounted, onlyLine, type PrintedReading } from './printedTests';

const SUMMARY = /^Tests: +(.*\d{1,9} total)$/;
const FILE = /^ ?FAIL +(?:\S+ )?(\S.*?)(?: \([\d.]+ m?s\))?$/;
const BULLET = /^ {2}● (.+)$/;
/** Bullets that are no tests: what was printed, and a file that cannot be loaded, after which nothing is certain. */
const CONSOLE = 'Console';
const NO_TESTS = 'Test suite failed to run';

/** `FAIL cart.test.js`, then `  ● cart › adds` for each test, and in the end `Tests:  1 failed, 2 passed, 3 total`. */
export function readJest(lines: readonly string[]): PrintedReading {
  const summary = onlyLine(lines, SUMMARY);
  if (summary === null) return null;
  if (summary === 'several') return 'unsure';
  const counts = summary.found[1] ?? '';
  const failed: string[][] = [];
  let file = '';
  for (const line of lines) {
    file = FILE.exec(line)?.[1] ?? file;
    const title = BULLET.exec(line)?.[1];
    if (title === undefined || title === CONSOLE) continue;
    if (title === NO_TESTS) return 'unsure';
    failed.push([file, ...title.split(' › ')]);
  }
  return ifCounted(countBefore(counts, 'failed'), {
    failed,
    passed: countBefore(counts, 'passed'),
    skipped: countBefore(counts, 'skipped') + countBefore(counts, 'todo'),
  });
}
