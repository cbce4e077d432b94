import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import type { HistoryEntry } from '../../src/core/story/history';
import { nextNumber } from '../../src/core/story/numbers';
import type { StoryRecord } from '../../src/core/story/story';
import { nowAt } from '../support/mocha/whereItWas';
import { TemporaryFolder } from '../support/temporaryFolder';
import { STAGES } from '../support/storyFixtures';
import { entryOf, storyNumber } from '../unit/store/storeFixtures';
import { CutDisk, LEFTOVERS } from '../integration/store/cutDisk';
import { hastyDisk, openStoreIn, type StoreUnderTest } from '../integration/store/fixtures';

/** What was acknowledged: what each story is (null for a deleted one) and its body, and the lines of the history. */
interface Acknowledged {
  readonly stories: ReadonlyMap<string, StoryRecord | null>;
  readonly bodies: ReadonlyMap<string, string>;
  readonly lines: readonly string[];
  readonly highest: number;
}

/** One thing that somebody asks of the store, and what is true once it is acknowledged. */
interface Deed {
  readonly what: string;
  do(store: StoreUnderTest): Promise<unknown>;
  then(known: Acknowledged): Acknowledged;
  /** What else a cut may leave: of several changes that are made together the first ones. */
  between?(known: Acknowledged): readonly Acknowledged[];
}

const NOTHING: Acknowledged = { stories: new Map(), bodies: new Map(), lines: [], highest: 0 };

function changed(known: Acknowledged, story: StoryRecord, record: StoryRecord | null, event: string): Acknowledged {
  return {
    ...known,
    stories: new Map([...known.stories, [story.key, record]]),
    lines: [...known.lines, `${story.key} ${event}`],
    highest: Math.max(known.highest, story.number),
  };
}

const lineOf = (story: StoryRecord, event: string): HistoryEntry => entryOf(story.key, { number: story.number, event });

function create(number: number): Deed {
  const story = storyNumber(number);
  const body = `Body ${number}`;
  return {
    what: `create #${number}`,
    do: (store) => store.stories.create(story, body, lineOf(story, 'Created')),
    then: (known) => {
      const next = changed(known, story, story, 'Created');
      return { ...next, bodies: new Map([...known.bodies, [story.key, body]]) };
    },
  };
}

function write(number: number, change: Partial<StoryRecord>): Deed {
  const story = storyNumber(number, change);
  return {
    what: `write #${number}`,
    do: (store) => store.stories.write(story, lineOf(story, 'Changed')),
    then: (known) => changed(known, story, story, 'Changed'),
  };
}

/** Stories of others, all in one step. */
function receive(...numbers: readonly number[]): Deed {
  const stories = numbers.map((number) => storyNumber(number));
  const upTo = (known: Acknowledged, count: number): Acknowledged =>
    stories.slice(0, count).reduce((before, story) => {
      const next = changed(before, story, story, 'Shared');
      return { ...next, bodies: new Map([...before.bodies, [story.key, `Body ${story.number}`]]) };
    }, known);
  return {
    what: `receive ${numbers.join()}`,
    do: (store) =>
      store.stories.receive(
        stories.map((story) => ({
          kind: 'receive',
          story,
          body: `Body ${story.number}`,
          entry: lineOf(story, 'Shared'),
        })),
      ),
    then: (known) => upTo(known, stories.length),
    between: (known) => stories.slice(1).map((_, at) => upTo(known, at + 1)),
  };
}

function bury(number: number): Deed {
  const story = storyNumber(number);
  return {
    what: `delete #${number}`,
    do: (store) => store.stories.bury(story.key, lineOf(story, 'Deleted')),
    then: (known) => changed(known, story, null, 'Deleted'),
  };
}

/** What was deleted here and others have not. */
function restore(number: number): Deed {
  const story = storyNumber(number);
  return {
    what: `restore #${number}`,
    do: (store) => store.stories.receive([{ kind: 'restore', story, body: null, entry: lineOf(story, 'Restored') }]),
    then: (known) => changed(known, story, story, 'Restored'),
  };
}

function purge(number: number): Deed {
  const story = storyNumber(number);
  return {
    what: `purge #${number}`,
    do: (store) => store.stories.purge(story.key, lineOf(story, 'Purged')),
    then: (known) => {
      const bodies = new Map([...known.bodies].filter(([key]) => key !== story.key));
      return { ...changed(known, story, null, 'Purged'), bodies };
    },
  };
}

const compact: Deed = { what: 'compact', do: (store) => store.stories.compact(), then: (known) => known };

const CHANGES = [
  create(1),
  write(1, { title: 'Changed' }),
  create(2),
  bury(2),
  purge(2),
  create(3),
  write(3, { stage: STAGES.Archived }),
];
const COMPACTIONS = [
  create(1),
  create(2),
  write(1, { stage: STAGES.Archived }),
  bury(2),
  create(3),
  compact,
  write(3, { title: 'Changed' }),
  write(1, { title: 'Opened again' }),
  create(4),
  write(4, { stage: STAGES.Archived }),
  compact,
  write(3, { title: 'Changed again' }),
];

describe('a power cut', () => {
  let folder: TemporaryFolder;
  // What reached the disk is what the cut disk says; that a real one is waited for as well would prove nothing.
  beforeEach(() => (folder = TemporaryFolder.inMemory()));
  afterEach(() => folder.remove());

  /** Does one deed after another until the power goes. Says what was acknowledged, and what was under way. */
  async function act(
    dir: string,
    disk: CutDisk,
    deeds: readonly Deed[],
  ): Promise<{ known: Acknowledged; cut: Deed | null }> {
    let known = NOTHING;
    const told = (what: string): void => nowAt(`${path.basename(path.dirname(dir))}: ${what}, step ${disk.steps}`);
    told('opening');
    const store = await openStoreIn(dir, { disk }).catch(() => null);
    if (store === null) return { known, cut: null };
    try {
      for (const deed of deeds) {
        told(deed.what);
        const outcome = await deed
          .do(store)
          .catch((error: unknown) => (disk.isOff ? null : Promise.reject(error as Error)));
        // What is done when the power is off reaches nobody.
        if (disk.isOff || outcome === null) return { known, cut: deed };
        known = deed.then(known);
      }
      return { known, cut: null };
    } finally {
      told('closing');
      await store.close().catch(() => undefined);
      store.log.of('error');
    }
  }

  async function seen(store: StoreUnderTest, known: Acknowledged): Promise<Omit<Acknowledged, 'highest'>> {
    const stories = new Map<string, StoryRecord | null>();
    const bodies = new Map<string, string>();
    for (const key of ['k1', 'k2', 'k3', 'k4']) {
      const story = await store.stories.find(key);
      const isBuried = store.stories.tombstones().some((grave) => grave.key === key);
      if (story !== null || isBuried) stories.set(key, story);
      const body = stories.has(key) ? await store.content.read(`${key}:body`) : null;
      if (body !== null) bodies.set(key, body);
    }
    const history = await store.stories.history({ cursor: 0, limit: Number.MAX_SAFE_INTEGER });
    assert.deepEqual(history.map(({ sequence }) => sequence), history.map((_, at) => at + 1)); // prettier-ignore
    assert.deepEqual(store.health.losses(), []);
    const used = {
      ...(await store.stories.storedNumbers('all')),
      index: [],
      tombstones: [],
      branches: [],
      worktrees: [],
    };
    const graves = store.stories.tombstones().map(({ number }) => number);
    const here = store.stories.stories().map(({ number }) => number);
    assert.ok(nextNumber({ ...used, tombstones: graves, index: here }) > known.highest, 'a number would be used twice');
    return { stories, bodies, lines: history.map(({ key, event }) => `${key} ${event}`) };
  }

  const plain = ({ stories, bodies, lines }: Omit<Acknowledged, 'highest'>): unknown => ({
    stories: Object.fromEntries([...stories].sort()),
    bodies: Object.fromEntries([...bodies].sort()),
    lines,
  });

  /** `after` of the deeds are done whole: another test cuts their like. */
  async function cutEverywhere(deeds: readonly Deed[], after = 0): Promise<{ cuts: number; images: number }> {
    const whole = new CutDisk();
    let first = 1;
    const noted = deeds.map((deed, at): Deed => {
      if (at >= after) return deed;
      return { ...deed, do: (store) => deed.do(store).finally(() => (first = whole.steps + 1)) };
    });
    const ended = await act(folder.at('whole', 'switchyard'), whole, noted);
    assert.equal(ended.cut, null);
    const images = new Set<string>();
    for (let cutAt = first; cutAt <= whole.steps; cutAt++) {
      const dir = folder.at(`cut-${cutAt}`, 'switchyard');
      const disk = new CutDisk(cutAt);
      const { known, cut } = await act(dir, disk, deeds);
      for (const left of LEFTOVERS) {
        const copy = folder.at(`left-${cutAt}`, 'switchyard');
        disk.copyLeft(dir, copy, left);
        const image = digestOf(copy) + JSON.stringify([...known.lines, cut?.what]);
        if (!images.has(image)) await check(copy, known, cut, `cut at step ${cutAt} (${cut?.what}), left is ${left}`);
        images.add(image);
        rmSync(path.dirname(copy), { recursive: true });
      }
      rmSync(path.dirname(dir), { recursive: true });
    }
    return { cuts: whole.steps + 1 - first, images: images.size };
  }

  async function check(dir: string, known: Acknowledged, cut: Deed | null, where: string): Promise<void> {
    nowAt(`${where}: opening`);
    const store = await openStoreIn(dir, { disk: hastyDisk });
    try {
      nowAt(`${where}: looking`);
      const now = plain(await seen(store, known));
      const done = cut === null ? known : cut.then(known);
      const isDone = JSON.stringify(now) === JSON.stringify(plain(done));
      if (!isDone && !isBetween(cut, now, known, done)) assert.deepEqual(now, plain(known), where);
      // It goes on from there.
      nowAt(`${where}: going on`);
      const next = storyNumber(9);
      assert.equal((await store.stories.create(next, 'Body 9', lineOf(next, 'Created'))).kind, 'created', where);
      await store.stories.compact();
      assert.equal((await store.stories.find('k9'))?.number, 9, where);
    } finally {
      nowAt(`${where}: closing`);
      await store.close();
    }
  }

  /** A purge removes the record first, then the body: nobody can see it either way, and it can be done again. */
  function isBetween(cut: Deed | null, now: unknown, known: Acknowledged, done: Acknowledged): boolean {
    const parts = cut?.between?.(known) ?? [];
    if (parts.some((one) => JSON.stringify(now) === JSON.stringify(plain(one)))) return true;
    if (cut?.what.startsWith('purge') !== true) return false;
    return JSON.stringify(now) === JSON.stringify(plain({ ...done, bodies: known.bodies }));
  }

  it('[P1, P2, S7] at each write, sync and rename of create, write, delete and purge loses nothing acknowledged and shows nothing half', async () => {
    const { cuts, images } = await cutEverywhere(CHANGES);
    assert.ok(cuts > 40 && images > 40, `${cuts} cuts, ${images} images`);
  });

  it('[P1, Y1] at each write, sync and rename of stories that are received together leaves each of them whole or not at all', async () => {
    const { cuts, images } = await cutEverywhere([create(4), receive(1, 2, 3)]);
    assert.ok(cuts > 12 && images > 12, `${cuts} cuts, ${images} images`);
  });

  it('[P1, Y1] at each write, sync and rename of a story that others bring back leaves it deleted or back, with one line that says so', async () => {
    const { cuts, images } = await cutEverywhere([create(1), bury(1), restore(1)]);
    assert.ok(cuts > 8 && images > 8, `${cuts} cuts, ${images} images`);
  });

  it('[P2, S5, ST9] at each write, sync and rename of a compaction, the first or a later one, loses nothing and uses no number twice', async () => {
    const { cuts, images } = await cutEverywhere(COMPACTIONS, COMPACTIONS.indexOf(compact));
    assert.ok(cuts > 100 && images > 100, `${cuts} cuts, ${images} images`);
  });
});

function digestOf(dir: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' }).sort()) {
    const file = path.join(dir, name);
    hash.update(name);
    if (statSync(file).isFile()) hash.update(readFileSync(file));
  }
  return hash.digest('hex');
}
