import { ifCounted, onlyLine, type PrintedReading } from './printedTests';

const FAILING = /^✖ failing tests:$/;
const PLACE = /^test at (.+?):\d+:\d+$/;
const TITLE = /^✖ (.+?)(?: \([\d.]+ms\))?$/;

/** The list at the end of its `spec` reporter: `test at cart.test.js:3:1`, then `✖ adds (0.9ms)`. */
export function readNodeTest(lines: readonly string[]): PrintedReading {
  const failing = onlyLine(lines, FAILING);
  const [pass, fail, cancelled, skipped] = ['pass', 'fail', 'cancelled', 'skipped'].map((word) => countOf(lines, word));
  if (failing === null) return null;
  if (failing === 'several' || pass == null || fail == null || skipped == null || cancelled !== 0) return 'unsure';
  const failed: string[][] = [];
  for (let at = failing.at + 1; at < lines.length; at += 1) {
    const [place, title] = [PLACE.exec(lines[at] ?? '')?.[1], TITLE.exec(lines[at + 1] ?? '')?.[1]];
    if (place !== undefined && title !== undefined) failed.push([place, title]);
  }
  return ifCounted(fail, { failed, passed: pass, skipped });
}

/** Null where it is said never, or more than once. */
function countOf(lines: readonly string[], word: string): number | null {
  const found = onlyLine(lines, new RegExp(`^ℹ ${word} (\\d{1,9})$`));
  return found === null || found === 'several' ? null : Number(found.found[1]);
}
