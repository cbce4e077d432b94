import assert from 'node:assert/strict';
import { TemporaryFolder } from '../../support/temporaryFolder';
import { converged, Machine } from '../../support/share/machine';
import { Proxy } from '../../support/share/proxy';
import { TeamServer } from '../../support/share/teamServer';
import { waitFor } from '../../support/waitFor';
import { Random } from '../../torture/random';

const MESSAGES = 10_000;

describe('a server that sends what it should not', () => {
  let folder: TemporaryFolder;
  let server: TeamServer;
  let proxy: Proxy;
  let ada: Machine;
  let bob: Machine;

  before(async () => {
    folder = new TemporaryFolder();
    server = await TeamServer.start(folder.path);
    proxy = await Proxy.start(() => server.port);
    ada = await new Machine('ada', { limits: { pingMs: 50, timeoutMs: 60_000 } }).open();
    bob = await new Machine('bob').open();
    for (let number = 1; number <= 8; number += 1) await ada.create(`Story ${number}`, `Text ${number}.`);
    await ada.share(proxy.url);
    await ada.connected();
    await bob.share(server.url);
    await bob.connected();
    await converged([ada, bob]);
  });
  after(async () => {
    await Promise.all([ada.remove(), bob.remove()]);
    await proxy.close();
    await server.stop();
    folder.remove();
  });

  it('[Y5] 10,000 messages that make no sense change nothing, end nothing and are told once', async () => {
    const before = await ada.picture();
    const random = new Random(11);
    for (let sent = 0; sent < MESSAGES; sent += 1) {
      proxy.forge(nonsense(random));
      if (sent % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await bob.book.describe(bob.story('Story 1').key, { priority: 0 }, 'person');
    const seen = () => [ada.sharing.state(), ada.said.slice(-5)];
    await waitFor('the next good change', () => ada.story('Story 1').priority === 0, { seen });
    const after = await converged([ada, bob]);
    const { key } = ada.story('Story 1');
    const changed = { ...(before['stories'] as Record<string, object>)[key], priority: 0 };
    assert.deepEqual(after, { ...before, stories: { ...(before['stories'] as object), [key]: changed } });
    assert.equal(proxy.asked, 1, 'it is the connection of before');
    assert.equal(ada.said.filter((line) => line.includes('sent what cannot be read')).length, 1);
  });

  it('[Y5, Y1] a change that arrived spoiled is asked for anew, without another connection', async () => {
    proxy.spoil();
    await bob.book.describe(bob.story('Story 2').key, { priority: 0 }, 'person');
    const from = proxy.bytes;
    await waitFor('it to have come through', () => proxy.bytes > from + 200);
    assert.notEqual(ada.story('Story 2').priority, 0);
    proxy.heal();
    await waitFor('it to be asked for', () => ada.story('Story 2').priority === 0);
    await converged([ada, bob]);
    assert.equal(proxy.asked, 1);
  });
});

const NAME = Buffer.from('stories');

/** A message of one of the kinds that machines read, with nothing in it that could be meant. */
function nonsense(random: Random): Uint8Array {
  const bytes = Array.from({ length: random.below(60) }, () => random.below(256));
  const about = (name: Buffer, ...message: number[]) => new Uint8Array([name.length, ...name, ...message, ...bytes]);
  switch (random.below(6)) {
    case 0:
      return new Uint8Array(bytes);
    case 1: // of a document that is not shared here
      return about(Buffer.from('other'), 0, 2, bytes.length);
    case 2: // a change
      return about(NAME, 0, 2, bytes.length);
    case 3: // all that the server has
      return about(NAME, 0, 1, bytes.length);
    case 4: // who is there
      return about(NAME, 1, bytes.length);
    default: // a kind that nobody knows
      return about(NAME, 11 + random.below(100));
  }
}
