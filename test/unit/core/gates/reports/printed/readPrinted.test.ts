import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { readPrinted } from '../../../../../../src/core/gates/reports/printed/readPrinted';
import { failedWords } from '../../../../../../src/core/gates/reports/testVerdicts';

/** What the program itself printed, in a folder of that name. */
const output = (name: string): string => readFileSync(path.join(__dirname, 'outputs', `${name}.txt`), 'utf8');
const said = (text: string): unknown => {
  const tests = readPrinted(text);
  return tests === null ? null : { failed: tests.failed, passed: tests.passed, skipped: tests.skipped };
};

const CART = ['cart › rounds "up"', 'cart › with a discount › takes it off', 'stands alone'];
const JEST = ['j/other.test.js', 'j/cart.test.js'].flatMap((file) => CART.map((name) => `${file} › ${name}`));
const NODE = ['rounds "up"', 'takes it off', 'stands alone'].map((name) => `n/cart.test.mjs › ${name}`);
const MOCHA = [
  'stands alone',
  'cart › rounds "up"',
  'cart › with a discount › takes it off: all',
  'cart › hooks › "before all" hook for "never runs"',
];

/** As its documentation has it. */
const PYTEST = `============================= test session starts ==============================
collected 5 items

tests/test_cart.py .FF.E                                                 [100%]

=================================== FAILURES ===================================
______________________________ test_adds[1 - 2] _______________________________
FAILED is a word of a test here
=========================== short test summary info ============================
FAILED tests/test_cart.py::TestCart::test_adds[1 - 2] - assert 3 == 4
FAILED tests/test_cart.py::test_rounds
ERROR tests/test_cart.py::test_opens - OSError: no file
==================== 2 failed, 2 passed, 1 error in 0.12s ====================
`;

const GO = `=== RUN   TestAdd
--- FAIL: TestAdd (0.00s)
    --- FAIL: TestAdd/negative (0.00s)
        cart_test.go:9: got 1
    --- PASS: TestAdd/positive (0.00s)
--- FAIL: TestRound (0.00s)
FAIL
FAIL\texample.com/cart\t0.002s
ok  \texample.com/shop\t0.003s
FAIL
`;

const CARGO = `running 3 tests
test tests::adds ... FAILED
test tests::rounds ... ok
test tests::later ... ignored

failures:

---- tests::adds stdout ----
    thread 'tests::adds' panicked at src/lib.rs:9:9
note: run with RUST_BACKTRACE=1

failures:
    tests::adds

test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s

running 1 test
test it_sells ... ok

test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
`;

describe('what red gates print of single tests', () => {
  it('[MQ20] the failed tests of each usual runner are named as it names them', () => {
    assert.deepEqual(said(output('mocha')), { failed: MOCHA, passed: 1, skipped: 1 });
    for (const name of ['jest', 'jest-colour'])
      assert.deepEqual(said(output(name)), { failed: JEST, passed: 2, skipped: 2 }, name);
    const inFile = CART.map((name) => `cart.test.js › ${name}`);
    assert.deepEqual(said(output('vitest')), { failed: inFile, passed: 1, skipped: 1 });
    for (const name of ['node20', 'node24'])
      assert.deepEqual(said(output(name)), { failed: NODE, passed: 1, skipped: 1 }, name);
    const pytest = ['TestCart › test_adds[1 - 2]', 'test_rounds', 'test_opens'].map((one) => `tests/test_cart.py › ${one}`); // prettier-ignore
    assert.deepEqual(said(PYTEST), { failed: pytest, passed: 2, skipped: 0 });
    assert.deepEqual(said(CARGO), { failed: ['tests::adds'], passed: 2, skipped: 1 });
    const go = readPrinted(GO);
    assert.deepEqual(go?.failed, ['example.com/cart › TestAdd/negative', 'example.com/cart › TestRound']);
    assert.equal(
      failedWords(go),
      '2 tests failed: example.com/cart › TestAdd/negative and example.com/cart › TestRound',
    );
  });

  it('[MQ20] where it is not sure nothing is read: several runs, names that are missing, more than tests that went wrong', () => {
    const mocha = output('mocha');
    const unsure: Record<string, string> = {
      'two runs': mocha + mocha,
      'two runners': mocha + CARGO,
      'a name less than counted': output('jest').replace('  ● stands alone\n', ''),
      'a count without a name': mocha.replace('  4 failing', '  5 failing'),
      'a file that was not loaded': output('jest').replace('● Console', '● Test suite failed to run'),
      'an error outside of every test': `⎯⎯ Unhandled Errors ⎯⎯\n${output('vitest')}`,
      'tests that were cut off': output('node20').replace('ℹ cancelled 0', 'ℹ cancelled 1'),
      'a file that pytest cannot load': PYTEST.replace('::test_opens', ''),
      'a package that was not built': `${GO}FAIL\texample.com/other [build failed]\n`,
      'a program that broke off': `panic: no\n${GO}`,
      'other names than counted': CARGO.replace('    tests::adds\n', ''),
      'nothing red': CARGO.replace('1 failed; 1 ignored', '0 failed; 1 ignored'),
      'words of no runner': 'Error: 2 tests failed: adds, rounds\n',
    };
    for (const [what, text] of Object.entries(unsure)) assert.equal(readPrinted(text), null, what);
  });

  it('[MQ20, U17] hidden characters of names are seen as such, and a thousand names are counted', () => {
    const list = Array.from({ length: 1000 }, (_, at) => `  ${at + 1}) test \u202e${at}:\n\n`).join('');
    const tests = readPrinted(`\n  0 passing (1s)\n  1000 failing\n\n${list}`);
    assert.deepEqual([tests?.failed.length, tests?.failedMore], [100, 900]);
    assert.ok(tests?.failed.every((name) => !name.includes('\u202e')));
  });

  it('[MQ20] whatever is printed is read to its end, and is never more than its last summary says', () => {
    const parts = ['  2 failing\n', '  1) a\n', '       b:\n', '  0 passing (1ms)\n', '  ● x\n', 'Tests: 1 failed, 1 total\n', '\u001b]', '\u001b[7m', ' FAIL  a > b\n', '      Tests  1 failed (1)\n', '✖ failing tests:\n', 'failures:\n', '    t\n', 'test result: FAILED. 0 passed; 1 failed; 0 ignored;\n', '--- FAIL: T (0s)\n', 'FAIL\tp\t1s\n', ' '.repeat(900), '['.repeat(900), '\n']; // prettier-ignore
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 60 }), (pieces) => {
        const tests = readPrinted(pieces.join(''));
        assert.ok(tests === null || tests.failed.length > 0);
      }),
    );
    const lines = 200_000;
    for (const line of ['  ● x [', 'FAILED a::b[', '--- FAIL: ', '\u001b]x', 'ℹ pass '])
      assert.equal(readPrinted(`${line.repeat(3)}\n`.repeat(lines / 10)), null);
  });
});
