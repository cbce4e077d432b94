import type { PrintedReading } from './printedTests';

const RESULT = /^test result: (?:ok|FAILED)\. (\d{1,9}) passed; (\d{1,9}) failed; (\d{1,9}) ignored;/;
const LIST = /^failures:$/;
const NAME = /^ {4}(\S.*)$/;

/** Of each program `failures:` with a test a line, and then `test result: FAILED. 2 passed; 1 failed; 0 ignored; …`. */
export function readCargoTest(lines: readonly string[]): PrintedReading {
  const names = new Set<string>();
  let [passed, failed, skipped, programs] = [0, 0, 0, 0];
  let list: string[] = [];
  for (const line of lines) {
    if (LIST.test(line)) list = [];
    const name = NAME.exec(line)?.[1];
    if (name !== undefined) list.push(name);
    const found = RESULT.exec(line);
    if (found === null) continue;
    programs += 1;
    const [ok = 0, red = 0, ignored = 0] = found.slice(1).map(Number);
    if (red > 0 && new Set(list).size !== red) return 'unsure';
    if (red > 0) for (const one of list) names.add(one);
    [passed, failed, skipped, list] = [passed + ok, failed + red, skipped + ignored, []];
  }
  if (programs === 0) return null;
  if (failed === 0 || names.size !== failed) return 'unsure';
  return { failed: [...names].map((name) => [name]), passed, skipped };
}
