import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { claimEpoch, forgetEpochsBefore, highestEpoch, readClaim } from '../../../../src/store/leader/epochs';
import type { Lead } from '../../../../src/ports/lead';
import { contend, type Leadership } from '../../../../src/store/leader/leader';
import { StoreError } from '../../../../src/store/storeError';
import { TemporaryFolder } from '../../../support/temporaryFolder';
import { KeptLog } from '../../../unit/store/storeFixtures';

const gone = { socket: '/nowhere/at/all.sock', pid: 1, startedAt: '2026-01-02T11:30:00.000Z' };

describe('leader', function () {
  let folder: TemporaryFolder;
  let dir: string;
  let log: KeptLog;
  let told: string[];
  let leads: Lead[];
  const contenders: Leadership[] = [];
  let heard = (): void => undefined;
  beforeEach(() => {
    folder = new TemporaryFolder();
    dir = folder.at('leader');
    mkdirSync(dir);
    log = new KeptLog();
    told = [];
    leads = [];
  });
  afterEach(async () => {
    for (const one of contenders.splice(0)) await one.dispose();
    folder.remove();
  });

  async function join(name: string, where = dir, beforeClaim?: () => Promise<void>): Promise<Leadership> {
    const tell = (what: string): void => {
      told.push(`${name} ${what}`);
      heard();
    };
    const one = await contend({
      dir: where,
      onLead: (lead) => {
        leads.push(lead);
        tell(`leads ${lead.epoch}`);
      },
      onFollow: (pid) => tell(`follows ${pid ?? 'unknown'}`),
      log,
      ...(beforeClaim && { beforeClaim }),
    });
    contenders.push(one);
    return one;
  }

  async function until(what: string): Promise<void> {
    while (!told.includes(what)) await new Promise<void>((resolve) => (heard = resolve));
  }

  const files = (ending: string): string[] => readdirSync(dir).filter((name) => name.endsWith(ending)).sort(); // prettier-ignore

  it('[P5] the first leads, the second follows it, and leads when the first is disposed', async () => {
    const first = await join('a');
    await join('b');
    assert.deepEqual(told, ['a leads 1', `b follows ${process.pid}`]);
    assert.equal((await leads[0]?.confirm())?.epoch, 1);
    await first.dispose();
    await until('b leads 2');
    assert.deepEqual(await Promise.all(leads.map((lead) => lead.confirm())), [null, { epoch: 2 }]);
  });

  it('[P5] a leader that has been overtaken knows it', async () => {
    await join('a');
    await claimEpoch(dir, 2, gone);
    assert.equal(await leads[0]?.confirm(), null);
  });

  it('[P5] what a killed leader left behind does not stop the next, and its epoch is not used again', async () => {
    for (const epoch of [4, 5, 7]) await claimEpoch(dir, epoch, gone);
    const leader = await join('a');
    assert.deepEqual(told, ['a leads 8']);
    await leader.dispose(); // waits for its tidying
    assert.deepEqual(files('.json'), ['epoch-7.json', 'epoch-8.json']);
  });

  it('[P5] of several claims to one epoch one succeeds, complete at once, and no draft stays', async () => {
    const claims = await Promise.all(
      Array.from({ length: 8 }, (_, pid) => claimEpoch(dir, 1, { ...gone, pid: pid + 1 })),
    );
    assert.equal(claims.filter(Boolean).length, 1);
    assert.equal((await readClaim(dir, 1)).holder?.pid, claims.indexOf(true) + 1);
    assert.deepEqual(readdirSync(dir), ['epoch-1.json']);
  });

  it('[P5] a claim that comes too late, on an epoch long past, does not lead', async () => {
    for (let epoch = 1; epoch <= 5; epoch++) await claimEpoch(dir, epoch, gone);
    await forgetEpochsBefore(dir, 5);
    assert.equal(await claimEpoch(dir, 3, gone), true);
    assert.equal(await highestEpoch(dir), 5);
  });

  it('[P5] a contender that was slow to claim follows those who led in the meantime', async () => {
    await claimEpoch(dir, 1, gone);
    let pass = (): void => undefined;
    const held = new Promise<void>((resolve) => (pass = resolve));
    let atClaim = (): void => undefined;
    const reached = new Promise<void>((resolve) => (atClaim = resolve));
    const slow = join('slow', dir, () => {
      atClaim();
      return held;
    });
    await reached;
    for (const name of ['b', 'c']) await (await join(name)).dispose();
    await join('d');
    assert.deepEqual(told, ['b leads 2', 'c leads 3', 'd leads 4']);
    pass();
    await slow;
    assert.deepEqual(told.slice(3), [`slow follows ${process.pid}`]);
  });

  it('[P5] a damaged epoch file is looked at again, and then passed', async () => {
    writeFileSync(`${dir}/epoch-3.json`, '{"socket":"/tmp/x');
    await join('a');
    assert.deepEqual(told, ['a follows unknown']);
    await until('a leads 4');
    assert.equal(log.of('warn', 'not certain that the leader is gone').length, 1);
  });

  it('[P5] an epoch file that is completed in the meantime is honoured', async () => {
    const server = net.createServer();
    const address = process.platform === 'win32' ? `\\\\.\\pipe\\${process.pid}-late` : folder.at('late.sock');
    await new Promise<void>((resolve) => server.listen(address, resolve));
    writeFileSync(`${dir}/epoch-3.json`, '');
    await join('a');
    writeFileSync(`${dir}/epoch-3.json`, JSON.stringify({ ...gone, socket: address, pid: 4711 }));
    await until('a follows 4711');
    server.close();
  });

  it('[P5] a folder with a long path works: the socket is elsewhere', async () => {
    const long = folder.at('x'.repeat(120), 'leader');
    await join('a', long);
    await join('b', long);
    assert.deepEqual(told, ['a leads 1', `b follows ${process.pid}`]);
    assert.deepEqual(readdirSync(long), ['epoch-1.json']);
  });

  it('[P5] sockets of killed processes are removed once they are old, and no other', async function () {
    if (process.platform === 'win32') return; // pipes leave nothing behind
    for (const name of ['old', 'young']) writeFileSync(`${dir}/${name}.sock`, '');
    const hoursAgo = Date.now() / 1000 - 7200;
    utimesSync(`${dir}/old.sock`, hoursAgo, hoursAgo);
    const live = net.createServer();
    await new Promise<void>((resolve) => live.listen(`${dir}/live.sock`, resolve));
    utimesSync(`${dir}/live.sock`, hoursAgo, hoursAgo);
    const leader = await join('a');
    await leader.dispose(); // waits for its tidying
    assert.deepEqual(files('.sock'), ['live.sock', 'young.sock']);
    live.close();
  });

  it('[P5] a listener that throws does not keep its process from leading', async () => {
    const broken = await contend({
      dir,
      onLead: (lead) => {
        leads.push(lead);
        throw new Error('broken');
      },
      onFollow: () => undefined,
      log,
    });
    contenders.push(broken);
    assert.equal((await leads[0]?.confirm())?.epoch, 1);
    assert.equal(log.of('error', 'broken').length, 1);
  });

  it('[P5] disposing twice, or at once after joining, leaves nothing that listens', async () => {
    for (let round = 0; round < 20; round++) {
      const [a, b] = await Promise.all([join('a'), join('b')]);
      await Promise.all([a.dispose(), b.dispose(), a.dispose()]);
    }
    assert.deepEqual(files('.sock'), []);
  });

  it('[P6] a folder that cannot be used is explained', async () => {
    writeFileSync(folder.at('plain'), '');
    await assert.rejects(join('a', folder.at('plain')), (error: unknown) => {
      assert.ok(error instanceof StoreError);
      assert.match(error.message, /another window works on this repository: it cannot be written to \(.*plain\)/);
      return true;
    });
  });
});
