import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readLabels } from '../../../../src/core/story/describeStory';
import { STORY_TYPES } from '../../../../src/core/story/stageNames';
import { TITLE_LIMIT, readTitle } from '../../../../src/core/story/story';
import { editStory, mergeStoryFiles, sayTheSame } from '../../../../src/core/story/storyEdit';
import { printStoryFile, readStoryFile, type StoryFileProblem } from '../../../../src/core/story/storyFile';
import { FIELD_NAMES, type StoryFields } from '../../../../src/core/story/storyFields';
import { inGerman } from '../../../support/words/german';

const line = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(
      'yes',
      '42',
      '1.0',
      '~',
      '# x',
      'a: b',
      '- x',
      '[a]',
      '"q"',
      "it's",
      '---',
      '&a *b',
      '!tag',
      '| x',
      '2026-01-01',
    ),
  )
  .map((text) => readTitle(text.replace(/\p{Surrogate}/gu, '')))
  .map((read) => (read.kind === 'ok' ? read.title : 'Title'));
const label = line
  .map((text) => readLabels([Array.from(text).slice(0, 20).join('')]))
  .map((read) => (read.kind === 'ok' ? (read.labels[0] ?? 'ui') : 'ui'));
const fields: fc.Arbitrary<StoryFields> = fc.record(
  {
    title: line,
    type: fc.constantFrom(...STORY_TYPES),
    priority: fc.constantFrom(0, 1, 2, 3),
    labels: fc.uniqueArray(label, { maxLength: 5, selector: (one) => one.toLowerCase() }),
    dependsOn: fc.uniqueArray(fc.integer({ min: 1, max: 999_999_999 }), { maxLength: 5 }),
  },
  { noNullPrototype: true },
);
const body = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc
    .array(
      fc.constantFrom('---', '\n', '\r\n', '\ufeff', '- [ ] do it', '# Head', 'title: x', ' ', '\t', '```', 'text'),
    )
    .map((parts) => parts.join('')),
);
const plain: StoryFields = { title: 'Sign in', type: 'story', priority: 2, labels: ['ui'], dependsOn: [12] };

/** The problems that are not about missing lines. */
function told(text: string): string[] {
  const said = ({ line: at, severity, message }: StoryFileProblem) => `${at} ${severity} ${message}`;
  return readStoryFile(text)
    .problems.filter(({ severity }) => severity !== 'missing')
    .map(said);
}

describe('A story as a file', () => {
  it('[S1, S4] what is printed is read again: every field, and every byte of the body', () => {
    fc.assert(
      fc.property(fields, body, (said, text) => {
        const read = readStoryFile(printStoryFile(said, text));
        assert.deepEqual(read.problems, []);
        assert.deepEqual(read.fields, said);
        assert.equal(read.body, text);
        assert.equal(read.front + read.body, printStoryFile(said, text));
      }),
      { numRuns: 3000 },
    );
    const printed = '---\ntitle: Sign in\ntype: story\npriority: 2\nlabels: [ui]\ndepends_on: [12]\n---\n\nBody\n';
    assert.equal(printStoryFile(plain, 'Body\n'), printed);
  });

  it('[S3] no text makes it throw, and each problem names a line that there is', () => {
    const part = fc.constantFrom(
      '---',
      '\n',
      'title',
      ':',
      ' ',
      '- ',
      '[',
      ']',
      '{',
      '"',
      '&a',
      '*a',
      '#',
      '12',
      '!!',
      '|',
      '\t',
      '\r\n',
    );
    const hostile = fc.array(part, { maxLength: 60 }).map((parts) => `---\ntitle: x\n${parts.join('')}\n---\nbody`);
    fc.assert(
      fc.property(fc.oneof(hostile, fc.string({ unit: 'binary', maxLength: 200 })), (text) => {
        const { problems, front, body: rest } = readStoryFile(text);
        assert.equal(front + rest, text);
        for (const { line: at } of problems) assert.ok(at >= 1 && at <= text.split('\n').length, `line ${at}`);
      }),
      { numRuns: 3000 },
    );
  });

  it('[S3] a malformed line is named, and all others count', () => {
    const text =
      '---\nname: A title\ntype: feature\npriority: soon\nlabels: [a, b\ndepends_on: [12, x]\nestimate: 3\nwhat\n---\nBody';
    const read = readStoryFile(text);
    assert.deepEqual(read.fields, { title: 'A title' });
    assert.equal(read.body, 'Body');
    const [type, priority, labels, needs, estimate, what] = told(text);
    assert.match(type!, /^3 error “feature” is not a type\. Use story, bug, spike or refactor\./);
    assert.match(priority!, /^4 error “soon” is not a priority/);
    for (const none of ['4', '-1', '1.5', 'P9'])
      assert.match(told(`---\npriority: ${none}\n---\n`)[0]!, /^2 error “.*” is not a priority/, none);
    assert.match(labels!, /^5 error This line cannot be read/);
    assert.match(needs!, /^6 error “x” is not the number of a story/);
    assert.match(estimate!, /^7 warning Nothing is known of estimate/);
    assert.match(what!, /^8 error This line cannot be read/);
  });

  it('[S3] what is missing is said and has no value; a file without front matter is all body', () => {
    const { fields: none, problems } = readStoryFile('---\ntitle:\ntype: bug\n---\n');
    assert.deepEqual(none, { type: 'bug' });
    assert.deepEqual(
      problems.map(({ line: at, message }) => `${at} ${message}`),
      [
        '2 title is empty.',
        '1 There is no line priority.',
        '1 There is no line labels.',
        '1 There is no line depends_on.',
      ],
    );
    const bare = readStoryFile('# A heading\n\ntext');
    assert.deepEqual([bare.body, bare.problems.length], ['# A heading\n\ntext', 1]);
  });

  it('[S2, S3] names, numbers and lists may be written as people write them', () => {
    const read = (front: string) => readStoryFile(`---\n${front}\n---\n`).fields;
    assert.deepEqual(read('name: From a file').title, 'From a file');
    assert.deepEqual(read('depends_on: #12').dependsOn, [12]);
    assert.deepEqual(read('depends_on: [#12, 14, "#15"]').dependsOn, [12, 14, 15]);
    assert.deepEqual(read('depends_on:\n- #12\n- 14').dependsOn, [12, 14]);
    assert.deepEqual(read('depends_on: #12, #14 # both').dependsOn, [12, 14]);
    assert.deepEqual(read('labels: a, b c').labels, ['a', 'b c']);
    assert.deepEqual(read('labels: [\na,\nb\n]').labels, ['a', 'b']);
    assert.deepEqual(
      [read('title: 1.0').title, read('title: true').title, read('priority: P1').priority],
      ['1.0', 'true', 1],
    );
  });

  it('[S3] text that is made to hold the reader up is refused by its size', () => {
    const deep = `---\nlabels: ${'['.repeat(5000)}\n---\n`;
    assert.match(told(deep)[0]!, /^2 error This is too large/);
    assert.match(told(`---\ntitle: ${'x'.repeat(30_000)}\n---\n`)[0]!, /^1 error The front matter is longer than/);
    assert.match(told(`---\ntitle: ${'x'.repeat(TITLE_LIMIT + 1)}\n---\n`)[0]!, /^2 error A title has at most/);
    const bomb = '---\nlabels: [&a [x,x,x,x,x,x,x,x,x], *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n---\n';
    assert.match(told(bomb)[0]!, /^2 error This line cannot be read: Excessive alias count/);
  });

  it('[S4] a front matter whose fence is gone takes nothing of the body with it', () => {
    const whole = printStoryFile(plain, 'Goal: sign in\n- [ ] one\n\n---\n\nrest\n');
    for (const text of [whole.replace('---\n\n', '\n'), whole.replace('\n---\n\n', '\n\n')]) {
      const read = readStoryFile(text);
      assert.ok(read.body.endsWith('Goal: sign in\n- [ ] one\n\n---\n\nrest\n'), read.body);
      assert.match(told(text).join(), /not closed/);
    }
    assert.equal(readStoryFile(whole.replace('---\n\nGoal: sign in', 'Words of the body')).body.slice(0, 5), 'Words');
    const further = 'Words of the body\ntitle: of a book\n---\nrest\n';
    assert.equal(readStoryFile(`---\ntitle: Sign in\n\n${further}`).body, further);
  });
});

describe('An edit of a story’s file', () => {
  const stored = { fields: plain, body: 'one\ntwo\nthree\n' };
  const base = printStoryFile(plain, stored.body);

  it('[S4] changes what was changed and nothing that others changed meanwhile', () => {
    const now = { fields: { ...plain, priority: 0, labels: ['ui', 'api'] }, body: 'zero\none\ntwo\nthree\n' };
    const text = base.replace('Sign in', 'Sign in again').replace('[ui]', '[ui, now]').replace('three', '3');
    const edited = editStory(now, { base, text });
    assert.deepEqual(
      { ...edited, lines: null },
      {
        lines: null,
        fields: { ...plain, title: 'Sign in again', priority: 0, labels: ['ui', 'api', 'now'] },
        body: 'zero\none\ntwo\n3\n',
        problems: [],
      },
    );
  });

  it('[S4] a front matter with an error changes no field, and the body is saved', () => {
    const text = base.replace('Sign in', 'Another').replace('priority: 2', 'priority: soon').replace('two', '2');
    const edited = editStory(stored, { base, text });
    assert.deepEqual(edited.fields, plain);
    assert.equal(edited.body, 'one\n2\nthree\n');
    assert.deepEqual(
      edited.problems.map((problem) => [problem.line, problem.severity]),
      [[4, 'error']],
    );
  });

  it('[S4] a line that is taken out of the front matter leaves its field as it is', () => {
    const text = base.replace(/^(type|labels|title): .*\n/gm, '');
    assert.deepEqual(editStory(stored, { base, text }).fields, plain);
    assert.deepEqual(editStory(stored, { base, text: 'only text' }).fields, plain);
  });

  it('[S4] line ends, trailing blanks and byte order marks stay where nothing was changed', () => {
    const odd = { fields: plain, body: '\ufeffone  \r\ntwo\nthree\t\r\n\r\n' };
    // An editor knows one kind of line end.
    const seen = printStoryFile(plain, odd.body).replaceAll('\r\n', '\n');
    const edited = editStory(odd, { base: seen, text: seen.replace('two', 'two and a half') });
    assert.equal(edited.body, '\ufeffone  \r\ntwo and a half\nthree\t\r\n\r\n');
    assert.equal(editStory(odd, { base: seen, text: seen }).body, odd.body);
  });

  it('[S4] whoever saves last, both writers’ words are there', () => {
    fc.assert(
      fc.property(fields, fields, body, body, (first, second, start, next) => {
        const from = printStoryFile(first, start);
        const saved = editStory({ fields: first, body: start }, { base: from, text: printStoryFile(second, next) });
        assert.deepEqual([saved.fields, saved.body], [second, next]);
        const again = editStory(saved, { base: from, text: from });
        assert.deepEqual([again.fields, again.body], [second, next]);
      }),
      { numRuns: 500 },
    );
  });
});

describe('What others wrote, in a file that is open', () => {
  const base = printStoryFile(plain, 'one\ntwo\nthree\n');

  it('[S4] enters beside what is being written, and the next save sends only that', () => {
    const mine = base.replace('three', 'three and more').replace('priority: 2', 'priority: 1');
    const theirs = printStoryFile({ ...plain, title: 'Log in' }, 'zero\none\ntwo\nthree\n');
    const merged = mergeStoryFiles(base, mine, theirs);
    const expected = printStoryFile({ ...plain, title: 'Log in', priority: 1 }, 'zero\none\ntwo\nthree and more\n');
    assert.deepEqual(merged, { text: expected, base: theirs });
    const saved = editStory(
      { fields: { ...plain, title: 'Log in' }, body: 'zero\none\ntwo\nthree\n' },
      { base: merged.base, text: merged.text },
    );
    assert.equal(printStoryFile(saved.fields, saved.body), expected);
  });

  it('[S4] leaves the front matter as it is written where others changed the text alone', () => {
    const mine = base.replace('priority: 2', 'priority:   1 # soon').replace('[ui]', '[ "ui" ]');
    const merged = mergeStoryFiles(base, mine, printStoryFile(plain, 'zero\none\ntwo\nthree\n'));
    assert.equal(merged.text, mine.replace('one\n', 'zero\none\n'));
  });

  it('[S4] leaves a front matter that is being written alone, and loses nothing of either once it is right', () => {
    const mine = base.replace('priority: 2', 'priority: ').replace('labels: [ui]', 'labels: [ui');
    const now = { fields: { ...plain, title: 'Log in' }, body: 'one\ntwo\nthree\nfour\n' };
    const merged = mergeStoryFiles(base, mine, printStoryFile(now.fields, now.body));
    assert.equal(merged.text, mine.replace('three\n', 'three\nfour\n'));
    const text = merged.text.replace('priority: ', 'priority: 0').replace('[ui', '[ui]');
    const saved = editStory(now, { base: merged.base, text });
    assert.deepEqual(saved.fields, { ...plain, title: 'Log in', priority: 0 });
    assert.equal(saved.body, now.body);
  });

  it('[S4] files that differ only in how they are written say the same', () => {
    assert.ok(
      sayTheSame(base, base.replace('[ui]', '[ "ui" ] # a comment').replace('depends_on: [12]', 'depends_on: #12')),
    );
    for (const name of FIELD_NAMES)
      assert.ok(
        !sayTheSame(
          base,
          printStoryFile(
            { ...plain, [name]: { title: 'x', type: 'bug', priority: 0, labels: [], dependsOn: [] }[name] },
            'one\ntwo\nthree\n',
          ),
        ),
      );
    assert.ok(!sayTheSame(base, `${base} `));
  });

  it('[S4, U10] what is wrong in a file is said in German too, whichever line it is', () => {
    const { problems } = readStoryFile('---\ntitle: a\ntitle: b\npriority: 9\ncolour: red\ntype:\n: [\n');
    const said = problems.map((one) => inGerman(one.said));
    assert.ok(said.length >= 6, said.join('\n'));
    assert.ok(said.includes('title steht zweimal da; das erste gilt.'));
    assert.ok(said.includes('Von colour ist nichts bekannt, darum wird diese Zeile nicht behalten.'));
    assert.ok(said.includes('type ist leer.'));
    assert.ok(said.includes('Der Front-Matter-Block ist nicht geschlossen. Beenden Sie ihn mit einer Zeile ---.'));
    assert.ok(problems.every(({ message, said: parts }, at) => parts !== undefined && said[at] !== message));
  });
});
