import { inEnglish } from '../../../src/core/words/said';
import { TemporaryFolder } from '../../support/temporaryFolder';
import { converged, hasty, Machine, patient } from '../../support/share/machine';
import { Proxy } from '../../support/share/proxy';
import { TeamServer } from '../../support/share/teamServer';
import { Random } from '../random';

export interface ShareSize {
  readonly operations: number;
  readonly seed: number;
  /** Operations between two meetings of all. */
  readonly between?: number;
}

export interface ShareTorture {
  readonly operations: number;
  readonly made: number;
  readonly failures: readonly string[];
}

interface Scene {
  readonly machines: readonly Machine[];
  readonly proxies: readonly Proxy[];
  readonly random: Random;
  /** Keys of all stories that were ever made. */
  readonly made: Set<string>;
  readonly failures: string[];
}

/**
 * Three machines and a real server, each behind a proxy that cuts, falls silent and heals: they make, change, delete and
 * restore stories, shorten their records, and are closed and opened. From time to time all meet, and must show the same.
 */
export async function tortureShare(
  { operations, seed, between = 50 }: ShareSize,
  say: (line: string) => void = () => undefined,
): Promise<ShareTorture> {
  const folder = new TemporaryFolder();
  const server = await TeamServer.start(folder.path);
  const random = new Random(seed);
  const names = ['ada', 'bob', 'eve'];
  const proxies = await Promise.all(names.map(() => Proxy.start(() => server.port)));
  const options = { clock: hasty, limits: patient, compactAfter: 20_000 };
  const machines = await Promise.all(names.map((name) => new Machine(name, options).open()));
  const scene: Scene = { machines, proxies, random, made: new Set(), failures: [] };
  let done = 0;
  try {
    for (const [at, machine] of machines.entries()) await machine.share(proxies[at]?.url ?? '');
    while (done < operations && scene.failures.length === 0) {
      for (let step = 0; step < between && done < operations; step += 1, done += 1) await operate(scene);
      await meet(scene);
      say(`${done} operations, ${scene.made.size} stories`);
    }
  } finally {
    for (const machine of machines) await machine.remove();
    for (const proxy of proxies) await proxy.close();
    await server.stop();
    folder.remove();
  }
  return {
    operations: done,
    made: scene.made.size,
    failures: scene.failures.map((one) => `seed ${seed}: ${one}`),
  };
}

async function operate(scene: Scene): Promise<void> {
  const { machines, proxies, random } = scene;
  const at = random.below(machines.length);
  const [machine, proxy] = [machines[at], proxies[at]];
  if (machine === undefined || proxy === undefined) return;
  const kind = random.below(20);
  if (kind === 0) proxy.cut();
  else if (kind === 1) proxy.heal();
  else if (kind === 2) {
    await machine.close();
    await machine.open();
  } else if (kind === 3) await machine.store.stories.compact();
  else if (kind < 9) {
    const named = machine.stories.at(-1)?.number ?? 1;
    scene.made.add((await machine.create(`By ${machine.name} ${scene.made.size}`, `Begins.\n\nSee #${named}.\n`)).key);
  } else await change(machine, random, scene);
}

async function change(machine: Machine, random: Random, { failures }: Scene): Promise<void> {
  const { stories } = machine;
  if (stories.length === 0) return;
  const { key } = random.pick(stories);
  const by = machine.name;
  try {
    switch (random.below(8)) {
      case 0:
        await machine.book.describe(key, { priority: random.below(4) }, by);
        return;
      case 1:
        await machine.book.describe(key, { labels: [`${by}-${random.below(5)}`] }, by);
        return;
      case 2:
      case 3:
        await machine.rewrite(key, `${await machine.body(key)}${by} ${random.below(1000)}\n`);
        return;
      case 4:
        await machine.book.apply(key, { name: 'Start' }, by);
        return;
      case 5:
        await machine.book.apply(key, { name: 'Demote' }, by);
        return;
      case 6:
        if (stories.length > 10) await machine.book.bury(key, by);
        return;
      default: {
        const grave = machine.store.stories.tombstones()[0];
        if (grave?.record !== undefined) await machine.book.unbury(grave.key, by, (record) => record);
      }
    }
  } catch (error) {
    failures.push(`${by}: ${String(error)}`);
  }
}

/** More is deleted here within seconds than a team deletes in a week: whoever is asked about it takes it. */
async function takeRemovals({ sharing }: Machine): Promise<void> {
  if (sharing.state().held?.why === 'removes') await sharing.decide('take');
}

/** All are connected, show the same, and have every story that was ever made, under a number of its own. */
async function meet({ machines, proxies, made, failures }: Scene): Promise<void> {
  for (const proxy of proxies) proxy.heal();
  await Promise.all(machines.map((one) => one.connected()));
  await converged(machines, takeRemovals);
  for (const machine of machines) {
    const state = machine.sharing.state();
    if (state.held !== null || state.problem !== null)
      failures.push(`${machine.name}: ${state.held === null ? state.problem?.message : inEnglish([state.held.said])}`);
    const known = new Set([...machine.stories, ...machine.store.stories.tombstones()].map(({ key }) => key));
    for (const key of made) if (!known.has(key)) failures.push(`${machine.name} lost ${key}`);
    const numbers = machine.stories.map(({ number }) => number);
    if (new Set(numbers).size !== numbers.length) failures.push(`${machine.name} has a number twice`);
  }
}
