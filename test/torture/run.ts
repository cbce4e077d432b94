// `npm run torture`: what a machine, a disk and a kill can do, many times over. A failure's seed gives it again.
//
//   npm run torture -- --suite storage              100,000 flipped bits, logs cut at every byte, kills at every write
//   npm run torture -- --suite storage --flips 500 --seed 7
//   npm run torture -- --suite storage --only flips --from 4711 --flips 1      one flip again, by its number
//   npm run torture -- --suite storage --only kills,disks --jobs 4
//   npm run torture -- --suite merge                10,000 windows killed with stories in flight; `npm run build` first
//   npm run torture -- --suite merge --kills 50 --seed 7
//   npm run torture -- --suite agents --kills 50        windows killed while three agents work; `npm run build` first
//   npm run torture -- --suite share --operations 500 --seed 7    three engines on three clones that share stories and land
//   npm run torture -- --suite records --operations 500 --seed 7  three machines that share stories, without git: faster
//   npm run torture -- --suite leaders --landings 200 --windows 8  leaders killed, stopped and continued; `npm run build` first
//   npm run torture -- --suite server                              the server of docs/team.md, backed up, lost and restored
//   npm run torture -- --suite cluster                             two of them with Redis; needs `redis-server`
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { tortureAgents } from './agents/suite';
import { backUpAsThePageSays, PageServer } from '../support/share/pageServer';
import { restoreServer } from '../support/share/restoredServer';
import { tortureLeaders } from './leaders/suite';
import { tortureMerge } from './merge/suite';
import { tortureCluster } from './share/cluster';
import { tortureShare } from './share/suite';
import { tortureTeam } from './share/team';
import { STORAGE_KINDS, tortureStorage } from './storage/suite';
import { Tally } from './tally';

const { values } = parseArgs({
  options: {
    suite: { type: 'string', default: 'storage' },
    seed: { type: 'string', default: '1' },
    flips: { type: 'string', default: '100000' },
    from: { type: 'string', default: '0' },
    only: { type: 'string' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    operations: { type: 'string', default: '10000' },
    kills: { type: 'string', default: '10000' },
    landings: { type: 'string', default: '10000' },
    windows: { type: 'string', default: '8' },
  },
});

async function main(): Promise<void> {
  const seed = Number(values.seed);
  console.log(`${values.suite}, seed ${seed}`);
  switch (values.suite) {
    case 'storage':
      return storage(seed);
    case 'merge':
      return merge(seed);
    case 'agents':
      return agents(seed);
    case 'share':
      return share(seed, tortureTeam);
    case 'records':
      return share(seed, tortureShare);
    case 'leaders':
      return leaders(seed);
    case 'server':
      return server();
    case 'cluster':
      return cluster();
    default:
      throw new Error(
        `There is no suite ${values.suite}. There are: storage, merge, agents, share, records, leaders, server, cluster.`,
      );
  }
}

async function storage(seed: number): Promise<void> {
  const flips = Number(values.flips);
  const tally = new Tally();
  const size = { flips, blocks: Math.ceil(flips / 20), cutStep: 1, combined: 8, killStep: 1, disks: 50 };
  await tortureStorage(size, {
    seed,
    tally,
    kinds: STORAGE_KINDS.filter((kind) => values.only?.split(',').includes(kind) ?? true),
    from: Number(values.from),
    jobs: Number(values.jobs),
    say: (line) => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`),
  });
  console.log(tally.table());
  for (const failure of tally.failures) console.log(failure);
  tell(tally.tried - tally.failed, tally.failed);
}

async function merge(seed: number): Promise<void> {
  const { kills, failures } = await tortureMerge({ kills: Number(values.kills), seed }, (line) => console.log(line));
  for (const failure of failures) console.log(failure);
  tell(kills, failures.length);
}

async function agents(seed: number): Promise<void> {
  const told = { kills: 0, failed: 0 };
  for (const transport of ['commandLine', 'acp'] as const) {
    const { kills, failures } = await tortureAgents({ kills: Number(values.kills), seed, transport });
    for (const failure of failures) console.log(`${transport}: ${failure}`);
    told.kills += kills;
    told.failed += failures.length;
  }
  tell(told.kills, told.failed);
}

async function share(seed: number, torture: typeof tortureShare): Promise<void> {
  const size = { operations: Number(values.operations), seed };
  const { operations, failures } = await torture(size, (line) => console.log(line));
  for (const failure of failures) console.log(failure);
  tell(operations - failures.length, failures.length);
}

async function leaders(seed: number): Promise<void> {
  const landings = Number(values.landings);
  const size = { landings, windows: Number(values.windows), strikes: Math.ceil(landings / 8), seed };
  const { landed, failures, takeovers } = await tortureLeaders(size, (line) => console.log(line));
  const sorted = [...takeovers].sort((one, other) => one - other);
  const [middle, longest] = [sorted[sorted.length >> 1] ?? 0, sorted.at(-1) ?? 0];
  console.log(`another led after ${Math.round(middle)} ms (median), ${Math.round(longest)} ms (longest of ${sorted.length})`);
  for (const failure of failures) console.log(failure);
  tell(landed, failures.length);
} // prettier-ignore

async function server(): Promise<void> {
  const failures = await restoreServer({ start: (folder) => PageServer.start(folder), backUp: backUpAsThePageSays });
  for (const failure of failures) console.log(failure);
  tell(failures.length === 0 ? 1 : 0, failures.length);
}

async function cluster(): Promise<void> {
  const failures = await tortureCluster((line) => console.log(line));
  for (const failure of failures) console.log(failure);
  tell(failures.length === 0 ? 1 : 0, failures.length);
}

function tell(passed: number, failed: number): void {
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

void main();
