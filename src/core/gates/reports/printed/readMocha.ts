import { ifCounted, onlyLine, type PrintedReading } from './printedTests';

const FAILING = /^ {2}(\d{1,9}) failing$/;
const PASSING = /^ {2}(\d{1,9}) passing(?: \(.*\))?$/;
const PENDING = /^ {2}(\d{1,9}) pending$/;
const FIRST_TITLE = /^ {2}(\d{1,9})\) (.*)$/;

/**
 * The list at the end of most of its reporters: `  2 failing`, and then for each test its number and its titles, each further in
 * than the one before, with a colon behind the last.
 */
export function readMocha(lines: readonly string[]): PrintedReading {
  const failing = onlyLine(lines, FAILING);
  const passing = onlyLine(lines, PASSING);
  if (failing === null) return null;
  if (failing === 'several' || passing === 'several' || passing === null) return 'unsure';
  const pending = onlyLine(lines, PENDING);
  const total = Number(failing.found[1]);
  const failed: string[][] = [];
  for (let at = failing.at + 1; at < lines.length && failed.length < total; at += 1) {
    const found = FIRST_TITLE.exec(lines[at] ?? '');
    if (found === null || Number(found[1]) !== failed.length + 1) continue;
    const titles = titlesFrom(lines, at, found[2] ?? '');
    if (titles === null) return 'unsure';
    failed.push(titles);
  }
  const skipped = pending === null || pending === 'several' ? 0 : Number(pending.found[1]);
  return ifCounted(total, { failed, passed: Number(passing.found[1]), skipped });
}

/** So many suites are looked at above a test. */
const DEEPEST = 20;

/** The titles as far as each line is further in than the one before, up to the last that ends with a colon; null for none. */
function titlesFrom(lines: readonly string[], at: number, first: string): string[] | null {
  const titles = [first];
  for (let depth = 1; depth <= DEEPEST; depth += 1) {
    const indent = ' '.repeat(5 + 2 * depth);
    const line = lines[at + depth] ?? '';
    if (!line.startsWith(indent) || line === indent || line[indent.length] === ' ') break;
    titles.push(line.slice(indent.length));
  }
  const last = titles.findLastIndex((title) => title.endsWith(':'));
  return last === -1 ? null : [...titles.slice(0, last), titles[last]?.slice(0, -1) ?? ''];
}
