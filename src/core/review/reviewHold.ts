import { count, namesOf } from '../words/durations';
import { hazards } from './hazards';
import type { ReviewFacts } from './reviewFacts';
import { CONFIG_FILE } from '../gates/gateConfig';
import { looksLikeTest } from './testPaths';
import { visible } from '../words/visible';

/** Marks by which the usual test libraries skip a test, or run only some and so skip all others. */
const SKIPS: readonly RegExp[] = [
  /\b(?:it|test|describe|context|suite|specify|spec|t)(?:\.\w+)*\.(?:skip|skipIf|only|todo|fixme|failing)\b/,
  /\b(?:x|f)(?:it|describe|context|specify|test)(?=\s*\()/,
  /\b(?:skip|todo|only):(?=\s*(?!false\b)[^\s,}])/,
  /\bthis\.skip(?=\()/,
  /@?pytest\.(?:mark\.)?(?:skip|skipif|xfail|importorskip)\b/,
  /@?unittest\.(?:skip\w*|expectedFailure)\b/,
  /\bself\.skipTest(?=\()/,
  /\b[tb]\.Skip(?:f|Now)?(?=\()/,
  /#\[ignore\b/,
  /@(?:Disabled|Ignore|DisabledIf|EnabledIf)\b/,
  /\[Ignore\b|\b(?:Fact|Theory)\(\s*Skip\b/,
  /\bmarkTest(?:Skipped|Incomplete)(?=\()/,
  /\bXCTSkip\w*/,
];

/** Lines that begin a test, by the usual test libraries. */
const DECLARATIONS: readonly RegExp[] = [
  /^\s*(?:it|test|specify)(?:\.\w+)*\s*(?:\(|['"])/,
  /^\s*(?:async\s+)?def\s+test_/,
  /^func\s+Test\w*\(/,
  /^\s*#\[(?:\w+::)?test\b/,
  /^\s*@(?:Test|ParameterizedTest|RepeatedTest)\b/,
  /^\s*\[(?:Fact|Theory|Test|TestCase|TestMethod)\b/,
  /^\s*public\s+function\s+test/,
];

/** Reasons of one kind are named one by one up to this many, then together. */
const ONE_BY_ONE = 5;

/** Longer lists (characters) of paths are cut short. */
const LONGEST_LIST = 300;

/** What comes later in a line is data, not something a person wrote. */
const LONGEST_LINE = 2000;

/** Why a person must look at a story before it lands, in sentences; empty when nobody need. */
export function reasonsToHold(facts: ReviewFacts): string[] {
  const config = [...facts.changedPaths, ...facts.deletedPaths].includes(CONFIG_FILE);
  const deletedTests = facts.deletedPaths.filter(looksLikeTest);
  const named = new Set([CONFIG_FILE, ...deletedTests]);
  return [
    ...(config ? [`It changes the gates in ${CONFIG_FILE}.`] : []),
    ...each(
      deletedTests,
      (path) => `It deletes the test ${path}.`,
      (paths) => `It deletes ${paths}.`,
      'tests',
    ),
    ...removedTests(facts),
    ...skippedTests(facts),
    ...hazards(facts).flatMap(({ found, many }) =>
      each([...found.keys()], (path) => found.get(path) ?? '', many, 'files'),
    ),
    ...touched(facts.reviewedPaths.filter((path) => !named.has(path)).map(visible)),
  ];
}

/** The same is to be said of all of them: once, with their paths. */
function touched(paths: readonly string[]): string[] {
  if (paths.length === 0) return [];
  const all = paths.join(', ');
  const named =
    paths.length <= ONE_BY_ONE && all.length <= LONGEST_LIST ? all : `${paths.length} files (${namesOf(paths)})`;
  return [`It touches ${named}, which review.paths asks a person to look at.`];
}

/** Fewer tests begin in a file than before. A test that is only renamed or changed begins as often as before. */
function removedTests({ addedTestLines, removedTestLines, deletedPaths }: ReviewFacts): string[] {
  const lost = new Map<string, number>();
  for (const [path, lines] of removedTestLines) {
    const fewer = declarations(lines) - declarations(addedTestLines.get(path) ?? []);
    if (fewer > 0 && !deletedPaths.includes(path)) lost.set(path, fewer);
  }
  return each(
    [...lost.keys()],
    (path) => `It removes ${count(lost.get(path) ?? 0, 'test')} from ${path}.`,
    (paths) => `It removes tests from ${paths}.`,
    'files',
  );
}

function declarations(lines: readonly string[]): number {
  return lines.filter((line) => DECLARATIONS.some((one) => one.test(line.slice(0, LONGEST_LINE)))).length;
}

function skippedTests({ addedTestLines }: ReviewFacts): string[] {
  const marks = new Map<string, string>();
  for (const [path, lines] of addedTestLines) {
    const mark = lines.map(skipMark).find((one) => one !== null);
    if (mark != null) marks.set(path, mark);
  }
  return each(
    [...marks.keys()],
    (path) => `It skips a test in ${path} (${marks.get(path) ?? ''}).`,
    (paths) => `It skips tests in ${paths}.`,
    'files',
  );
}

/** The mark by which a line skips a test, as it is written there; null for any other line. */
function skipMark(line: string): string | null {
  const text = line.slice(0, LONGEST_LINE);
  for (const pattern of SKIPS) {
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) return found.trim();
  }
  return null;
}

function each(
  paths: readonly string[],
  one: (path: string) => string,
  together: (paths: string) => string,
  noun: 'tests' | 'files',
): string[] {
  const shown = paths.map(visible);
  return shown.length <= ONE_BY_ONE
    ? paths.map((path) => one(path)).map(visible)
    : [together(`${shown.length} ${noun} (${namesOf(shown)})`)];
}
