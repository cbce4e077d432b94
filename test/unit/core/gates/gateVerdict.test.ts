import assert from 'node:assert/strict';
import fc from 'fast-check';
import { judgeGate, type GateVerdict } from '../../../../src/core/gates/gateVerdict';
import { saysAddressInUse } from '../../../../src/core/gates/addressInUse';
import { summaryLines } from '../../../../src/core/gates/testSummaries';
import type { RunOutcome } from '../../../../src/core/pipeline/runOutcome';

function judge(outcome: RunOutcome, output = '', leftBehind: number[] = []): GateVerdict {
  return judgeGate({ gate: 'test', outcome, output, leftBehind });
}

const exit = (code: number, output = '', leftBehind: number[] = []): GateVerdict =>
  judge({ kind: 'exited', code }, output, leftBehind);

/** What each runner prints when it found no test, with its exit code. */
const NO_TEST: [string, number, string][] = [
  [
    'node:test as TAP',
    0,
    'TAP version 13\n1..0\n# tests 0\n# suites 0\n# pass 0\n# fail 0\n# cancelled 0\n# skipped 0\n# todo 0\n# duration_ms 3.1',
  ],
  [
    'node:test',
    0,
    'ℹ tests 0\nℹ suites 0\nℹ pass 0\nℹ fail 0\nℹ cancelled 0\nℹ skipped 0\nℹ todo 0\nℹ duration_ms 2.4',
  ],
  ['node:test, all skipped', 0, 'ℹ tests 2\nℹ suites 0\nℹ pass 0\nℹ fail 0\nℹ cancelled 0\nℹ skipped 2\nℹ todo 0'],
  ['TAP', 0, 'TAP version 14\n1..0 # SKIP no tests\n'],
  ['mocha', 0, '\n\n  0 passing (1ms)\n\n'],
  ['mocha, all pending', 0, '\n  0 passing (2ms)\n  3 pending\n'],
  ['mocha without files', 1, 'Error: No test files found: "nowhere"\n'],
  [
    'jest',
    1,
    'No tests found, exiting with code 1\nRun with `--passWithNoTests` to exit with code 0\nIn /home/sam/project\n  12 files checked.',
  ],
  ['jest --passWithNoTests', 0, 'No tests found, exiting with code 0\n'],
  [
    'jest, all skipped',
    0,
    'Test Suites: 1 skipped, 0 of 1 total\nTests:       2 skipped, 2 total\nSnapshots:   0 total\n',
  ],
  ['vitest', 1, '\n RUN  v3.0.0 /x\n\nNo test files found, exiting with code 1\n\ninclude: **/*.test.ts\n'],
  ['vitest --passWithNoTests', 0, 'No test files found, exiting with code 0\n'],
  ['vitest, all skipped', 0, ' Test Files  1 skipped (1)\n      Tests  2 skipped (2)\n   Start at  10:00:00\n'],
  [
    'pytest',
    5,
    'collected 0 items\n\n============================ no tests ran in 0.55s =============================\n',
  ],
  ['pytest -q', 5, '\nno tests ran in 0.01s\n'],
  ['pytest, all deselected', 5, 'collected 5 items / 5 deselected / 0 selected\n\n===== 5 deselected in 0.02s =====\n'],
  ['pytest, all skipped', 0, 'collected 3 items\n\ntest_a.py sss\n\n===== 3 skipped in 0.02s =====\n'],
  [
    'unittest',
    5,
    '\n----------------------------------------------------------------------\nRan 0 tests in 0.000s\n\nNO TESTS RAN\n',
  ],
  ['go', 0, '?   \texample.com/a\t[no test files]\n?   \texample.com/b\t[no test files]\n'],
  ['go -run', 0, 'testing: warning: no tests to run\nPASS\nok  \texample.com/a\t0.002s [no tests to run]\n'],
  [
    'cargo',
    0,
    '\nrunning 0 tests\n\ntest result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\n   Doc-tests cc\n\nrunning 0 tests\n',
  ],
  ['cargo nextest', 4, '     Summary [   0.001s] 0 tests run: 0 passed, 0 skipped\nerror: no tests to run\n'],
  ['dotnet', 0, '  No test is available in /x/a.dll. Make sure that test discoverer & executors are registered\n'],
  [
    'dotnet, all skipped',
    0,
    'Skipped! - Failed:     0, Passed:     0, Skipped:     2, Total:     2, Duration: 4 ms - a.dll (net8.0)\n',
  ],
  ['Maven', 0, '[INFO] Tests run: 0, Failures: 0, Errors: 0, Skipped: 0\n[INFO] BUILD SUCCESS\n'],
  [
    'Maven without tests',
    0,
    '[INFO] --- maven-surefire-plugin:3.0.0:test (default-test) @ a ---\n[INFO] No tests to run.\n[INFO] BUILD SUCCESS\n',
  ],
  ['Gradle', 0, '> Task :compileTestJava NO-SOURCE\n> Task :test NO-SOURCE\n\nBUILD SUCCESSFUL in 1s\n'],
  ['phpunit', 1, 'PHPUnit 11.0.0 by Sebastian Bergmann\n\nNo tests executed!\n'],
  ['rspec', 0, 'No examples found.\n\nFinished in 0.0002 seconds\n0 examples, 0 failures\n'],
  ['minitest', 0, '0 runs, 0 assertions, 0 failures, 0 errors, 0 skips\n'],
  ['ctest', 8, 'Test project /x\nNo tests were found!!!\n'],
  ['playwright', 1, 'Error: No tests found\n'],
];

/** What each runner prints when it ran tests and they passed. */
const SOME_TEST: [string, string][] = [
  ['nothing that is known', 'all good\n'],
  ['nothing at all', ''],
  ['node:test as TAP', 'TAP version 13\n# Subtest: a\nok 1 - a\n1..1\n# tests 1\n# suites 0\n# pass 1\n# fail 0\n'],
  ['node:test', 'ℹ tests 3\nℹ suites 0\nℹ pass 3\nℹ fail 0\nℹ cancelled 0\nℹ skipped 0\nℹ todo 0\n'],
  ['mocha', '\n  12 passing (3s)\n  1 pending\n'],
  ['jest', 'Test Suites: 2 passed, 2 total\nTests:       1 skipped, 9 passed, 10 total\n'],
  ['vitest', ' Test Files  3 passed (3)\n      Tests  1 skipped | 4 passed (5)\n'],
  ['pytest', 'collected 2 items\n\ntest_a.py ..\n\n===== 2 passed in 0.02s =====\n'],
  ['pytest -q', '..\n2 passed, 1 warning in 0.01s\n'],
  ['unittest', 'Ran 4 tests in 0.003s\n\nOK\n'],
  ['go', '?   \texample.com/a\t[no test files]\nok  \texample.com/b\t0.003s\n'],
  ['go from its cache', '?   \texample.com/a\t[no test files]\nok  \texample.com/b\t(cached)\n'],
  ['cargo', 'running 1 test\ntest tests::it_works ... ok\n\n   Doc-tests cc\n\nrunning 0 tests\n'],
  [
    'dotnet',
    'No test is available in /x/lib.dll.\nPassed!  - Failed:     0, Passed:     7, Skipped:     0, Total:     7, Duration: 9 ms\n',
  ],
  [
    'Maven',
    '[INFO] Tests run: 0, Failures: 0, Errors: 0, Skipped: 0\n[INFO] Tests run: 4, Failures: 0, Errors: 0, Skipped: 1\n',
  ],
  ['Gradle', '> Task :lib:test NO-SOURCE\n> Task :app:test\n\nBUILD SUCCESSFUL in 1s\n'],
  ['phpunit', 'OK (3 tests, 5 assertions)\n'],
  ['rspec', '3 examples, 0 failures, 1 pending\n'],
  ['minitest', '3 runs, 9 assertions, 0 failures, 0 errors, 1 skips\n'],
  ['ctest', '100% tests passed, 0 tests failed out of 4\n'],
  ['deno', 'ok | 4 passed | 0 failed (12ms)\n'],
];

describe('the verdict on a gate', () => {
  for (const [runner, code, output] of NO_TEST) {
    it(`[MQ10] a gate known to have run no test has not passed: ${runner}`, () => {
      const { verdict, detail } = exit(code, output);
      assert.equal(verdict, 'ranNoTest');
      assert.match(detail, /^Gate test ran no test, so it proved nothing \(.+, exit code \d+\)\.$/);
    });
  }

  for (const [runner, output] of SOME_TEST) {
    it(`[MQ10] exit code 0 passes when a test ran, or when no runner is known: ${runner}`, () => {
      assert.deepEqual(exit(0, output), { verdict: 'passed', detail: 'Gate test passed.' });
    });
  }

  it('[MQ10] colours hide nothing', () => {
    assert.equal(exit(0, '\u001b[32m  0 passing\u001b[0m\u001b[90m (1ms)\u001b[0m\r\n').verdict, 'ranNoTest');
    assert.equal(exit(0, '\u001b[34mℹ pass 0\u001b[39m\n').verdict, 'ranNoTest');
    assert.equal(exit(0, '\u001b]8;;http://x\u0007\u001b[1mNo tests found\u001b[22m, exiting\n').verdict, 'ranNoTest');
  });

  it('[MQ10] of several runners in one output one that ran a test is enough, in any order', () => {
    assert.equal(exit(0, '  0 passing (1ms)\n\nℹ pass 3\n').verdict, 'passed');
    assert.equal(exit(0, 'ℹ pass 3\n  0 passing (1ms)\n').verdict, 'passed');
    assert.equal(exit(0, 'ℹ pass 0\n  0 passing (1ms)\nrunning 0 tests\n').verdict, 'ranNoTest');
  });

  it('[MQ10] words about tests inside other lines count for nothing', () => {
    assert.equal(exit(0, 'fixed: "running 0 tests" was printed twice\nsee # tests 0 above\n').verdict, 'passed');
  });

  it('[MQ6] another exit code is a failure, also when a runner had no test before it broke', () => {
    assert.deepEqual(exit(1), { verdict: 'failed', detail: 'Gate test exited with code 1.' });
    assert.equal(exit(101, 'running 0 tests\nerror: could not compile `b`\n').verdict, 'failed');
    assert.equal(exit(1, '# pass 0\n# fail 0\n').verdict, 'failed');
    assert.equal(exit(1, '  0 passing (2ms)\n  1 failing\n').verdict, 'failed');
    assert.equal(exit(5, 'collected 2 items\n=== 1 failed, 1 passed in 0.1s ===\n').verdict, 'failed');
  });

  it('[MQ10] not found is not passed: a missing program, and a shell that says it is missing', () => {
    assert.deepEqual(judge({ kind: 'notFound', program: 'foo' }), {
      verdict: 'notFound',
      detail: "Gate test was not found: no program named foo. Check the gate's command.",
    });
    const said: [number, string, string][] = [
      [127, 'sh: 1: mocha: not found\n', 'no program named mocha'],
      [127, 'bash: line 1: mocha: command not found\n', 'no program named mocha'],
      [127, 'zsh: command not found: mocha\n', 'no program named mocha'],
      [9009, "'mocha' is not recognized as an internal or external command,\r\n", 'no program named mocha'],
      [126, 'sh: 1: ./run: Permission denied\n', 'exit code 126 means that its shell could not start a program'],
    ];
    for (const [code, output, why] of said) {
      const detail = `Gate test was not found: ${why}. Check the gate's command.`;
      assert.deepEqual(exit(code, output), { verdict: 'notFound', detail });
    }
  });

  it('[MQ10] a timeout says how long it was and what had to be ended', () => {
    const outcome: RunOutcome = { kind: 'timedOut', afterMs: 60_000 };
    assert.deepEqual(judge(outcome), { verdict: 'timedOut', detail: 'Gate test ran longer than 60 s and was ended.' });
    const one = 'Gate test ran longer than 60 s and was ended, with 1 process it had left behind.';
    assert.equal(judge(outcome, '', [7]).detail, one);
    const two = 'Gate test ran longer than 60 s and was ended, with 2 processes it had left behind.';
    assert.equal(judge(outcome, '', [7, 8]).detail, two);
    assert.equal(judge({ kind: 'silent', afterMs: 60_000 }).verdict, 'timedOut');
  });

  it('[MQ6] a signal is a failure, stopping is neither', () => {
    assert.deepEqual(judge({ kind: 'killed', signal: 'SIGSEGV' }), {
      verdict: 'failed',
      detail: 'Gate test was ended by signal SIGSEGV.',
    });
    assert.equal(judge({ kind: 'stopped' }).verdict, 'stopped');
  });

  it('[MQ10] a gate that passed says what it left behind', () => {
    assert.equal(exit(0, '', [1, 2]).detail, 'Gate test passed. It left 2 processes behind, now ended.');
  });

  it('[MQ10] whatever a gate prints, only exit code 0 passes', () => {
    const outcome: fc.Arbitrary<RunOutcome> = fc.oneof(
      fc.integer({ min: -1, max: 300 }).map((code) => ({ kind: 'exited' as const, code })),
      fc.constantFrom<RunOutcome>(
        { kind: 'stopped' },
        { kind: 'timedOut', afterMs: 1 },
        { kind: 'killed', signal: 'SIGTERM' },
      ),
    );
    const known = [...NO_TEST.map(([, , output]) => output), ...SOME_TEST.map(([, output]) => output)];
    const output = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...known)), { maxLength: 5 });
    fc.assert(
      fc.property(outcome, output, (run, parts) => {
        const { verdict, detail } = judge(run, parts.join('\n'));
        assert.ok(detail.endsWith('.'));
        if (verdict === 'passed') assert.deepEqual(run, { kind: 'exited', code: 0 });
      }),
      { numRuns: 10_000 },
    );
  });

  it('[MQ10] a line of any length is read in no time', () => {
    const started = process.hrtime.bigint();
    exit(0, `${'1 passed, '.repeat(200_000)}\n${' '.repeat(2_000_000)}\n${'> Task :'.repeat(100_000)}`);
    assert.ok(process.hrtime.bigint() - started < 2_000_000_000n);
  });

  it('[MQ10] what is no summary costs one look a line, however many there are', () => {
    const lines = ['', 'Compiling src/module.ts', '   at Object.<anonymous> (/x/y.js:1:1)'];
    const output = Array.from({ length: 1_000_000 }, (_, at) => lines[at % lines.length] ?? '').join('\n');
    assert.deepEqual(summaryLines(`${output}\n  3 passing (1s)\n${output}`), ['  3 passing (1s)']);
    assert.deepEqual(summaryLines('\u001b[32mTe\u001b[0msts:  1 passed, 1 total'), ['Tests:  1 passed, 1 total']);
  });

  it('[MQ6] a red gate that found its address in use says nothing of the story; a green one is green', () => {
    const of = (code: number): GateVerdict =>
      judgeGate({ gate: 'test', outcome: { kind: 'exited', code }, output: '', leftBehind: [], addressInUse: true });
    assert.equal(of(1).verdict, 'addressInUse');
    assert.equal(of(0).verdict, 'passed');
    for (const words of [
      'Error: listen EADDRINUSE: address already in use :::3000',
      'OSError: [Errno 98] Address already in use',
      'listen tcp :8080: bind: Only one usage of each socket address (protocol/network address/port) is normally permitted.',
      'Bind for 0.0.0.0:5432 failed: port is already allocated',
    ])
      assert.equal(saysAddressInUse(words), true, words);
    assert.equal(saysAddressInUse('the address book is in use'), false);
  });
});
