import { MOST_TESTS, testName, type ReportReading, type TestResult } from './testResult';

/** A longer line is none of TAP's. */
const LONGEST_LINE = 2000;
const DEEPEST = 20;

const VERSION = /^TAP version 1[34]\s*$/m;
const POINT = /^( *)(not )?ok\b(?: +\d+)?(?: +(?:- ?)?(.*))?$/;
const DIRECTIVE = /(?:^| )# *(skip\S*|todo)\b.*$/i;

interface Level {
  readonly indent: number;
  /** Tests that stand below the point that ends this level. */
  readonly tests: { readonly parts: readonly string[]; readonly outcome: TestResult['outcome'] }[];
}

/** Whether a program's output says itself that it is TAP, so that nothing else can be meant. */
export function isTap(output: string): boolean {
  return VERSION.test(output);
}

/**
 * Reads the Test Anything Protocol, with subtests: points that are indented stand before the one that they belong to, and
 * that one is no test of its own unless it failed while they did not.
 */
export function readTap(text: string): ReportReading {
  const levels: Level[] = [{ indent: 0, tests: [] }];
  let points = 0;
  let inBlock: number | null = null;
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (line.length > LONGEST_LINE) continue;
    // What a test says of itself in YAML is not TAP.
    const indent = line.length - line.trimStart().length;
    if (inBlock !== null && (indent >= inBlock || line.trim() === '')) {
      if (indent === inBlock && line.trim() === '...') inBlock = null;
      continue;
    }
    inBlock = null;
    if (line.trim() === '---') {
      inBlock = indent;
      continue;
    }
    const found = POINT.exec(line);
    if (found === null) continue;
    points += 1;
    if (points > MOST_TESTS) return { kind: 'unreadable', why: `it has more than ${MOST_TESTS} tests` };
    if (!takePoint(levels, found)) return { kind: 'unreadable', why: `it nests deeper than ${DEEPEST} levels` };
  }
  const tests = levels
    .flatMap((level) => level.tests)
    .map(({ parts, outcome }) => ({ name: testName(parts), outcome }));
  if (tests.length === 0 && !VERSION.test(text) && !/^ *1\.\.0/m.test(text))
    return { kind: 'unreadable', why: 'it has no test' };
  return { kind: 'tests', tests };
}

function takePoint(levels: Level[], [, spaces = '', not, words = '']: RegExpExecArray): boolean {
  const indent = spaces.length;
  while (levels.length > 1 && (levels.at(-2)?.indent ?? 0) > indent) endLevel(levels);
  const top = levels.at(-1);
  if (top === undefined) return false;
  const directive = DIRECTIVE.exec(words)?.[1]?.toLowerCase();
  const title = words.replace(DIRECTIVE, '').trim() || 'a test without a name';
  // What is still to be done may fail.
  const outcome = directive !== undefined ? 'skipped' : not === undefined ? 'passed' : 'failed';
  if (top.indent > indent) {
    levels.pop();
    if ((levels.at(-1)?.indent ?? -1) < indent) levels.push({ indent, tests: [] });
    settle(levels, title, outcome, top.tests);
    return true;
  }
  if (top.indent < indent) {
    if (levels.length >= DEEPEST) return false;
    levels.push({ indent, tests: [{ parts: [title], outcome }] });
    return true;
  }
  top.tests.push({ parts: [title], outcome });
  return true;
}

/** A level that no point of the one below it ended. */
function endLevel(levels: Level[]): void {
  const ended = levels.pop();
  levels.at(-1)?.tests.push(...(ended?.tests ?? []));
}

function settle(levels: Level[], title: string, outcome: TestResult['outcome'], below: Level['tests']): void {
  const level = levels.at(-1);
  level?.tests.push(...below.map((test) => ({ ...test, parts: [title, ...test.parts] })));
  if (outcome === 'failed' && !below.some((test) => test.outcome === 'failed'))
    level?.tests.push({ parts: [title], outcome });
}
