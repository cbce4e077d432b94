import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import initSqlJs from 'sql.js';
import { TemporaryFolder } from '../../../support/temporaryFolder';
import { entryOf, storyNumber } from '../../../unit/store/storeFixtures';
import { openStoreIn, type StoreUnderTest } from '../fixtures';

const keys = (matches: readonly { key: string }[]): string[] => matches.map((match) => match.key);

/** Stories whose titles have all of these words, by number. */
async function search(
  shadow: StoreUnderTest['shadow'],
  text: string,
  limit = 99,
): Promise<{ key: string; number: number; title: string }[]> {
  const found = await Promise.all(text.split(/\s+/).map((word) => shadow.titled(word)));
  const keys = [...(await shadow.numbered()).keys()].filter((key) => found.every((one) => one.has(key)));
  return (await shadow.named(keys)).sort((a, b) => a.number - b.number).slice(0, limit);
}

describe('shadow', () => {
  let folder: TemporaryFolder;
  let file: string;
  beforeEach(async () => {
    folder = new TemporaryFolder();
    file = folder.at('shadow.sqlite');
    const store = await open();
    await create(store, 1, 'Sign in with a passkey', ['auth', 'Größe']);
    await create(store, 2, 'Sign out', ['auth']);
    await create(store, 3, '50%_off', []);
    await store.stories.write(storyNumber(2, { title: 'Sign out everywhere', labels: ['auth'] }), entryOf('k2'));
    await store.stories.bury('k3', entryOf('k3', { event: 'Delete' }));
    await create(store, 4, '50%_on ÄRGER', ['İ']);
    await store.close();
  });
  afterEach(() => folder.remove());

  const open = (): Promise<StoreUnderTest> => openStoreIn(folder.path);

  async function create(store: StoreUnderTest, number: number, title: string, labels: string[]): Promise<void> {
    const outcome = await store.stories.create(storyNumber(number, { title, labels }), '', entryOf(`k${number}`, { number })); // prettier-ignore
    assert.equal(outcome.kind, 'created');
  }

  /** Everything that can be asked of it. */
  const answers = async ({ shadow }: StoreUnderTest): Promise<unknown> => ({
    numbers: [...(await shadow.numbers()).values()].sort(),
    all: await search(shadow, ''),
    auth: await search(shadow, 'auth'),
    history: await Promise.all(['k1', 'k2', 'k3', 'k4'].map((key) => shadow.historyOf(key, 0, 99))),
  });

  /** Reopens, and says why the shadow was built anew, null if it was taken as it is. */
  async function reopen(): Promise<{ why: string | null; found: unknown }> {
    const store = await open();
    const found = await answers(store);
    const why = store.log.of('info', 'search index is')[0] ?? null;
    await store.close();
    return { why: why && /search index is (\w+)/.exec(why)![1]!, found };
  }

  it('[P3] finds stories by words of title and labels, in any script and case, and takes no character as special', async () => {
    const store = await open();
    const { shadow } = store;
    assert.deepEqual(keys(await search(shadow, 'SIGN')), ['k1', 'k2']);
    assert.deepEqual(keys(await search(shadow, 'auth everywhere')), ['k2']);
    assert.deepEqual(keys(await search(shadow, 'größe')), ['k1']);
    assert.deepEqual(keys(await search(shadow, 'ärger')), ['k4']);
    assert.deepEqual(keys(await search(shadow, '50%_')), ['k4']);
    assert.deepEqual(keys(await search(shadow, '%')), ['k4']);
    assert.deepEqual(keys(await search(shadow, "'; DROP TABLE story; --")), []);
    assert.deepEqual(keys(await search(shadow, '  ')), ['k1', 'k2', 'k4']);
    assert.deepEqual(keys(await search(shadow, '', 2)), ['k1', 'k2']);
    await store.close();
  });

  it('[P3] mirrors the index and its history while it changes', async () => {
    const store = await open();
    assert.deepEqual([...(await store.shadow.numbers()).values()].sort(), [1, 2, 4]);
    assert.deepEqual((await search(store.shadow, 'out'))[0], {
      key: 'k2',
      number: 2,
      title: 'Sign out everywhere',
      stage: 'Backlog',
    });
    for (const key of ['k1', 'k2', 'k3']) {
      assert.deepEqual(
        await store.shadow.historyOf(key, 0, 99),
        await store.stories.history({ cursor: 0, limit: 99, key }),
      );
    }
    const [, second] = await store.stories.history({ cursor: 0, limit: 99, key: 'k2' });
    assert.deepEqual(await store.shadow.historyOf('k2', second!.sequence - 1, 1), [second]);
    await store.stories.bury('k1', entryOf('k1'));
    assert.deepEqual(
      [keys(await search(store.shadow, 'sign')), [...(await store.shadow.numbers()).values()].sort()],
      [['k2'], [2, 4]],
    );
    await store.close();
  });

  it('[P3] a shadow that mirrors the log is taken as it is', async () => {
    const { why, found } = await reopen();
    assert.equal(why, null);
    assert.deepEqual(await reopen(), { why: null, found });
  });

  it('[P3, P2] opening does not read what lies on the disk, and closing leaves it, unless somebody asks or changes something', async () => {
    const { found } = await reopen();
    const whole = readFileSync(file);
    writeFileSync(file, Buffer.alloc(whole.length)); // reading it would be noticed
    const store = await open();
    assert.deepEqual([store.stories.stories().length, store.clock.waiting], [3, 0]);
    await store.close();
    assert.deepEqual([store.log.of('info', 'search index'), readFileSync(file)], [[], Buffer.alloc(whole.length)]);
    assert.deepEqual(await reopen(), { why: 'damaged', found });
    assert.equal((await reopen()).why, null);
  });

  it('[P3] what is said of a shadow is believed of a file of that length alone, and only where it is whole', async () => {
    const { found } = await reopen();
    const beside = `${file}.sha256`;
    const [digest, said, seal] = readFileSync(beside, 'utf8').split('\n');
    for (const text of [[digest, said, ''], [digest, said?.replace(/\d/, '7'), seal], [digest]]) {
      writeFileSync(beside, text.join('\n'));
      assert.deepEqual(await reopen(), { why: null, found });
    }
    truncateSync(file, 100);
    assert.deepEqual(await reopen(), { why: 'damaged', found });
  });

  it('[P3, S5] what changes while it is built anew is in it, and a number of it is not given again', async () => {
    rmSync(file);
    const store = await open();
    const asked = store.shadow.numbered();
    await create(store, 5, 'Made meanwhile', []);
    await store.stories.bury('k1', entryOf('k1', { event: 'Delete' }));
    await asked;
    assert.deepEqual([...(await store.shadow.numbered()).keys()].sort(), ['k2', 'k4', 'k5']);
    assert.deepEqual([...(await store.shadow.numbers()).values()].sort(), [2, 4, 5]);
    assert.deepEqual(await store.shadow.historyOf('k5', 0, 9), await store.stories.history({ cursor: 0, limit: 9, key: 'k5' })); // prettier-ignore
    await store.close();
    assert.equal((await reopen()).why, null);
  });

  it('[P3] a missing shadow is built anew with the same answers', async () => {
    const { found } = await reopen();
    rmSync(file);
    assert.deepEqual(await reopen(), { why: 'missing', found });
    assert.equal((await reopen()).why, null);
  });

  it('[P3] how far it is is told while it is built anew, and nothing where it is not', async () => {
    const told: { done: number; total: number }[] = [];
    const opened = async (): Promise<void> => (await openStoreIn(folder.path, { onRebuild: (at) => told.push(at) })).close(); // prettier-ignore
    await opened();
    assert.equal(told.length, 0);
    rmSync(file);
    await opened();
    assert.deepEqual([told[0]!.done, told.at(-1)!.done], [0, told.at(-1)!.total]);
    assert.ok(told.at(-1)!.total > 5 && told.every(({ done }, at) => at === 0 || done >= told[at - 1]!.done));
  });

  it('[P3] a shadow older or newer than the log is stale and built anew', async () => {
    const older = [readFileSync(file), readFileSync(`${file}.sha256`)] as const;
    const store = await open();
    await store.stories.write(storyNumber(1, { title: 'Newer' }), entryOf('k1'));
    await store.close();
    const { found } = await reopen();
    writeFileSync(file, older[0]);
    writeFileSync(`${file}.sha256`, older[1]);
    assert.deepEqual(await reopen(), { why: 'stale', found });
    const log = folder.at('stories.log');
    truncateSync(log, readFileSync(log).length - 1); // the log loses its last record
    assert.equal((await reopen()).why, 'stale');
  });

  for (const [name, value] of [
    ['log_length', '99999'],
    ['log_end', 'f'.repeat(32)],
  ] as const) {
    it(`[P3] a shadow whose ${name} is another is stale, though its digest fits`, async () => {
      const SQL = await initSqlJs();
      const database = new SQL.Database(readFileSync(file));
      database.run('UPDATE meta SET value = ? WHERE name = ?', [value, name]);
      seal(database.export());
      assert.equal((await reopen()).why, 'stale');
    });
  }

  it('[P3] every truncation and a flipped bit anywhere is noticed, and the answers stay the same', async () => {
    const { found } = await reopen();
    const whole = readFileSync(file);
    const damages: (() => void)[] = [];
    for (let bit = 3; bit < whole.length * 8; bit += 4_001) {
      damages.push(() => {
        const damaged = Buffer.from(whole);
        damaged[bit >> 3]! ^= 1 << (bit & 7);
        writeFileSync(file, damaged);
      });
    }
    for (const length of [0, 1, 100, whole.length >> 1, whole.length - 1])
      damages.push(() => truncateSync(file, length));
    for (const damage of damages) {
      damage();
      assert.deepEqual(await reopen(), { why: 'damaged', found });
    }
  });

  it('[P3] a digest that is missing, garbage, shortened or of another file is noticed', async () => {
    const { found } = await reopen();
    const digest = readFileSync(`${file}.sha256`, 'utf8');
    const other = createHash('sha256').update('other').digest('hex');
    for (const text of ['', 'garbage', digest.slice(0, 32), other, digest.replace(/[0-9a-f]/, 'g')]) {
      writeFileSync(`${file}.sha256`, text);
      assert.deepEqual(await reopen(), { why: 'damaged', found });
    }
    rmSync(`${file}.sha256`);
    assert.deepEqual(await reopen(), { why: 'damaged', found });
  });

  it('[P3] a file that is no database of ours, though its digest fits, is noticed', async () => {
    const { found } = await reopen();
    const SQL = await initSqlJs();
    for (const bytes of [Buffer.from('hello'), Buffer.alloc(0), Buffer.alloc(8192, 1), new SQL.Database().export()]) {
      seal(bytes);
      assert.deepEqual(await reopen(), { why: 'damaged', found });
    }
  });

  it('[P3] it is written once nothing has changed for a while, and on close', async () => {
    const before = readFileSync(file);
    const store = await open();
    await store.stories.write(storyNumber(1, { title: 'First' }), entryOf('k1'));
    store.clock.advance(1_500);
    await store.stories.write(storyNumber(1, { title: 'Second' }), entryOf('k1'));
    store.clock.advance(1_500);
    await store.shadow.saved();
    assert.deepEqual(readFileSync(file), before);
    assert.equal(store.clock.waiting, 1);
    store.clock.advance(500);
    await store.shadow.saved();
    assert.notDeepEqual(readFileSync(file), before);
    const idle = readFileSync(file);
    await store.stories.write(storyNumber(1, { title: 'Third' }), entryOf('k1'));
    await store.close();
    assert.notDeepEqual(readFileSync(file), idle);
    assert.equal(store.clock.waiting, 0);
    assert.equal((await reopen()).why, null);
    assert.deepEqual(readdirSync(folder.path).filter((name) => name.startsWith('shadow')).sort(), ['shadow.sqlite', 'shadow.sqlite.sha256']); // prettier-ignore
  });

  it('[P3] it can be asked after it was written', async () => {
    const store = await open();
    const before = await answers(store);
    await store.stories.write(storyNumber(1, { title: 'Changed' }), entryOf('k1'));
    store.clock.advance(5_000);
    await store.shadow.saved();
    await store.stories.write(storyNumber(1, { title: 'Sign in with a passkey', labels: ['auth', 'Größe'] }), entryOf('k1')); // prettier-ignore
    assert.deepEqual(keys(await search(store.shadow, 'passkey größe')), ['k1']);
    assert.notDeepEqual(await answers(store), before);
    await store.close();
  });

  /** Puts bytes in place of the shadow, with the digest that fits them. */
  function seal(bytes: Uint8Array): void {
    writeFileSync(file, bytes);
    writeFileSync(`${file}.sha256`, createHash('sha256').update(bytes).digest('hex'));
  }
});
