import { MOST_TESTS, testName, type ReportReading, type TestResult } from './testResult';

const DEEPEST = 40;
const MOST_ATTRIBUTES = 40;

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** What stands between two angle brackets, as far as a report of tests has it. */
interface Tag {
  readonly name: string;
  readonly kind: 'open' | 'close' | 'empty';
  readonly attributes: ReadonlyMap<string, string>;
  /** Where the text goes on behind it. */
  readonly end: number;
}

/**
 * Reads a report in the format of JUnit: `<testsuite>`s with `<testcase>`s, of which one with a `<failure>` or an `<error>`
 * failed. It looks at nothing else, reads each character once, and expands nothing: a document type is refused.
 */
export function readJunit(text: string): ReportReading {
  const reader = new JunitReader(text);
  const problem = reader.read();
  if (problem !== null) return { kind: 'unreadable', why: problem };
  return { kind: 'tests', tests: reader.tests };
}

class JunitReader {
  readonly tests: TestResult[] = [];
  readonly #open: string[] = [];
  #sawSuite = false;
  /** The test case that is open, with what its children said so far. */
  #test: { readonly name: string; readonly depth: number; outcome: TestResult['outcome'] } | null = null;

  constructor(private readonly text: string) {}

  /** What is wrong with it, in the rest of a sentence; null for nothing. */
  read(): string | null {
    const { text } = this;
    for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', at)) {
      const skipped = skipMarkup(text, at);
      if (skipped === 'refused') return 'it has a document type';
      if (skipped === 'unfinished') return 'it is cut off';
      if (skipped !== null) {
        at = skipped;
        continue;
      }
      const tag = readTag(text, at);
      if (typeof tag === 'string') return tag;
      const problem = this.#take(tag);
      if (problem !== null) return problem;
      at = tag.end;
    }
    if (this.#open.length > 0) return 'it is cut off';
    return this.#sawSuite ? null : 'it has no test suite';
  }

  #take({ name, kind, attributes }: Tag): string | null {
    if (kind === 'close') {
      if (this.#open.pop() !== name) return `its tags do not fit together at </${name.slice(0, 40)}>`;
      if (this.#test !== null && this.#open.length < this.#test.depth) this.#endTest();
      return null;
    }
    if (this.#open.length >= DEEPEST) return `it nests deeper than ${DEEPEST} levels`;
    this.#begin(name, attributes);
    if (kind === 'open') this.#open.push(name);
    else if (this.#test !== null && this.#open.length < this.#test.depth) this.#endTest();
    return this.tests.length > MOST_TESTS ? `it has more than ${MOST_TESTS} tests` : null;
  }

  #begin(name: string, attributes: ReadonlyMap<string, string>): void {
    if (name === 'testsuite' || name === 'testsuites') this.#sawSuite = true;
    if (name === 'testcase' && this.#test === null) {
      const where = attributes.get('classname') ?? attributes.get('file') ?? '';
      const full = testName([where, attributes.get('name') ?? '']);
      this.#test = {
        name: full === '' ? 'a test without a name' : full,
        depth: this.#open.length + 1,
        outcome: 'passed',
      };
      return;
    }
    // What runners say of a run that was repeated (`flakyFailure`, `rerunFailure`) is no failure.
    if (this.#test === null || this.#open.length !== this.#test.depth) return;
    if (name === 'failure' || name === 'error') this.#test.outcome = 'failed';
    else if (name === 'skipped' && this.#test.outcome === 'passed') this.#test.outcome = 'skipped';
  }

  #endTest(): void {
    if (this.#test !== null) this.tests.push({ name: this.#test.name, outcome: this.#test.outcome });
    this.#test = null;
  }
}

/** Where text goes on behind what is no tag: comments, CDATA, declarations. Null where it is a tag. */
function skipMarkup(text: string, at: number): number | null | 'refused' | 'unfinished' {
  const ends = [['<!--', '-->'], ['<![CDATA[', ']]>'], ['<?', '?>']] as const; // prettier-ignore
  const found = ends.find(([begin]) => text.startsWith(begin, at));
  if (found === undefined) return text.startsWith('<!', at) ? 'refused' : null;
  const [begin, close] = found;
  const end = text.indexOf(close, at + begin.length);
  return end === -1 ? 'unfinished' : end + close.length;
}

const NAME = /[A-Za-z_][\w.:-]{0,99}/y;
const ATTRIBUTE = /\s+([A-Za-z_][\w.:-]{0,99})\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const END = /\s*(\/?)>/y;

/** The tag that begins here; a sentence's rest where there is none. */
function readTag(text: string, at: number): Tag | string {
  const isClose = text[at + 1] === '/';
  const name = matchAt(NAME, text, at + (isClose ? 2 : 1));
  if (name === null) return 'it is no XML';
  const attributes = new Map<string, string>();
  let [next, count] = [NAME.lastIndex, 0];
  for (let found = matchAt(ATTRIBUTE, text, next); found !== null; found = matchAt(ATTRIBUTE, text, next)) {
    const [, key = '', double, single] = found;
    if ((count += 1) > MOST_ATTRIBUTES) return 'a tag in it has too many attributes';
    attributes.set(key, decoded((double ?? single ?? '').slice(0, 4000)));
    next = ATTRIBUTE.lastIndex;
  }
  const end = matchAt(END, text, next);
  if (end === null) return next >= text.length ? 'it is cut off' : 'a tag in it cannot be read';
  const kind = isClose ? 'close' : end[1] === '/' ? 'empty' : 'open';
  return { name: name[0], kind, attributes, end: END.lastIndex };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function decoded(value: string): string {
  return value.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,4}));/gi, (whole, decimal?: string, hex?: string, named?: string) => {
    if (named !== undefined) return NAMED[named] ?? whole;
    const code = decimal === undefined ? parseInt(hex ?? '', 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  }); // prettier-ignore
}
