import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { NEW_TEXTS } from '../../../../src/store/content/newStories';
import { realDisk, type Disk } from '../../../../src/store/log/disk';
import { TemporaryFolder } from '../../../support/temporaryFolder';
import { waitFor } from '../../../support/waitFor';
import { entryOf, storyNumber } from '../../../unit/store/storeFixtures';
import { CutDisk, LEFTOVERS } from '../cutDisk';
import { openStoreIn, type StoreUnderTest } from '../fixtures';

/** A real disk that counts what is waited for, one after another. */
class CountedDisk {
  waits = 0;
  /** While set, files and folders cannot be waited for. */
  isFailing = false;

  readonly disk: Disk = {
    ...realDisk,
    openFile: async (place) => {
      const file = await realDisk.openFile(place);
      return { ...file, sync: () => this.#wait(() => file.sync()) };
    },
    syncFolder: (folder) => this.#wait(() => realDisk.syncFolder(folder)),
    syncAll: (files, folders) =>
      this.#wait(() => {
        if (this.isFailing) throw Object.assign(new Error('EIO: i/o error, fsync'), { code: 'EIO', syscall: 'fsync' });
        return realDisk.syncAll(files, folders);
      }),
  };

  async #wait(work: () => Promise<void>): Promise<void> {
    this.waits += 1;
    await work();
  }
}

describe('new stories on disk', () => {
  let folder: TemporaryFolder;
  let store: StoreUnderTest;
  beforeEach(() => (folder = new TemporaryFolder()));
  afterEach(async () => {
    await store.close();
    folder.remove();
  });

  const open = async (disk?: Disk): Promise<void> => {
    store = await openStoreIn(folder.at('switchyard'), { ...(disk && { disk }) });
  };
  const create = (number: number, body = `Body ${number}`) =>
    store.stories.create(storyNumber(number), body, entryOf(`k${number}`, { number }));
  const content = (...names: string[]): string => folder.at('switchyard', 'content', ...names);
  const numbers = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);

  it('[S7, P1] a new story waits for the disk twice: for its text, and then for its record', async () => {
    const counted = new CountedDisk();
    await open(counted.disk);
    await create(1);
    for (const number of numbers(2, 30)) {
      const before = counted.waits;
      assert.equal((await create(number)).kind, 'created');
      assert.equal(counted.waits - before, 2);
    }
  });

  it('[S7] a story whose files cannot be made leaves nothing, and nothing that comes back', async () => {
    const place = { isFull: false };
    const writeNew: Disk['writeNew'] = (file, bytes) => {
      if (place.isFull) throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC', syscall: 'open' });
      realDisk.writeNew(file, bytes);
    };
    await open({ ...realDisk, writeNew });
    await create(1);
    place.isFull = true;
    await assert.rejects(create(2, 'Never acknowledged'), /disk is full/);
    place.isFull = false;
    assert.equal(await store.content.has('k2'), false);
    cpSync(folder.at('switchyard'), folder.at('killed', 'switchyard'), { recursive: true });
    const again = await openStoreIn(folder.at('killed', 'switchyard'));
    assert.equal(await again.content.has('k2'), false);
    assert.equal(await again.content.read('k1:body'), 'Body 1');
    await again.close();
    assert.equal((await create(2)).kind, 'created');
  });

  it('[P1] however many stories are made, a power cut right after the last one takes no text and no number', async () => {
    for (const count of [3, 40]) {
      const disk = new CutDisk();
      const dir = folder.at(`many-${count}`, 'switchyard');
      store = await openStoreIn(dir, { disk });
      for (const number of numbers(1, count)) await create(number);
      for (const left of LEFTOVERS) {
        const copy = folder.at(`left-${count}-${left}`, 'switchyard');
        disk.copyLeft(dir, copy, left);
        const again = await openStoreIn(copy);
        for (const number of numbers(1, count)) {
          assert.equal(await again.content.read(`k${number}:body`), `Body ${number}`);
          assert.match(readFileSync(`${copy}/content/k${number}/number`, 'utf8'), new RegExp(`^${number} `));
        }
        assert.deepEqual(again.health.losses(), []);
        await again.close();
        assert.ok(!existsSync(`${copy}/content/${NEW_TEXTS}`), 'nothing is left to be put in place');
      }
      await store.close();
    }
  });

  it('[P1] texts whose files the disk did not take are written anew before they are forgotten', async () => {
    const counted = new CountedDisk();
    await open(counted.disk);
    for (const number of numbers(1, 5)) await create(number);
    counted.isFailing = true;
    writeFileSync(content('k2', 'body.checked'), ''); // what such a disk may show later
    await store.content.renumber('k1', 1);
    assert.equal(await store.content.read('k2:body'), 'Body 2');
    assert.equal(statSync(content(NEW_TEXTS)).size, 0);
  });

  it('[P1] what the disk took once it had failed is not trusted: such texts are written anew all the same', async () => {
    const counted = new CountedDisk();
    let isBroken = false;
    let refused = 0;
    const replace: Disk['replace'] = (file, bytes) => {
      if (!isBroken) return realDisk.replace(file, bytes);
      refused += 1;
      return Promise.reject(new Error('EIO: i/o error, write'));
    };
    await open({ ...counted.disk, replace });
    for (const number of numbers(1, 5)) await create(number);
    counted.isFailing = isBroken = true;
    await assert.rejects(store.content.renumber('k1', 1));
    await waitFor('each of them to be tried', () => refused === 5);
    counted.isFailing = isBroken = false;
    writeFileSync(content('k2', 'body.checked'), '');
    await store.content.renumber('k1', 1);
    assert.equal(await store.content.read('k2:body'), 'Body 2');
  });

  it('[P1, P6] who is told that texts could not be written anew finds none that is still being written', async () => {
    const counted = new CountedDisk();
    const held: (() => void)[] = [];
    let isHolding = true;
    let refused = 0;
    const replace: Disk['replace'] = async (file, bytes) => {
      if (isHolding && !file.includes('k1')) await new Promise<void>((resolve) => held.push(resolve));
      else if (refused++ === 0) throw new Error('EIO: i/o error, write');
      await realDisk.replace(file, bytes);
    };
    await open({ ...counted.disk, replace });
    for (const number of numbers(1, 2)) await create(number);
    counted.isFailing = true;
    let isTold = false;
    const told = assert.rejects(store.content.renumber('k1', 1)).then(() => (isTold = true));
    await waitFor('one that failed and one under way', () => refused === 1 && held.length === 1);
    assert.equal(isTold, false);
    held.pop()?.();
    await waitFor('the text after the number', () => held.length === 1);
    assert.equal(isTold, false);
    held.pop()?.();
    await told;
    isHolding = counted.isFailing = false;
  });

  it('[S7] a story whose text the disk did not take is refused, and the next one is not', async () => {
    let isFailing = false;
    const openFile: Disk['openFile'] = async (place) => {
      const file = await realDisk.openFile(place);
      const sync = (): Promise<void> => {
        if (!isFailing) return file.sync();
        isFailing = false;
        return Promise.reject(Object.assign(new Error('EIO: i/o error, fsync'), { code: 'EIO', syscall: 'fsync' }));
      };
      return { ...file, sync };
    };
    await open({ ...realDisk, openFile });
    await store.content.create('k1', 1, 'Body 1');
    isFailing = true;
    await assert.rejects(store.content.create('k2', 2, 'Body 2'), /The story was not saved/);
    assert.deepEqual(await store.content.keys(), ['k1']);
    await store.content.create('k2', 2, 'Body 2');
  });

  it('[P5] a process that finds the texts of another one among its own makes no more', async () => {
    await open();
    const other = await openStoreIn(folder.at('switchyard'));
    await store.content.create('k1', 1, 'Body 1');
    await other.content.create('k2', 2, 'Another body');
    await assert.rejects(store.content.create('k3', 3, 'Body 3'), /Another process has written to/);
    await other.close();
  });

  it('[P1, P2] so many texts wait beside their files and no more, and a long one never does', async () => {
    await open();
    const sizes = [0];
    for (const number of numbers(1, 70)) {
      await store.content.create(`k${number}`, number, 'A body');
      sizes.push(statSync(content(NEW_TEXTS)).size);
    }
    const emptied = numbers(2, 70).filter((number) => (sizes[number] ?? 0) < (sizes[number - 1] ?? 0));
    assert.deepEqual(emptied, [33, 65]);
    await store.content.create('long', 71, 'x'.repeat(100_000));
    assert.equal(statSync(content(NEW_TEXTS)).size, sizes.at(-1));
  });

  it('[S8] the text of a purged story is nowhere in the store, and does not come back', async () => {
    await open();
    await create(1, 'A secret');
    await create(2);
    await store.stories.bury('k1', entryOf('k1', { event: 'Deleted' }));
    await store.stories.purge('k1', entryOf('k1', { event: 'Purged' }));
    for (const name of readdirSync(folder.path, { recursive: true, encoding: 'utf8' })) {
      if (statSync(folder.at(name)).isFile()) assert.ok(!readFileSync(folder.at(name)).includes('A secret'), name);
    }
    assert.equal(await store.content.read('k2:body'), 'Body 2');
  });

  it('[S4, P1] what is edited right after it was made stays edited where the process is killed then', async () => {
    await open();
    await create(1);
    const story = storyNumber(1, { updatedAt: '2026-01-02T12:00:01.000Z' });
    await store.stories.rewrite(story, 'Edited', entryOf('k1', { event: 'Edited' }));
    await create(2);
    await store.content.write('k2:body', 'Written');
    await create(3);
    cpSync(folder.at('switchyard'), folder.at('killed', 'switchyard'), { recursive: true });
    const again = await openStoreIn(folder.at('killed', 'switchyard'));
    const texts = await Promise.all(['k1:body', 'k2:body', 'k3:body'].map((id) => again.content.read(id)));
    assert.deepEqual(texts, ['Edited', 'Written', 'Body 3']);
    await again.close();
  });

  it('[P5] a process that another has taken over from brings back nothing that this one has removed', async () => {
    await open();
    await create(1);
    const second = await openStoreIn(folder.at('switchyard'));
    await second.stories.bury('k1', entryOf('k1', { event: 'Deleted' }));
    await second.stories.purge('k1', entryOf('k1', { event: 'Purged' }));
    await second.stories.create(storyNumber(2), 'Body 2', entryOf('k2', { number: 2 }));
    await store.close();
    assert.ok(!existsSync(content('k1')));
    assert.ok(existsSync(content(NEW_TEXTS)));
    await second.close();
    assert.ok(existsSync(content('k2')));
  });

  it('[P8] texts whose folder was deleted under a running engine leave it able to make others', async () => {
    await open();
    await create(1);
    rmSync(content(), { recursive: true });
    assert.equal((await create(2)).kind, 'created');
    assert.equal(await store.content.read('k2:body'), 'Body 2');
  });
});
