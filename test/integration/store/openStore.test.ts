import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openReadOnly, type ReadOnlyStore } from '../../../src/store/openReadOnly';
import { StoreError } from '../../../src/store/storeError';
import { storeFolderIn } from '../../../src/store/storeFolder';
import { jobAt, STAGES } from '../../support/storyFixtures';
import { TemporaryFolder } from '../../support/temporaryFolder';
import { entryOf, KeptLog, storyNumber } from '../../unit/store/storeFixtures';
import { openStoreIn, wasmPath, type StoreUnderTest } from './fixtures';

describe('store', () => {
  let folder: TemporaryFolder;
  let dir: string;
  let log: KeptLog;
  const open: (() => Promise<void>)[] = [];
  beforeEach(() => {
    folder = new TemporaryFolder();
    dir = storeFolderIn(folder.at('.git'));
    log = new KeptLog();
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

  async function openReader(): Promise<ReadOnlyStore> {
    const store = await openReadOnly({ dir, log });
    open.push(() => store.close());
    return store;
  }

  const create = (store: StoreUnderTest, number: number): Promise<unknown> =>
    store.stories.create(storyNumber(number), `Body ${number}`, entryOf(`k${number}`, { number }));

  /** Every file below the folder with its content. */
  function snapshot(): Map<string, string> {
    const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return new Map(files.map(({ parentPath, name }) => path.join(parentPath, name)).map((file) => [file, readFileSync(file, 'base64')])); // prettier-ignore
  }

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

  it('[P8] a store that is deleted while it is in use is made again with the next change, and nothing is missing', async () => {
    const store = await openWriter();
    for (const number of [1, 2]) await create(store, number);
    await store.jobs.append(jobAt('queued'));
    rmSync(dir, { recursive: true });
    await create(store, 3);
    await store.jobs.append(jobAt('leased'));
    await store.content.write('k1:body', 'Body 1, again');
    assert.equal(await store.health.problem(), null);
    rmSync(path.join(dir, 'jobs.log'));
    await store.close();
    const again = await openWriter();
    assert.deepEqual(again.stories.stories().map((story) => story.number), [1, 2, 3]); // prettier-ignore
    assert.deepEqual(again.jobs.jobs().map((job) => job.step), ['leased']); // prettier-ignore
    assert.deepEqual(again.health.losses(), []);
  });

  it('[P8, P9] where the repository around it is gone no store is made at its old place, and it is said', async () => {
    const store = await openWriter();
    await create(store, 1);
    rmSync(folder.at('.git'), { recursive: true });
    const gone = /\.git is not there any more. If the repository was moved or renamed, open it in its new place/;
    await assert.rejects(store.content.write('k1:body', 'x'), gone);
    await assert.rejects(store.stories.write(storyNumber(1, { priority: 0 }), entryOf('k1')), gone);
    assert.match((await store.health.problem()) ?? '', gone);
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
    for (let look = 0; look < 2; look++) assert.match((await store.health.problem()) ?? '', /cannot be saved/);
    rmSync(dir);
    renameSync(`${dir}.aside`, dir);
    assert.equal(await store.health.problem(), null);
  });

  it('[P6] a place where no folder can be made is explained', async () => {
    writeFileSync(folder.at('.git'), 'gitdir: elsewhere');
    await assert.rejects(openStoreIn(dir), (error: unknown) => {
      assert.ok(error instanceof StoreError);
      assert.match(error.message, /could not make its folder: it cannot be written to \(.*switchyard\)\. Check that/);
      return true;
    });
  });

  it('[P3] a missing SQLite file is explained, and nothing stays open', async () => {
    await assert.rejects(openStoreIn(dir, { wasmPath: `${wasmPath}.missing` }), /SQLite could not be loaded/);
    await create(await openWriter(), 1);
  });

  it('[P5] a follower sees what the leader wrote: stories, bodies, tombstones, history, jobs', async () => {
    const leader = await openWriter();
    await create(leader, 1);
    await create(leader, 2);
    await leader.stories.bury('k2', entryOf('k2', { number: 2, event: 'Delete' }));
    await leader.jobs.append(jobAt('gating'));
    const follower = await openReader();
    assert.deepEqual(follower.stories.stories(), leader.stories.stories());
    assert.deepEqual(follower.stories.get('k1'), storyNumber(1));
    assert.deepEqual(follower.stories.tombstones(), leader.stories.tombstones());
    const all = { cursor: 0, limit: 99 };
    assert.deepEqual(follower.stories.history(all), leader.stories.history(all));
    assert.deepEqual(follower.jobs(), leader.jobs.jobs());
    assert.equal(await follower.content.read('k1:body'), 'Body 1');
  });

  it('[P5] a follower keeps up with every change, by reloading', async () => {
    const leader = await openWriter();
    const follower = await openReader();
    for (let number = 1; number <= 5; number++) {
      await create(leader, number);
      await leader.stories.write(storyNumber(1, { stage: STAGES.Coding, priority: number % 4 }), entryOf('k1'));
      await leader.jobs.append(jobAt('queued', { id: `job-${number}` }));
      await follower.reload();
      assert.deepEqual(follower.stories.stories(), leader.stories.stories());
      assert.deepEqual(follower.jobs(), leader.jobs.jobs());
    }
  });

  it('[P5] a follower is told of changes without asking', async () => {
    const leader = await openWriter();
    const follower = await openReader();
    const seen = new Promise<void>((resolve) => {
      follower.stories.onDidChange(() => {
        if (follower.stories.stories().length === 3) resolve();
      });
    });
    for (const number of [1, 2, 3]) await create(leader, number);
    await seen;
  });

  it('[P5] a follower of a repository without a store sees an empty one, and the stories once there are some', async () => {
    const follower = await openReader();
    assert.deepEqual([follower.stories.stories(), follower.jobs()], [[], []]);
    await create(await openWriter(), 1);
    await follower.reload();
    assert.deepEqual(follower.stories.stories(), [storyNumber(1)]);
  });

  it('[P6] reading alone writes nothing, not even where a tail is torn', async () => {
    const leader = await openWriter();
    await create(leader, 1);
    await leader.close();
    appendFileSync(path.join(dir, 'stories.log'), 'torn');
    const before = snapshot();
    const follower = await openReader();
    await follower.reload();
    assert.deepEqual(follower.stories.stories(), [storyNumber(1)]);
    await follower.close();
    assert.deepEqual(snapshot(), before);
  });

  it('[P5] a follower that takes over reads exactly what the leader had acknowledged', async () => {
    const leader = await openWriter();
    for (const number of [1, 2, 3]) await create(leader, number);
    const stories = leader.stories.stories();
    appendFileSync(path.join(dir, 'stories.log'), Buffer.alloc(30, 7)); // killed in the middle of a record
    const next = await openWriter();
    assert.deepEqual(next.stories.stories(), stories);
    assert.deepEqual((await next.stories.storedNumbers()).shadow, [1, 2, 3]);
  });
});
