import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { openLog, rewriteLog } from '../../../../src/store/log/openLog';
import { frameRecord, LOG_HEADER, readLog } from '../../../../src/store/log/recordFormat';
import { StoreError } from '../../../../src/store/storeError';
import { TemporaryFolder } from '../../../support/temporaryFolder';
import { FaultyFile, type Fault } from './faultyFile';

const now = (): number => 1_700_000_000_000;
const texts = (records: readonly Buffer[]): string[] => records.map((record) => record.toString());

describe('record log', () => {
  let folder: TemporaryFolder;
  let file: string;
  beforeEach(() => {
    folder = new TemporaryFolder();
    file = folder.at('test.log');
  });
  afterEach(() => folder.remove());

  const asides = (): string[] => readdirSync(folder.path).filter((name) => name.startsWith('test.log.cut-'));

  async function write(...records: string[]): Promise<void> {
    const { log } = await openLog(file, { now });
    for (const record of records) await log.append(Buffer.from(record));
    await log.close();
  }

  async function read(): Promise<string[]> {
    const { log, records } = await openLog(file, { now });
    await log.close();
    return texts(records);
  }

  it('[P1] records read back in order after reopening, and more can be appended', async () => {
    await write('one', '', 'two');
    await write('three');
    assert.deepEqual(await read(), ['one', '', 'two', 'three']);
    assert.deepEqual(asides(), []);
  });

  it('[P1] an append resolves only after its record was written and synced', async () => {
    const disk = new FaultyFile();
    const { log } = await openLog(file, { now, openFile: disk.open });
    disk.operations.length = 0;
    let release = (): void => undefined;
    disk.held = new Promise((resolve) => (release = resolve));
    let acknowledged = false;
    const appended = log.append(Buffer.from('one')).then(() => (acknowledged = true));
    while (!disk.operations.includes('sync')) await new Promise((resolve) => setImmediate(resolve));
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(acknowledged, false);
    release();
    await appended;
    assert.deepEqual(disk.operations, ['write', 'sync']);
    await log.close();
  });

  it('[P1] appends that wait at the same time share one sync and keep their order', async () => {
    const disk = new FaultyFile();
    const { log } = await openLog(file, { now, openFile: disk.open });
    disk.operations.length = 0;
    const names = Array.from({ length: 100 }, (_, index) => `record ${index}`);
    await Promise.all(names.map((name) => log.append(Buffer.from(name))));
    assert.deepEqual(disk.operations, ['write', 'sync', 'write', 'sync']);
    await log.close();
    assert.deepEqual(await read(), names);
  });

  it('[P1] a log cut at any byte opens as exactly the records that were whole, and the rest is kept aside', async () => {
    await write('one', 'twenty-two', '', 'three');
    const whole = readFileSync(file);
    for (let length = 1; length <= whole.length; length++) {
      writeFileSync(file, whole.subarray(0, length));
      const expected = readLog(whole.subarray(0, length));
      const { log, records, cut } = await openLog(file, { now });
      assert.deepEqual(texts(records), texts(expected.records));
      assert.equal(cut?.bytes ?? 0, length - expected.end.length);
      if (cut !== null) assert.deepEqual(readFileSync(cut.keptIn), whole.subarray(expected.end.length, length));
      await log.append(Buffer.from('new'));
      await log.close();
      assert.deepEqual(await read(), [...texts(expected.records), 'new']);
      asides().forEach((name) => rmSync(folder.at(name)));
    }
  });

  it('[P1] a flipped bit anywhere is set right, in the file too, and the damaged bytes are kept aside', async () => {
    await write('one', 'twenty-two', 'three', 'four');
    const whole = readFileSync(file);
    const appended = texts(readLog(whole).records);
    for (let bit = 0; bit < whole.length * 8; bit += 5) {
      const damaged = Buffer.from(whole);
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      writeFileSync(file, damaged);
      const { log, records, cut } = await openLog(file, { now });
      await log.close();
      assert.deepEqual(texts(records), appended);
      assert.deepEqual(readFileSync(file), whole);
      if (bit >> 3 >= LOG_HEADER.length) assert.deepEqual([cut?.salvage.mended, cut?.salvage.lost], [1, 0]);
      if (cut !== null) assert.ok(damaged.subarray(-cut.bytes).equals(readFileSync(cut.keptIn)));
      asides().forEach((name) => rmSync(folder.at(name)));
    }
  });

  it('[P1] damage anywhere never lets a record through that was not appended; what is whole behind it stays', async () => {
    await write('one', 'twenty-two', 'three', 'four');
    const whole = readFileSync(file);
    const appended = texts(readLog(whole).records);
    for (let at = LOG_HEADER.length; at + 6 < whole.length; at += 3) {
      const damaged = Buffer.from(whole);
      for (let n = 0; n < 6; n++) damaged[at + n]! ^= 0x5a;
      writeFileSync(file, damaged);
      const { log, records, cut } = await openLog(file, { now });
      await log.append(Buffer.from('five'));
      await log.close();
      assert.ok(cut !== null && damaged.subarray(-cut.bytes).equals(readFileSync(cut.keptIn)));
      const kept = texts(records);
      assert.deepEqual(kept, appended.filter((one) => kept.includes(one))); // prettier-ignore
      const { lost, torn } = cut.salvage;
      assert.ok(torn || lost === 'unknown' || lost === appended.length - kept.length, `${at}: ${lost}`);
      assert.ok(kept.length >= appended.length - 2, 'six bytes reach into two records at most');
      assert.deepEqual(await read(), [...kept, 'five']);
      asides().forEach((name) => rmSync(folder.at(name)));
    }
  });

  it('[P1] tails cut within one millisecond are all kept', async () => {
    for (const tail of ['x', 'yy', 'zzz']) {
      await write('record');
      writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.from(tail)]));
      await read();
    }
    assert.deepEqual(asides().sort().map((name) => readFileSync(folder.at(name), 'utf8')), ['x', 'yy', 'zzz']); // prettier-ignore
  });

  it('[P1] whatever fails and in whatever order, the log holds what was acknowledged and nothing half-written before it', async () => {
    const fault = fc.oneof(
      { weight: 3, arbitrary: fc.constant<Fault>(null) },
      fc.record({ at: fc.constant('write' as const), after: fc.nat(40) }),
      fc.constantFrom<Fault>({ at: 'sync' }, { at: 'sync and truncate' }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { minLength: 1, maxLength: 12 }), async (faults) => {
        rmSync(file, { force: true });
        const disk = new FaultyFile();
        const { log } = await openLog(file, { now, openFile: disk.open });
        const acknowledged: string[] = [];
        for (const [index, one] of faults.entries()) {
          disk.fault = one;
          const append = log.append(Buffer.from(`record ${index}`));
          if (one === null) await append.then(() => acknowledged.push(`record ${index}`));
          else await assert.rejects(append, { kind: 'diskFull' });
          // A crash now: what the log would open as.
          const crashed = texts(readLog(readFileSync(file)).records);
          assert.deepEqual(crashed.slice(0, acknowledged.length), acknowledged);
          // Only where even cutting failed may the refused record still be there, and only at the end.
          const refused = one?.at === 'sync and truncate' ? [`record ${index}`] : [];
          const extra = crashed.slice(acknowledged.length);
          assert.deepEqual(extra, extra.length === 0 ? [] : refused);
        }
        disk.fault = null;
        await log.append(Buffer.from('last'));
        await log.close();
        assert.deepEqual(await read(), [...acknowledged, 'last']);
        assert.deepEqual(asides(), []);
      }),
      { numRuns: 150 },
    );
  });

  it('[P6] a full disk is explained: what was not done, where, and what to do', async () => {
    const disk = new FaultyFile();
    const { log } = await openLog(file, { now, openFile: disk.open });
    disk.fault = { at: 'write', after: 3 };
    await assert.rejects(log.append(Buffer.from('lost')), (error: unknown) => {
      assert.ok(error instanceof StoreError);
      assert.equal(error.kind, 'diskFull');
      assert.match(error.message, /The change was not saved: the disk is full \(.*test\.log\)\. Free some space/);
      return true;
    });
    await log.append(Buffer.from('kept'));
    await log.close();
    assert.deepEqual(await read(), ['kept']);
  });

  it('[P1] a second writer is refused before it can write over anything', async () => {
    const { log } = await openLog(file, { now });
    await log.append(Buffer.from('mine'));
    await write('theirs');
    await assert.rejects(log.append(Buffer.from('mine too')), { kind: 'foreign' });
    await assert.rejects(log.append(Buffer.from('and again')), { kind: 'foreign' });
    await log.close();
    assert.deepEqual(await read(), ['mine', 'theirs']);
  });

  // On Windows there an open file cannot be replaced.
  if (process.platform !== 'win32')
    it('[P1] a log that was replaced under its writer is not written to', async function () {
      const { log } = await openLog(file, { now });
      await rewriteLog(file, []);
      await assert.rejects(log.append(Buffer.from('lost')), { kind: 'foreign' });
      await log.close();
    });

  it('[P1] a log of a later version is neither read nor touched', async () => {
    const later = laterVersion();
    writeFileSync(file, later);
    await assert.rejects(openLog(file, { now }), /later version of Switchyard. Update/);
    assert.deepEqual(readFileSync(file), later);
    assert.deepEqual(asides(), []);
  });

  it('[P1] a closed log refuses, and closing waits for what is being written', async () => {
    const { log } = await openLog(file, { now });
    const appended = log.append(Buffer.from('one'));
    await Promise.all([appended, log.close(), log.close()]);
    await assert.rejects(log.append(Buffer.from('two')), { kind: 'closed' });
    assert.deepEqual(await read(), ['one']);
  });

  it('[P6] a folder that cannot be used is explained', async () => {
    writeFileSync(folder.at('plain'), '');
    await assert.rejects(openLog(folder.at('plain', 'test.log'), { now }), (error: unknown) => {
      assert.ok(error instanceof StoreError);
      assert.equal(error.kind, 'notWritable');
      assert.match(error.message, /could not open its records: it cannot be written to \(.*plain.*\)\. Make this path/);
      return true;
    });
  });

  it('[P1] a rewritten log holds exactly the given records', async () => {
    await write('old', 'older');
    await rewriteLog(file, [Buffer.from('a'), Buffer.from('b')]);
    assert.deepEqual(await read(), ['a', 'b']);
    assert.deepEqual(readdirSync(folder.path), ['test.log']);
  });

  function laterVersion(): Buffer {
    // The header of version 3, as its own definition makes it: name, version, checksum of both.
    const checked = frameRecord(Buffer.alloc(0)).length - 4;
    const head = Buffer.concat([LOG_HEADER.subarray(0, LOG_HEADER.length - checked - 1), Buffer.of(3)]);
    const sum = createHash('sha256').update(head).digest().subarray(0, checked);
    return Buffer.concat([head, sum, Buffer.from('what only version 3 understands')]);
  }
});
