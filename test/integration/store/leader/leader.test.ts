import { expectError } from '../../../support/mocha/unexpectedErrors';
import assert from 'node:assert/strict';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import type { Holder } from '../../../../src/store/leader/claim';
import {
  claimEpoch,
  forgetEpochsBefore,
  HIGHEST_EPOCH,
  highestEpoch,
  readClaim,
} from '../../../../src/store/leader/epochs';
import type { Lead } from '../../../../src/ports/lead';
import { folderIdOf } from '../../../../src/store/leader/folderId';
import { contend, type Leadership } from '../../../../src/store/leader/leader';
import { StoreError } from '../../../../src/store/storeError';
import { TemporaryFolder } from '../../../support/temporaryFolder';
import { waitFor } from '../../../support/waitFor';
import { KeptLog } from '../../../unit/store/storeFixtures';

const gone: Holder = {
  socket: { at: 'folder', name: '00.sock' },
  token: '0'.repeat(64),
  pid: 1,
  startedAt: '2026-01-02T11:30:00.000Z',
};

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
      onFollow: (leader) => tell(`follows ${leader?.pid ?? 'unknown'}`),
      onLost: () => tell('lost'),
      onProblem: (problem) => tell(problem === null ? 'is well' : `says ${problem}`),
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
    writeFileSync(`${dir}/epoch-3.json`, '{"socket":{"at":"fol');
    await join('a');
    assert.deepEqual(told, ['a follows unknown']);
    await until('a leads 4');
    assert.equal(log.of('warn', 'not certain that the leader is gone').length, 1);
  });

  it('[P5] an epoch file that is completed in the meantime is honoured', async () => {
    const server = net.createServer();
    const address = process.platform === 'win32' ? `\\\\.\\pipe\\${process.pid}-late` : folder.at('late.sock');
    const socket = { at: 'elsewhere', path: address, folder: await folderIdOf(dir) } as const;
    await new Promise<void>((resolve) => server.listen(address, resolve));
    writeFileSync(`${dir}/epoch-3.json`, '');
    await join('a');
    writeFileSync(`${dir}/epoch-3.json`, JSON.stringify({ ...gone, socket, pid: 4711 }));
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

  // On Windows pipes leave nothing behind.
  if (process.platform !== 'win32')
    it('[P5] sockets of killed processes are removed once they are old, and no other', async function () {
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

  const mode = (file: string): string => (statSync(file).mode & 0o777).toString(8);

  // On Windows the folder's own rules hold there.
  if (process.platform !== 'win32')
    it('[P5] nobody but the owner can read a claim or reach the socket', async function () {
      chmodSync(dir, 0o755);
      await join('a');
      const socket = `${dir}/${files('.sock')[0]}`;
      assert.deepEqual([dir, `${dir}/epoch-1.json`, socket].map(mode), ['700', '600', '600']);
    });

  it('[P5] a claim that stands in a copy of the folder is no claim on the copy, wherever its socket is', async () => {
    for (const original of [dir, folder.at('x'.repeat(120), 'leader')]) {
      told = [];
      await join('a', original);
      const copy = folder.at('copies', String(original.length), 'leader');
      mkdirSync(copy, { recursive: true });
      copyFileSync(`${original}/epoch-1.json`, `${copy}/epoch-1.json`);
      await join('b', copy);
      assert.deepEqual(told, ['a leads 1', 'b leads 2']);
      await join('c', original);
      assert.equal(told.at(-1), `c follows ${process.pid}`);
    }
  });

  it('[P5] a folder that was moved keeps its leader', async () => {
    await join('a');
    const moved = folder.at('moved', 'switchyard', 'leader');
    mkdirSync(path.dirname(moved), { recursive: true });
    renameSync(dir, moved);
    await join('b', moved);
    assert.deepEqual(told, ['a leads 1', `b follows ${process.pid}`]);
  });

  it('[P5, P8] a folder that is deleted under its leader is made again, and who comes then follows', async () => {
    for (const spoil of [
      () => rmSync(dir, { recursive: true }),
      () => files('.json').forEach((name) => writeFileSync(`${dir}/${name}`, '{}')),
      () => files('.sock').forEach((name) => rmSync(`${dir}/${name}`)),
    ]) {
      told = [];
      leads = [];
      const leader = await join('a');
      const [lead] = leads;
      spoil();
      assert.equal((await lead?.confirm())?.epoch, lead?.epoch);
      const later = await join('b');
      assert.deepEqual(told.slice(1), [`b follows ${process.pid}`]);
      assert.equal((await lead?.confirm())?.epoch, lead?.epoch);
      await later.dispose();
      await leader.dispose();
    }
  });

  it('[P5, P8] the leader notices a deleted folder although it has nothing to do', async () => {
    await join('a');
    rmSync(dir, { recursive: true });
    await waitFor('the claim to be made again', () => existsSync(dir) && files('.json').length > 0);
    await join('b');
    assert.deepEqual(told, ['a leads 1', `b follows ${process.pid}`]);
  });

  it('[P5, P8] when another leads by the time the loss is noticed, the first leads no more and is told', async () => {
    await join('a');
    rmSync(dir, { recursive: true });
    await join('b');
    assert.deepEqual(told, ['a leads 1', 'b leads 2']);
    assert.equal(await leads[0]?.confirm(), null);
    await until('a lost');
    assert.equal((await leads[1]?.confirm())?.epoch, 2);
  });

  it('[P5, P8] a leader that was overtaken without noticing does not lead again when all claims are lost', async () => {
    await join('a');
    rmSync(dir, { recursive: true });
    await join('b');
    rmSync(dir, { recursive: true });
    assert.equal(await leads[0]?.confirm(), null);
    assert.equal((await leads[1]?.confirm())?.epoch, 2);
    assert.deepEqual(files('.json'), ['epoch-3.json']);
  });

  it('[P5] epochs rise although the folder was deleted while nobody led', async () => {
    for (let round = 0; round < 3; round++) {
      await (await join('a')).dispose();
      rmSync(dir, { recursive: true });
    }
    await join('b');
    assert.deepEqual(told, ['a leads 1', 'a leads 2', 'a leads 3', 'b leads 4']);
  });

  it('[P5] a claim that no counting can have led to is set aside, and epochs go on from where they were', async () => {
    await (await join('a')).dispose();
    for (const number of ['999999999999999', '9'.repeat(40), String(HIGHEST_EPOCH)]) {
      told = [];
      leads = [];
      writeFileSync(`${dir}/epoch-${number}.json`, '{}');
      const next = await join('b');
      await waitFor('a leader', () => leads.length > 0);
      assert.ok((leads[0]?.epoch ?? 0) < 10, told.join());
      assert.notEqual(await leads[0]?.confirm(), null);
      await next.dispose();
      assert.deepEqual(files(`epoch-${number}.json`).length, 1);
      assert.match(files(`epoch-${number}.json`)[0] ?? '', /^set-aside-/);
    }
  });

  // On Windows pipes have no folder.
  if (process.platform !== 'win32')
    it('[P5] a folder for temporary files that someone else made in our name is not used', async function () {
      const temporary = process.env['TMPDIR'];
      process.env['TMPDIR'] = folder.path;
      const trap = folder.at(`switchyard-${process.getuid?.()}`);
      symlinkSync(folder.at('leader'), trap);
      try {
        const long = folder.at('x'.repeat(120), 'leader');
        await join('a', long);
        await join('b', long);
        assert.deepEqual(told, ['a leads 1', `b follows ${process.pid}`]);
        assert.deepEqual(files('.sock'), []);
        assert.equal(log.of('warn', 'made by someone else').length, 2);
        const own = readdirSync(folder.path).filter(
          (name) => name.startsWith('switchyard-') && folder.at(name) !== trap,
        );
        assert.deepEqual(
          own.map((name) => mode(folder.at(name))),
          ['700', '700'],
        );
      } finally {
        if (temporary === undefined) delete process.env['TMPDIR'];
        else process.env['TMPDIR'] = temporary;
      }
    });

  it('[P5] a repository that is gone is not made again for the sake of its claim', async () => {
    expectError(/The repository is gone/);
    const repository = folder.at('repository', '.git');
    await join('a', path.join(repository, 'switchyard', 'leader'));
    rmSync(folder.at('repository'), { recursive: true });
    await assert.rejects(async () => leads[0]?.confirm(), /The repository is gone: .*\.git is not there/);
    assert.match(told.at(-1) ?? '', /^a says The repository is gone/);
    assert.equal(existsSync(repository), false);
  });

  it('[P5] who cannot claim says so once, however often it tries', async () => {
    expectError(/The repository is gone/);
    const place = folder.at('repository', '.git', 'switchyard', 'leader');
    const first = await join('a', place);
    let tries = 0;
    await join('b', place, () => {
      rmSync(folder.at('repository'), { recursive: true, force: true });
      tries += 1;
      return Promise.resolve();
    });
    await first.dispose();
    await waitFor('it to have tried again and again', () => tries > 2);
    assert.equal(told.filter((one) => one.startsWith('b says')).length, 1);
    assert.ok(!told.includes('b is well'));
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
