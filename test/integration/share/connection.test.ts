import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { systemClock } from '../../../src/base/systemClock';
import type { Clock } from '../../../src/ports/clock';
import { TemporaryFolder } from '../../support/temporaryFolder';
import { converged, Machine } from '../../support/share/machine';
import { limitsFor } from '../../support/share/margins';
import { Proxy } from '../../support/share/proxy';
import { TeamServer } from '../../support/share/teamServer';
import { waitFor } from '../../support/waitFor';

/** Waits a hundredth of what it is asked to. */
const hastyClock: Clock = {
  now: () => systemClock.now(),
  after: (ms, callback) => systemClock.after(ms / 100, callback),
};

describe('the connection to a server', () => {
  let folder: TemporaryFolder;
  let server: TeamServer;
  let proxy: Proxy;
  const machines: Machine[] = [];

  beforeEach(async () => {
    folder = new TemporaryFolder();
    server = await TeamServer.start(folder.path, { idleMs: 500, origin: 'https://stories.example.org' });
    proxy = await Proxy.start(() => server.port);
  });
  afterEach(async () => {
    for (const machine of machines.splice(0)) await machine.remove();
    await proxy.close();
    await server.stop();
    folder.remove();
  });

  const machine = async (...given: ConstructorParameters<typeof Machine>): Promise<Machine> => {
    const made = await new Machine(...given).open();
    machines.push(made);
    return made;
  };

  it('[Y2] a server that answers is kept over many rounds, and one that falls silent is dropped and met again', async () => {
    const rounds = 6;
    const ada = await machine('ada', { limits: limitsFor(rounds, 50) });
    await ada.share(proxy.url);
    await ada.connected();
    for (let round = 0; round < rounds; round += 1) {
      const before = proxy.bytes;
      // Each round there is a question and its answer on the wire.
      await waitFor('a round', () => proxy.bytes > before);
      assert.equal(ada.sharing.state().connection, 'connected');
    }
    assert.equal(proxy.asked, 1);
    proxy.silence();
    await waitFor('the silence to be noticed', () => ada.sharing.state().connection === 'away');
    const story = await ada.create('Made in silence');
    proxy.heal();
    await waitFor('another connection', () => proxy.asked > 1);
    await ada.connected();
    const bob = await machine('bob');
    await bob.share(server.url);
    await bob.connected();
    await converged([ada, bob]);
    assert.ok(bob.stories.some(({ key }) => key === story.key));
  });

  it('[Y3] nothing is said of nine failures, one error of the tenth, and none again', async () => {
    const ada = await machine('ada', { clock: hastyClock, random: () => 0 });
    proxy.cut();
    await ada.share(proxy.url);
    const state = () => ada.sharing.state();
    const failures = new Map<number, number>();
    const watch = ada.sharing.onDidChange(() => failures.set(ada.sharing.state().failures, ada.errors.length));
    await waitFor('it to be told', () => state().isTold, { seen: () => [proxy.asked, state()] });
    assert.equal(ada.errors.length, 1);
    assert.match(ada.errors[0] ?? '', /cannot be reached/);
    for (const [count, errors] of failures)
      assert.equal(errors, count < 10 ? 0 : 1, `${errors} errors of ${count} failures`);
    assert.ok(failures.has(9));
    watch.dispose();
    const asked = proxy.asked;
    assert.ok(asked >= 10, `${asked} attempts`);
    await waitFor('more attempts', () => proxy.asked >= asked + 3);
    assert.equal(ada.errors.length, 1);
    proxy.heal();
    await ada.connected();
    assert.equal(state().isTold, false);
  });

  it('[Y3] a server that was killed and started again has everything, also what it had not written to disk', async () => {
    const [ada, bob] = [await machine('ada', { clock: hastyClock }), await machine('bob', { clock: hastyClock })];
    for (const one of [ada, bob]) {
      await one.share(proxy.url);
      await one.connected();
    }
    const made = await ada.create('Before the kill');
    await server.stop();
    await bob.create('After the kill');
    server = await TeamServer.start(folder.path);
    await converged([ada, bob]);
    assert.equal(bob.stories.length, 2);
    assert.ok(bob.stories.some(({ key }) => key === made.key));
  });

  it('[Y1] a server that is set up as the documents say takes no web page, and closes five hundred who say nothing', async () => {
    const ada = await machine('ada', { limits: { pingMs: 20, timeoutMs: 60_000 } });
    await ada.share(server.url);
    await ada.connected();
    const page = await upgrade(server.port, 'https://evil.example.org');
    assert.match(page.answer, /^HTTP\/1\.1 403/);
    const idle = await Promise.all(Array.from({ length: 500 }, () => upgrade(server.port, null)));
    assert.ok(idle.every(({ answer }) => answer.startsWith('HTTP/1.1 101')));
    await Promise.all(idle.map(({ closed }) => closed));
    assert.equal(ada.sharing.state().connection, 'connected');
  });
});

/** Asks for a WebSocket and says nothing more. */
async function upgrade(port: number, origin: string | null): Promise<{ answer: string; closed: Promise<void> }> {
  const socket: Socket = connect(port, '127.0.0.1');
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => undefined);
  socket.on('end', () => socket.end());
  const lines = [
    'GET / HTTP/1.1',
    'Host: stories.example.org',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...(origin === null ? [] : [`Origin: ${origin}`]),
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  const answer = await new Promise<string>((resolve) =>
    socket.once('data', (data) => resolve(data.toString('latin1'))),
  );
  // The server says that it closes (a frame that begins with 0x88), and waits for this side to agree.
  socket.on('data', (data) => {
    if (data[0] === 0x88) socket.destroy();
  });
  return { answer, closed };
}
