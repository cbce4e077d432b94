import assert from 'node:assert/strict';
import { appendFileSync, copyFileSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { StoreError } from '../../../src/store/storeError';
import { storeFolderIn } from '../../../src/store/storeFolder';
import { jobAt } from '../../support/storyFixtures';
import { TemporaryFolder } from '../../support/temporaryFolder';
import { entryOf, storyNumber } from '../../unit/store/storeFixtures';
import { openStoreIn, wasmPath, type StoreUnderTest } from './fixtures';

describe('store', () => {
  let folder: TemporaryFolder;
  let dir: string;
  const open: (() => Promise<void>)[] = [];
  beforeEach(() => {
    folder = new TemporaryFolder();
    dir = storeFolderIn(folder.at('.git'));
  });
  afterEach(async () => {
    for (const close of open.splice(0).reverse()) await close();
    folder.remove();
  });

  async function openWriter(): Promise<StoreUnderTest> {
    const store = await openStoreIn(dir);
    open.push(() => store.close());
    return store;
  }

  const create = (store: StoreUnderTest, number: number): Promise<unknown> =>
    store.stories.create(storyNumber(number), `Body ${number}`, entryOf(`k${number}`, { number }));

  it('[P4] everything lives under the common git directory, in a folder that is made where it is missing', async () => {
    const store = await openWriter();
    await create(store, 1);
    await store.jobs.append(jobAt('queued'));
    await store.content.openOutput('k1:gate_output').close();
    await store.close();
    assert.deepEqual(readdirSync(folder.path), ['.git']);
    assert.deepEqual(readdirSync(folder.at('.git')), ['switchyard']);
    assert.deepEqual(readdirSync(dir).sort(), ['content', 'jobs.log', 'shadow.sqlite', 'shadow.sqlite.sha256', 'stories.log']); // prettier-ignore
  });

  it('[P1] torn tails of either log are reported with the file that keeps them', async () => {
    const first = await openWriter();
    await create(first, 1);
    await first.jobs.append(jobAt('queued'));
    await first.close();
    for (const name of ['stories.log', 'jobs.log']) appendFileSync(path.join(dir, name), 'torn');
    const store = await openWriter();
    assert.deepEqual(store.cut.map((cut) => [cut.bytes, readFileSync(cut.keptIn, 'utf8')]), [[4, 'torn'], [4, 'torn']]); // prettier-ignore
    assert.equal(store.log.of('warn', 'were put aside in').length, 2);
    assert.deepEqual([store.stories.stories().length, store.jobs.jobs().length], [1, 1]);
  });

  it('[P8] a store that is deleted while it is in use is made again with the next change; the text that nobody wrote again is told', async () => {
    const store = await openWriter();
    for (const number of [1, 2]) await create(store, number);
    const sinceItIsThere = { queuedAt: entryOf('k1').at };
    await store.jobs.append(jobAt('queued', sinceItIsThere));
    rmSync(dir, { recursive: true });
    await create(store, 3);
    await store.jobs.append(jobAt('leased', sinceItIsThere));
    await store.content.write('k1:body', 'Body 1, again');
    assert.equal(await store.health.problem(), null);
    rmSync(path.join(dir, 'jobs.log'));
    await store.close();
    const again = await openWriter();
    assert.deepEqual(again.stories.stories().map((story) => story.number), [1, 2, 3]); // prettier-ignore
    assert.deepEqual(again.jobs.jobs().map((job) => job.step), ['leased']); // prettier-ignore
    const [gone, ...others] = again.health.losses();
    assert.match(gone?.text ?? '', /^The text of #2 is gone from the disk\./);
    assert.deepEqual([gone?.held, others], [['k2'], []]);
    assert.match((await again.content.read('k2:body')) ?? '', /was lost on disk/);
  });

  it('[P1] a text that is found damaged while the store is in use is told at once', async () => {
    const store = await openWriter();
    await create(store, 1);
    let told = 0;
    store.health.onTrouble(() => (told += 1));
    writeFileSync(path.join(dir, 'content', 'k1', 'body.checked'), 'x'.repeat(100));
    await store.content.read('k1:body');
    assert.deepEqual([told, store.health.losses().map(({ held }) => held)], [1, [['k1']]]);
  });

  it('[P8, P9] where the repository around it is gone no store is made at its old place, and it is said', async () => {
    const store = await openWriter();
    await create(store, 1);
    rmSync(folder.at('.git'), { recursive: true });
    const gone = /\.git is not there any more. If the repository was moved or renamed, open it in its new place/;
    await assert.rejects(store.content.write('k1:body', 'x'), gone);
    await assert.rejects(store.stories.write(storyNumber(1, { priority: 0 }), entryOf('k1')), gone);
    assert.match((await store.health.problem())?.message ?? '', gone);
    await store.close();
    assert.deepEqual(readdirSync(folder.path), []);
  });

  it('[P6] what cannot be written is a problem for as long as nothing can be written, and no longer', async () => {
    const store = await openWriter();
    await create(store, 1);
    assert.equal(await store.health.problem(), null);
    const blocked = path.join(dir, 'content', 'k1');
    rmSync(blocked, { recursive: true });
    writeFileSync(blocked, 'in the way');
    await assert.rejects(store.content.write('k1:body', 'x'), { kind: 'notWritable' });
    assert.equal(await store.health.problem(), null, 'the disk takes what is written now');
    renameSync(dir, `${dir}.aside`);
    writeFileSync(dir, 'in the way');
    await assert.rejects(store.content.write('k1:body', 'x'), { kind: 'notWritable' });
    for (let look = 0; look < 2; look++) assert.match((await store.health.problem())?.message ?? '', /cannot be saved/);
    rmSync(dir);
    renameSync(`${dir}.aside`, dir);
    assert.equal(await store.health.problem(), null);
  });

  it('[P6] a place where no folder can be made is explained', async () => {
    writeFileSync(folder.at('.git'), 'gitdir: elsewhere');
    await assert.rejects(openStoreIn(dir), (error: unknown) => {
      assert.ok(error instanceof StoreError);
      assert.match(
        error.message,
        /could not make its folder: it cannot be written to \(.*switchyard\)\. Make this path a folder/,
      );
      return true;
    });
  });

  it('[P3, P6] without the file of SQLite stories are there, and what needs it says so and leaves nothing behind', async () => {
    const first = await openWriter();
    await create(first, 1);
    await first.close();
    const missing = folder.at('sql-wasm.wasm');
    const store = await openStoreIn(dir, { wasmPath: missing });
    assert.equal(store.stories.get('k1')?.number, 1);
    const asked = store.stories.create(storyNumber(2), '', entryOf('k2', { number: 2 }));
    await assert.rejects(asked, /SQLite could not be loaded/);
    copyFileSync(wasmPath, missing);
    await create(store, 2);
    assert.deepEqual([...(await store.shadow.numbers()).values()], [1, 2]);
    await store.close();
  });

  it('[P5] a follower that takes over reads exactly what the leader had acknowledged', async () => {
    const leader = await openWriter();
    for (const number of [1, 2, 3]) await create(leader, number);
    const stories = leader.stories.stories();
    appendFileSync(path.join(dir, 'stories.log'), Buffer.alloc(30, 7)); // killed in the middle of a record
    const next = await openWriter();
    assert.deepEqual(next.stories.stories(), stories);
    assert.deepEqual((await next.stories.storedNumbers('all')).shadow, [1, 2, 3]);
  });
});
