import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FolderGoneError } from '../../../src/base/errors';
import type { RunRequest } from '../../../src/ports/processes';
import { createProcesses } from '../../../src/processes/processes';
import { expectError } from '../../support/mocha/unexpectedErrors';
import { waitFor } from '../../support/waitFor';
import { Machine } from './machine';

describe('a run', () => {
  let machine: Machine;
  beforeEach(() => (machine = new Machine()));
  afterEach(() => machine.close());

  async function outputOf(command: readonly string[], change: Partial<RunRequest> = {}) {
    let output = '';
    const onOutput = (text: string) => void (output += text);
    const result = await createProcesses(machine).run(machine.request(command, { onOutput, ...change }));
    return { output, result };
  }

  it('[MQ3] is on record before it starts, with its process id while it runs, and off the record when all ended', async () => {
    const id = 'run-recorded';
    const file = join(machine.recordDir, `${id}.json`);
    const { output } = await outputOf(['sh', '-c', `cat ${file}`], { id });
    const before = JSON.parse(output) as { id: string; label: string; command: string[] };
    assert.deepEqual([before.id, before.label, before.command.at(-1)], [id, 'a test', `cat ${file}`]);
    assert.deepEqual(machine.records(), []);

    const abort = new AbortController();
    const running = outputOf(['sleep', '600'], { id, signal: abort.signal });
    await waitFor('the process id on record', () => {
      const { main } = JSON.parse(readFileSync(file, 'utf8')) as { main: { pid: number } | null };
      return main !== null && machine.alive().includes(main.pid);
    });
    abort.abort();
    await running;
    assert.deepEqual(machine.records(), []);
  });

  it('[MQ3] does not start when it cannot be put on record', async () => {
    writeFileSync(machine.recordDir, 'not a folder');
    await assert.rejects(outputOf(['touch', 'started']));
    assert.equal(existsSync(join(machine.folder, 'started')), false);
  });

  it('[MQ3] carries its id in its environment, and nothing of the editor or of git', async () => {
    const [gitDir, electron] = [process.env['GIT_DIR'], process.env['ELECTRON_RUN_AS_NODE']];
    process.env['GIT_DIR'] = '/nowhere';
    process.env['ELECTRON_RUN_AS_NODE'] = '1';
    try {
      const { output } = await outputOf(['env'], { id: 'run-env', env: { CI: 'true' } });
      assert.match(output, /^SWITCHYARD_RUN=run-env$/m);
      assert.match(output, /^CI=true$/m);
      assert.doesNotMatch(output, /^(?:GIT_|ELECTRON_|VSCODE_)/m);
    } finally {
      restore('GIT_DIR', gitDir);
      restore('ELECTRON_RUN_AS_NODE', electron);
    }
  });

  it('[MQ10] gives output as text, though a character comes in two chunks', async () => {
    const script = `const bytes = Buffer.from('Straße 🚋 done');
      const next = (at) => { if (at < bytes.length) process.stdout.write(bytes.subarray(at, at + 1), () => setTimeout(next, 3, at + 1)); };
      next(0)`;
    assert.equal((await outputOf([process.execPath, '-e', script])).output, 'Straße 🚋 done');
  });

  it('[MQ10] gives both streams, also the last line without an end', async () => {
    const { output } = await outputOf(['sh', '-c', 'echo out; echo err >&2; printf end']);
    for (const part of ['out\n', 'err\n', 'end']) assert.ok(output.includes(part), output);
  });

  it('[MQ10] that closes its output early still runs until it exits', async () => {
    const script = `require('fs').closeSync(1); require('fs').closeSync(2); setTimeout(() => process.exit(7), 200)`;
    const { result } = await outputOf([process.execPath, '-e', script]);
    assert.deepEqual(result.outcome, { kind: 'exited', code: 7 });
  });

  it('[MQ10] has no input to wait for', async () => {
    assert.deepEqual((await outputOf(['cat'])).result.outcome, { kind: 'exited', code: 0 });
  });

  it('[MQ10] that ends at once loses none of its output', async () => {
    const line = 'x'.repeat(999);
    const { output } = await outputOf(['sh', '-c', `for i in 1 2 3 4 5 6 7 8 9; do echo ${line}; done`]);
    assert.equal(output.length, 9000);
  });

  it('[MQ10] that a signal ended says which', async () => {
    assert.deepEqual((await outputOf(['sh', '-c', 'kill -USR1 $$'])).result.outcome, {
      kind: 'killed',
      signal: 'SIGUSR1',
    });
  });

  it('[MQ6] of a program that is not there says so, and so does one that cannot be executed', async () => {
    const missing = await outputOf(['no-such-program-of-ours']);
    assert.deepEqual(missing.result.outcome, { kind: 'notFound', program: 'no-such-program-of-ours' });
    writeFileSync(join(machine.folder, 'plain.txt'), 'text', { mode: 0o644 });
    const plain = await outputOf(['./plain.txt']);
    assert.deepEqual(plain.result.outcome, { kind: 'notFound', program: './plain.txt' });
    assert.deepEqual(machine.records(), []);
  });

  it('[MQ6] in a folder that is not there is an error that names the folder, not a missing program', async () => {
    const cwd = join(machine.folder, 'gone');
    await assert.rejects(outputOf(['true'], { cwd }), FolderGoneError);
    writeFileSync(join(machine.folder, 'file'), '');
    await assert.rejects(outputOf(['true'], { cwd: join(machine.folder, 'file') }), FolderGoneError);
    assert.deepEqual(machine.records(), []);
  });

  it('[MQ6] that the system refuses to start is an error, and leaves no record', async () => {
    await assert.rejects(outputOf(['true', 'a\0b']), /Cannot run a test/);
    await assert.rejects(outputOf(['true', 'x'.repeat(300_000)]), /Cannot run a test/);
    await assert.rejects(outputOf([]), /its command is empty/);
    assert.deepEqual(machine.records(), []);
  });

  it('[A11] hands on arguments as they are: no shell reads them', async () => {
    const hostile = ['$(touch owned)', '`touch owned`', ';touch owned', '&& touch owned', '\'"', '*', '-rf'];
    const { output } = await outputOf([
      process.execPath,
      '-e',
      'console.log(JSON.stringify(process.argv.slice(1)))',
      '--',
      ...hostile,
    ]);
    assert.deepEqual(JSON.parse(output), hostile);
    assert.equal(existsSync(join(machine.folder, 'owned')), false);
  });

  it('[MQ10] that was stopped before it began starts nothing', async () => {
    const { result } = await outputOf(['touch', 'started'], { signal: AbortSignal.abort() });
    assert.deepEqual(result.outcome, { kind: 'stopped' });
    assert.equal(existsSync(join(machine.folder, 'started')), false);
  });

  it('[MQ10] goes on when nobody can take its output', async () => {
    expectError(/^Output of run \S+ is lost from here on/);
    mkdirSync(join(machine.folder, 'sub'));
    const onOutput = () => {
      throw new Error('full');
    };
    const { result } = await outputOf(['sh', '-c', 'echo one; sleep 0.05; echo two; exit 4'], { onOutput });
    assert.deepEqual(result.outcome, { kind: 'exited', code: 4 });
    assert.equal(machine.logged.filter((line) => line.startsWith('error')).length, 1);
  });

  it('[MQ3] refuses an id that could name a file elsewhere', async () => {
    await assert.rejects(outputOf(['touch', 'started'], { id: '../escape' }), /run id/);
    assert.equal(existsSync(join(machine.folder, 'started')), false);
  });
});

function restore(name: string, value: string | undefined): void {
  if (value === undefined) Reflect.deleteProperty(process.env, name);
  else process.env[name] = value;
}
