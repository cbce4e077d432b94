import * as Y from 'yjs';
import { partsOf } from '../../src/base/inBatches';
import { Machine } from '../support/share/machine';
import { Proxy } from '../support/share/proxy';
import { rawPeer } from '../support/share/rawPeer';
import { TeamServer } from '../support/share/teamServer';
import { TemporaryFolder } from '../support/temporaryFolder';
import { serverRows } from './serverRows';
import { BODY, fillBoard, keyOf, recordOf } from './sharedBoard';
import { times, type Row } from './table';

/** Edits that are made while a machine is away. */
const EDITS = 1000;

interface Measured {
  readonly ms: number;
  readonly bytes: number;
}

/** Sharing so many stories between two machines by a real server, against the bare provider with the same document. */
export async function syncRows(stories: number): Promise<Row[]> {
  return [...(await machineRows(stories)), ...(await serverRows(stories))];
}

async function machineRows(stories: number): Promise<Row[]> {
  const folder = new TemporaryFolder();
  const server = await TeamServer.start(folder.path);
  const proxy = await Proxy.start(() => server.port);
  const limits = { pingMs: 10_000, timeoutMs: 600_000 };
  const [ada, bob] = [await new Machine('ada', { limits }).open(), await new Machine('bob', { limits }).open()];
  try {
    await seed(ada, stories);
    await ada.share(server.url);
    await ada.connected();
    await ada.sharing.settled();
    const bare = await bareRows(server, proxy, stories);
    const first = await measured(proxy, async () => {
      await bob.share(proxy.url);
      await until(() => bob.stories.length === stories);
    });
    const key = ada.stories[0]?.key ?? '';
    const one = await measured(proxy, async () => {
      await ada.book.describe(key, { priority: 0 }, 'bench');
      await until(() => bob.store.stories.get(key)?.priority === 0);
    });
    proxy.cut();
    await until(() => bob.sharing.state().connection === 'away');
    for (let edit = 0; edit < EDITS; edit += 1)
      await bob.book.describe(bob.stories[edit % stories]?.key ?? '', { labels: [`edit ${edit}`] }, 'bench');
    await bob.sharing.settled();
    const last = bob.stories[(EDITS - 1) % stories]?.key ?? '';
    proxy.heal();
    await bob.connected();
    const heal = await measured(proxy, () =>
      until(() => ada.store.stories.get(last)?.labels[0] === `edit ${EDITS - 1}`),
    );
    return [
      rowOf(`first meeting, ${stories} stories`, first, bare.first),
      rowOf('one change, machine to machine', one, bare.one),
      rowOf(`healing after ${EDITS} edits offline, from the connection on`, heal, bare.heal),
    ];
  } finally {
    await Promise.all([ada.remove(), bob.remove()]);
    await proxy.close();
    await server.stop();
    folder.remove();
  }
}

async function bareRows(
  server: TeamServer,
  proxy: Proxy,
  stories: number,
): Promise<Record<'first' | 'one' | 'heal', Measured>> {
  const one = await rawPeer(server.url, 'bare');
  fillBoard(one.doc, stories);
  const connect = async () => {
    const peer = await rawPeer(proxy.url, 'bare');
    await until(() => peer.doc.getMap('stories').size === stories);
    return peer;
  };
  const first = await measured(proxy, async () => (await connect()).close());
  const other = await connect();
  const field = (doc: Y.Doc, number: number) => doc.getMap('stories').get(keyOf(number)) as Y.Map<unknown>;
  const change = await measured(proxy, async () => {
    field(one.doc, 1).set('priority', 0);
    await until(() => field(other.doc, 1).get('priority') === 0);
  });
  const offline = new Y.Doc();
  Y.applyUpdate(offline, Y.encodeStateAsUpdate(other.doc));
  for (let edit = 0; edit < EDITS; edit += 1) field(offline, (edit % stories) + 1).set('labels', [`edit ${edit}`]);
  const heal = await measured(proxy, async () => {
    Y.applyUpdate(other.doc, Y.encodeStateAsUpdate(offline, Y.encodeStateVector(other.doc)));
    const last = ((EDITS - 1) % stories) + 1;
    await until(() => JSON.stringify(field(one.doc, last).get('labels')) === JSON.stringify([`edit ${EDITS - 1}`]));
  });
  one.close();
  other.close();
  return { first, one: change, heal };
}

async function seed(machine: Machine, stories: number): Promise<void> {
  const all = Array.from({ length: stories }, (_, at) => recordOf(at + 1));
  for (const some of partsOf(all, 500)) {
    const received = some.map((story) => {
      const { key, number, createdAt: at } = story;
      const entry = { sequence: 0, at, key, number, by: 'bench', event: 'Created', from: null, to: 'Backlog', evidence: '' };
      return { kind: 'receive', story, body: BODY, entry } as const;
    });
    await machine.store.stories.receive(received);
  }
} // prettier-ignore

async function measured(proxy: Proxy, work: () => Promise<void>): Promise<Measured> {
  const [bytes, from] = [proxy.bytes, performance.now()];
  await work();
  return { ms: performance.now() - from, bytes: proxy.bytes - bytes };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
}

function rowOf(what: string, own: Measured, bare: Measured): Row {
  return {
    what: `sharing: ${what}`,
    counts: `${own.bytes} bytes on the wire, ${bare.bytes} bare`,
    ratio: `${times(own.ms, bare.ms)} the bare provider, which keeps nothing on disk (${own.ms.toFixed(0)} and ${bare.ms.toFixed(0)} ms)`,
    reach: '',
  };
}
