import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { TemporaryFolder } from '../../../support/temporaryFolder';
import { diskError, WatchedDisk } from '../../../support/watchedDisk';
import { checkedBytes } from '../../../../src/store/content/checkedFile';
import { entryOf, storyNumber } from '../../../unit/store/storeFixtures';
import { bundleScript, startScript } from '../../../support/childProcess';
import { openStoreIn, wasmPath, type StoreUnderTest } from '../fixtures';
import { FaultyFile } from '../log/faultyFile';
import type { Rewritten } from './rewriteProcess';

describe('a story whose record and body change together', () => {
  let folder: TemporaryFolder;
  let disk: FaultyFile;
  let store: StoreUnderTest;
  beforeEach(async () => {
    folder = new TemporaryFolder();
    disk = new FaultyFile();
    store = await openStoreIn(folder.at('switchyard'), { openLogFile: disk.open });
    await store.stories.create(storyNumber(1), 'old', entryOf('k1', { event: 'Created' }));
  });
  afterEach(async () => {
    await store.close();
    folder.remove();
  });

  const later = (ms: number): string => new Date(Date.parse(storyNumber(1).updatedAt) + ms).toISOString();
  const rewrite = (title: string, body: string, ms = 1) =>
    store.stories.rewrite(storyNumber(1, { title, updatedAt: later(ms) }), body, entryOf('k1', { event: 'Edited' }));
  const state = async (): Promise<unknown[]> => [store.stories.get('k1')?.title, await store.content.read('k1:body')];
  const waiting = (): string[] => {
    const place = folder.at('switchyard', 'content', '.edits');
    return existsSync(place) ? readdirSync(place) : [];
  };

  async function reopen(): Promise<void> {
    await store.close();
    store = await openStoreIn(folder.at('switchyard'), { openLogFile: disk.open });
  }

  it('[S4, P1] both are on disk when it resolves, and nothing else is left', async () => {
    assert.equal((await rewrite('New', 'new')).kind, 'written');
    assert.deepEqual(await state(), ['New', 'new']);
    await reopen();
    assert.deepEqual([await state(), waiting()], [['New', 'new'], []]);
    assert.deepEqual(await store.content.keys(), ['k1']);
  });

  it('[S4, P6] where the disk fails at the record, both stay as they were', async () => {
    for (const fault of [{ at: 'write', after: 20 }, { at: 'sync' }] as const) {
      disk.fault = fault;
      await assert.rejects(rewrite('New', 'new'), { kind: 'diskFull' });
      assert.deepEqual([await state(), waiting()], [[storyNumber(1).title, 'old'], []]);
    }
    await reopen();
    assert.deepEqual(await state(), [storyNumber(1).title, 'old']);
    assert.equal((await rewrite('New', 'new')).kind, 'written');
  });

  it('[S4] a body whose record was never written is removed, one whose record was written is put in its place', async () => {
    await rewrite('New', 'new');
    const place = (ms: number): string =>
      folder.at('switchyard', 'content', '.edits', `k1@${Date.parse(later(ms))}.checked`);
    writeFileSync(place(1), checkedBytes('as the record says'));
    writeFileSync(place(2), checkedBytes('never acknowledged'));
    await reopen();
    assert.deepEqual([await state(), waiting()], [['New', 'as the record says'], []]);
  });

  it('[S4] a body that was damaged while it waited is kept and told, and the one before it stays', async () => {
    await rewrite('New', 'new');
    const bytes = checkedBytes('as the record says');
    bytes.writeUInt8(bytes.readUInt8(30) ^ 1, 30);
    bytes.writeUInt8(bytes.readUInt8(32) ^ 1, 32);
    writeFileSync(folder.at('switchyard', 'content', '.edits', `k1@${Date.parse(later(1))}.checked`), bytes);
    await reopen();
    assert.deepEqual(await state(), ['New', 'new']);
    assert.match(waiting().join(), /^k1@\d+\.checked\.cut-/);
    assert.equal(store.log.of('error', 'was put aside').length, 1);
  });

  it('[S6] what was deleted or changed meanwhile is not written to', async () => {
    assert.equal((await rewrite('Same moment', 'x', 0)).kind, 'refused');
    await store.stories.bury('k1', entryOf('k1', { event: 'Deleted' }));
    const refused = await rewrite('New', 'new', 5);
    assert.ok(refused.kind === 'refused' && /was deleted/.test(refused.message));
    assert.equal(await store.content.read('k1:body'), 'old');
    assert.equal(store.log.of('warn', 'was deleted').length, 1);
  });

  it('[S4, P6] where there is no room for the new body, both stay as they were', async () => {
    writeFileSync(folder.at('switchyard', 'content', '.edits'), 'in the way');
    await assert.rejects(rewrite('New', 'new'), { kind: 'notWritable' });
    assert.deepEqual(await state(), [storyNumber(1).title, 'old']);
    rmSync(folder.at('switchyard', 'content', '.edits'));
    assert.equal((await rewrite('New', 'new')).kind, 'written');
  });

  it('[S4, P6] an edit that was refused does not come back with a later change of the story', async () => {
    let refusing = true;
    const watched = await WatchedDisk.watch((change) => {
      return refusing && change.path.includes('.edits') && change.does === 'remove' ? diskError('EIO', change) : null;
    });
    try {
      disk.fault = { at: 'sync' };
      await assert.rejects(rewrite('Refused', 'refused', 1));
      assert.match(waiting().join(), /^k1@\d+\.checked$/, 'what was refused is whole and could not be removed');
      assert.equal(store.log.of('error', 'remove').length, 1);
      refusing = false;
      await rewrite('New', 'new', 2);
      await store.stories.write({ ...store.stories.get('k1')!, updatedAt: later(3) }, entryOf('k1'));
      await reopen();
      assert.deepEqual([await state(), waiting()], [['New', 'new'], []]);
    } finally {
      watched.release();
    }
  });

  it('[S4, S8, P6] an edit that counts outlives the deletion of its story, though the disk did not let it into its place', async () => {
    const watched = await WatchedDisk.watch((change) =>
      change.does === 'move' && change.path.endsWith('body.checked') ? diskError('EACCES', change) : null,
    );
    try {
      await rewrite('New', 'new');
      assert.equal(waiting().length, 1);
      await store.stories.bury('k1', entryOf('k1', { event: 'Deleted' }));
      await store.close();
    } finally {
      watched.release();
    }
    store = await openStoreIn(folder.at('switchyard'), { openLogFile: disk.open });
    assert.deepEqual([await store.content.read('k1:body'), waiting()], ['new', []]);
  });

  it('[S4, P6] an edit that counts is read and kept, though the disk does not let it into its place', async () => {
    let refusing = true;
    const watched = await WatchedDisk.watch((change) => {
      return refusing && change.does === 'move' && change.path.endsWith('body.checked')
        ? diskError('EACCES', change)
        : null;
    });
    try {
      assert.equal((await rewrite('New', 'new')).kind, 'written');
      assert.deepEqual(await state(), ['New', 'new']);
      refusing = false;
      await reopen();
      assert.deepEqual([await state(), waiting()], [['New', 'new'], []]);
    } finally {
      watched.release();
    }
  });

  it('[S4, P1] a process killed while it edits leaves record and body of one edit, and none that was acknowledged is lost', async () => {
    await store.close();
    const script = bundleScript('integration/store/index/rewriteProcess', folder.path);
    for (const count of [1, 2, 3, 5, 8, 13, 21]) {
      const child = startScript(script, [folder.at('switchyard'), wasmPath]);
      let last = 0;
      let seen = 0;
      child.on('message', ({ edit }: Rewritten) => {
        last = edit;
        seen += 1;
        if (seen === count) child.kill('SIGKILL');
      });
      await once(child, 'exit');
      store = await openStoreIn(folder.at('switchyard'));
      const title = store.stories.get('k1')?.title ?? '';
      const edit = Number(/^Edit (\d+)$/.exec(title)?.[1]);
      assert.ok(edit >= last, `${title} after edit ${last} was acknowledged`);
      assert.deepEqual([await store.content.read('k1:body'), waiting()], [`Body of edit ${edit}`, []]);
      await store.close();
    }
    store = await openStoreIn(folder.at('switchyard'));
  });
});
