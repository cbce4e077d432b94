/** What one line of output says about tests: how many a runner ran. */
type Reading = (found: RegExpExecArray) => number;

interface Summary {
  readonly runner: string;
  readonly pattern: RegExp;
  readonly ran: Reading;
}

const none: Reading = () => 0;
const some: Reading = () => 1;
const first: Reading = (found) => Number(found[1]);
const firstLessSecond: Reading = (found) => Number(found[1]) - Number(found[2] ?? 0);
/** Sum of the counts before the given words: `2 failed, 3 passed, 1 skipped` ran 5. */
const counted =
  (words: string): Reading =>
  (found) =>
    [...(found[1] ?? '').matchAll(new RegExp(`(\\d+) (?:${words})`, 'g'))].reduce(
      (sum, one) => sum + Number(one[1]),
      0,
    );

/** Lines by which runners say how many tests they ran, each from the runner's own output. Skipped tests did not run. */
const SUMMARIES: readonly Summary[] = [
  { runner: 'node:test', pattern: /^(?:#|ℹ) (?:pass|fail|cancelled|todo) (\d+)$/, ran: first },
  { runner: 'TAP', pattern: /^1\.\.(\d+)(?:\s|$)/, ran: first },
  { runner: 'mocha', pattern: /^\s*(\d+) passing\b/, ran: first },
  { runner: 'mocha', pattern: /^\s*(\d+) failing\b/, ran: first },
  { runner: 'mocha', pattern: /^Error: No test files found/, ran: none },
  { runner: 'jest', pattern: /^(?:Error: )?No tests found/, ran: none },
  { runner: 'jest', pattern: /^Tests: +(.*\d+ total)$/, ran: counted('passed|failed') },
  { runner: 'vitest', pattern: /^No test (?:suite|file)s? found/, ran: none },
  { runner: 'vitest', pattern: /^\s*Tests {2,}(.*\(\d+\)|no tests)$/, ran: counted('passed|failed') },
  { runner: 'playwright', pattern: /^\s+(\d+) passed \(/, ran: first },
  { runner: 'ava', pattern: /^\s*.{0,2}\s*Couldn’t find any files to test/, ran: none },
  { runner: 'pytest', pattern: /^collected 0 items/, ran: none },
  { runner: 'pytest', pattern: /^(?:=+ )?no tests (?:ran|collected)/, ran: none },
  {
    runner: 'pytest',
    pattern: /^(?:=+ )?(\d+ (?:passed|failed|skipped|deselected|errors?|xfailed|xpassed|warnings?)\b.*) in [\d.]+s/,
    ran: counted('passed|failed|error|xfailed|xpassed'),
  },
  { runner: 'unittest', pattern: /^Ran (\d+) tests? (?:in|across) /, ran: first },
  { runner: 'go', pattern: /^\?\s+\S+\s+\[no test files\]/, ran: none },
  { runner: 'go', pattern: /^ok\s+\S+\s.*\[no tests to run\]/, ran: none },
  { runner: 'go', pattern: /^testing: warning: no tests to run/, ran: none },
  { runner: 'go', pattern: /^ok\s+\S+\s+(?:[\d.]+s|\(cached\))(?!.*\[no tests to run\])/, ran: some },
  { runner: 'go', pattern: /^--- (?:PASS|FAIL): /, ran: some },
  { runner: 'cargo', pattern: /^running (\d+) tests?$/, ran: first },
  { runner: 'cargo nextest', pattern: /^\s*Summary \[.*\] +(\d+) tests? run/, ran: first },
  { runner: 'cargo nextest', pattern: /^error: no tests to run/, ran: none },
  { runner: 'dotnet', pattern: /^\s*No test (?:is available in|matches the given testcase filter)/, ran: none },
  {
    runner: 'dotnet',
    pattern: /^(?:Passed|Failed|Skipped)! +- (Failed:.*)$/,
    ran: ([, counts]) => sumAfter(counts, 'Failed|Passed'),
  },
  { runner: 'Maven', pattern: /\bTests run: (\d+),.*?\bSkipped: (\d+)/, ran: firstLessSecond },
  { runner: 'Maven', pattern: /^(?:\[INFO\] )?No tests to run\.?$/, ran: none },
  { runner: 'Gradle', pattern: /^> Task \S*[tT]est (?:NO-SOURCE|SKIPPED)$/, ran: none },
  { runner: 'Gradle', pattern: /^> Task \S*[tT]est(?: (?:UP-TO-DATE|FROM-CACHE|FAILED))?$/, ran: some },
  { runner: 'phpunit', pattern: /^No tests executed!/, ran: none },
  { runner: 'phpunit', pattern: /^OK \((\d+) tests?, /, ran: first },
  { runner: 'phpunit', pattern: /^Tests: (\d+), Assertions: \d+(?:.*Skipped: (\d+))?/, ran: firstLessSecond },
  { runner: 'rspec', pattern: /^(\d+) examples?, \d+ failures?(?:, (\d+) pending)?/, ran: firstLessSecond },
  { runner: 'minitest', pattern: /^(\d+) (?:runs|tests), \d+ assertions, .*?(?:(\d+) skips)?$/, ran: firstLessSecond },
  { runner: 'ctest', pattern: /^No tests were found!!!/, ran: none },
  { runner: 'ctest', pattern: /^\d+% tests passed, \d+ tests? failed out of (\d+)/, ran: first },
  { runner: 'deno', pattern: /^(?:ok|FAILED) \| (\d+) passed .*\| \d+ failed/, ran: first },
];

function sumAfter(text: string | undefined, words: string): number {
  return [...(text ?? '').matchAll(new RegExp(`(?:${words}): *(\\d+)`, 'g'))].reduce(
    (sum, one) => sum + Number(one[1]),
    0,
  );
}

/** What output shows of tests. `unknown`: no line of a known runner. `none`: every line found says that none ran. */
export type TestsSeen = { kind: 'unknown' } | { kind: 'some' } | { kind: 'none'; runner: string };

/** A line longer than this is no summary; it is not searched, so that no output can make a pattern slow. */
const LONGEST_LINE = 500;

// oxlint-disable-next-line no-control-regex -- escape sequences are what is taken out
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/**
 * One of these words is in every line that a pattern above finds. Most lines of an output have none, and are looked at
 * once instead of once for each pattern.
 */
const WORDS = /test|pass|fail|ok|skip|select|error|warn|collected|assert|todo|cancel|1\.\./i;

/** A word with a colour in its middle is seen only without it. */
const ESCAPE = '\u001b';

/** The lines of output by which runners say how many tests they ran; all others are left out. */
export function summaryLines(output: string): string[] {
  return plainLines(output).filter((line) => SUMMARIES.some((one) => one.pattern.test(line)));
}

export function testsSeen(output: string): TestsSeen {
  let seen: TestsSeen = { kind: 'unknown' };
  for (const line of plainLines(output)) {
    for (const { pattern, ran, runner } of SUMMARIES) {
      const found = pattern.exec(line);
      if (found === null) continue;
      if (ran(found) > 0) return { kind: 'some' };
      if (seen.kind === 'unknown') seen = { kind: 'none', runner };
    }
  }
  return seen;
}

function plainLines(output: string): string[] {
  return output
    .split(/\r\n|\r|\n/)
    .filter((line) => line.length <= LONGEST_LINE && (line.includes(ESCAPE) || WORDS.test(line)))
    .map(withoutEscapes);
}

/** A line without what colours it or moves the cursor. */
export function withoutEscapes(line: string): string {
  return line.includes(ESCAPE) ? line.replace(ESCAPES, '') : line;
}
