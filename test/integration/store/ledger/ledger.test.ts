import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import type { VerdictRecord } from '../../../../src/core/gates/verdictRecord';
import { Ledger, type LedgerOptions } from '../../../../src/store/ledger/ledger';
import { LOG_HEADER, PREFIX_LENGTH } from '../../../../src/store/log/recordFormat';
import { TemporaryFolder } from '../../../support/temporaryFolder';
import { verdictOf } from '../../../support/verdictFixtures';
import { KeptLog } from '../../../unit/store/storeFixtures';
import { HandClock, openStoreIn } from '../fixtures';

const [A, B] = ['a'.repeat(40), 'b'.repeat(40)];
const KEY = { tree: A, gate: 'test', definition: 'd1', platform: 'p1' };

describe('ledger', () => {
  let folder: TemporaryFolder;
  let log: KeptLog;
  let clock: HandClock;
  let file: string;
  beforeEach(() => {
    folder = new TemporaryFolder();
    [log, clock, file] = [new KeptLog(), new HandClock(), folder.at('runs.log')];
  });
  afterEach(() => folder.remove());

  const open = (change: Partial<LedgerOptions> = {}): Promise<Ledger> =>
    Ledger.open(file, { log, clock, kept: 100, slack: 10, ...change });
  const took = (ms: number): VerdictRecord => verdictOf({ ms });
  const lengthsOnDisk = async (ledger: Ledger): Promise<number[]> =>
    (await ledger.read()).facts.flatMap((fact) => (fact.kind === 'gate' ? fact.ms : []));
  const lengths = (ledger: Ledger): number[] => ledger.known(KEY).map(({ ms }) => ms);

  it('[MQ11] a verdict is known at once and after a restart, by tree, gate, definition and platform together', async () => {
    const first = await open();
    first.note(took(1));
    first.note(verdictOf({ ms: 2, verdict: 'failed' }));
    const others = [{ tree: B }, { gate: 'lint' }, { definition: 'd2' }, { platform: 'p2' }];
    for (const other of others) first.note(verdictOf({ ms: 9, ...other }));
    assert.deepEqual(lengths(first), [1, 2]);
    await first.close();
    const second = await open();
    assert.deepEqual(lengths(second), [1, 2]);
    for (const other of others) assert.equal(second.known({ ...KEY, ...other }).length, 1);
    assert.deepEqual(second.known({ ...KEY, tree: 'c'.repeat(40) }), []);
    second.note(took(3));
    assert.deepEqual([second.recent(2).map(({ ms }) => ms), second.recent(0)], [[3, 9], []]);
    await second.close();
  });

  it('[MQ11] records of before verdicts had a key stay readable, and no key finds them', async () => {
    const since = ['definition', 'platform', 'run', 'digest', 'beside', 'attempt'];
    const old = Object.fromEntries(Object.entries(took(4)).filter(([name]) => !since.includes(name)));
    const first = await open();
    first.note(old as unknown as VerdictRecord);
    await first.close();
    const second = await open();
    assert.deepEqual([lengths(second), second.recent(1)[0]?.ms, second.recent(1)[0]?.definition], [[], 4, '']);
    await second.close();
  });

  it('[P3] no file is made before there is something to keep, and what was noted is read again', async () => {
    const first = await open();
    await first.close();
    assert.ok(!existsSync(file));
    const second = await open();
    second.note(took(1));
    second.note(took(2));
    assert.deepEqual(await lengthsOnDisk(second), [1, 2]);
    await second.close();
    const third = await open();
    third.note(took(3));
    await third.close();
    const fourth = await open();
    assert.deepEqual(await lengthsOnDisk(fourth), [1, 2, 3]);
    await fourth.close();
  });

  it('[P2, MQ11] the oldest go once there are too many, in memory as on disk, and a torn end takes no other with it', async () => {
    const first = await open();
    for (let at = 1; at <= 130; at++) first.note(took(at));
    assert.ok(lengths(first).length <= 125 && lengths(first).at(-1) === 130);
    await first.close();
    const second = await open();
    assert.deepEqual(await lengthsOnDisk(second), Array.from({ length: 100 }, (_, at) => at + 31)); // prettier-ignore
    await second.close();
    truncateSync(file, readFileSync(file).length - 5);
    const third = await open({ onLost: () => Promise.reject(new Error('nothing is lost')) });
    assert.equal(lengths(third).at(-1), 129);
    await third.close();
  });

  it('[P6, MQ11] what the disk does not take is known all the same, said once, and written once the disk takes it', async () => {
    const ledger = await open();
    mkdirSync(file);
    for (const ms of [1, 2, 3]) ledger.note(took(ms));
    await ledger.settled();
    assert.deepEqual(lengths(ledger), [1, 2, 3]);
    assert.equal(log.of('warn', 'waits to be kept').length, 1);
    rmSync(file, { recursive: true });
    clock.advance(2000);
    assert.deepEqual(await lengthsOnDisk(ledger), [1, 2, 3]);
    await ledger.close();
    assert.equal(clock.waiting, 0);
  });

  it('[P1] before it is made shorter it says so, so that a kill right then looks like no loss', async () => {
    const long = await open();
    for (let ms = 1; ms <= 120; ms += 1) long.note(took(ms));
    await long.close();
    const before = statSync(file).size;
    const told: number[] = [];
    const short = await open({ onShorten: () => Promise.resolve(void told.push(statSync(file).size)) });
    await short.close();
    assert.deepEqual(told, [before]);
    assert.ok(statSync(file).size < before);
  });

  it('[P1, MQ11] a flipped bit is set right; what is lost is told with where it is kept, and the rest stays known', async () => {
    const first = await openStoreIn(folder.path);
    for (const ms of [1, 2, 3]) first.ledger.note(took(ms));
    await first.close();
    const bytes = readFileSync(file);
    const at = LOG_HEADER.length + PREFIX_LENGTH + 20;
    bytes[at]! ^= 1;
    writeFileSync(file, bytes);
    const second = await openStoreIn(folder.path);
    assert.deepEqual([lengths(second.ledger), second.health.losses()], [[1, 2, 3], []]);
    await second.close();
    writeFileSync(file, readFileSync(file).fill(0xff, at, at + 9));
    const third = await openStoreIn(folder.path);
    const [loss, ...more] = third.health.losses();
    assert.match(loss?.text ?? '', /record of gate runs was damaged on disk.*run again/);
    assert.deepEqual([lengths(third.ledger), loss?.held, more], [[2, 3], [], []]);
    assert.ok(existsSync(/kept in (\S+\d)\. /.exec(loss?.text ?? '')?.[1] ?? ''));
    await third.close();
  });
});
