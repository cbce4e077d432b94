import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GateProgress } from '../../../src/core/pipeline/facts';
import type { OutputSink } from '../../../src/ports/store';
import type { Gate } from '../../../src/gates/chooseGates';
import { runGates, type GatesOutcome } from '../../../src/gates/runGates';
import { createProcesses } from '../../../src/processes/processes';
import { waitFor } from '../../support/waitFor';
import { Machine } from '../processes/machine';

const COMMIT = 'c'.repeat(40);

describe('gates', () => {
  let machine: Machine;
  let output: string;
  let progress: GateProgress[];
  let restored: number;

  beforeEach(() => {
    machine = new Machine();
    output = '';
    progress = [];
    restored = 0;
  });
  afterEach(() => machine.close());

  function gate(name: string, ...argv: string[]): Gate {
    return { name, argv, command: argv.join(' '), timeoutMs: 60_000 };
  }

  function run(gates: [Gate, ...Gate[]], signal = new AbortController().signal): Promise<GatesOutcome> {
    const sink: OutputSink = {
      write: (text) => void (output += text),
      tail: () => output,
      close: () => Promise.resolve(),
    };
    const processes = createProcesses(machine);
    let runs = 0;
    return runGates({
      gates,
      tree: { folder: machine.folder, commit: COMMIT },
      restore: () => Promise.resolve(void (restored += 1)),
      processes: {
        run: (request) => processes.run({ ...request, env: { ...request.env, ...machine.environment } }),
        endLeftovers: () => processes.endLeftovers(),
      },
      output: sink,
      onProgress: (at) => progress.push(at),
      signal,
      label: 'gates of #3',
      newRunId: () => `gate-${(runs += 1)}`,
      now: () => 1000 + runs,
    });
  }

  it('[MQ10] run one after another in the given tree, each on files that equal the commit', async () => {
    const say = 'echo "$SWITCHYARD_GATE $SWITCHYARD_COMMIT $CI $(pwd)"';
    const outcome = await run([gate('lint', 'sh', '-c', say), gate('test', 'sh', '-c', say)]);
    assert.equal(outcome.kind, 'passed');
    assert.deepEqual(
      outcome.results.map((one) => [one.gate, one.verdict, one.command]),
      [
        ['lint', 'passed', `sh -c ${say}`],
        ['test', 'passed', `sh -c ${say}`],
      ],
    );
    const printed = (name: string): string =>
      `$ sh -c ${say}\n${name} ${COMMIT} true ${machine.folder}\nGate ${name} passed.\n\n`;
    assert.equal(output, printed('lint') + printed('test'));
    assert.equal(restored, 2);
    assert.deepEqual(progress, [
      { gate: 'lint', index: 0, total: 2, startedAt: 1000 },
      { gate: 'test', index: 1, total: 2, startedAt: 1001 },
    ]);
  });

  it('[MQ6] a gate that fails is red, and those behind it do not run', async () => {
    const outcome = await run([
      gate('lint', 'true'),
      gate('test', 'sh', '-c', 'printf boom; exit 3'),
      gate('late', 'true'),
    ]);
    assert.ok(outcome.kind === 'red');
    assert.equal(outcome.result.detail, 'Gate test exited with code 3.');
    assert.deepEqual(
      outcome.results.map((one) => one.gate),
      ['lint', 'test'],
    );
    assert.ok(output.endsWith('boom\nGate test exited with code 3.\n\n'));
  });

  it('[MQ10] a missing program is not passed: it is the environment’s fault', async () => {
    const outcome = await run([gate('test', 'no-such-program-of-ours')]);
    assert.ok(outcome.kind === 'environment');
    assert.equal(outcome.result.verdict, 'notFound');
    const shell = await run([gate('test', 'sh', '-c', 'no-such-program-of-ours')]);
    assert.ok(shell.kind === 'environment');
    assert.match(shell.result.detail, /no program named no-such-program-of-ours/);
  });

  it('[MQ10] node --test that finds no test is not passed', async () => {
    mkdirSync(join(machine.folder, 'empty'));
    const outcome = await run([gate('test', 'sh', '-c', `cd empty; exec '${process.execPath}' --test`)]);
    assert.ok(outcome.kind === 'environment');
    assert.equal(outcome.result.verdict, 'ranNoTest');
  });

  it('[MQ10] node --test that runs a test is passed', async () => {
    writeFileSync(join(machine.folder, 'a.test.mjs'), `import test from 'node:test'; test('a', () => {});`);
    assert.equal((await run([gate('test', process.execPath, '--test')])).kind, 'passed');
  });

  it('[MQ10] a test that ran long before the end of the output counts', async () => {
    const script = `echo "ℹ pass 3"; head -c 300000 /dev/zero | tr '\\0' 'x' | fold -w 80; echo; echo "  0 passing (1ms)"`;
    assert.equal((await run([gate('test', 'sh', '-c', script)])).kind, 'passed');
    const only = script.replace('pass 3', 'pass 0');
    assert.equal((await run([gate('test', 'sh', '-c', only)])).kind, 'environment');
  });

  it('[MQ10] a timeout ends the gate with all it started, and is the environment’s fault', async () => {
    const hanging = { ...gate('test', 'sh', '-c', '(setsid sleep 600 &); sleep 600'), timeoutMs: 300 };
    const outcome = await run([hanging]);
    assert.ok(outcome.kind === 'environment');
    assert.equal(
      outcome.result.detail,
      'Gate test ran longer than 300 ms and was ended, with 1 process it had left behind.',
    );
    assert.deepEqual(machine.alive(), []);
  });

  it('[MQ10] stopping ends the gate that runs, starts no other, and is no failure', async () => {
    const abort = new AbortController();
    const running = run([gate('a', 'sh', '-c', 'echo on; sleep 600'), gate('b', 'true')], abort.signal);
    await waitFor('the gate', () => output.includes('on\n'));
    abort.abort();
    const outcome = await running;
    assert.equal(outcome.kind, 'stopped');
    assert.deepEqual(
      outcome.results.map((one) => [one.gate, one.verdict]),
      [['a', 'stopped']],
    );
    assert.deepEqual(machine.alive(), []);
    assert.deepEqual(await run([gate('a', 'true')], AbortSignal.abort()), { kind: 'stopped', results: [] });
    assert.equal(restored, 1);
  });
});
