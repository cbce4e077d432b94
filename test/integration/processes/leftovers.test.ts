import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processPlatform } from '../../../src/processes/platform';
import { createProcesses } from '../../../src/processes/processes';
import { waitFor } from '../../support/waitFor';
import { isRunning, Machine } from './machine';

const platform = processPlatform(process.platform);

describe('what an earlier process left behind', () => {
  let machine: Machine;
  beforeEach(() => (machine = new Machine()));
  afterEach(() => machine.close());

  function writeRecord(id: string, main: object | null): void {
    mkdirSync(machine.recordDir, { recursive: true });
    const record = { id, label: 'a gate', command: ['sleep'], startedAt: new Date().toISOString(), main };
    writeFileSync(join(machine.recordDir, `${id}.json`), JSON.stringify(record));
  }

  /** A process that no run started, so nothing but a record leads to it. */
  async function startStranger(): Promise<{ child: ChildProcess; pid: number; startedAt: number }> {
    const env = { ...process.env, ...machine.environment };
    const child = spawn('sleep', ['600'], { stdio: 'ignore', detached: true, env });
    const pid = child.pid!;
    return { child, pid, startedAt: (await platform.startOf(pid))! };
  }

  /** A process of Switchyard's, started as one of its own, that is killed while its run goes on. */
  async function killHostDuringRun(): Promise<string> {
    const id = 'run-of-a-killed-host';
    const host = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'host.ts')], {
      env: { ...process.env, RECORD_DIR: machine.recordDir, RUN_ID: id, ...machine.environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    host.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    await waitFor('the run', () => output.includes('ready'), { seen: () => output });
    await waitFor('the host to end', () => (host.kill('SIGKILL'), host.signalCode));
    return id;
  }

  it('[MQ3] is ended at the next start: its children, and those that forked twice', async () => {
    const id = await killHostDuringRun();
    assert.ok(machine.alive().length >= 3, 'the run goes on without its host');
    assert.deepEqual(await createProcesses(machine).endLeftovers(), [id]);
    assert.deepEqual(machine.alive(), []);
    assert.deepEqual(machine.records(), []);
    assert.deepEqual(await createProcesses(machine).endLeftovers(), []);
  });

  it('[MQ3] is ended also when its record is damaged, for its processes carry its id', async () => {
    const id = await killHostDuringRun();
    writeFileSync(join(machine.recordDir, `${id}.json`), '{"id":');
    assert.deepEqual(await createProcesses(machine).endLeftovers(), [id]);
    assert.deepEqual(machine.alive(), []);
  });

  it('[MQ3] a process whose number was used again is never signalled', async () => {
    const { pid, startedAt } = await startStranger();
    writeRecord('run-reused', { pid, startedAt: startedAt - 1, boot: platform.boot });
    writeRecord('run-other-boot', { pid, startedAt, boot: 'another' });
    writeRecord('run-unstarted', null);
    const ended = await createProcesses(machine).endLeftovers();
    assert.deepEqual(ended.sort(), ['run-other-boot', 'run-reused', 'run-unstarted']);
    assert.ok(isRunning(pid));
    assert.deepEqual(machine.records(), []);
  });

  it('[MQ3] a process whose start time is the recorded one is ended', async () => {
    const { pid, startedAt, child } = await startStranger();
    writeRecord('run-same', { pid, startedAt, boot: platform.boot });
    await createProcesses(machine).endLeftovers();
    await waitFor('the end', () => child.signalCode);
    assert.equal(isRunning(pid), false);
  });

  it('[MQ3] files that are no records are left alone', async () => {
    mkdirSync(machine.recordDir, { recursive: true });
    writeFileSync(join(machine.recordDir, 'notes.txt'), '');
    writeFileSync(join(machine.recordDir, 'a b.json'), '{}');
    assert.deepEqual(await createProcesses(machine).endLeftovers(), []);
    assert.equal(machine.records().length, 2);
  });
});
