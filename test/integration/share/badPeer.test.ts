import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import * as Y from 'yjs';
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

  it('[Y5] a person who wanted stories to be deleted takes it, and they are gone everywhere', async () => {
    BAD.at(-1)?.deed();
    await Promise.all([held(ada), held(bob)]);
    await ada.sharing.decide('take');
    assert.equal(ada.stories.length, 2);
    await bob.sharing.decide('take');
    await converged([ada, bob]);
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
