import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { HistoryEntry } from '../../../../src/core/story/history';
import type { StoryRecord } from '../../../../src/core/story/story';
import type { Disk } from '../../../../src/store/log/disk';
import { StoryDocument } from '../../../../src/store/index/storyDocument';
import { waitFor } from '../../../support/waitFor';
import { TemporaryFolder } from '../../../support/temporaryFolder';
import { STAGES } from '../../../support/storyFixtures';
import { entryOf, KeptLog, storyNumber } from '../../../unit/store/storeFixtures';
import { hastyDisk, openStoreIn, type StoreUnderTest } from '../fixtures';

const NEWEST = Number.MAX_SAFE_INTEGER;

describe('compaction of the index', () => {
  let folder: TemporaryFolder;
  let dir: string;
  let store: StoreUnderTest;

  beforeEach(async () => {
    folder = new TemporaryFolder();
    dir = folder.at('switchyard');
    store = await open();
  });

  afterEach(async () => {
    await store.close();
    folder.remove();
  });

  const open = (compactAfter = NEWEST): Promise<StoreUnderTest> => openStoreIn(dir, { disk: hastyDisk, compactAfter });
  const log = (): string => folder.at('switchyard', 'stories.log');
  const at = (minute: number): string =>
    new Date(Date.parse('2026-01-02T12:00:00.000Z') + minute * 60_000).toISOString();

  async function reopen(compactAfter?: number): Promise<void> {
    await store.close();
    store = await open(compactAfter);
  }

  let minute = 0;
  const line = ({ key, number }: StoryRecord, event: string): HistoryEntry =>
    entryOf(key, { number, event, at: at(minute++) });

  async function create(number: number, change: Partial<StoryRecord> = {}): Promise<StoryRecord> {
    const story = storyNumber(number, change);
    const outcome = await store.stories.create(story, `Body ${number}`, line(story, 'Created'));
    assert.equal(outcome.kind, 'created', JSON.stringify(outcome));
    return story;
  }

  async function write(story: StoryRecord, event = 'Changed'): Promise<void> {
    const outcome = await store.stories.write(story, line(story, event));
    assert.equal(outcome.kind, 'written', JSON.stringify(outcome));
  }

  /** Some past: stories that are moved, renamed, archived, opened again, deleted and restored. */
  async function live(rounds: number): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      const first = store.stories.stories().length + store.stories.tombstones().length;
      const number = 1 + Math.max(0, ...(await numbers()));
      const story = await create(number, { title: `Story ${number} of ${first}` });
      await write({ ...story, stage: STAGES.Coding });
      await write({ ...story, stage: STAGES.Coding, title: `Renamed ${number}` });
      if (round % 3 === 0) await write({ ...story, stage: STAGES.Archived });
      if (round % 3 === 1) await store.stories.bury(story.key, line(story, 'Delete'));
      if (round % 6 === 4) await store.stories.unbury(story.key, (record) => record, line(story, 'Restore'));
      if (round % 6 === 5) {
        const [archived] = (await store.stories.archived({ after: null, limit: 1 })).stories;
        if (archived !== undefined) await write({ ...archived, stage: { name: 'Backlog' } }, 'Reopen');
      }
    }
  }

  async function numbers(): Promise<number[]> {
    const { archive } = await store.stories.storedNumbers('all');
    const here = [...store.stories.stories(), ...store.stories.tombstones()].map(({ number }) => number);
    return [...here, ...archive];
  }

  /** All that can be asked of the stories. */
  async function everything(): Promise<unknown> {
    const { stories } = store;
    const history = await stories.history({ cursor: 0, limit: NEWEST });
    const pages: HistoryEntry[] = [];
    for (let cursor = 0; ;) {
      const page = await stories.history({ cursor, limit: 7 });
      if (page.length === 0) break;
      pages.push(...page);
      cursor = page.at(-1)!.sequence;
    }
    assert.deepEqual(pages, history);
    const back: HistoryEntry[] = [];
    for (let cursor = NEWEST; ;) {
      const page = await stories.history({ cursor, limit: 5, order: 'back' });
      if (page.length === 0) break;
      back.push(...page);
      cursor = page.at(-1)!.sequence;
    }
    assert.deepEqual(back.reverse(), history);
    const archived: StoryRecord[] = [];
    for (let after: string | null = null; ;) {
      const page = await stories.archived({ after, limit: 2 });
      archived.push(...page.stories);
      after = page.next;
      if (after === null) break;
    }
    const live = stories.stories().filter(({ stage }) => stage.name !== 'Archived');
    const keys = [...new Set(history.map(({ key }) => key))];
    return {
      history,
      ofEach: await Promise.all(keys.map((key) => stories.history({ cursor: 3, limit: NEWEST, key }))),
      newestOfEach: await Promise.all(
        keys.map((key) => stories.history({ cursor: NEWEST, limit: 2, key, order: 'back' })),
      ),
      live,
      archived,
      found: await Promise.all(keys.map((key) => stories.find(key))),
      graves: [...stories.tombstones()].sort((a, b) => a.number - b.number),
      moments: await Promise.all(history.map((entry) => stories.recordsAt(entry.at))),
      numbers: (await numbers()).sort((a, b) => a - b),
    };
  }

  it('[P2, ST9, S5] a log that is compacted, once or again, answers every question as before, also after reopening', async () => {
    for (let round = 0; round < 3; round++) {
      await live(6);
      const before = await everything();
      await store.stories.compact();
      assert.deepEqual(await everything(), before);
      await reopen();
      assert.deepEqual(await everything(), before);
      assert.deepEqual(store.health.losses(), []);
    }
    assert.equal(readdirSync(folder.at('switchyard', 'history')).length, 3);
  });

  it('[P2] archived stories and history leave the log, and what is written next builds on what stayed', async () => {
    await live(7);
    await store.stories.compact();
    const text = readFileSync(log(), 'latin1');
    assert.equal(text.includes('"Created"'), false);
    assert.ok(store.stories.stories().every(({ stage }) => stage.name !== 'Archived'));
    const story = store.stories.stories()[0]!;
    await write({ ...story, title: 'Changed afterwards' });
    await reopen();
    assert.equal(store.stories.get(story.key)?.title, 'Changed afterwards');
  });

  it('[P2] changes that are made while the log is compacted are all there', async () => {
    await live(6);
    const [first, second] = store.stories.stories();
    const compacted = store.stories.compact();
    const changes = [
      write({ ...first!, title: 'Meanwhile' }),
      create(500),
      store.stories.bury(second!.key, line(second!, 'Delete')),
    ];
    await Promise.all([compacted, ...changes]);
    const before = await everything();
    await reopen();
    assert.deepEqual(await everything(), before);
    assert.deepEqual(store.log.of('info', 'built anew'), [], 'the search index knows where the log ends');
    assert.equal(store.stories.get(first!.key)?.title, 'Meanwhile');
    assert.equal(store.stories.get('k500')?.number, 500);
    assert.equal(store.stories.get(second!.key), undefined);
  });

  it('[P2] after 10,000 moves the log is at most twice a snapshot of the same stories', async () => {
    for (let number = 1; number <= 200; number++) await create(number);
    await reopen(64 * 1024);
    for (let move = 0; move < 10_000; move++) {
      const story = store.stories.stories()[move % 200]!;
      const stage = story.stage.name === 'Coding' ? STAGES.Backlog : STAGES.Coding;
      await write({ ...story, stage, updatedAt: at(move), stageAt: at(move) });
    }
    assert.ok(readdirSync(folder.at('switchyard', 'history')).length > 1, 'it was compacted by itself meanwhile');
    await store.stories.compact();
    const snapshot = new StoryDocument(new KeptLog()).putAll(store.stories.stories().map((story) => ({ story })));
    assert.ok(statSync(log()).size <= 2 * snapshot.length, `${statSync(log()).size} of ${snapshot.length}`);
    const { length } = await store.stories.history({ cursor: 0, limit: NEWEST });
    assert.equal(length, 10_200);
  });

  it('[P2] what the log before names stays until the name of the next one is safe on disk', async () => {
    await live(6);
    await store.stories.compact();
    const [name] = readdirSync(folder.at('switchyard', 'archive'));
    const story = await create(800);
    await write({ ...story, stage: STAGES.Archived });
    let isFailing = true;
    await store.close();
    const syncFolder = (one: string): Promise<void> =>
      isFailing && one === dir ? Promise.reject(new Error('EIO')) : Promise.resolve();
    store = await openStoreIn(dir, { disk: { ...hastyDisk, syncFolder }, compactAfter: NEWEST });
    const before = readFileSync(log());
    await store.stories.compact();
    assert.notDeepEqual(readFileSync(log()), before, 'it was compacted');
    assert.ok(readdirSync(folder.at('switchyard', 'archive')).includes(name!), 'the log before may come back');
    isFailing = false;
    const now = await everything();
    await reopen();
    assert.deepEqual(await everything(), now);
    assert.ok(!readdirSync(folder.at('switchyard', 'archive')).includes(name!));
  });

  it('[P2] what opening reads does not grow with history or archive', async () => {
    await live(9);
    await store.stories.compact();
    const before = statSync(log()).size;
    for (let round = 0; round < 30; round++) {
      const story = await create(1000 + round);
      for (let move = 0; move < 5; move++) await write({ ...story, title: `Move ${move}` });
      await write({ ...story, stage: STAGES.Archived });
    }
    await store.stories.compact();
    assert.ok(statSync(log()).size < before + 2000, `${statSync(log()).size} after ${before}`);
  });

  it('[S5, S6] an archived story keeps its number and key to itself, can be opened again, and can be deleted', async () => {
    for (const number of [1, 2, 3]) await create(number);
    for (const number of [1, 2]) await write(storyNumber(number, { stage: STAGES.Archived }));
    await store.stories.compact();
    for (let round = 0; round < 2; round++) {
      for (const story of [storyNumber(9, { key: 'k1' }), storyNumber(1, { key: 'other' })]) {
        assert.equal((await store.stories.create(story, '', line(story, 'Created'))).kind, 'refused');
      }
      assert.equal(
        (await store.stories.write(storyNumber(3, { number: 2 }), line(storyNumber(3), 'x'))).kind,
        'refused',
      );
      assert.equal((await store.stories.find('k1'))?.stage.name, 'Archived');
      await reopen();
    }
    await write(storyNumber(1, { title: 'Again' }), 'Reopen');
    assert.equal(store.stories.get('k1')?.title, 'Again');
    assert.equal((await store.stories.bury('k2', line(storyNumber(2), 'Delete'))).kind, 'written');
    assert.equal(await store.stories.find('k2'), null);
    await store.stories.compact();
    await reopen();
    assert.deepEqual([store.stories.get('k1')?.title, await store.stories.find('k2')], ['Again', null]);
    assert.deepEqual((await store.stories.archived({ after: null, limit: 9 })).stories, []);
    assert.equal((await store.stories.write(storyNumber(2), line(storyNumber(2), 'x'))).kind, 'refused');
  });

  it('[P2] a log is compacted by itself when its changes outgrow it, and again after a disk that was full', async () => {
    let isFull = true;
    const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    const disk: Disk = {
      ...hastyDisk,
      makeFolder: (made) => (isFull ? Promise.reject(full) : hastyDisk.makeFolder(made)),
    };
    await store.close();
    store = { ...(await openStoreIn(folder.at('other'), { disk, compactAfter: 8000 })) };
    const story = await create(1);
    const move = async (times: number): Promise<void> => {
      for (let n = 0; n < times; n++) await write({ ...story, title: `Title ${n}` });
    };
    await move(60);
    await waitFor('the compaction to be refused', () => store.log.of('warn', 'disk is full').length > 0);
    const size = (): number => statSync(folder.at('other', 'stories.log')).size;
    assert.ok(size() > 30_000);
    isFull = false;
    await move(60);
    await store.stories.compact();
    assert.ok(size() < 3_000, String(size()));
    assert.equal((await store.stories.history({ cursor: 0, limit: NEWEST })).length, 121);
  });

  it('[P2] what nobody can read in the index, such as a record of a later version, is kept as it is', async () => {
    await create(1);
    await create(2);
    await store.close();
    const bytes = readFileSync(log());
    const later = new StoryDocument(new KeptLog());
    const update = later.putUnreadable([{ map: 'stories', key: 'later', value: { key: 'later', number: 'VIII' } }]);
    const { encodeChange } = await import('../../../../src/store/log/changeRecord');
    const { frameRecord } = await import('../../../../src/store/log/recordFormat');
    const record = encodeChange({ entry: null, update, state: new Uint8Array() });
    writeFileSync(log(), Buffer.concat([bytes, frameRecord(record)]));
    store = await open();
    await store.stories.compact();
    await reopen();
    await store.stories.compact();
    assert.ok(readFileSync(log(), 'latin1').includes('VIII'));
    assert.deepEqual(store.stories.stories().length, 2);
  });
});
