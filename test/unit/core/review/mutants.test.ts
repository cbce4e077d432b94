import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mutantsOf } from '../../../../src/core/review/mutants';
import { isCode } from '../../../../src/core/review/testPaths';
import { unseenReason } from '../../../../src/core/review/unseenLines';

describe('what tests are tried with', () => {
  const changed = (line: string, path = 'src/a.js'): string | undefined =>
    mutantsOf([{ path, text: line, lines: [1] }])[0]?.to;

  for (const [line, to] of [
    ['if (a === b) {', 'if (a !== b) {'],
    ['if (a != b) {', 'if (a == b) {'],
    ['return a < b;', 'return a >= b;'],
    ['return a <= b ? "<" : ">";', 'return a > b ? "<" : ">";'],
    ['const both = a && b;', 'const both = a || b;'],
    ['  isOpen = true;', 'isOpen = false;'],
    ['total = price + tax', 'total = price - tax'],
    ['const limit = 20; // of 30', 'const limit = 21; // of 30'],
    ["say('it\\'s && so');", "say('it\\'s && so~');"],
    ['const arrow = (a) => a.b;', undefined],
    ['Promise<string>', undefined],
    ["import a from 'a';", undefined],
    ['// if (a === b)', undefined],
    ['  });', undefined],
  ] as const) {
    it(`[MQ27] ${line} → ${to ?? 'nothing'}`, () => assert.equal(changed(line), to));
  }

  it('[MQ27] Python is read as it is written', () => {
    assert.equal(changed('    if a and not b:', 'a.py'), 'if a or not b:');
    assert.equal(changed('flag = True  # or False', 'a.py'), 'flag = False  # or False');
  });

  it('[MQ27] tests, texts and what is no code are left alone', () => {
    for (const path of ['test/a.test.js', 'README.md', 'data.json', 'tests/test_a.py']) assert.ok(!isCode(path), path);
    for (const path of ['src/a.js', 'a.py']) assert.ok(isCode(path), path);
  });

  it('[MQ27] only the lines of the story are changed, one at a time, files in turn', () => {
    const text = 'const a = 1;\nconst b = 2;\nconst c = 3;\n';
    const mutants = mutantsOf([
      { path: 'a.js', text, lines: [1, 3] },
      { path: 'b.js', text, lines: [2] },
    ]);
    assert.deepEqual(
      mutants.map(({ path, line, text: now }) => [path, line, now]),
      [
        ['a.js', 1, 'const a = 2;\nconst b = 2;\nconst c = 3;\n'],
        ['b.js', 2, 'const a = 1;\nconst b = 3;\nconst c = 3;\n'],
        ['a.js', 3, 'const a = 1;\nconst b = 2;\nconst c = 4;\n'],
      ],
    );
  });

  it('[MQ27] whatever a line holds, a change of it is another line of the same place', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (line) => {
        fc.pre(!line.includes('\n'));
        const [mutant] = mutantsOf([{ path: 'a.js', text: `first\n${line}\nlast`, lines: [2] }]);
        if (mutant === undefined) return;
        const lines = mutant.text.split('\n');
        assert.deepEqual([lines.length, lines[0], lines[2]], [3, 'first', 'last']);
        assert.notEqual(lines[1], line);
      }),
    );
  });

  it('[MQ27] the lines that no test notices are named, file by file', () => {
    assert.equal(unseenReason([]), null);
    const at = (path: string, ...lines: number[]) => lines.map((line) => ({ path, line }));
    assert.equal(unseenReason(at('a.js', 3)), 'The tests do not see this change: a.js, line 3.');
    assert.equal(
      unseenReason([...at('a.js', 5, 3, 4, 9), ...at('b.js', 1)]),
      'The tests do not see this change: a.js, lines 3–5 and 9; b.js, line 1.',
    );
    assert.match(unseenReason(['a', 'b', 'c', 'd', 'e'].flatMap((path) => at(path, 1))) ?? '', /; and 2 more files\.$/);
  });
});
