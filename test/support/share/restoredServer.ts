import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { TemporaryFolder } from '../temporaryFolder';
import { waitFor } from '../waitFor';
import { converged, hasty, Machine, patient } from './machine';
import { Proxy } from './proxy';

interface RunningServer {
  readonly port: number;
  stop(): Promise<void>;
}

export interface ServerKind {
  /** Starts one whose documents are in this folder. */
  readonly start: (folder: string) => Promise<RunningServer>;
  /** Copies the documents of a server that runs to another folder. */
  readonly backUp: (folder: string, copy: string) => Promise<void>;
}

/**
 * A team whose server is backed up while people write, is lost, and is restored on another machine from the older copy; then it is
 * lost with its copy too. Returns what does not hold, in sentences.
 */
export async function restoreServer({ start, backUp }: ServerKind): Promise<string[]> {
  const home = new TemporaryFolder();
  const folders = ['first', 'second', 'third', 'empty'].map((name) => home.at(name)) as [string, string, string, string];
  for (const folder of folders) mkdirSync(folder);
  let server = await start(folders[0]);
  const names = ['ada', 'bob', 'eve', 'zoe'];
  const proxies = await Promise.all(names.map(() => Proxy.start(() => server.port)));
  const machines = await Promise.all(names.map((name) => new Machine(name, { clock: hasty, limits: patient }).open()));
  const [ada, bob, eve, zoe] = machines as [Machine, Machine, Machine, Machine];
  const others = [ada, bob, eve];
  const failures: string[] = [];
  const expect = (holds: boolean, what: string): void => {
    if (!holds) failures.push(what);
  };
  const cut = async (...who: readonly Machine[]): Promise<void> => {
    for (const one of who) proxies[machines.indexOf(one)]?.cut();
    await waitFor('them to be away', () => who.every((one) => one.sharing.state().connection === 'away'));
  };
  const meet = async (...who: readonly Machine[]): Promise<void> => {
    for (const one of who) proxies[machines.indexOf(one)]?.heal();
    await Promise.all(who.map((one) => one.connected()));
    await converged(who);
  };
  try {
    const [kept, gone] = [await ada.create('Kept', 'One.\n'), await ada.create('Gone', 'Two.\n')];
    for (const [at, machine] of machines.entries()) await machine.share(proxies[at]?.url ?? '');
    await meet(...machines);
    await cut(eve);
    await backUpWhileTheyWrite(ada, () => backUp(folders[0], folders[1]));
    await ada.rewrite(kept.key, 'One, after the copy.\n');
    await bob.book.bury(gone.key, 'person');
    await bob.create('Late', 'After the copy.\n');
    await eve.rewrite(kept.key, `${await eve.body(kept.key)}Said by Eve, who is away.\n`);
    await converged([ada, bob, zoe]);
    await server.stop();
    server = await start(folders[1]);
    await meet(...machines);
    for (const machine of machines) {
      const { name } = machine;
      const titles = machine.stories.map(({ title }) => title).sort().join();
      expect(titles === 'Kept,Late,Written meanwhile', `${name} has ${titles}`);
      expect(new Set(machine.stories.map(({ number }) => number)).size === 3, `${name} has a number twice`);
      const text = await machine.body(kept.key);
      expect(text === 'One, after the copy.\nSaid by Eve, who is away.\n', `${name} has the text ${text}`);
      expect(machine.store.stories.tombstone(gone.key) !== undefined, `${name} has again what was deleted after the copy`);
      const { held, notices } = machine.sharing.state();
      expect(held === null && notices.length === 0, `${name} is told ${JSON.stringify([held, notices])}`);
    }
    await cut(...others);
    const { key } = await zoe.create('Of Zoe', 'Only she and the server have it.\n');
    await waitFor('the copy to have it', async () => {
      await backUp(folders[1], folders[2]);
      return readdirSync(folders[2]).some((file) => readFileSync(path.join(folders[2], file)).includes('Of Zoe'));
    });
    await cut(zoe);
    await server.stop();
    server = await start(folders[2]);
    await meet(...others);
    for (const one of others) expect(one.store.stories.get(key) !== undefined, `${one.name} lacks what the copy alone had`);
    const before = JSON.stringify(await ada.picture());
    await server.stop();
    server = await start(folders[3]);
    await meet(...others);
    const newcomer = await new Machine('new', { clock: hasty, limits: patient }).open();
    machines.push(newcomer);
    await newcomer.share(proxies[0]?.url ?? '');
    await newcomer.connected();
    await converged([...others, newcomer]);
    expect(JSON.stringify(await newcomer.picture()) === before, 'a server with an empty disk does not get all of it back');
    return failures;
  } finally {
    for (const machine of machines) await machine.remove();
    for (const proxy of proxies) await proxy.close();
    await server.stop();
    home.remove();
  }
} // prettier-ignore

/** The text is changed on and on while the copy is made. */
async function backUpWhileTheyWrite(machine: Machine, backUp: () => Promise<void>): Promise<void> {
  const { key } = await machine.create('Written meanwhile', 'Begun.\n');
  const copying = { over: false };
  const copied = backUp().finally(() => (copying.over = true));
  for (let turn = 0; !copying.over || turn < 5; turn += 1) await machine.rewrite(key, `Begun.\nTurn ${turn}.\n`);
  await copied;
}
