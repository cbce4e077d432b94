import assert from 'node:assert/strict';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import * as Y from 'yjs';
import { NUMBER_LIMIT } from '../../../src/core/story/numbers';
import type { StoryRecord } from '../../../src/core/story/story';
import { TemporaryFolder } from '../../support/temporaryFolder';
import { converged, Machine } from '../../support/share/machine';
import { Proxy } from '../../support/share/proxy';
import { rawPeer, type RawPeer } from '../../support/share/rawPeer';
import { TeamServer } from '../../support/share/teamServer';
import { waitFor } from '../../support/waitFor';

describe('a peer that sends what it should not', () => {
  let folder: TemporaryFolder;
  let server: TeamServer;
  let proxy: Proxy;
  let ada: Machine;
  let bob: Machine;
  let eve: RawPeer;
  let run = 0;

  before(async () => {
    folder = new TemporaryFolder();
    server = await TeamServer.start(folder.path);
    proxy = await Proxy.start(() => server.port);
  });
  after(async () => {
    await proxy.close();
    await server.stop();
    folder.remove();
  });
  beforeEach(async () => {
    run += 1;
    [ada, bob] = [await new Machine('ada').open(), await new Machine('bob').open()];
    for (let number = 1; number <= 8; number += 1) await ada.create(`Story ${number}`, `Text ${number}.`);
    for (const machine of [ada, bob]) {
      await machine.sharing.start(server.url, `bad-${run}`, machine.name);
      await machine.connected();
    }
    await converged([ada, bob]);
    eve = await rawPeer(server.url, `bad-${run}`);
  });
  afterEach(async () => {
    eve.close();
    await Promise.all([ada.remove(), bob.remove()]);
  });

  const held = (machine: Machine) =>
    waitFor(`${machine.name} to hold it`, () => machine.sharing.state().held, { seen: () => machine.said });
  const story = (): Y.Map<unknown> => eve.doc.getMap('stories').get(ada.story('Story 3').key) as Y.Map<unknown>;

  /** A story that is sound but for its key. */
  function forge(key: string): void {
    const fields = Object.entries({ ...story().toJSON(), claim: 100, title: 'Forged' });
    eve.doc.transact(() => {
      eve.doc.getMap('stories').set(key, new Y.Map(fields));
      eve.doc.getMap('bodies').set(key, new Y.Text('Forged.'));
    });
  }

  /** What a bad peer does, and why it is held. */
  const BAD: readonly { what: string; why: string; deed: () => void }[] = [
    {
      what: 'removes stories without a trace',
      why: 'forged',
      deed: () => eve.doc.getMap('stories').delete(ada.story('Story 3').key),
    },
    { what: 'says that a story was made with another number', why: 'forged', deed: () => story().set('claim', 77) },
    { what: 'writes a field that makes no sense', why: 'malformed', deed: () => story().set('priority', 'high') },
    {
      what: 'puts a list in the place of a story',
      why: 'malformed',
      deed: () => eve.doc.getMap('stories').set('x', [1]),
    },
    {
      what: 'names a story so that a path leads outside',
      why: 'malformed',
      deed: () => eve.doc.getMap('stories').set('../../x', new Y.Map([['title', 'x']])),
    },
    {
      what: 'brings a story into a stage that cannot be',
      why: 'impossibleStage',
      deed: () => {
        const work = story().get('work') as Record<string, unknown>;
        story().set('work', { ...work, stage: { name: 'Done', mergeCommit: 'HEAD' } });
      },
    },
    {
      what: 'writes a text that is too long for any story',
      why: 'oversized',
      deed: () => (eve.doc.getMap('bodies').get(ada.story('Story 3').key) as Y.Text).insert(0, 'x'.repeat(1_000_001)),
    },
    {
      what: 'gives a story a key that is no name of a folder everywhere',
      why: 'malformed',
      deed: () => eve.doc.getMap('stories').set('CON', new Y.Map(Object.entries({ ...story().toJSON(), claim: 100 }))),
    },
    {
      what: 'gives a story the key of another in other letters, which is one folder where case does not count',
      why: 'twin',
      deed: () => forge(ada.story('Story 3').key.toUpperCase()),
    },
    {
      what: 'hides more beside the fields of a story than any story has',
      why: 'oversized',
      deed: () => story().set('more', 'x'.repeat(300_000)),
    },
    {
      what: 'fills the document with what is no story',
      why: 'oversized',
      deed: () => {
        eve.doc.transact(() => {
          eve.doc.getMap('more').set('x', 'x'.repeat(5_000_000));
          eve.doc.getArray('list').push(['x'.repeat(5_000_000)]);
          eve.doc.getMap('leases').set('refs/heads/main', 'x'.repeat(100_000));
        });
      },
    },
    {
      what: 'deletes most of the stories',
      why: 'removes',
      deed: () =>
        eve.doc.transact(() => {
          for (const { key, number, createdAt } of ada.stories.slice(0, 6))
            eve.doc.getMap('graves').set(key, { claim: number, createdAt, at: createdAt });
        }),
    },
  ];

  for (const { what, why, deed } of BAD) {
    it(`[Y5] one that ${what} changes nothing: it is held with its reason and kept, and can be put back for all`, async () => {
      const before = await ada.picture();
      deed();
      for (const machine of [ada, bob]) {
        const found = await held(machine);
        assert.equal(found.why, why);
        assert.ok(existsSync(found.keptIn) && statSync(found.keptIn).size > 0);
        assert.deepEqual(await machine.picture(), before);
      }
      // Who is held up meanwhile loses nothing of its own.
      await bob.book.describe(ada.story('Story 1').key, { priority: 0 }, 'person');
      await ada.sharing.decide('putBack');
      await waitFor(
        'nobody to be held up',
        () => ada.sharing.state().held === null && bob.sharing.state().held === null,
        {
          seen: () => [ada.sharing.state(), bob.sharing.state(), bob.said],
        },
      );
      const after = await converged([ada, bob]);
      assert.equal(Object.keys(after['stories'] as object).length, 8);
      assert.equal(ada.story('Story 1').priority, 0);
    });
  }

  it('[Y5] of two stories that come at once with keys that differ in case alone one stays', async () => {
    eve.doc.transact(() => ['Twin', 'tWIN'].forEach(forge));
    for (const machine of [ada, bob]) assert.equal((await held(machine)).why, 'twin');
    assert.equal(ada.stories.length, 8);
    await ada.sharing.decide('putBack');
    await converged([ada, bob]);
    assert.equal(ada.stories.length, 9);
    assert.equal(bob.sharing.state().held, null);
  });

  it('[Y5] the trace of a deleted story makes no room for one that has the key of another in other letters', async () => {
    const { key, createdAt } = ada.story('Story 3');
    const twin = key.toUpperCase();
    eve.doc.getMap('graves').set(twin, { claim: 100, createdAt, at: createdAt });
    (eve.doc.getMap('stories').get(ada.story('Story 1').key) as Y.Map<unknown>).set('title', 'Behind the trace');
    const isIn = (machine: Machine): boolean => machine.stories.some(({ title }) => title === 'Behind the trace');
    await waitFor('both to have the trace', () => isIn(ada) && isIn(bob));
    eve.doc.transact(() => {
      forge(twin);
      eve.doc.getMap('graves').delete(twin);
    });
    for (const machine of [ada, bob]) assert.equal((await held(machine)).why, 'twin');
    assert.deepEqual([await ada.body(key), ada.stories.length], ['Text 3.', 8]);
  });

  it('[Y5] a key that differs in case from one that is here alone is held before this machine has shared anything', async () => {
    const own = await new Machine('own').open();
    try {
      const { key } = await own.create('Of its own', 'As it was.');
      forge(key.toUpperCase());
      await own.sharing.start(server.url, `bad-${run}`, 'own');
      assert.equal((await held(own)).why, 'twin');
      assert.equal(own.stories.length, 1);
      assert.equal(await own.body(key), 'As it was.');
      // What the others had taken for a story of its own leaves its place to the true one.
      await own.sharing.decide('putBack');
      const titles = () => [ada, bob, own].map(({ stories }) => stories.map((one) => `${one.key} ${one.title}`));
      const isThere = (all: string[]): boolean => all.length === 9 && all.includes(`${key} Of its own`);
      await waitFor('everybody to have the true one', () => titles().every(isThere), { seen: titles });
    } finally {
      await own.remove();
    }
  });

  it('[Y1, Y5] who is held up in the first meeting shares what it has once that is decided', async () => {
    const own = await new Machine('own').open();
    try {
      const { key } = await own.create('Of its own');
      BAD.find(({ what }) => what.startsWith('puts a list'))?.deed();
      await own.sharing.start(server.url, `bad-${run}`, 'own');
      for (const machine of [ada, bob, own]) await held(machine);
      await ada.sharing.decide('putBack');
      await converged([ada, bob, own]);
      assert.ok(bob.stories.some((one) => one.key === key));
    } finally {
      await own.remove();
    }
  });

  it('[Y5] a person who wanted stories to be deleted takes it, and they are gone everywhere', async () => {
    BAD.at(-1)?.deed();
    await Promise.all([held(ada), held(bob)]);
    await ada.sharing.decide('take');
    assert.equal(ada.stories.length, 2);
    await bob.sharing.decide('take');
    await converged([ada, bob]);
  });

  it('[Y5] stories that are removed one by one within minutes are counted together', async () => {
    const bury = ({ key, number, createdAt }: StoryRecord): unknown =>
      eve.doc.getMap('graves').set(key, { claim: number, createdAt, at: createdAt });
    const all = [...ada.stories];
    for (const [at, one] of all.slice(0, 4).entries()) {
      bury(one);
      await waitFor('it to be gone', () => ada.stories.length === 7 - at && bob.stories.length === 7 - at);
    }
    bury(all[4] as StoryRecord);
    for (const machine of [ada, bob]) assert.equal((await held(machine)).why, 'removes');
    bury(all[5] as StoryRecord);
    await waitFor('it to be counted', () => ada.sharing.state().held?.said.values[0] === 6);
    assert.equal(ada.sharing.state().held?.keptIn, (await held(ada)).keptIn);
    assert.equal(ada.stories.length, 4);
    // Who takes it is not asked again about the next one.
    for (const machine of [ada, bob]) await machine.sharing.decide('take');
    bury(all[6] as StoryRecord);
    await waitFor('it to be gone', () => ada.stories.length === 1 && bob.stories.length === 1);
    await converged([ada, bob]);
  });

  it('[Y5] who sends something else again and again while it is held fills no disk', async () => {
    const kept = (): string[] => readdirSync(path.dirname(ada.sharing.state().held?.keptIn ?? '')).filter((name) => name.includes('refused'));
    for (const { number } of ada.stories) {
      (eve.doc.getMap('stories').get(ada.story(`Story ${number}`).key) as Y.Map<unknown>).set('priority', number + 10);
      await held(ada);
    }
    assert.equal(kept().length, 1);
  }); // prettier-ignore

  it('[Y1, Y4, Y5] a machine whose disk does not take what is shared any more is not there for the others either', async () => {
    const full = new Machine('full', { beforeKeepAside: () => Promise.reject(new Error('No space left')) });
    try {
      await full.open();
      await full.sharing.start(server.url, `bad-${run}`, 'full');
      await full.connected();
      const seen = () => ada.sharing.peers().some(({ name }) => name === 'full');
      await waitFor('it to be seen', seen);
      BAD[0]?.deed();
      await waitFor('it to be gone', () => !seen(), { seen: () => [full.sharing.state(), full.said] });
      const { connection, problem } = full.sharing.state();
      assert.deepEqual([connection, problem?.message], ['away', 'Sharing has stopped: No space left']);
    } finally {
      await full.remove();
    }
  });

  it('[Y5] what puts a bad change right while that is being kept is looked at too, and nothing is held any more', async () => {
    const [good, seen] = [story().get('priority'), [] as number[]];
    const slow = await new Machine('slow', {
      // A machine that is so slow has both before it says that it holds the first.
      beforeKeepAside: async (updates) => {
        story().set('priority', good);
        await waitFor('what puts it right to be there', () => updates.length > 1);
        seen.push(updates.length);
      },
    }).open();
    try {
      await slow.sharing.start(server.url, `bad-${run}`, 'slow');
      await converged([ada, bob, slow]);
      story().set('priority', 'high');
      await waitFor('it to be kept', () => seen.length > 0);
      const seenThere = () => [slow.sharing.state().held, slow.said];
      await waitFor('it to be told', () => slow.said.some((line) => line.includes('is held')), { seen: seenThere });
      await waitFor('nothing to be held', () => slow.sharing.state().held === null, { seen: seenThere });
      await converged([ada, bob, slow]);
    } finally {
      await slow.remove();
    }
  });

  it('[S5, S9, Y5] a story with the last number there is takes no number from those that are made later', async () => {
    eve.doc.transact(() => {
      const last = { ...story().toJSON(), claim: NUMBER_LIMIT, title: 'Last' };
      eve.doc.getMap('stories').set('last', new Y.Map(Object.entries(last)));
      eve.doc.getMap('bodies').set('last', new Y.Text(''));
    });
    await waitFor('it to be here', () => ada.stories.length === 9 && bob.stories.length === 9);
    assert.equal((await ada.create('Next')).number, 9);
    await converged([ada, bob]);
    assert.equal(bob.story('Next').number, 9);
  });

  it('[Y5] bytes that are no update at all change nothing, and the next good one counts', async () => {
    const before = await ada.picture();
    eve.sendRaw(new Uint8Array([1, 2, 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 7]));
    await bob.book.describe(ada.story('Story 1').key, { priority: 0 }, 'person');
    const after = await converged([ada, bob]);
    assert.equal(Object.keys(after['stories'] as object).length, Object.keys(before['stories'] as object).length);
    assert.equal(ada.story('Story 1').priority, 0);
  });

  it('[Y5] four stories of eight may be deleted without a question, as people do', async () => {
    for (const { key } of ada.stories.slice(0, 4)) await ada.book.bury(key, 'person');
    await converged([ada, bob]);
    assert.equal(bob.sharing.state().held, null);
    assert.equal(bob.stories.length, 4);
  });
});
