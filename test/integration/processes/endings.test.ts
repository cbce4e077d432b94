import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createProcesses } from '../../../src/processes/processes';
import { waitFor } from '../../support/waitFor';
import { clockWithLever, isRunning, Machine } from './machine';

/** Forks twice into a session of its own and lets go of everything: no group and no parent leads to it. */
const DAEMON = '(setsid sleep 600 </dev/null >/dev/null 2>&1 &)';
const TIMEOUT = 3_600_000;

describe('the end of a run', () => {
  let machine: Machine;
  beforeEach(() => (machine = new Machine()));
  afterEach(() => machine.close());

  /** Runs until the script says `ready`, lets `act` happen, and returns the result with the number of processes before. */
  async function runUntilReady(script: readonly string[], act: 'abort' | 'timeout') {
    const { clock, fire } = clockWithLever(TIMEOUT);
    const processes = createProcesses({ recordDir: machine.recordDir, log: machine.log, clock });
    const abort = new AbortController();
    let output = '';
    const request = machine.request(script, {
      timeoutMs: TIMEOUT,
      signal: abort.signal,
      onOutput: (text) => (output += text),
    });
    const running = processes.run(request);
    await waitFor('the script', () => output.includes('ready'), { seen: () => output });
    const before = machine.alive();
    if (act === 'abort') abort.abort();
    else fire();
    return { result: await running, before };
  }

  it('[MQ10] a timeout ends a double-forked child too', async () => {
    const { result, before } = await runUntilReady(['sh', '-c', `${DAEMON}; echo ready; sleep 600`], 'timeout');
    assert.equal(before.length, 3);
    assert.deepEqual(result.outcome, { kind: 'timedOut', afterMs: TIMEOUT });
    assert.equal(result.leftBehind.length, 1);
    assert.deepEqual(machine.alive(), []);
    assert.deepEqual(machine.records(), []);
  });

  it('[MQ10] stopping a run ends a double-forked child too', async () => {
    const { result } = await runUntilReady(['sh', '-c', `${DAEMON}; echo ready; sleep 600`], 'abort');
    assert.deepEqual(result.outcome, { kind: 'stopped' });
    assert.equal(result.leftBehind.length, 1);
    assert.deepEqual(machine.alive(), []);
  });

  it('[MQ10] a run that ends by itself leaves no double-forked child behind, and names it', async () => {
    const processes = createProcesses(machine);
    const result = await processes.run(machine.request(['sh', '-c', `${DAEMON}; exit 3`]));
    assert.deepEqual(result.outcome, { kind: 'exited', code: 3 });
    assert.equal(result.leftBehind.length, 1);
    assert.deepEqual(machine.alive(), []);
    assert.deepEqual(machine.records(), []);
  });

  it('[MQ10] a child that holds the output open does not hold up the end', async () => {
    const processes = createProcesses(machine);
    const result = await processes.run(machine.request(['sh', '-c', '(setsid sleep 600 &); echo done']));
    assert.deepEqual(result.outcome, { kind: 'exited', code: 0 });
    assert.deepEqual(machine.alive(), []);
  });

  it('[MQ10] a child without any environment is ended with its group', async () => {
    let output = '';
    const processes = createProcesses(machine);
    const script = 'env -i sleep 600 & echo $!';
    const result = await processes.run(machine.request(['sh', '-c', script], { onOutput: (text) => (output += text) }));
    const pid = Number(output);
    assert.deepEqual(result.leftBehind, [pid]);
    assert.equal(isRunning(pid), false);
  });

  it('[MQ10] a process that ignores the request to end is killed', async () => {
    const script = `process.on('SIGTERM', () => {}); console.log('ready'); setInterval(() => {}, 1000)`;
    const { result } = await runUntilReady([process.execPath, '-e', script], 'timeout');
    assert.equal(result.outcome.kind, 'timedOut');
    assert.deepEqual(machine.alive(), []);
  });

  it('[MQ10] a process may tidy up before it ends', async () => {
    const script = `process.on('SIGTERM', () => { require('fs').writeFileSync('tidied', ''); process.exit() });
      console.log('ready'); setInterval(() => {}, 1000)`;
    await runUntilReady([process.execPath, '-e', script], 'abort');
    const { existsSync } = await import('node:fs');
    assert.ok(existsSync(`${machine.folder}/tidied`));
  });

  it('[MQ10] children that are started while the run is being ended are ended as well', async () => {
    const respawn = `const { spawn } = require('child_process');
      const again = () => spawn(process.execPath, ['-e', process.argv[1], process.argv[1]], { detached: true, stdio: 'ignore' });
      process.on('SIGTERM', () => { again(); again(); });
      console.log('ready'); setInterval(() => {}, 1000)`;
    const { result } = await runUntilReady([process.execPath, '-e', respawn, respawn], 'abort');
    assert.equal(result.outcome.kind, 'stopped');
    assert.deepEqual(machine.alive(), []);
  });

  it('[MQ10] ending one run touches no other run and nobody else', async () => {
    const processes = createProcesses(machine);
    const stranger = spawn('sleep', ['600'], {
      stdio: 'ignore',
      detached: true,
      env: { ...process.env, ...machine.environment },
    });
    const other = new AbortController();
    let said = '';
    const otherRun = processes.run(
      machine.request(['sh', '-c', 'echo on; exec sleep 600'], {
        signal: other.signal,
        onOutput: (text) => (said += text),
      }),
    );
    await waitFor('the other run', () => said !== '');
    await processes.run(machine.request(['sh', '-c', DAEMON]));
    assert.equal(machine.alive().length, 2);
    assert.deepEqual(await processes.endLeftovers(), []);
    assert.equal(machine.alive().length, 2);
    other.abort();
    await otherRun;
    assert.deepEqual(machine.alive(), [stranger.pid]);
  });

  it('[A6] silence ends a run, however long it may take otherwise', async () => {
    const processes = createProcesses(machine);
    const result = await processes.run(machine.request(['sh', '-c', `${DAEMON}; sleep 600`], { silenceMs: 300 }));
    assert.deepEqual(result.outcome, { kind: 'silent', afterMs: 300 });
    assert.deepEqual(machine.alive(), []);
  });
});
