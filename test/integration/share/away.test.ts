import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '../../../src/base/systemClock';
import { BODY_LIMIT } from '../../../src/core/story/story';
import type { Clock } from '../../../src/ports/clock';
import { HandClock } from '../../support/handClock';
import { TemporaryFolder } from '../../support/temporaryFolder';
import { converged, Machine, patient } from '../../support/share/machine';
import { Proxy } from '../../support/share/proxy';
import { TeamServer } from '../../support/share/teamServer';
import { waitFor } from '../../support/waitFor';

const DAY = 86_400_000;

describe('machines that do not meet for a month', () => {
  let folder: TemporaryFolder;
  let server: TeamServer;
  let proxy: Proxy;
  let days = 0;
  const clock: Clock = {
    now: () => systemClock.now() + days * DAY,
    after: (ms, callback) => systemClock.after(ms / 50, callback),
  };
  let ada: Machine;
  let bob: Machine;

  before(async () => {
    folder = new TemporaryFolder();
    server = await TeamServer.start(folder.path);
    proxy = await Proxy.start(() => server.port);
    [ada, bob] = [await new Machine('ada', { clock, limits: patient }).open(), await new Machine('bob', { clock, limits: patient }).open()];
  }); // prettier-ignore
  after(async () => {
    await Promise.all([ada.remove(), bob.remove()]);
    await proxy.close();
    await server.stop();
    folder.remove();
  });

  it('[Y1, Y3, S9, P2] one that was away and one that shortened its records and what it shares show the same, and nothing of either is lost', async () => {
    for (const title of ['Text', 'Landed', 'Deleted', 'Purged', 'Long']) await ada.create(title, `${title}.\n\nAs it was.\n`);
    for (const machine of [ada, bob]) {
      await machine.share(proxy.url);
      await machine.connected();
    }
    await converged([ada, bob]);
    await bob.close();
    const [text, landed, deleted, purged, long] = ada.stories.map(({ key }) => key) as [string, string, string, string, string];

    days = 31;
    await ada.rewrite(text, 'Text.\n\nAs Ada left it.\n');
    await ada.book.describe(text, { labels: ['ada'] }, 'person');
    await land(ada, landed);
    await ada.book.bury(deleted, 'person');
    await ada.book.bury(purged, 'person');
    await ada.book.purge(purged, 'person');
    const ofAda = await ada.create('Of Ada', 'See #1.\n');
    const written = await shorten(ada, long);
    assert.ok(written > 2 * sharedSize(ada), `${written} bytes were written, ${sharedSize(ada)} are kept`);
    await server.stop();
    server = await TeamServer.start(folder.path);

    proxy.cut();
    await bob.open();
    await bob.rewrite(text, 'Text, said Bob.\n\nAs it was.\n');
    await bob.book.describe(text, { priority: 0 }, 'person');
    for (const key of [landed, deleted, purged]) await bob.book.describe(key, { priority: 0 }, 'person');
    const ofBob = await bob.create('Of Bob', 'See #2.\n');
    assert.equal(ofBob.number, ofAda.number);
    await bob.store.stories.compact();
    proxy.heal();
    await Promise.all([ada.connected(), bob.connected()]);
    const seen = await converged([ada, bob]);

    for (const round of ['as they met', 'after both were opened again']) {
      for (const machine of [ada, bob]) {
        const said = `${machine.name}, ${round}`;
        assert.equal(await machine.body(text), 'Text, said Bob.\n\nAs Ada left it.\n', said);
        const { labels, priority } = machine.story('Text');
        assert.deepEqual({ labels, priority }, { labels: ['ada'], priority: 0 }, said);
        const kept = await machine.store.stories.find(landed);
        assert.deepEqual([kept?.stage.name, kept?.priority], ['Archived', 0], said);
        const graves = machine.store.stories.tombstones().map(({ key }) => key);
        assert.deepEqual(graves.sort(), [deleted, purged].sort(), said);
        assert.equal(await machine.body(long), 'x'.repeat(300_000), said);
        assert.deepEqual([machine.story('Of Ada').number, machine.story('Of Bob').number], [ofAda.number, ofAda.number + 1], said);
        assert.equal(machine.sharing.state().held, null, said);
        await machine.close();
        await machine.open();
      }
      await Promise.all([ada.connected(), bob.connected()]);
      assert.deepEqual(await converged([ada, bob]), seen, round);
    }
  }); // prettier-ignore

  async function land({ book }: Machine, key: string): Promise<void> {
    const tip = 'a'.repeat(40);
    await book.apply(key, { name: 'Start' }, 'person');
    await book.apply(key, { name: 'QaSkipped', branch: 'refs/heads/story/2', tip, commitsAhead: 1, by: 'person' }, 'person');
    await book.apply(key, { name: 'MergeSucceeded', mergeCommit: 'b'.repeat(40), mergedAt: new Date(clock.now()).toISOString() }, 'person');
    await book.apply(key, { name: 'Accept' }, 'person');
  } // prettier-ignore

  /** Writes so much that the log of what is shared is replaced by what it comes to, and so is that of the stories. Returns the bytes. */
  async function shorten(machine: Machine, key: string): Promise<number> {
    const texts = ['a', 'b', 'c', 'x'].map((letter) => letter.repeat(300_000));
    for (const one of texts) {
      await machine.rewrite(key, one);
      await machine.sharing.settled();
    }
    await machine.close();
    await machine.open();
    await machine.connected();
    await machine.store.stories.compact();
    return texts.join('').length;
  }

  const sharedSize = (machine: Machine): number =>
    statSync(path.join(machine.folder.path, 'switchyard', 'shared.log')).size;
});

describe('what is written while one is away', () => {
  it('[Y3, Y5, S4] is taken however much it is, and so is a text that is longer only as it is sent; a longer one is nobody’s', async () => {
    const folder = new TemporaryFolder();
    const server = await TeamServer.start(folder.path);
    const [ada, bob] = [await new Machine('ada').open(), await new Machine('bob').open()];
    try {
      const first = await ada.create('First');
      for (const machine of [ada, bob]) {
        await machine.share(server.url);
        await machine.connected();
      }
      await converged([ada, bob]);
      await bob.close();
      for (let number = 2; number <= 13; number += 1) await ada.create(`Story ${number}`, `${number} `.repeat(330_000));
      const line = `See #${first.number} for it. `;
      const named = line.repeat(Math.floor(BODY_LIMIT / line.length));
      const { key } = await ada.create('Names others', named);
      await assert.rejects(ada.create('Too long', 'x'.repeat(BODY_LIMIT + 1)), /too long to be kept/);
      await ada.sharing.settled();
      await bob.open();
      await converged([ada, bob]);
      assert.equal(bob.stories.length, 14);
      assert.equal(bob.sharing.state().held, null);
      assert.equal(await bob.body(key), named);
    } finally {
      await Promise.all([ada.remove(), bob.remove()]);
      await server.stop();
      folder.remove();
    }
  });
});

describe('what is shared', () => {
  it('[Y1] is on the other machine without any wait: no timer stands between a change and those who see it', async () => {
    const folder = new TemporaryFolder();
    const server = await TeamServer.start(folder.path);
    // Time stands still, so whatever waits for it never comes.
    const [ada, bob] = [new Machine('ada', { clock: new HandClock() }), new Machine('bob', { clock: new HandClock() })];
    try {
      for (const machine of [ada, bob]) {
        await machine.open();
        await machine.share(server.url);
        await machine.connected();
      }
      const { key } = await ada.create('Sign in', 'One.\n');
      const seen = () => [bob.sharing.state(), bob.stories];
      await waitFor('the story', () => bob.stories.some((one) => one.key === key), { seen });
      await bob.rewrite(key, 'Two.\n');
      await waitFor('its text', async () => (await ada.body(key)) === 'Two.\n', { seen });
      await bob.apply(key, { name: 'Start' });
      await waitFor('its stage', () => ada.story('Sign in').stage.name === 'Coding', { seen });
      bob.sharing.workOn([key]);
      await waitFor('who is on it', () => ada.sharing.state().peers.some(({ at }) => at.includes(key)), { seen });
    } finally {
      await Promise.all([ada.remove(), bob.remove()]);
      await server.stop();
      folder.remove();
    }
  });
});
