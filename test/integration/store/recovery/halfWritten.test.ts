import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { recoveredKey } from '../../../../src/core/recovery/halfWritten';
import { KnownDependencies } from '../../../../src/engine/stories/knownDependencies';
import { HalfWrittenStories, type RecoveryReport } from '../../../../src/engine/stories/halfWrittenStories';
import { StoryBook } from '../../../../src/engine/stories/storyBook';
import { checkedBytes } from '../../../../src/store/content/checkedFile';
import { writeShadowFile } from '../../../../src/store/shadow/shadowFile';
import { writeStory } from '../../../../src/store/shadow/shadowTables';
import { StoredShadow } from '../../../../src/store/shadow/storedShadow';
import { storeFolderIn } from '../../../../src/store/storeFolder';
import { TemporaryFolder } from '../../../support/temporaryFolder';
import { WatchedDisk } from '../../../support/watchedDisk';
import { entryOf, KeptLog, storyNumber } from '../../../unit/store/storeFixtures';
import { openStoreIn, wasmPath, type StoreUnderTest } from '../fixtures';
import { log } from './firstVersion';

const TOMBSTONED = 35;
const STALE = 700;

/** A store with what a person does about half-written stories in it. */
interface Open {
  readonly store: StoreUnderTest;
  readonly half: HalfWrittenStories;
}

describe('half-written stories', () => {
  let folder: TemporaryFolder;
  let dir: string;
  let opened: StoreUnderTest[] = [];

  beforeEach(() => {
    folder = new TemporaryFolder();
    dir = storeFolderIn(folder.at('.git'));
  });
  afterEach(async () => {
    await closeAll();
    folder.remove();
  });

  async function closeAll(): Promise<void> {
    for (const store of opened.splice(0)) await store.close();
  }

  async function open(where = dir): Promise<Open> {
    const store = await openStoreIn(where);
    opened.push(store);
    const git = { branchTips: () => Promise.resolve(new Map<string, string>()), worktrees: () => Promise.resolve([]) };
    const { stories, clock, log, halfWritten } = store;
    const book = new StoryBook({
      git,
      store: stories,
      content: store.content,
      clock,
      log,
      newId: () => 'new',
      dependencies: new KnownDependencies(stories),
    });
    return { store, half: new HalfWrittenStories({ halfWritten, book, log, stories: () => stories.stories() }) };
  }

  /** Content as a creation leaves it that was cut off: a number and a body, and no entry in the index. */
  function leaveContent(key: string, number: number, body: string): void {
    const place = path.join(dir, 'content', key);
    mkdirSync(place, { recursive: true });
    writeFileSync(path.join(place, 'number'), String(number));
    writeFileSync(path.join(place, 'body.checked'), checkedBytes(body));
  }

  const create = ({ store }: Open, number: number): Promise<unknown> =>
    store.stories.create(storyNumber(number), `Body ${number}`, entryOf(`k${number}`, { number, event: 'Created' }));
  const remove = ({ store }: Open, number: number): Promise<unknown> =>
    store.stories.bury(`k${number}`, entryOf(`k${number}`, { number, event: 'Deleted', to: 'Deleted' }));
  const numbersOf = (report: RecoveryReport): (number | null)[] => report.found.map((item) => item.number);
  const texts = async ({ store }: Open): Promise<string[]> =>
    (await Promise.all(store.stories.stories().map(async ({ key }) => await store.content.read(`${key}:body`))))
      .map(String)
      .sort();

  /** Every file below a folder with its bytes. */
  function filesIn(root: string): Record<string, string> {
    const names = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return Object.fromEntries(
      names
        .map((entry) => path.join(entry.parentPath, entry.name))
        .sort()
        .map((file) => [path.relative(root, file), readFileSync(file, 'base64')]),
    );
  }

  it(`[R1, R2, R3, R4] of ${TOMBSTONED + STALE} orphans each is found in its class, recovered once under a fresh number, and not found again`, async () => {
    const first = await open();
    for (let number = 1; number <= TOMBSTONED + 2; number++) await create(first, number);
    for (let number = 1; number <= TOMBSTONED + 1; number++) await remove(first, number);
    await closeAll();
    for (let at = 1; at <= TOMBSTONED; at++) leaveContent(`tombstoned-${at}`, at, `Tombstoned ${at}`);
    for (let at = 1; at <= STALE; at++) leaveContent(`stale-${at}`, 1000 + at, `Stale ${at}`);

    const now = await open();
    const { half, store } = now;
    const before = filesIn(dir);
    const look = await half.recover();
    assert.deepEqual(await half.recover({ mode: 'look' }), look, 'looking twice gives the same answer');
    assert.deepEqual(filesIn(dir), before, 'looking writes nothing');
    const classes = look.found.map((item) => item.class);
    assert.deepEqual(classes.lastIndexOf('tombstoned'), TOMBSTONED - 1, 'tombstoned ones come first');
    assert.deepEqual(classes.filter((one) => one === 'stale').length, STALE);
    assert.deepEqual(look.results, []);

    const some = { numbers: [3, 1001, 1700, 9999] };
    assert.deepEqual(numbersOf(await half.recover(some)), [3, 1001, 1700]);
    const few = await half.recover({ ...some, mode: 'recover' });
    assert.deepEqual(few.results.map(({ kind }) => kind), ['recovered', 'recovered', 'recovered']); // prettier-ignore
    assert.equal(store.stories.stories().length, 1 + 3, 'a filter of numbers restricts recovery as well');

    const all = await half.recover({ mode: 'recover' });
    assert.equal(all.results.filter(({ kind }) => kind === 'recovered').length, TOMBSTONED + STALE - 3);
    const given = [...few.results, ...all.results].flatMap((one) => (one.kind === 'recovered' ? one.story.number : []));
    assert.equal(new Set(given).size, TOMBSTONED + STALE);
    assert.ok(Math.min(...given) > 1700, 'a number that anything ever had is not given again');
    const expected = [
      ...Array.from({ length: TOMBSTONED }, (_, at) => `Tombstoned ${at + 1}`),
      ...Array.from({ length: STALE }, (_, at) => `Stale ${at + 1}`),
      `Body ${TOMBSTONED + 2}`,
    ];
    assert.deepEqual(await texts(now), expected.sort(), 'every text once, byte for byte');
    assert.deepEqual(await store.content.read('k1:body'), 'Body 1', 'the text of a deleted story waits for Restore');

    await closeAll();
    const after = filesIn(dir);
    const again = await open();
    assert.deepEqual(await again.half.recover({ mode: 'recover' }), { found: [], results: [] });
    assert.deepEqual(await texts(again), expected);
    await closeAll();
    assert.deepEqual(filesIn(dir), after, 'recovering twice changes nothing');
  });

  it('[R2] killed at any of its writes, a recovery loses nothing, and the next one doubles nothing', async () => {
    const first = await open();
    await create(first, 1);
    await closeAll();
    leaveContent('orphan', 7, '# Seven\n\nIts words.');
    writeFileSync(path.join(dir, 'content', 'orphan', 'gate_output.checked'), checkedBytes('what gates said'));
    const { half } = await open();
    const states: string[] = [];
    const disk = await WatchedDisk.watch(() => {
      const state = folder.at(`state-${states.length}`, '.git', 'switchyard');
      // Copying changes the disk as well, and is not looked at.
      disk.release();
      cpSync(dir, state, { recursive: true });
      disk.again();
      states.push(state);
      return null;
    });
    try {
      assert.equal((await half.recover({ mode: 'recover' })).results[0]?.kind, 'recovered');
    } finally {
      disk.release();
    }
    assert.ok(states.length >= 8, `${states.length} writes`);
    for (const state of states) {
      const killed = await open(state);
      await killed.half.recover({ mode: 'recover' });
      assert.deepEqual(await texts(killed), ['# Seven\n\nIts words.', 'Body 1'], state);
      const key = recoveredKey('orphan');
      assert.equal(killed.store.stories.get(key)?.title, 'Seven');
      assert.equal(await killed.store.content.read(`${key}:gate_output`), 'what gates said');
      assert.deepEqual(
        readdirSync(path.join(state, 'content'))
          .filter((name) => !name.startsWith('.'))
          .sort(),
        ['k1', key],
      );
      assert.deepEqual(await killed.half.recover({ mode: 'recover' }), { found: [], results: [] });
    }
  });

  it('[R2, S3] front matter gives title, type, priority, labels and dependencies; a line that says nothing here stays in the text', async () => {
    const first = await open();
    await create(first, 1);
    await closeAll();
    const front = (...lines: string[]): string => `---\n${lines.join('\n')}\n---\n\nThe text.\n`;
    leaveContent('good', 11, front('name: Wave', 'type: bug', 'priority: 0', 'labels: [ui]', 'depends_on: [1]'));
    leaveContent('odd', 12, front('title: Odd', 'colour: red', 'type: [broken'));
    leaveContent('alone', 13, front('title: Alone', 'depends_on: [1, 99]'));
    const { store, half } = await open();
    await half.recover({ mode: 'recover' });
    const got = async (key: string): Promise<unknown[]> => {
      const { title, type, priority, labels, dependsOn } = store.stories.get(recoveredKey(key))!;
      return [title, type, priority, labels, dependsOn, await store.content.read(`${recoveredKey(key)}:body`)];
    };
    assert.deepEqual(await got('good'), ['Wave', 'bug', 0, ['ui'], ['k1'], 'The text.\n']);
    const odd = front('title: Odd', 'colour: red', 'type: [broken');
    assert.deepEqual(await got('odd'), ['Odd', 'story', 2, [], [], odd]);
    const alone = front('title: Alone', 'depends_on: [1, 99]');
    assert.deepEqual(
      await got('alone'),
      ['Alone', 'story', 2, [], [], alone],
      'there is no #99, so nothing is left out',
    );
  });

  it('[R1, R2] what only the search index has is found, recovered as it was there, and gone from it', async () => {
    const first = await open();
    await create(first, 1);
    await closeAll();
    const file = path.join(dir, 'shadow.sqlite');
    const found = await (await StoredShadow.at(file, wasmPath, new KeptLog())).read();
    assert.ok(found !== null);
    writeStory(found.database, storyNumber(5, { key: 'row', title: 'Only a row', type: 'bug' }));
    await writeShadowFile(file, found.database.export());
    const { store, half } = await open();
    const look = await half.recover();
    assert.deepEqual(look.found.map(({ key, number, class: one }) => [key, number, one]), [['row', 5, 'stale']]); // prettier-ignore
    await half.recover({ mode: 'recover' });
    assert.deepEqual([store.stories.get('row-r')?.title, store.stories.get('row-r')?.type], ['Only a row', 'bug']);
    assert.deepEqual((await half.recover()).found, []);
    assert.deepEqual([...(await store.shadow.titled('only a row')).keys()], ['row-r']);
  });

  it('[R2, P1] of a damaged text what is left is recovered and marked, and its bytes are kept as they were', async () => {
    const first = await open();
    await create(first, 1);
    await closeAll();
    leaveContent('orphan', 7, 'Words that stay readable, for the most part.');
    const file = path.join(dir, 'content', 'orphan', 'body.checked');
    const bytes = readFileSync(file);
    bytes.fill(0x58, bytes.length - 6);
    writeFileSync(file, bytes);
    const { store, half } = await open();
    const before = filesIn(dir);
    await half.recover();
    assert.deepEqual(filesIn(dir), before, 'looking mends nothing');
    await half.recover({ mode: 'recover' });
    assert.match(
      (await store.content.read('orphan-r:body')) ?? '',
      /^> \*\*This text was damaged on disk.*Words that stay/s,
    );
    const kept = readdirSync(path.join(dir, 'content', 'orphan-r')).filter((name) => name.startsWith('body.checked.'));
    assert.equal(kept.length, 1);
    assert.deepEqual(readFileSync(path.join(dir, 'content', 'orphan-r', kept[0]!)), bytes);
  });

  it('[R1] a number alone, and an entry that only another version can read, are no half-writes', async () => {
    await (await open()).store.close();
    opened = [];
    writeFileSync(path.join(dir, 'stories.log'), log({ ...storyNumber(1), type: 'epic' as never }, []));
    leaveContent('k1', 1, 'It is listed, and its text is its own.');
    leaveContent('empty', 3, '');
    rmSync(path.join(dir, 'content', 'empty', 'body.checked'));
    const { store, half } = await open();
    assert.equal(store.stories.get('k1'), undefined);
    assert.deepEqual((await half.recover({ mode: 'recover' })).found, []);
    assert.equal(await store.content.read('k1:body'), 'It is listed, and its text is its own.');
  });

  it('[R1, R4] what is listed, or can be restored, is neither read as half-written nor cleared', async () => {
    const { store } = await open();
    const { stories, content, halfWritten } = store;
    for (const number of [1, 2, 3]) await stories.create(storyNumber(number), `Body ${number}`, entryOf(`k${number}`, { number })); // prettier-ignore
    await stories.bury('k2', entryOf('k2', { event: 'Deleted' }));
    await content.create('stale', 9, 'Stale');
    assert.deepEqual([await halfWritten.read('k1'), await halfWritten.read('k2')], [null, null]);
    assert.equal((await halfWritten.read('stale'))?.text, 'Stale');
    for (const key of ['k1', 'k2', 'stale']) await halfWritten.clearCopy(key);
    assert.deepEqual([await content.read('k1:body'), await content.read('k2:body')], ['Body 1', 'Body 2']);
    assert.equal(await content.has('stale'), false);
  });
});
