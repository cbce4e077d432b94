import type { PrintedReading } from './printedTests';

const TEST = /^ *--- FAIL: (\S+) \(/;
const PACKAGE = /^FAIL\t(\S+)\t[\d.]+s$/;
/** A package that was not built or set up, or a program that broke off: then not every test has said something. */
const MORE = /^FAIL\t\S+ \[|^panic: |^exit status [^1]|^fatal error: /;

/**
 * `--- FAIL: TestAdd (0.00s)` for each test, those within it further in, and then `FAIL<tab>example.com/cart<tab>0.002s`. A test
 * that failed for one within it is not told besides. How many passed it does not say.
 */
export function readGoTest(lines: readonly string[]): PrintedReading {
  if (!lines.some((line) => PACKAGE.test(line))) return null;
  if (lines.some((line) => MORE.test(line))) return 'unsure';
  const failed: string[][] = [];
  let open: string[] = [];
  for (const line of lines) {
    const test = TEST.exec(line)?.[1];
    if (test !== undefined) open.push(test);
    const name = PACKAGE.exec(line)?.[1];
    if (name === undefined) continue;
    if (open.length === 0) return 'unsure';
    const holders = new Set(open.flatMap(holdersOf));
    failed.push(...open.filter((one) => !holders.has(one)).map((one) => [name, one]));
    open = [];
  }
  return open.length > 0 ? 'unsure' : { failed, passed: null, skipped: null };
}

/** `TestAdd/negative/large`: `TestAdd`, `TestAdd/negative`. */
function holdersOf(name: string): string[] {
  const parts = name.split('/').slice(0, -1);
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'));
}
