import assert from 'node:assert/strict';
import fc from 'fast-check';
import { reasonsToHold } from '../../../../src/core/review/reviewHold';
import { looksLikeTest } from '../../../../src/core/review/testPaths';
import { twinsAmong } from '../../../../src/core/review/twins';
import type { ReviewFacts } from '../../../../src/core/review/reviewFacts';

const NOTHING: ReviewFacts = {
  changedPaths: [],
  deletedPaths: [],
  addedPaths: [],
  reviewedPaths: [],
  addedTestLines: new Map(),
  removedTestLines: new Map(),
  conflictMarkers: [],
  unnamedRepositories: [],
  links: new Map(),
  sizes: new Map(),
  largeFrom: 5_000_000,
  twins: [],
};

function reasons(change: Partial<ReviewFacts>): string[] {
  return reasonsToHold({ ...NOTHING, ...change });
}

function added(...lines: string[]): string[] {
  return reasons({ addedTestLines: new Map([['test/b.test.js', lines]]) });
}

describe('why a story is held for review', () => {
  it('[MQ10] an ordinary story is not', () => {
    const lines = [
      "it('skips blank lines', () => {",
      'const only = skip + todo;',
      'expect(list.skip(1))',
      "test('only one', x)",
    ];
    assert.deepEqual(reasons({ changedPaths: ['src/a.ts', 'test/a.test.ts', 'package.json'] }), []);
    assert.deepEqual(added(...lines), []);
    assert.deepEqual(reasons({ deletedPaths: ['src/old.ts'] }), []);
  });

  it('[MQ10] it changes the gates', () => {
    const path = '.switchyard/config.yaml';
    const expected = ['It changes the gates in .switchyard/config.yaml.'];
    assert.deepEqual(reasons({ changedPaths: [path], reviewedPaths: [path] }), expected);
    assert.deepEqual(reasons({ deletedPaths: [path], reviewedPaths: [path] }), expected);
  });

  it('[MQ10] it deletes a test', () => {
    assert.deepEqual(reasons({ deletedPaths: ['test/a.test.js', 'src/a.js'] }), [
      'It deletes the test test/a.test.js.',
    ]);
  });

  it('[MQ10] it takes tests out of a file that stays', () => {
    const facts = {
      removedTestLines: new Map([['test/a.test.js', ["it('a', () => {", '  assert(1);', "it('b', () => {"]]]),
      addedTestLines: new Map([['test/a.test.js', ["it('renamed', () => {"]]]),
    };
    assert.deepEqual(reasons(facts), ['It removes 1 test from test/a.test.js.']);
    assert.deepEqual(reasons({ ...facts, addedTestLines: new Map([['test/a.test.js', ["it('x',", "it('y',"]]]) }), []);
  });

  for (const [line, mark] of [
    ["it.skip('a', () => {", 'it.skip'],
    ["  describe.only('a', () => {", 'describe.only'],
    ["test.describe.skip('a', () => {", 'test.describe.skip'],
    ["test.each([1]).skip('a')", null],
    ["test.todo('a')", 'test.todo'],
    ["xit('a', () => {", 'xit'],
    ["fdescribe ('a', () => {", 'fdescribe'],
    ["test('a', { skip: true }, () => {", 'skip:'],
    ["test('a', { skip: process.platform === 'win32' }, () => {", 'skip:'],
    ["test('a', { skip: false }, () => {", null],
    ['  this.skip();', 'this.skip'],
    ["  t.skip('later');", 't.skip'],
    ['@pytest.mark.skip(reason="x")', '@pytest.mark.skip'],
    ['@pytest.mark.xfail', '@pytest.mark.xfail'],
    ['    pytest.skip("x")', 'pytest.skip'],
    ['@unittest.skipIf(True, "x")', '@unittest.skipIf'],
    ['        self.skipTest("x")', 'self.skipTest'],
    ['\tt.Skip("x")', 't.Skip'],
    ['    #[ignore]', '#[ignore'],
    ['    @Disabled("x")', '@Disabled'],
    ['    @Ignore', '@Ignore'],
    ['[Fact(Skip = "x")]', 'Fact(Skip'],
    ['$this->markTestSkipped();', 'markTestSkipped'],
    ['const skipped = items.filter(isTest);', null],
  ] as const) {
    it(`[MQ10] ${mark === null ? 'it skips nothing' : 'it skips a test'}: ${line.trim()}`, () => {
      assert.deepEqual(added(line), mark === null ? [] : [`It skips a test in test/b.test.js (${mark}).`]);
    });
  }

  it('[MQ10] it touches a path that a person must look at', () => {
    assert.deepEqual(reasons({ reviewedPaths: ['.github/workflows/ci.yml'] }), [
      'It touches .github/workflows/ci.yml, which review.paths asks a person to look at.',
    ]);
  });

  it('[MQ10] what review.paths asks a person to look at is said once, with the paths, or with how many they are', () => {
    const said = (...paths: string[]): string[] => reasons({ reviewedPaths: paths });
    assert.deepEqual(said('a.yml', 'b.yml', 'c.yml'), ['It touches a.yml, b.yml, c.yml, which review.paths asks a person to look at.']); // prettier-ignore
    const long = 'x'.repeat(200);
    for (const paths of [
      ['a', 'b', 'c', 'd', 'e', 'f'],
      [`${long}1`, `${long}2`],
    ])
      assert.match(said(...paths).join(), new RegExp(`^It touches ${paths.length} files \\(.*, which review\\.paths`));
  });

  it('[MQ10] many of one kind are told in one sentence', () => {
    const deletedPaths = Array.from({ length: 12 }, (_, at) => `test/${at}.test.js`);
    assert.deepEqual(reasons({ deletedPaths }), ['It deletes 12 tests (test/0.test.js, test/1.test.js and 10 more).']);
  });

  it('[MQ10] a name that would show as another is shown as it is', () => {
    assert.deepEqual(reasons({ reviewedPaths: ['a\u202eb\nc'] }), [
      'It touches a\\u{202e}b\\u{a}c, which review.paths asks a person to look at.',
    ]);
  });

  it('[MQ10] any facts give plain reasons without an error', () => {
    const path = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('test/a.test.js', '.switchyard/config.yaml'));
    const paths = fc.array(path, { maxLength: 8 });
    const lines = fc.array(fc.tuple(path, fc.array(fc.string({ unit: 'binary' }), { maxLength: 4 })), { maxLength: 4 });
    fc.assert(
      fc.property(paths, paths, paths, lines, lines, (changedPaths, deletedPaths, reviewedPaths, more, less) => {
        const facts = {
          ...NOTHING,
          changedPaths,
          deletedPaths,
          reviewedPaths,
          addedTestLines: new Map(more),
          removedTestLines: new Map(less),
          conflictMarkers: changedPaths,
          unnamedRepositories: changedPaths,
          addedPaths: changedPaths,
          links: new Map(changedPaths.map((path, at) => [path, deletedPaths[at] ?? '/'])),
          sizes: new Map(changedPaths.map((path) => [path, 1e9])),
          twins: twinsAmong([...deletedPaths, ...changedPaths], changedPaths),
        };
        for (const reason of reasonsToHold(facts)) assert.match(reason, /^It [^\n]*\.$/);
        if (deletedPaths.some(looksLikeTest))
          assert.ok(reasonsToHold(facts).some((one) => one.startsWith('It deletes ')));
      }),
      { numRuns: 10_000 },
    );
  });
});

describe('what looks like a test', () => {
  for (const path of [
    'test/a.js',
    'tests/a.py',
    'src/__tests__/a.ts',
    'spec/a_spec.rb',
    'src/a.test.tsx',
    'src/a.spec.ts',
    'pkg/a_test.go',
    'test_a.py',
    'x/test_a.py',
    'src/FooTest.java',
    'src/FooTests.cs',
    'packages/a/test/x.json',
    'My.Tests/A.cs',
    'features/a.feature',
    'TEST/A.JS',
    'test\\a.js',
  ]) {
    it(`[MQ10] ${path} does`, () => assert.ok(looksLikeTest(path)));
  }
  for (const path of [
    'src/contest.js',
    'src/latest.ts',
    'attest/a.js',
    'src/testing.ts',
    'inspector/a.js',
    'src/specification.md',
    'protest.py',
    'src/Latest.java',
    'docs/test.md',
    '',
  ]) {
    it(`[MQ10] ${path === '' ? 'an empty path' : path} does not`, () => assert.ok(!looksLikeTest(path)));
  }

  it('[MQ10] it leaves what no test notices, each with its path and why', () => {
    assert.deepEqual(
      reasons({
        conflictMarkers: ['docs/a.md'],
        unnamedRepositories: ['vendor/x'],
        links: new Map([
          ['node_modules', '/home/a/shop/node_modules'],
          ['win', 'C:\\x'],
          ['docs/up', '../../else'],
          ['hooks', '.git/hooks'],
          ['docs/fine', '../src/a.ts'],
          ['fine', './docs/../src'],
        ]),
        twins: [['README.md', 'readme.md']],
        addedPaths: ['src/aux.ts', 'a/b:c.txt', 'ends./x', 'src/auxiliary.ts', 'NUL', 'com0x', '.gitignore'],
        sizes: new Map([
          ['video.mp4', 12_345_678],
          ['small.png', 5_000_000],
        ]),
      }),
      [
        'It leaves conflict markers in docs/a.md.',
        'It adds vendor/x, a repository inside the repository that .gitmodules does not name, so that nobody else gets its files.',
        'It adds the link node_modules, which leads to an absolute place, which is another one on every machine (/home/a/shop/node_modules).',
        'It adds the link win, which leads to an absolute place, which is another one on every machine (C:\\x).',
        'It adds the link docs/up, which leads out of the repository (../../else).',
        'It adds the link hooks, which leads into the .git folder (.git/hooks).',
        'It adds README.md, which differs from readme.md in case or Unicode form only: where that does not count, one hides the other.',
        'It adds src/aux.ts, a name that Windows cannot hold.',
        'It adds a/b:c.txt, a name that Windows cannot hold.',
        'It adds ends./x, a name that Windows cannot hold.',
        'It adds NUL, a name that Windows cannot hold.',
        'It brings in video.mp4 with 12.3 MB; review.maxFileMB is 5 MB.',
      ],
    );
    const many = Array.from({ length: 7 }, (_, index) => `f${index}.txt`);
    assert.deepEqual(reasons({ conflictMarkers: many }), [
      'It leaves conflict markers in 7 files (f0.txt, f1.txt and 5 more).',
    ]);
    assert.deepEqual(reasons({ conflictMarkers: ['a\u202eb'] }), ['It leaves conflict markers in a\\u{202e}b.']);
  });

  it('[MQ10] paths that differ in case or Unicode form only count when one of them is the story’s', () => {
    assert.deepEqual(twinsAmong(['README.md', 'readme.md', 'src/a.ts'], ['readme.md']), [['readme.md', 'README.md']]);
    assert.deepEqual(twinsAmong(['README.md', 'readme.md', 'src/a.ts'], ['src/a.ts']), []);
    assert.deepEqual(twinsAmong(['u\u0308.txt', '\u00fc.txt'], ['\u00fc.txt']), [['\u00fc.txt', 'u\u0308.txt']]);
    assert.deepEqual(twinsAmong(['Docs/a.md', 'docs/b.md'], ['docs/b.md']), [['docs', 'Docs']]);
    assert.deepEqual(twinsAmong(['Docs/a.md', 'docs/b.md', 'docs/c.md'], ['docs/c.md']), []);
    assert.deepEqual(twinsAmong(['lib', 'Lib/a'], ['Lib/a']), [['Lib', 'lib']]);
    assert.deepEqual(twinsAmong(['a/b', 'a/c'], ['a/b', 'a/c']), []);
  });
});
