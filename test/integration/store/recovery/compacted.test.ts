import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { StoryRecord } from '../../../../src/core/story/story';
import { frameAt, LOG_HEADER } from '../../../../src/store/log/recordFormat';
import { jobAt, STAGES } from '../../../support/storyFixtures';
import { TemporaryFolder } from '../../../support/temporaryFolder';
import { entryOf, storyNumber } from '../../../unit/store/storeFixtures';
import { hastyDisk, openStoreIn, type StoreUnderTest } from '../fixtures';

const NEWEST = Number.MAX_SAFE_INTEGER;

describe('a compacted store that lost records', () => {
  let folder: TemporaryFolder;
  let stores: StoreUnderTest[];
  let expected: string;

  beforeEach(async () => {
    folder = new TemporaryFolder();
    stores = [];
    await writePast();
  });

  afterEach(async () => {
    for (const store of stores) await store.close();
    folder.remove();
  });

  const file = (...names: string[]): string => folder.at('switchyard', ...names);

  async function open(): Promise<StoreUnderTest> {
    const store = await openStoreIn(folder.at('switchyard'), { disk: hastyDisk });
    stores.push(store);
    return store;
  }

  /** 30 stories: the first ten are archived, #11 is deleted; after the compaction #12 moves on. */
  async function writePast(): Promise<void> {
    const store = await open();
    const write = async (story: StoryRecord, event: string, minute: number): Promise<void> => {
      const at = `2026-01-02T12:${String(minute).padStart(2, '0')}:00.000Z`;
      const changed = { ...story, updatedAt: at, stageAt: at };
      const outcome = await store.stories.write(changed, entryOf(story.key, { number: story.number, event, at }));
      assert.equal(outcome.kind, 'written');
    };
    for (let number = 1; number <= 30; number++) {
      const entry = entryOf(`k${number}`, { number, event: 'Created', from: null, to: 'Backlog' });
      await store.stories.create(storyNumber(number), `Body ${number}`, entry);
    }
    for (let number = 1; number <= 10; number++)
      await write(storyNumber(number, { stage: STAGES.Archived }), 'Accept', number);
    await store.stories.bury('k11', entryOf('k11', { number: 11, event: 'Deleted' }));
    await store.stories.compact();
    await write(storyNumber(12, { stage: STAGES.Coding, branch: 'refs/heads/story/12' }), 'Start', 20);
    expected = await told(store);
    await store.close();
    stores = [];
  }

  /** Stories, archive, tombstones and history, in words. */
  async function told(store: StoreUnderTest): Promise<string> {
    const archived = await store.stories.archived({ after: null, limit: 99 });
    const all = [...store.stories.stories(), ...archived.stories];
    const lines = await store.stories.history({ cursor: 0, limit: NEWEST });
    const restored = lines.filter(({ event }) => event !== 'Restored');
    return [
      ...all.map(({ key, title, stage }) => `${key} ${title} ${stage.name}`),
      ...store.stories.tombstones().map(({ key, number }) => `${key} ${number} deleted`),
      ...restored.map(({ key, event }) => `${key} ${event}`),
    ].join('\n');
  }

  const only = (name: string): string => {
    const [found, ...others] = readdirSync(file(name)).filter((one) => one.endsWith('.log'));
    assert.ok(found !== undefined && others.length === 0, others.join());
    return file(name, found);
  };
  const logs = (): string[] => [file('stories.log'), only('history'), only('archive')];

  function bounds(log: string): number[] {
    const bytes = readFileSync(log);
    const found = [LOG_HEADER.length];
    for (let at = LOG_HEADER.length; at < bytes.length; found.push(at)) at += frameAt(bytes, at)!.length;
    return found;
  }

  function flip(log: string, at: number, ...bits: number[]): void {
    const bytes = readFileSync(log);
    for (const [n, bit] of bits.entries()) bytes[at + n]! ^= bit;
    writeFileSync(log, bytes);
  }

  const losses = (store: StoreUnderTest): string => store.health.losses().map(({ text }) => text).join('\n'); // prettier-ignore

  it('[P1, P2] a flipped bit in any record of log, history or archive loses nothing, and it is told', async () => {
    for (const log of logs()) {
      const whole = readFileSync(log);
      for (const at of bounds(log).slice(0, -1)) {
        flip(log, at + 30, 4);
        const store = await open();
        assert.equal(await told(store), expected, `${log} at ${at}`);
        await store.stories.check();
        assert.match(losses(store), /flipped bit (was )?set right/, `${log} at ${at}`);
        await store.health.acknowledge();
        await store.close();
        assert.deepEqual(readFileSync(log), whole);
      }
    }
    assert.equal(losses(await open()), '');
  });

  for (const shadow of ['a', 'no'] as const) {
    it(`[P1, P2] a damaged, missing or shortened part anywhere, with ${shadow} search index: told, and put right from what else is known`, async () => {
      const left = folder.at('whole');
      cpSync(folder.at('switchyard'), left, { recursive: true });
      const cases = logs().flatMap((log) => [
        { what: `${log} is gone`, do: () => rmSync(log) },
        { what: `${log} is empty`, do: () => truncateSync(log, 0) },
        ...bounds(log)
          .slice(0, -1)
          .flatMap((at, n) => [
            { what: `${log} is damaged at ${at}`, do: () => flip(log, at + 20, 1, 2, 4, 8) },
            ...(n > 0 ? [{ what: `${log} is cut at ${at}`, do: () => truncateSync(log, at) }] : []),
          ]),
      ]);
      const lastCut = `${file('stories.log')} is cut at ${bounds(file('stories.log')).at(-2)}`;
      for (const one of cases) {
        one.do();
        if (shadow === 'no') rmSync(file('shadow.sqlite'));
        const store = await open();
        await store.stories.check();
        const now = (await told(store)).split('\n');
        const missing = expected.split('\n').filter((line) => !now.includes(line));
        if (shadow === 'a') assert.deepEqual(missing, [], one.what);
        // Without it what was written since the compaction is in the log alone, and lines of the history in one file each.
        const stories = missing.filter((line) => !/^k\d+ (Created|Accept|Deleted|Start)$/.test(line));
        assert.deepEqual(
          stories.filter((line) => !line.startsWith('k12 ')),
          [],
          one.what,
        );
        // The last change alone has no other witness than the search index.
        const isKnown = shadow === 'a' || one.what !== lastCut;
        if (isKnown) assert.notEqual(losses(store), '', `${one.what}: nothing is told`);
        assert.equal(store.stories.tombstones().some(({ number }) => number === 11), true, one.what); // prettier-ignore
        await store.close();
        rmSync(folder.at('switchyard'), { recursive: true });
        cpSync(left, folder.at('switchyard'), { recursive: true });
      }
    });
  }

  it('[P1] a search index from before the compaction is no witness against it', async () => {
    const shadow = ['shadow.sqlite', 'shadow.sqlite.sha256'].map((name) => ({ name, old: readFileSync(file(name)) }));
    const store = await open();
    await store.stories.write(storyNumber(12, { title: 'Later' }), entryOf('k12', { number: 12, event: 'Changed' }));
    await store.stories.write(
      storyNumber(13, { stage: STAGES.Archived }),
      entryOf('k13', { number: 13, event: 'Accept' }),
    );
    await store.stories.compact();
    const before = await told(store);
    await store.close();
    for (const { name, old } of shadow) writeFileSync(file(name), old);
    const again = await open();
    assert.deepEqual([await told(again), losses(again)], [before, '']);
    assert.deepEqual([...(await again.shadow.titled('later')).keys()], ['k12']);
    assert.equal([...(await again.shadow.numbers()).values()].length, 29);
  });

  it('[P1, MQ3] a merge journal that was cut between two records is noticed by what the index has noted', async () => {
    const store = await open();
    for (const step of ['queued', 'leased', 'merged'] as const) await store.jobs.append(jobAt(step));
    await store.stories.write(storyNumber(14, { title: 'Later' }), entryOf('k14', { number: 14, event: 'Changed' }));
    await store.close();
    const log = file('jobs.log');
    truncateSync(log, bounds(log).at(-2));
    const cut = await open();
    assert.match(losses(cut), /The end of .*jobs\.log is missing: 1 step of a landing lost/);
    await cut.health.acknowledge();
    await cut.close();
    const again = await open();
    assert.equal(losses(again), '');
    await again.stories.compact();
    await again.close();
    assert.equal(losses(await open()), '');
    assert.equal(path.basename(log), 'jobs.log');
  });

  it('[P1, ST3] a story that landed while its own landing was withdrawn stays Done, also where its history is kept elsewhere', async () => {
    const store = await open();
    const queuedAt = '2026-01-02T12:30:00.000Z';
    const stopped = { kind: 'withdrawn', why: 'It landed elsewhere.' } as const;
    await store.jobs.append(jobAt('leased', { storyKey: 'k13', number: 13, queuedAt, stepAt: queuedAt, stopped }));
    const at = '2026-01-02T12:31:00.000Z';
    const landed = storyNumber(13, { stage: STAGES.Done, stageAt: at, updatedAt: at });
    await store.stories.write(
      landed,
      entryOf('k13', { number: 13, event: 'MergedOutside', from: 'Merge', to: 'Done', at }),
    );
    await store.stories.compact();
    await store.close();
    const again = await open();
    assert.equal(again.stories.get('k13')?.stage.name, 'Done');
    assert.equal(losses(again), '');
  });
});
