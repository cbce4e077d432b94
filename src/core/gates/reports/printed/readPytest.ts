import { countBefore, ifCounted, onlyLine, type PrintedReading } from './printedTests';

const HEADER = /^=+ short test summary info =+$/;
const SUMMARY = /^(?:=+ )?(\d{1,9} (?:passed|failed|skipped|deselected|errors?|xfailed|xpassed|warnings?)\b.*) in [\d.]+s(?: \([\d:]+\))?(?: =+)?$/; // prettier-ignore
const FAILED = /^(?:FAILED|ERROR) ([^\s[]+(?:\[.*?\])?)(?: - .*)?$/;

/** `FAILED tests/test_cart.py::test_adds - assert 1 == 2` for each, and in the end `=== 1 failed, 2 passed in 0.03s ===`. */
export function readPytest(lines: readonly string[]): PrintedReading {
  const [header, summary] = [onlyLine(lines, HEADER), onlyLine(lines, SUMMARY)];
  if (header === null || summary === null) return null;
  if (header === 'several' || summary === 'several') return 'unsure';
  const counts = summary.found[1] ?? '';
  const failed = lines.slice(header.at + 1, summary.at).flatMap((line) => {
    const name = FAILED.exec(line)?.[1];
    // A file that cannot be loaded is an error without a test.
    return name === undefined ? [] : [name.split('::')];
  });
  if (failed.some(({ length }) => length < 2)) return 'unsure';
  return ifCounted(countBefore(counts, 'failed') + countBefore(counts, 'error'), {
    failed,
    passed: countBefore(counts, 'passed') + countBefore(counts, 'xfailed') + countBefore(counts, 'xpassed'),
    skipped: countBefore(counts, 'skipped'),
  });
}
