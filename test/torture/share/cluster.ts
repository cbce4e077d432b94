import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { answers, freePort, PageServer } from '../../support/share/pageServer';
import { converged, hasty, Machine, patient } from '../../support/share/machine';
import { Proxy } from '../../support/share/proxy';
import { TemporaryFolder } from '../../support/temporaryFolder';
import { waitFor } from '../../support/waitFor';

/**
 * Two servers of `docs/team.md` that speak through a Redis of this machine (`redis-server` on the path), and two machines that
 * share through different ones: with one file of documents, and with one each. Returns
 * what does not hold, in sentences.
 */
export async function tortureCluster(say: (line: string) => void): Promise<string[]> {
  const failures: string[] = [];
  for (const disks of [
    ['one', 'one'],
    ['first', 'second'],
  ]) {
    say(`documents in: ${disks.join(', ')}`);
    failures.push(...(await tortureServers(disks, say)));
  }
  return failures;
}

async function tortureServers(disks: readonly string[], say: (line: string) => void): Promise<string[]> {
  const home = new TemporaryFolder();
  const failures: string[] = [];
  const redis = await Redis.start(await freePort());
  const folders = disks.map((name) => home.at(name));
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  const servers = await Promise.all(folders.map((folder) => PageServer.start(folder, redis.port)));
  const proxies = await Promise.all([0, 1].map((at) => Proxy.start(() => servers[at]?.port ?? 0)));
  const machines = await Promise.all(['ada', 'bob'].map((name) => new Machine(name, { clock: hasty, limits: patient }).open()));
  const [ada, bob] = machines as [Machine, Machine];
  try {
    const story = await ada.create('Of Ada', 'Begun.\n');
    for (const [at, machine] of machines.entries()) await machine.share(proxies[at]?.url ?? '');
    await Promise.all(machines.map((one) => one.connected()));
    await converged(machines);
    say('what Ada had is with Bob, through the other server');
    await bob.rewrite(story.key, 'Begun.\nBy Bob.\n');
    await ada.create('Second of Ada');
    await converged(machines);
    if ((await ada.body(story.key)) !== 'Begun.\nBy Bob.\n') failures.push(`Ada has ${await ada.body(story.key)}`);
    say('changes go both ways');
    ada.sharing.workOn([story.key]);
    await waitFor('Bob to see Ada at work', () => bob.sharing.state().peers.some(({ at }) => at.includes(story.key)));
    say('who is at work is seen through the other server');
    await redis.stop();
    await ada.rewrite(story.key, 'Begun.\nBy Bob.\nWithout Redis, by Ada.\n');
    await bob.create('Without Redis, of Bob');
    await redis.again();
    await ada.create('After Redis came back');
    await bob.create('After Redis came back, of Bob');
    await converged(machines);
    say('what was written while Redis was gone is on both sides once somebody writes again');
    const before = JSON.stringify(await ada.picture());
    await servers[0]?.stop();
    await bob.rewrite(story.key, `${await bob.body(story.key)}While the first server was gone.\n`);
    servers[0] = await PageServer.start(folders[0] ?? '', redis.port);
    await ada.connected();
    await converged(machines);
    if (JSON.stringify(await ada.picture()) === before) failures.push('what Bob wrote while the first server was gone is missing');
    say('a server that ended comes back and has what the other one got meanwhile');
    return failures;
  } finally {
    for (const machine of machines) await machine.remove();
    for (const proxy of proxies) await proxy.close();
    for (const server of servers) await server.stop();
    await redis.stop();
    home.remove();
  }
} // prettier-ignore

/** A Redis that keeps nothing, as the compose file of the page starts it. */
class Redis {
  #child: ReturnType<typeof spawn> | null = null;

  private constructor(readonly port: number) {}

  static async start(port: number): Promise<Redis> {
    const redis = new Redis(port);
    await redis.again();
    return redis;
  }

  async again(): Promise<void> {
    const args = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    const child = spawn('redis-server', args, { stdio: 'ignore' });
    const failed: { error: Error | null } = { error: null };
    child.once('error', (error) => (failed.error = error));
    this.#child = child;
    await waitFor('Redis to listen', () => failed.error !== null || answers(this.port));
    if (failed.error !== null) throw new Error(`redis-server could not be started: ${failed.error.message}`);
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const over = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await over;
  }
}
