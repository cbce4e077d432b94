import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { nextNumber } from '../../../../src/core/story/numbers';
import type { StoryRecord } from '../../../../src/core/story/story';
import { FileContentStore } from '../../../../src/store/content/contentStore';
import { DiskStoryStore } from '../../../../src/store/index/storyStore';
import { KeyedNumbers } from '../../../../src/store/keyedNumbers';
import type { WritableIndex } from '../../../../src/store/index/storyStoreParts';
import { STAGES } from '../../../support/storyFixtures';
import { TemporaryFolder } from '../../../support/temporaryFolder';
import { entryOf, KeptLog, storyNumber } from '../../../unit/store/storeFixtures';
import { FaultyFile } from '../log/faultyFile';
import { openStoreIn, type StoreUnderTest } from '../fixtures';

describe('story store', () => {
  let folder: TemporaryFolder;
  let disk: FaultyFile;
  let store: StoreUnderTest;
  beforeEach(async () => {
    folder = new TemporaryFolder();
    disk = new FaultyFile();
    store = await openStoreIn(folder.at('switchyard'), { openLogFile: disk.open });
  });
  afterEach(async () => {
    await store.close();
    folder.remove();
  });

  const create = (story: StoryRecord, body = `Body of ${story.key}`): ReturnType<DiskStoryStore['create']> =>
    store.stories.create(story, body, entryOf(story.key, { number: story.number, event: 'Create' }));

  async function reopen(): Promise<void> {
    await store.close();
    store = await openStoreIn(folder.at('switchyard'), { openLogFile: disk.open });
  }

  const contents = (): string[] => readdirSync(folder.at('switchyard', 'content')).filter((name) => !name.startsWith('.')).sort(); // prettier-ignore

  it('[S7] a created story can be read back, with its body, before and after reopening', async () => {
    assert.deepEqual(await create(storyNumber(1)), { kind: 'created', story: storyNumber(1) });
    for (let round = 0; round < 2; round++) {
      assert.deepEqual(store.stories.stories(), [storyNumber(1)]);
      assert.equal(await store.content.read('k1:body'), 'Body of k1');
      assert.equal((await store.stories.history({ cursor: 0, limit: 9 }))[0]?.event, 'Create');
      await reopen();
    }
  });

  it('[S7] the number of a deleted story is refused, and said in the log', async () => {
    await create(storyNumber(4));
    await store.stories.bury('k4', entryOf('k4', { event: 'Delete' }));
    const outcome = await create(storyNumber(4, { key: 'new' }));
    assert.equal(outcome.kind, 'refused');
    assert.match(outcome.message, /#4 belonged to a story deleted 2026-01-02T11:30:00.000Z. Take a higher one/);
    assert.equal(store.log.of('warn', 'refused: The number #4').length, 1);
    assert.deepEqual(contents(), ['k4']);
  });

  it('[S5] a number or key that any part of the store knows is refused', async () => {
    await create(storyNumber(1));
    await store.content.create('half', 2, 'never made it into the index');
    for (const story of [
      storyNumber(1, { key: 'other' }),
      storyNumber(2),
      storyNumber(3, { key: 'k1' }),
      storyNumber(3, { key: 'half' }),
    ]) {
      // prettier-ignore
      assert.equal((await create(story)).kind, 'refused', JSON.stringify(story));
    }
    assert.deepEqual(store.stories.stories(), [storyNumber(1)]);
    assert.deepEqual(contents(), ['half', 'k1']);
  });

  it('[S5] of many stories that ask for one number at once, one gets it', async () => {
    const outcomes = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((key) => create(storyNumber(1, { key }))));
    assert.deepEqual(outcomes.map((one) => one.kind).sort(), ['created', 'refused', 'refused', 'refused', 'refused']);
    assert.equal(contents().length, 1);
  });

  it('[S5] the numbers of content and shadow are known to the allocator', async () => {
    await create(storyNumber(3));
    await store.content.create('half', 8, '');
    const { content, shadow } = await store.stories.storedNumbers('all');
    assert.deepEqual([[...content].sort(), shadow], [[3, 8], [3]]);
    const used = { content, shadow, index: [3], tombstones: [], branches: [], worktrees: [] };
    assert.equal(nextNumber(used), 9);
  });

  it('[S7] when the disk fails at the index, nothing of the story is left and its number is free again', async () => {
    for (const fault of [{ at: 'write', after: 20 }, { at: 'sync' }] as const) {
      disk.fault = fault;
      await assert.rejects(create(storyNumber(1)), { kind: 'diskFull' });
      assert.deepEqual(
        [store.stories.stories(), contents(), [...(await store.shadow.numbers()).values()]],
        [[], [], []],
      );
    }
    assert.equal((await create(storyNumber(1))).kind, 'created');
  });

  it('[S7] a story that was written but is not in the index is taken back, content and shadow rows too', async () => {
    const log = new KeptLog();
    const forgotten: string[] = [];
    const content = new FileContentStore(folder.at('switchyard', 'content'), log);
    const forgetful: WritableIndex = {
      stories: () => [],
      get: () => undefined,
      tombstone: () => undefined,
      tombstones: () => [],
      history: () => [],
      readHistory: () => Promise.resolve([]),
      archiveNumbers: () => Promise.resolve(new KeyedNumbers()),
      keptNumbers: () => Promise.resolve(new Map()),
      keptStories: () => Promise.resolve([]),
      archivedElsewhere: () => Promise.resolve([]),
      onMove: () => ({ dispose: () => undefined }),
      compact: () => Promise.resolve(),
      check: () => Promise.resolve(),
      find: () => Promise.resolve(null),
      recordsAt: () => Promise.resolve([]),
      hasNumber: () => false,
      put: () => {
        assert.deepEqual(contents(), ['k1'], 'the content is written before the index');
        return Promise.resolve();
      },
      putAll: () => Promise.resolve(),
      bury: () => Promise.resolve(),
      onCommit: () => ({ dispose: () => undefined }),
    };
    const shadow = {
      numbers: () => Promise.resolve(new KeyedNumbers()),
      forget: (key: string) => forgotten.push(key),
    };
    const texts = { forgetAll: () => Promise.resolve() };
    const stories = new DiskStoryStore({ index: forgetful, content, shadow, texts, log });
    const outcome = await stories.create(storyNumber(1), 'body', entryOf('k1'));
    assert.equal(outcome.kind, 'refused');
    assert.match(outcome.message, /#1 was written but is not in the index; it was taken back/);
    assert.deepEqual([contents(), forgotten], [[], ['k1']]);
    await content.close();
  });

  it('[S1] what is not a valid story is refused before anything is written', async () => {
    const wrong = [
      storyNumber(1, { title: '' }),
      storyNumber(0),
      storyNumber(1, { key: '../k1' }),
      storyNumber(1, { key: 'con' }),
      storyNumber(1, { stage: { name: 'Done' } as never }),
    ];
    for (const story of wrong) assert.equal((await create(story)).kind, 'refused', JSON.stringify(story));
    assert.deepEqual([contents(), await store.stories.history({ cursor: 0, limit: 9 })], [[], []]);
  });

  it('[S6] a write to a deleted story is refused: to the caller, and as a WARN in the log', async () => {
    await create(storyNumber(1));
    await store.stories.bury('k1', entryOf('k1', { event: 'Delete' }));
    for (let round = 0; round < 2; round++) {
      const written = await store.stories.write(storyNumber(1, { title: 'changed' }), entryOf('k1'));
      const buried = await store.stories.bury('k1', entryOf('k1'));
      for (const outcome of [written, buried]) {
        assert.equal(outcome.kind, 'refused');
        assert.match(outcome.message, /Story #1 was deleted .*; nothing was written/);
      }
      assert.equal(store.log.of('warn', 'Story #1 was deleted').length, 2);
      assert.equal((await store.stories.history({ cursor: 0, limit: 9 })).length, 2);
      await reopen();
    }
  });

  it('[S6] a write to a story that never was is refused', async () => {
    for (const outcome of [
      await store.stories.write(storyNumber(1), entryOf('k1')),
      await store.stories.bury('k1', entryOf('k1')),
    ]) {
      assert.equal(outcome.kind, 'refused');
      assert.match(outcome.message, /There is no story k1/);
    }
  });

  it('[S8] deleting leaves a tombstone and keeps the content', async () => {
    await create(storyNumber(1));
    assert.equal((await store.stories.bury('k1', entryOf('k1', { event: 'Delete' }))).kind, 'written');
    for (let round = 0; round < 2; round++) {
      assert.deepEqual(store.stories.stories(), []);
      const at = '2026-01-02T11:30:00.000Z';
      assert.deepEqual(store.stories.tombstones(), [
        { key: 'k1', number: 1, at, by: 'person', record: storyNumber(1) },
      ]);
      assert.equal(await store.content.read('k1:body'), 'Body of k1');
      await reopen();
    }
  });

  it('[S8] a deleted story comes back as one change, with its key and number, and can be written to again', async () => {
    await create(storyNumber(1));
    assert.equal((await store.stories.unbury('k1', (record) => record, entryOf('k1'))).kind, 'refused', 'not deleted');
    await store.stories.bury('k1', entryOf('k1', { event: 'Deleted' }));
    const branch = 'refs/heads/story/1-again';
    const back = (record: StoryRecord): StoryRecord => ({ ...record, branch, number: 7 });
    const outcome = await store.stories.unbury('k1', back, entryOf('k1', { event: 'Restored' }));
    assert.deepEqual(outcome, { kind: 'written', story: storyNumber(1, { branch }) });
    for (let round = 0; round < 2; round++) {
      assert.deepEqual([store.stories.stories(), store.stories.tombstones()], [[storyNumber(1, { branch })], []]);
      assert.equal(await store.content.read('k1:body'), 'Body of k1');
      await reopen();
    }
    await store.content.write('k1:body', 'More');
    assert.equal((await store.stories.write(storyNumber(1, { priority: 0 }), entryOf('k1'))).kind, 'written');
  });

  it('[S8] purging takes record and content, keeps the number used, and can be done again; then nothing comes back', async () => {
    await create(storyNumber(1));
    assert.equal((await store.stories.purge('k1', entryOf('k1'))).kind, 'refused', 'not deleted yet');
    assert.deepEqual(contents(), ['k1']);
    await store.stories.bury('k1', entryOf('k1', { event: 'Deleted' }));
    for (let round = 0; round < 2; round++) {
      assert.deepEqual(await store.stories.purge('k1', entryOf('k1', { event: 'Purged' })), {
        kind: 'buried',
        number: 1,
      });
      assert.deepEqual(contents(), []);
      assert.deepEqual(store.stories.tombstones(), [
        { key: 'k1', number: 1, at: '2026-01-02T11:30:00.000Z', by: 'person' },
      ]);
      await reopen();
    }
    assert.equal(
      (await store.stories.history({ cursor: 0, limit: 9 })).filter(({ event }) => event === 'Purged').length,
      1,
    );
    const outcome = await store.stories.unbury('k1', (record) => record, entryOf('k1'));
    assert.ok(outcome.kind === 'refused' && outcome.message.includes('deleted for good'), JSON.stringify(outcome));
    assert.equal((await create(storyNumber(1, { key: 'new' }))).kind, 'refused');
  });

  it('[S6] what is written late to a deleted story (a body, an output, a number) is refused: to the caller, and as a WARN', async () => {
    await create(storyNumber(1));
    const late = store.content.openOutput('k1:agent_output');
    late.write('said in time\n');
    await store.stories.bury('k1', entryOf('k1', { event: 'Deleted' }));
    late.write('said too late\n');
    await assert.rejects(late.close(), {
      kind: 'deleted',
      message: /Story #1 was deleted .*; nothing was written to it/,
    });
    await assert.rejects(store.content.write('k1:body', 'Other'), { kind: 'deleted' });
    const begun = store.content.openOutput('k1:gate_output');
    begun.write('never');
    await assert.rejects(begun.close(), { kind: 'deleted' });
    for (const what of ['agent_output', 'body', 'gate_output'])
      assert.ok(
        store.log.of('warn', 'Story #1 was deleted').some((line) => line.endsWith(`(${what})`)),
        what,
      );
    assert.equal(await store.content.read('k1:body'), 'Body of k1');
    assert.equal(await store.content.read('k1:gate_output'), null);
    assert.equal(await store.health.problem(), null, 'that is no failure of the disk');
    await store.stories.purge('k1', entryOf('k1'));
    assert.deepEqual(contents(), [], 'nothing made the folder again');
  });

  it('[S9] a story can be renumbered, but not to a number that another has or had', async () => {
    for (const number of [1, 2, 3]) await create(storyNumber(number));
    await store.stories.bury('k3', entryOf('k3'));
    for (const taken of [2, 3]) {
      assert.equal((await store.stories.write(storyNumber(taken, { key: 'k1' }), entryOf('k1'))).kind, 'refused');
    }
    assert.equal((await store.stories.write(storyNumber(9, { key: 'k1' }), entryOf('k1'))).kind, 'written');
    await reopen();
    assert.deepEqual(store.stories.stories().map((story) => story.number), [2, 9]); // prettier-ignore
    assert.deepEqual([...(await store.stories.storedNumbers('all')).content].sort(), [2, 3, 9]);
  });

  it('[ST9] every change is in the history, readable by story and cursor after reopening', async () => {
    await create(storyNumber(1));
    await create(storyNumber(2));
    await store.stories.write(
      storyNumber(1, { stage: STAGES.Coding }),
      entryOf('k1', { event: 'Start', by: 'agent a' }),
    );
    await store.stories.bury('k2', entryOf('k2', { event: 'Delete', evidence: 'asked by a person' }));
    await reopen();
    const all = await store.stories.history({ cursor: 0, limit: 99 });
    assert.deepEqual(all.map((entry) => `${entry.sequence} ${entry.key} ${entry.event}`), ['1 k1 Create', '2 k2 Create', '3 k1 Start', '4 k2 Delete']); // prettier-ignore
    assert.deepEqual(await store.stories.history({ cursor: 1, limit: 99, key: 'k1' }), [all[2]]);
    assert.equal(all[2]?.by, 'agent a');
    assert.equal(all[3]?.evidence, 'asked by a person');
  });

  it('[ST9] the history is read backwards from any line, too', async () => {
    for (const number of [1, 2, 3]) await create(storyNumber(number));
    const newest = Number.MAX_SAFE_INTEGER;
    const back = async (cursor: number, limit: number, key?: string): Promise<number[]> => {
      const lines = await store.stories.history({ cursor, limit, order: 'back', ...(key !== undefined && { key }) });
      return lines.map((entry) => entry.sequence);
    };
    assert.deepEqual(await back(newest, 2), [3, 2]);
    assert.deepEqual(await back(2, 2), [1]);
    assert.deepEqual(await back(newest, 9, 'k2'), [2]);
    assert.deepEqual([await back(1, 9), await back(newest, 0)], [[], []]);
  });

  it('[ST9] the stories are known as they were at any moment', async () => {
    const at = (minute: number): string => `2026-01-02T12:0${minute}:00.000Z`;
    await store.stories.create(storyNumber(1), '', entryOf('k1', { at: at(1) }));
    await store.stories.create(storyNumber(2), '', entryOf('k2', { at: at(2) }));
    const coding = storyNumber(1, { stage: STAGES.Coding, title: 'Another title' });
    await store.stories.write(coding, entryOf('k1', { at: at(3) }));
    await store.stories.bury('k1', entryOf('k1', { at: at(4) }));
    await reopen();
    assert.deepEqual(await store.stories.recordsAt(at(0)), []);
    assert.deepEqual(await store.stories.recordsAt(at(1)), [storyNumber(1)]);
    assert.deepEqual(await store.stories.recordsAt(at(2)), [storyNumber(1), storyNumber(2)]);
    assert.deepEqual(await store.stories.recordsAt(at(3)), [coding, storyNumber(2)]);
    assert.deepEqual(await store.stories.recordsAt(at(5)), [storyNumber(2)]);
  });

  it('[S1] archived stories are found one by one and in parts, the newest number first', async () => {
    for (const number of [1, 2, 3, 4]) await create(storyNumber(number));
    for (const number of [1, 3, 4]) {
      await store.stories.write(storyNumber(number, { stage: STAGES.Archived }), entryOf(`k${number}`, { number }));
    }
    const first = await store.stories.archived({ after: null, limit: 2 });
    assert.deepEqual(first.stories.map((story) => story.number), [4, 3]); // prettier-ignore
    const rest = await store.stories.archived({ after: first.next, limit: 2 });
    assert.deepEqual([rest.stories.map((story) => story.number), rest.next], [[1], null]);
    assert.equal((await store.stories.find('k3'))?.stage.name, 'Archived');
    assert.equal(await store.stories.find('k9'), null);
  });

  it('[P1] a failed write leaves the story as it was', async () => {
    await create(storyNumber(1));
    disk.fault = { at: 'sync' };
    await assert.rejects(store.stories.write(storyNumber(1, { title: 'new' }), entryOf('k1')), { kind: 'diskFull' });
    disk.fault = { at: 'write', after: 5 };
    await assert.rejects(store.stories.bury('k1', entryOf('k1')), { kind: 'diskFull' });
    assert.deepEqual(store.stories.stories(), [storyNumber(1)]);
    await reopen();
    assert.deepEqual(store.stories.stories(), [storyNumber(1)]);
  });

  it('[ST9] listeners hear of each change once it can be read, and one that throws harms nobody', async () => {
    const titles: (string | undefined)[] = [];
    store.stories.onDidChange(() => {
      throw new Error('broken view');
    });
    const listening = store.stories.onDidChange(() => titles.push(store.stories.get('k1')?.title));
    await create(storyNumber(1, { title: 'one' }));
    await store.stories.write(storyNumber(1, { title: 'two' }), entryOf('k1'));
    listening.dispose();
    await store.stories.write(storyNumber(1, { title: 'three' }), entryOf('k1'));
    assert.deepEqual(titles, ['one', 'two']);
    assert.equal(store.log.of('error', 'broken view').length, 3);
  });

  it('[P4] everything is written below the one folder', async () => {
    await create(storyNumber(1));
    await reopen();
    assert.deepEqual(readdirSync(folder.path), ['switchyard']);
    assert.ok(existsSync(folder.at('switchyard', 'stories.log')));
  });
});
