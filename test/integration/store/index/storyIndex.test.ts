import { expectError } from '../../../support/mocha/unexpectedErrors';
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { encodeChange } from '../../../../src/store/log/changeRecord';
import { frameRecord } from '../../../../src/store/log/recordFormat';
import { StoryIndex } from '../../../../src/store/index/storyIndex';
import { STAGES } from '../../../support/storyFixtures';
import { TemporaryFolder } from '../../../support/temporaryFolder';
import { entryOf, KeptLog, storyNumber } from '../../../unit/store/storeFixtures';
import { FaultyFile, type Fault } from '../log/faultyFile';

describe('story index', () => {
  let folder: TemporaryFolder;
  let file: string;
  let log: KeptLog;
  beforeEach(() => {
    folder = new TemporaryFolder();
    file = folder.at('stories.log');
    log = new KeptLog();
  });
  afterEach(() => folder.remove());

  const open = (disk = new FaultyFile()): Promise<StoryIndex> =>
    StoryIndex.open(file, log, { now: () => 0, openFile: disk.open });

  /** What anyone can read of it, as plain data. */
  const visible = (index: StoryIndex): unknown => ({
    stories: index.stories(),
    tombstones: index.tombstones(),
    history: index.history({ cursor: 0, limit: 1_000 }),
  });

  it('[P1] stories, tombstones and history read the same after reopening', async () => {
    const index = await open();
    await index.put(storyNumber(2), entryOf('k2', { event: 'Create' }));
    await index.put(storyNumber(1), entryOf('k1', { event: 'Create' }));
    await index.put(storyNumber(1, { stage: STAGES.Merge, labels: ['x'] }), entryOf('k1'));
    await index.bury({ key: 'k2', number: 2, at: '2026-01-02T11:30:00.000Z' }, entryOf('k2', { event: 'Delete' }));
    const before = visible(index);
    await index.close();
    const again = await open();
    assert.deepEqual(visible(again), before);
    assert.deepEqual(again.stories().map((story) => story.stage.name), ['Merge']); // prettier-ignore
    assert.deepEqual(again.tombstones(), [{ key: 'k2', number: 2, at: '2026-01-02T11:30:00.000Z' }]);
    await again.close();
  });

  it('[ST9] sequences are given by the index, without a gap, also after reopening', async () => {
    for (let round = 0; round < 3; round++) {
      const index = await open();
      await Promise.all([1, 2].map((n) => index.put(storyNumber(n), entryOf(`k${n}`, { sequence: 77 }))));
      await index.close();
    }
    const index = await open();
    assert.deepEqual(
      index.history({ cursor: 0, limit: 10 }).map((entry) => entry.sequence),
      [1, 2, 3, 4, 5, 6],
    );
    await index.close();
  });

  it('[ST9] a change of history alone is kept too', async () => {
    const index = await open();
    await index.put(storyNumber(1), entryOf('k1'));
    await index.put(storyNumber(1), entryOf('k1', { event: 'Looked' }));
    await index.close();
    const again = await open();
    assert.equal(again.history({ cursor: 1, limit: 5, key: 'k1' })[0]?.event, 'Looked');
    await again.close();
  });

  it('[P1] a change is visible, and its listeners are called, only once it is on disk', async () => {
    const disk = new FaultyFile();
    const index = await open(disk);
    let release = (): void => undefined;
    disk.held = new Promise((resolve) => (release = resolve));
    disk.operations.length = 0;
    const commits: string[] = [];
    index.onCommit((commit) => commits.push(...commit.keys));
    const put = index.put(storyNumber(1), entryOf('k1'));
    while (!disk.operations.includes('sync')) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([index.stories(), index.history({ cursor: 0, limit: 1 }), commits], [[], [], []]);
    release();
    await put;
    assert.deepEqual(commits, ['k1']);
    assert.deepEqual(index.get('k1'), storyNumber(1));
    await index.close();
  });

  it('[P1] a change that could not be written is not there, now or later, and the next one is', async () => {
    const fault = fc.constantFrom<Fault>(null, { at: 'write', after: 9 }, { at: 'sync' }, { at: 'sync and truncate' });
    const step = fc.record({ fault, number: fc.integer({ min: 1, max: 3 }), title: fc.constantFrom('a', 'b', 'c') });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        folder.remove();
        folder = new TemporaryFolder();
        file = folder.at('stories.log');
        const disk = new FaultyFile();
        const index = await open(disk);
        for (const { fault: one, number, title } of steps) {
          const before = visible(index);
          disk.fault = one;
          const put = index.put(storyNumber(number, { title }), entryOf(`k${number}`));
          if (one !== null) await assert.rejects(put, { kind: 'diskFull' });
          else await put;
          if (one !== null) assert.deepEqual(visible(index), before);
          else assert.equal(index.get(`k${number}`)?.title, title);
        }
        disk.fault = null;
        await index.put(storyNumber(9), entryOf('k9'));
        const last = visible(index);
        await index.close();
        const again = await open();
        assert.deepEqual(visible(again), last);
        await again.close();
      }),
      { numRuns: 60 },
    );
  });

  it('[P1] where a failed change cannot even be undone, the next change waits until it can', async () => {
    expectError(/what was saved before cannot be read/);
    const disk = new FaultyFile();
    const index = await open(disk);
    await index.put(storyNumber(1), entryOf('k1'));
    disk.fault = { at: 'sync' };
    disk.unreadable = true;
    await assert.rejects(index.put(storyNumber(2), entryOf('k2')), { kind: 'diskFull' });
    await assert.rejects(index.put(storyNumber(3), entryOf('k3')), /cannot be read: EIO.*stories\.log.*try again/);
    assert.deepEqual(index.stories(), [storyNumber(1)]);
    disk.unreadable = false;
    await index.put(storyNumber(4), entryOf('k4'));
    assert.deepEqual(index.stories(), [storyNumber(1), storyNumber(4)]);
    await index.close();
    const again = await open();
    assert.deepEqual(again.stories(), [storyNumber(1), storyNumber(4)]);
    await again.close();
  });

  it('[P1] while a failed change is undone nothing else disappears from view', async () => {
    const disk = new FaultyFile();
    const index = await open(disk);
    const numbers = Array.from({ length: 450 }, (_, n) => n + 1);
    await Promise.all(numbers.map((n) => index.put(storyNumber(n), entryOf(`k${n}`))));
    disk.fault = { at: 'sync' };
    const undoing = new AbortController();
    const put = index.put(storyNumber(451), entryOf('k451')).finally(() => undoing.abort());
    const seen = new Set<number>();
    const looking = (async () => {
      for (; !undoing.signal.aborted; await new Promise((resolve) => setImmediate(resolve)))
        seen.add(index.stories().length);
    })();
    await assert.rejects(put, { kind: 'diskFull' });
    await looking;
    assert.deepEqual([...seen], [450]);
    await index.close();
  });

  it('[P1] changes asked for at once are all kept, in order', async () => {
    const index = await open();
    const numbers = Array.from({ length: 50 }, (_, n) => n + 1);
    await Promise.all(numbers.map((n) => index.put(storyNumber(n), entryOf(`k${n}`, { number: n }))));
    assert.deepEqual(index.history({ cursor: 0, limit: 99 }).map((entry) => entry.number), numbers); // prettier-ignore
    assert.equal(index.stories().length, 50);
    await index.close();
  });

  it('[P1] a torn tail is put aside and the stories before it are there', async () => {
    const index = await open();
    await index.put(storyNumber(1), entryOf('k1'));
    await index.put(storyNumber(2), entryOf('k2'));
    await index.close();
    writeFileSync(file, readFileSync(file).subarray(0, -1));
    const again = await open();
    assert.deepEqual(again.stories(), [storyNumber(1)]);
    assert.ok(again.opening.cut !== null && readFileSync(again.opening.cut.keptIn).length === again.opening.cut.bytes);
    await again.close();
  });

  it('[P1] a whole record that is no change is reported and left out', async () => {
    const index = await open();
    await index.put(storyNumber(1), entryOf('k1'));
    await index.close();
    const strange = [
      Buffer.from('?'),
      encodeChange({ entry: null, update: Uint8Array.of(9, 9, 9, 9), state: new Uint8Array() }),
    ];
    writeFileSync(file, Buffer.concat([readFileSync(file), ...strange.map(frameRecord)]));
    const again = await open();
    await again.put(storyNumber(2), entryOf('k2'));
    assert.deepEqual(again.stories(), [storyNumber(1), storyNumber(2)]);
    assert.equal(log.of('error', '1 records of the index cannot be read').length, 1);
    assert.equal(log.of('error', 'a change of the index cannot be read').length, 1);
    await again.close();
  });
});
