import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { OTHER_TIP, TIP } from '../../support/storyFixtures';
import { TemporaryFolder } from '../../support/temporaryFolder';
import { entryOf, storyNumber } from '../../unit/store/storeFixtures';
import { openStoreIn, type StoreUnderTest } from './fixtures';

const at = '2026-01-02T11:45:00.000Z';

describe('the small files of a store', () => {
  let folder: TemporaryFolder;
  let store: StoreUnderTest;
  const file = (name: string): string => folder.at('switchyard', name);

  beforeEach(async () => {
    folder = new TemporaryFolder();
    store = await openStoreIn(folder.at('switchyard'));
    await store.stories.create(storyNumber(1), 'Text', entryOf('k1'));
    await store.findings.add({ id: 'f1', at, agent: 'a', storyKey: 'k1', number: 1, kind: 'targetMoved', ref: 'refs/heads/main', from: TIP, to: OTHER_TIP, commits: [], commitCount: 1 }); // prettier-ignore
    await store.words.add({ kind: 'message', storyKey: 'k1', at, text: 'Mind the gap.' });
    await store.removals.put({
      id: 'r1',
      kind: 'worktree',
      key: 'k1',
      number: 1,
      branch: null,
      folder: '/x',
      saved: null,
    });
  });
  afterEach(async () => {
    await store.close();
    folder.remove();
  });

  /** Something happens to the files while nobody has them open. Returns what is told then. */
  const reopen = async (happens: () => void = () => undefined): Promise<readonly string[]> => {
    await store.close();
    happens();
    store = await openStoreIn(folder.at('switchyard'));
    return store.health.losses().map(({ text }) => text);
  };

  it('[P1] a flipped bit in what is being removed is set right, and a second one finds it whole again', async () => {
    for (const byte of [3, 40, 60]) {
      const losses = await reopen(() => {
        const bytes = readFileSync(file('removals.json'));
        bytes[byte]! ^= 4;
        writeFileSync(file('removals.json'), bytes);
      });
      assert.deepEqual(losses, []);
      assert.deepEqual(store.removals.list().map(({ id }) => id), ['r1']); // prettier-ignore
    }
  });

  it('[P1] one that is damaged is kept and told once, with what is not known any more', async () => {
    const losses = await reopen(() => {
      for (const name of ['words.json', 'removals.json']) writeFileSync(file(name), Buffer.alloc(100, 'x'));
    });
    assert.equal(losses.length, 2);
    assert.match(losses[0]!, /^What you said to agents was damaged on disk; it is kept in .*words\.json\.cut-/);
    assert.match(losses[1]!, /^The list of what is being removed or brought back was damaged/);
    await store.health.acknowledge();
    assert.deepEqual(await reopen(), []);
  });

  it('[P1] one that is gone is told once, and others are as they were', async () => {
    const [loss, ...more] = await reopen(() => {
      for (const name of ['findings.json', 'words.json']) rmSync(file(name));
    });
    assert.deepEqual(more, []);
    assert.match(
      loss!,
      /: findings\.json, words\.json\. What agents changed outside.* is not known any more: .* What you said/s,
    );
    assert.deepEqual(store.removals.list().map(({ id }) => id), ['r1']); // prettier-ignore
    await store.health.acknowledge();
    assert.deepEqual(await reopen(), []);
  });

  it('[P1] where the end of what gates said before is overwritten it is told; a beginning of a record behind it is none', async () => {
    for (const at of [1, 2])
      store.ledger.note({ kind: 'gatesAgain', key: 'k1', number: 1, at: `2026-01-02T11:45:0${at}.000Z` });
    const torn = await reopen(() => appendFileSync(file('runs.log'), 'torn'));
    assert.deepEqual(torn, []);
    const [loss] = await reopen(() => {
      const bytes = readFileSync(file('runs.log'));
      writeFileSync(file('runs.log'), bytes.fill(0xff, bytes.length - 60));
    });
    assert.match(loss ?? '', /^Part of the record of gate runs was damaged/);
  });

  it('[P1] a store that never had one misses none', async () => {
    assert.deepEqual(await reopen(() => rmSync(folder.at('switchyard'), { recursive: true })), []);
    assert.equal(existsSync(path.join(file('content'), '.lists')), false);
  });
});
