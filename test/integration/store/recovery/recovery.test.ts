import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { GitWitness } from '../../../../src/core/recovery/witnesses';
import type { HistoryEntry } from '../../../../src/core/story/history';
import type { Stage } from '../../../../src/core/story/stage';
import type { StoryRecord } from '../../../../src/core/story/story';
import { frameAt, LOG_HEADER, PREFIX_LENGTH } from '../../../../src/store/log/recordFormat';
import { LossFile } from '../../../../src/store/recovery/lossFile';
import { storeFolderIn } from '../../../../src/store/storeFolder';
import { jobAt, OTHER_TIP, STAGES, storyIn } from '../../../support/storyFixtures';
import { TemporaryFolder } from '../../../support/temporaryFolder';
import { entryOf, KeptLog, storyNumber } from '../../../unit/store/storeFixtures';
import { openStoreIn, type StoreUnderTest } from '../fixtures';

const DONE: Stage = { name: 'Done', mergeCommit: OTHER_TIP, mergedAt: '2026-01-02T11:40:00.000Z', by: 'queue' };
const BRANCH = 'refs/heads/story/1-story-1';
const LANDING = { key: 'k1', commit: OTHER_TIP, at: '2026-01-02T11:40:00.000Z' };

describe('a store that lost records', () => {
  let folder: TemporaryFolder;
  let dir: string;
  let kept: string;
  let stores: StoreUnderTest[] = [];

  beforeEach(async () => {
    folder = new TemporaryFolder();
    dir = storeFolderIn(folder.at('.git'));
    kept = folder.at('kept');
    await writePast();
    cpSync(dir, kept, { recursive: true });
  });
  afterEach(async () => {
    await closeAll();
    folder.remove();
  });

  const file = (name: string): string => path.join(dir, name);

  async function closeAll(): Promise<void> {
    for (const store of stores) await store.close();
    stores = [];
  }

  async function open(git: Partial<GitWitness> = {}): Promise<StoreUnderTest> {
    const askGit = () => Promise.resolve({ landings: [], branches: new Map<string, string>(), ...git });
    const askBranches = () => Promise.resolve(git.branches ?? new Map<string, string>());
    const store = await openStoreIn(dir, { askGit, askBranches });
    stores.push(store);
    return store;
  }

  /** Closes what is open and puts the store back as it was before the damage. */
  async function putBack(): Promise<void> {
    await closeAll();
    rmSync(dir, { recursive: true });
    cpSync(kept, dir, { recursive: true });
  }

  /** Story 1 lands; story 2 is in Coding; story 3 waits in the backlog. */
  async function writePast(): Promise<void> {
    const store = await openStoreIn(dir);
    const move = async (story: StoryRecord, stage: Stage, event: string): Promise<StoryRecord> => {
      const { name, ...evidence } = stage;
      const at = new Date(Date.parse(story.updatedAt) + 1000).toISOString();
      const entry: HistoryEntry = { ...entryOf(story.key), at, number: story.number, event };
      const next = { ...story, branch: BRANCH, stage, stageAt: at, updatedAt: at };
      const line = { ...entry, from: story.stage.name, to: name, evidence: JSON.stringify(evidence) };
      const outcome = await store.stories.write(next, line);
      assert.equal(outcome.kind, 'written');
      return next;
    };
    for (const number of [1, 2, 3]) {
      const entry = entryOf(`k${number}`, { number, event: 'Created', from: null, to: 'Backlog' });
      await store.stories.create(storyNumber(number), `Body ${number}`, entry);
    }
    let first = await move(storyNumber(1), STAGES.Coding, 'Start');
    first = await move(first, STAGES.QA, 'GatesStarted');
    first = await move(first, STAGES.Merge, 'GatesPassed');
    await move(storyNumber(2), STAGES.Coding, 'Start');
    for (const step of ['queued', 'merged', 'gated', 'landing', 'landed'] as const)
      await store.jobs.append(jobAt(step));
    await move(first, DONE, 'MergeSucceeded');
    await store.jobs.append(jobAt('cleaned'));
    await store.close();
  }

  /** Where each record of a log begins, and where the last ends. */
  function bounds(name: string): number[] {
    const bytes = readFileSync(file(name));
    const found = [LOG_HEADER.length];
    for (let at = LOG_HEADER.length; at < bytes.length; found.push(at))
      at += frameAt(bytes, at)?.length ?? bytes.length;
    return found;
  }

  function damage(name: string, at: number, ...bits: number[]): void {
    const bytes = readFileSync(file(name));
    for (const [n, bit] of bits.entries()) bytes[at + n]! ^= bit;
    writeFileSync(file(name), bytes);
  }

  const stageOf = (store: StoreUnderTest, key: string): string | undefined => store.stories.get(key)?.stage.name;
  const lines = async (store: StoreUnderTest): Promise<string[]> =>
    (await store.stories.history({ cursor: 0, limit: 99 })).map(
      (entry) => `${entry.sequence} ${entry.key} ${entry.event}`,
    );
  const dropShadow = (): void => rmSync(file('shadow.sqlite'));

  it('[P1] nothing is told of a store that is whole, and git is not asked what landed', async () => {
    const store = await openStoreIn(dir, { askGit: () => Promise.reject(new Error('git was asked')) });
    stores.push(store);
    assert.deepEqual(store.health.losses(), []);
  });

  it('[P1] a flipped bit in any record loses nothing: stories, history and landing are as before, and it is told', async () => {
    const whole = await open();
    const before = [whole.stories.stories(), await whole.stories.history({ cursor: 0, limit: 99 })];
    await putBack();
    for (const start of bounds('stories.log').slice(0, -1)) {
      for (const inside of [2, 9, PREFIX_LENGTH + 40]) {
        dropShadow();
        damage('stories.log', start + inside, 0x10);
        const store = await open();
        assert.deepEqual([store.stories.stories(), await store.stories.history({ cursor: 0, limit: 99 })], before);
        const [loss, ...more] = store.health.losses();
        assert.deepEqual([loss?.kind, loss?.held, more.length], ['restored', [], 0]);
        assert.match(loss?.text ?? '', /stories\.log was damaged on disk: 1 flipped bit set right/);
        await putBack();
      }
    }
  });

  it('[P1] a record damaged beyond that, wherever it stands: what landed is Done, and the search index gives the rest back', async () => {
    for (const start of bounds('stories.log').slice(0, -1)) {
      damage('stories.log', start + PREFIX_LENGTH + 20, 0xff, 0xff, 0xff);
      const store = await open();
      assert.deepEqual(['k1', 'k2', 'k3'].map((key) => stageOf(store, key)), ['Done', 'Coding', 'Backlog']); // prettier-ignore
      assert.equal(store.stories.get('k1')?.title, 'Story 1');
      assert.equal((await lines(store)).length >= 8, true, (await lines(store)).join());
      assert.deepEqual(store.health.losses().map((loss) => [loss.kind, loss.held]), [['restored', []]]); // prettier-ignore
      await putBack();
    }
  });

  it('[P1] the same without a search index: what landed is Done, the rest is what later records say, and what nobody can vouch for is held', async () => {
    for (const [n, start] of bounds('stories.log').slice(0, -1).entries()) {
      dropShadow();
      damage('stories.log', start + PREFIX_LENGTH + 20, 0xff, 0xff, 0xff);
      const store = await open();
      assert.equal(stageOf(store, 'k1'), 'Done', `record ${n + 1}`);
      const [loss] = store.health.losses();
      assert.ok(loss !== undefined);
      assert.ok(!loss.held.includes('k1'), 'what has landed can do nothing more');
      assert.match(loss.text, /stories\.log was damaged on disk: 1 change lost/);
      // Held is what no record behind the lost one speaks of; the last record is a landing, which the journal knows.
      const held = [[], [], ['k3'], ['k3'], ['k3'], ['k3'], ['k2', 'k3'], []][n];
      assert.deepEqual(loss.held, held);
      assert.equal(loss.kind, held?.length === 0 ? 'restored' : 'lost');
      if (n === 2) assert.equal(stageOf(store, 'k3'), 'Blocked', 'a story of which only the body is left is there');
      if (n === 6) assert.equal(stageOf(store, 'k2'), 'Backlog', 'its last change is the one that is lost');
      await putBack();
    }
  });

  it('[P1] a log cut between records: what the journal says landed is Done, and the live stories are held', async () => {
    for (const end of bounds('stories.log').slice(0, -1)) {
      for (const shadow of ['kept', 'gone']) {
        if (shadow === 'gone') dropShadow();
        truncateSync(file('stories.log'), end);
        const store = await open();
        const { stage } = store.stories.get('k1')!;
        assert.deepEqual([stage.name, stage.name === 'Done' && stage.mergeCommit], ['Done', OTHER_TIP]);
        const [loss] = store.health.losses();
        assert.equal(loss?.kind, 'lost');
        assert.match(loss.text, /end of .*stories\.log is missing|missing or empty/);
        const live = store.stories.stories().filter((story) => story.stage.name !== 'Done');
        assert.deepEqual([...loss.held].sort(), live.map((story) => story.key).sort());
        if (shadow === 'kept') assert.deepEqual(['k2', 'k3'].map((key) => stageOf(store, key)), ['Coding', 'Backlog']); // prettier-ignore
        await putBack();
      }
    }
  });

  for (const [what, spoil] of [
    ['missing', () => rmSync(file('stories.log'))],
    ['emptied', () => writeFileSync(file('stories.log'), '')],
    ['overwritten', () => writeFileSync(file('stories.log'), 'x'.repeat(5000))],
  ] as const) {
    it(`[P1] a log that is ${what}: every story is there again from the search index, and it is told`, async () => {
      const whole = await open();
      const before = whole.stories.stories();
      await putBack();
      spoil();
      const store = await open();
      assert.deepEqual(store.stories.stories(), before);
      assert.deepEqual((await lines(store)).slice(0, 3), ['1 k1 Created', '2 k2 Created', '3 k3 Created']);
      assert.deepEqual(store.health.losses().map((loss) => [loss.kind, [...loss.held].sort()]), [['lost', ['k2', 'k3']]]); // prettier-ignore
    });

    it(`[P1] a log that is ${what}, and no search index: what journal, content and git know is there, and it is told`, async () => {
      dropShadow();
      spoil();
      const branches = new Map([['refs/heads/story/2-story-2', OTHER_TIP]]);
      const store = await open({ branches });
      assert.deepEqual(['k1', 'k2', 'k3'].map((key) => stageOf(store, key)), ['Done', 'Blocked', 'Blocked']); // prettier-ignore
      assert.equal(store.stories.get('k2')?.branch, 'refs/heads/story/2-story-2');
      assert.equal(await store.content.read('k2:body'), 'Body 2');
      assert.deepEqual(store.stories.stories().map((story) => story.number), [1, 2, 3]); // prettier-ignore
      assert.equal(store.health.losses()[0]?.kind, 'lost');
    });
  }

  it('[P1] with the journal lost too, the trailer on the target tells what landed', async () => {
    rmSync(file('jobs.log'));
    dropShadow();
    truncateSync(file('stories.log'), bounds('stories.log').at(-2));
    assert.equal(stageOf(await open({ landings: [LANDING] }), 'k1'), 'Done');
    await putBack();
    rmSync(file('jobs.log'));
    writeFileSync(file('stories.log'), '');
    assert.equal(stageOf(await open({ landings: [LANDING] }), 'k1'), 'Done');
  });

  it('[P1, S5] with all of the store gone but empty files, git tells what landed, and its number is not given again', async () => {
    for (const name of readdirSync(dir)) rmSync(file(name), { recursive: true });
    writeFileSync(file('stories.log'), '');
    const named = { ...LANDING, named: { number: 1, title: 'Story 1 (#1)' } };
    const store = await open({ landings: [named] });
    assert.deepEqual([stageOf(store, 'k1'), store.stories.get('k1')?.title], ['Done', 'Story 1']);
    assert.match(store.health.losses()[0]?.text ?? '', /missing or empty.*what git has is what is left/);
    assert.equal((await store.stories.create(storyNumber(1, { key: 'k9' }), '', entryOf('k9'))).kind, 'refused');
  });

  it('[P1] a damaged record of the merge journal loses no other, and git is asked what landed', async () => {
    for (const start of bounds('jobs.log').slice(0, -1)) {
      damage('jobs.log', start + PREFIX_LENGTH + 20, 0xff, 0xff, 0xff);
      truncateSync(file('stories.log'), bounds('stories.log').at(-2));
      dropShadow();
      const store = await open({ landings: [LANDING] });
      // With the last record gone the job stands at its landing, and the engine finishes it.
      const [job] = store.jobs.jobs();
      assert.equal(stageOf(store, 'k1'), job?.step === 'landed' ? 'Merge' : 'Done');
      assert.equal(store.jobs.jobs().length, 1);
      assert.match(store.health.losses()[0]?.text ?? '', /jobs\.log was damaged on disk: 1 step of a landing lost/);
      await putBack();
    }
  });

  it('[P1] a story that was opened again after its landing stays as it is, whatever the journal and git say', async () => {
    const first = await open();
    const done = first.stories.get('k1')!;
    const at = '2026-01-02T12:00:00.000Z';
    const again = { ...done, stage: STAGES.Coding, stageAt: at, updatedAt: at };
    await first.stories.write(again, { ...entryOf('k1'), at, event: 'Reopen', from: 'Done', to: 'Coding' });
    await closeAll();
    damage('stories.log', bounds('stories.log')[1]! + PREFIX_LENGTH + 20, 0xff, 0xff);
    const store = await open({ landings: [LANDING] });
    assert.equal(stageOf(store, 'k1'), 'Coding');
  });

  it('[P1] what was lost is told again after each start until it is acknowledged, and then never again', async () => {
    dropShadow();
    truncateSync(file('stories.log'), bounds('stories.log').at(-2));
    const told = (await open()).health.losses();
    await closeAll();
    const again = await open();
    assert.deepEqual(again.health.losses(), told);
    await again.health.acknowledge();
    assert.deepEqual(again.health.losses(), []);
    await closeAll();
    assert.deepEqual((await open()).health.losses(), []);
    assert.ok(!existsSync(file('losses.log')));
  });

  it('[P1] mending that was cut off is told at the next opening, though the log is whole by then', async () => {
    const losses = await LossFile.open(file('losses.log'), new KeptLog());
    await losses.begin('stories.log.cut-1', '2026-01-02T12:00:00.000Z');
    const [loss, ...more] = (await open()).health.losses();
    assert.match(loss?.text ?? '', /an unknown number of changes is lost.*stories\.log\.cut-1/);
    assert.deepEqual([loss?.kind, more], ['lost', []]);
  });

  for (const [what, spoil] of [
    ['removed', () => rmSync(file('jobs.log'))],
    ['emptied', () => writeFileSync(file('jobs.log'), '')],
  ] as const) {
    it(`[P1] a merge journal that is ${what} is told once, and no story is changed`, async () => {
      const before = (await open()).stories.stories();
      await closeAll();
      truncateSync(file('stories.log'), bounds('stories.log').at(-2));
      dropShadow();
      spoil();
      const store = await open();
      assert.deepEqual(store.stories.stories().length, before.length);
      const [loss] = store.health.losses();
      assert.match(loss?.text ?? '', /jobs\.log is missing or empty/);
      assert.deepEqual(loss?.held, ['k1'], 'it waits in the queue');
      await store.health.acknowledge();
      await closeAll();
      assert.deepEqual((await open()).health.losses(), []);
    });
  }

  it('[P1] a list of losses that is damaged itself is told as well', async () => {
    truncateSync(file('stories.log'), bounds('stories.log').at(-2));
    await open();
    await closeAll();
    damage('losses.log', LOG_HEADER.length + PREFIX_LENGTH + 5, 0xff, 0xff);
    assert.match(
      (await open()).health.losses()[0]?.text ?? '',
      /list of records that were lost before is itself damaged/,
    );
  });

  it('[P1] content whose story was never acknowledged is no loss', async () => {
    const store = await open();
    await store.content.create('k9', 9, 'half a creation');
    await closeAll();
    const again = await open();
    assert.deepEqual([again.health.losses(), stageOf(again, 'k9')], [[], undefined]);
    await closeAll();
    const branches = new Map([['refs/heads/story/9-gone', OTHER_TIP]]);
    assert.equal(stageOf(await open({ branches }), 'k9'), 'Blocked', 'a branch shows that it was started');
  });

  it('[P1] a story deleted before the loss does not come back', async () => {
    const store = await open();
    await store.stories.bury('k3', entryOf('k3', { number: 3, event: 'Delete', to: 'Deleted' }));
    await closeAll();
    truncateSync(file('stories.log'), bounds('stories.log').at(-2));
    assert.equal(stageOf(await open(), 'k3'), undefined);
    await closeAll();
    rmSync(file('stories.log'));
    const again = await open();
    assert.equal(stageOf(again, 'k3'), undefined);
    assert.deepEqual(again.stories.tombstones().map((grave) => grave.number), [3]); // prettier-ignore
  });

  it('[P1] records of the first version, without what the story is, are read and salvaged by their history', async () => {
    const { log } = await import('./firstVersion');
    writeFileSync(file('stories.log'), log(storyIn(STAGES.Backlog), [STAGES.Coding, STAGES.QA, STAGES.Merge, DONE]));
    dropShadow();
    assert.equal(stageOf(await open(), 'k1'), 'Done');
    await closeAll();
    damage('stories.log', bounds('stories.log')[2]! + PREFIX_LENGTH + 20, 0xff, 0xff);
    rmSync(file('jobs.log'));
    const store = await open();
    assert.deepEqual([stageOf(store, 'k1'), store.stories.get('k1')?.title], ['Done', 'A']);
  });
});
