import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createGit } from '../../../src/git/door/run';
import { createProcesses } from '../../../src/processes/processes';
import { SpawnerStarter } from '../../../src/processes/spawner/spawnerStarter';
import type { Starter } from '../../../src/processes/starter';
import { brokenBundle, gather, nodeProgram } from '../../contract/processes/starters';
import { spawnerBundle } from '../../support/sharedSpawner';
import { gitBinary } from '../../support/temporaryRepository';
import { waitFor } from '../../support/waitFor';
import { isRunning, Machine } from './machine';

describe('the process that starts programs', () => {
  let machine: Machine;
  let bundle: string;
  let starter: SpawnerStarter;
  before(() => (bundle = spawnerBundle()));
  beforeEach(() => {
    machine = new Machine();
    starter = new SpawnerStarter({ bundle, log: machine.log });
  });
  afterEach(() => {
    starter.dispose();
    machine.close();
  });

  const shell = (script: string) => nodeProgram('', { program: 'sh', args: ['-c', script] });

  /** The spawner's process id, once it has started something. */
  async function running(): Promise<number> {
    await gather(starter.start(shell('exit 0')));
    assert.ok(starter.pid !== null);
    return starter.pid;
  }

  it('[G2] is started at first need, and only once', async () => {
    assert.equal(starter.pid, null);
    const pid = await running();
    assert.equal(await running(), pid);
    assert.deepEqual(machine.logged, []);
  });

  it('[G2] is the parent of what is started, in place of this process', async () => {
    const pid = await running();
    const { stdout } = await gather(starter.start(shell('echo $PPID')));
    assert.equal(Number(stdout.toString()), pid);
  });

  it('[MQ3] killed in the middle, it is started again; its callers get a named end, and no answer is made up', async () => {
    const pid = await running();
    const programs = Array.from({ length: 5 }, () => starter.start(shell('echo begun; exec sleep 600')));
    const pids = await Promise.all(
      programs.map(async ({ begun }) => {
        const first = await begun;
        assert.equal(first.kind, 'running');
        return first.pid;
      }),
    );
    process.kill(pid, 'SIGKILL');
    for (const program of programs) assert.deepEqual((await gather(program)).end, { kind: 'lost' });
    assert.ok((await running()) !== pid);
    assert.match(
      machine.logged.join('\n'),
      /^warn \[spawner\] .* has ended and is started again: it ended \(SIGKILL\)/,
    );
    for (const one of pids) process.kill(one, 'SIGKILL');
  });

  it('[MQ3] killed in the middle of a run, the run ends as lost with its last process, and its record goes', async () => {
    const processes = createProcesses({ recordDir: machine.recordDir, log: machine.log, starter });
    let output = '';
    const script = '(setsid sleep 600 </dev/null >/dev/null 2>&1 &); sleep 600 & echo ready; sleep 600';
    const run = processes.run(machine.request(['sh', '-c', script], { onOutput: (text) => (output += text) }));
    await waitFor('the run', () => output.includes('ready'), { seen: () => output });
    assert.ok(machine.alive().length >= 4);
    process.kill(starter.pid ?? 0, 'SIGKILL');
    assert.deepEqual((await run).outcome, { kind: 'lost' });
    assert.deepEqual(machine.alive(), []);
    assert.deepEqual(machine.records(), []);
    const next = await processes.run(machine.request(['sh', '-c', 'exit 4']));
    assert.deepEqual(next.outcome, { kind: 'exited', code: 4 });
  });

  it('[MQ3] what a killed host had started through it is found by its record at the next start', async () => {
    const id = 'run-of-a-killed-host';
    const host = spawn(process.execPath, ['--import', 'tsx', path.join(import.meta.dirname, 'host.ts')], {
      env: { ...process.env, RECORD_DIR: machine.recordDir, RUN_ID: id, SPAWNER: bundle, ...machine.environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    host.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    await waitFor('the run', () => output.includes('ready'), { seen: () => output });
    const itsSpawner = machine.alive().find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(bundle));
    assert.ok(itsSpawner !== undefined);
    host.kill('SIGKILL');
    await waitFor('the spawner to end with its host', () => !isRunning(itsSpawner));
    assert.ok(machine.alive().length >= 3, 'the run goes on without its host');
    assert.deepEqual(
      await createProcesses({ recordDir: machine.recordDir, log: machine.log, starter }).endLeftovers(),
      [id],
    );
    assert.deepEqual(machine.alive(), []);
  });

  it('[MQ3] a host that has nothing else to do is not kept alive by it', async () => {
    const script = `const { SpawnerStarter } = require(${JSON.stringify(path.join(import.meta.dirname, '../../../src/processes/spawner/spawnerStarter.ts'))});
      const log = { debug() {}, info() {}, warn: console.log, error: console.log };
      const starter = new SpawnerStarter({ bundle: ${JSON.stringify(bundle)}, log });
      const started = starter.start({ program: 'sh', args: ['-c', 'echo done'], cwd: '/', env: {}, stdin: 'none', group: 'shared' });
      started.stdout.on('data', (data) => process.stdout.write(data));`;
    const host = spawn(process.execPath, ['--import', 'tsx', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    host.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    await waitFor('the host to end by itself', () => host.exitCode === 0, { seen: () => output });
    assert.equal(output, 'done\n');
  });

  it('[MQ3, G13] what a host had asked for that is gone by the time it is read is not started', async () => {
    const late = path.join(machine.folder, 'late');
    const script = `const { SpawnerStarter } = require(${JSON.stringify(path.join(import.meta.dirname, '../../../src/processes/spawner/spawnerStarter.ts'))});
      const log = { debug() {}, info() {}, warn: console.log, error: console.log };
      const starter = new SpawnerStarter({ bundle: ${JSON.stringify(bundle)}, log });
      const start = (args) => starter.start({ program: 'touch', args, cwd: '/', env: process.env, stdin: 'none', group: 'shared' });
      start([${JSON.stringify(`${late}.first`)}]).ended.then(() => console.log(starter.pid));
      process.stdin.once('data', () => { start([${JSON.stringify(late)}]); setImmediate(() => console.log('asked')); });`;
    const host = spawn(process.execPath, ['--import', 'tsx', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
    let output = '';
    host.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    const itsSpawner = Number(await waitFor('its spawner', () => /^\d+$/m.exec(output)?.[0], { seen: () => output }));
    process.kill(itsSpawner, 'SIGSTOP');
    host.stdin.write('go\n');
    await waitFor('the host to ask', () => output.includes('asked'), { seen: () => output });
    host.kill('SIGKILL');
    await waitFor('the host to end', () => host.signalCode !== null);
    process.kill(itsSpawner, 'SIGCONT');
    await waitFor('its spawner to end', () => !isRunning(itsSpawner));
    assert.deepEqual([existsSync(`${late}.first`), existsSync(late)], [true, false]);
  });

  it('[G2] where it cannot run, programs are started from here, and the log says so once', async () => {
    for (const broken of ['/nowhere/spawner.js', brokenBundle()]) {
      machine.logged.splice(0);
      const fallback = new SpawnerStarter({ bundle: broken, log: machine.log });
      const first = await Promise.all([1, 2].map((code) => gather(fallback.start(shell(`exit ${code}`)))));
      assert.deepEqual(
        first.map(({ end }) => end),
        [1, 2].map((code) => ({ kind: 'exited', code })),
      );
      await gather(fallback.start(shell('exit 0')));
      assert.equal(fallback.pid, null);
      const warned = machine.logged.filter((line) => line.startsWith('warn'));
      assert.equal(warned.length, 1);
      assert.match(
        warned[0] ?? '',
        /started from this process.*cannot run: (?:there is no file|it ended \(exit code 7\): Not on this)/,
      );
    }
  });

  it('[G2] a git call that only reads is asked again when the spawner died under it', async () => {
    const pid = await running();
    const git = createGit({ binary: gitBinary, log: machine.log, starter });
    const calls = Array.from({ length: 20 }, () => git.run('version', [], { cwd: machine.folder }));
    process.kill(pid, 'SIGKILL');
    for (const { text } of await Promise.all(calls)) assert.match(text, /^git version/);
  });

  describe('where it dies between the end of a program and the last of its output', () => {
    /** Says half of it and has ended; what still holds its output would say the rest. */
    const HALF = '(exec sleep 600) & echo half; exit 0';
    const started: string[] = [];

    /** Dies as soon as it has told the end of the first program that it started. */
    const dying: Starter = {
      start(request) {
        const first = started.length === 0;
        started.push(request.args.join(' '));
        if (!first) return starter.start(request);
        const program = starter.start({ ...request, program: 'sh', args: ['-c', HALF], group: 'own' });
        void program.begun.then((begun) => {
          void program.ended.then(() => {
            process.kill(starter.pid ?? 0, 'SIGKILL');
            if (begun.kind === 'running') process.kill(-begun.pid, 'SIGKILL');
          });
        });
        return program;
      },
    };
    beforeEach(async () => {
      started.splice(0);
      await running();
    });

    it('[G2] the half that came is no answer of git, whatever its exit code: it is asked again', async () => {
      const git = createGit({ binary: gitBinary, log: machine.log, starter: dying });
      assert.match((await git.run('version', [], { cwd: machine.folder })).text, /^git version/);
      assert.equal(started.length, 2);
    });

    it('[MQ10, G2] a run whose output was cut is lost, though its program had ended well', async () => {
      const processes = createProcesses({ recordDir: machine.recordDir, log: machine.log, starter: dying });
      const { outcome } = await processes.run(machine.request(['sh', '-c', 'exit 0']));
      assert.deepEqual(outcome, { kind: 'lost' });
    });
  });

  it('[G2] let go of, it ends when the last program it holds has ended', async () => {
    const pid = await running();
    const program = starter.start(shell('read line; exit 5'));
    await program.begun;
    starter.dispose();
    assert.ok(isRunning(pid));
    assert.deepEqual((await gather(program, 'go\n')).end, { kind: 'exited', code: 5 });
    await waitFor('its end', () => !isRunning(pid));
    assert.deepEqual(machine.logged, []);
  });
});
