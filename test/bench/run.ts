// `npm run bench`: a table of counts and ratios. It judges nothing and fails for nothing but an engine that breaks.
//
//   npm run bench -- --only landing,idle       only these groups
//   npm run bench -- --against <dist>          the same with another build, in the same run
//   npm run bench -- --files 5000,50000        sizes of the repositories that stories land in
//   npm run bench -- --stories 1,50,500        stories of an engine that is watched at rest, for --idle seconds
//   npm run bench -- --many 10000              stories of a large board
//   npm run bench -- --suite store             the store at 1,000, 10,000 and 100,000 stories (--sizes), and a plot
//   npm run bench -- --suite merge             what landing costs, the conflict radar, and the queue below
//   npm run bench -- --suite board             the board's model and its page at --many cards, in a real browser
//   npm run bench -- --suite sync              sharing 10,000 stories (--many) between two machines, against the bare provider
//   npm run bench -- --only queue              100 stories in the queue at once (--queued): one at a time, trains, a batch
//   npm run bench -- --only backlog            --tasks 1000 stories beside as many tasks of Backlog.md, which npm fetches once
import path from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../support/projectRoot';
import { backlogRows } from './backlogRows';
import { boardPageRows } from './boardPageRows';
import { boardRows } from './boardRows';
import { growthRows } from './growthRows';
import { firstBoardRows, idleRows, outsideCommitRows } from './idleRows';
import { gateTreeRows, gitPartRows } from './gitRows';
import { radarRows } from './radarRows';
import { landingRows } from './landingRows';
import type { Build } from './place';
import { queueRows } from './queueRows';
import { standstillRows } from './standstillRows';
import { scaleRows } from './scaleRows';
import { sizeRows } from './sizeRows';
import { syncRows } from './syncRows';
import { storeRows } from './storeRows';
import { table, type Row } from './table';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    against: { type: 'string' },
    files: { type: 'string', default: '1000' },
    stories: { type: 'string', default: '1,50' },
    idle: { type: 'string', default: '20' },
    many: { type: 'string', default: '10000' },
    suite: { type: 'string' },
    sizes: { type: 'string', default: '1000,10000,100000' },
    tasks: { type: 'string', default: '1000' },
    queued: { type: 'string', default: '100' },
  },
});
const numbers = (text: string): number[] => text.split(',').map(Number);

/** Rows of a build; with another one beside it they are measured of both. */
const ofBuilds: Record<string, (build: Build) => Promise<Row[]>> = {
  landing: async (build) => all(numbers(values.files), (files) => landingRows(build, files)),
  outside: async (build) => all(numbers(values.stories), (stories) => outsideCommitRows(build, stories)),
  idle: async (build) =>
    all(numbers(values.stories), (stories) => idleRows(build, stories, Number(values.idle) * 1000)),
  firstBoard: async (build) => all(numbers(values.many), (stories) => firstBoardRows(build, stories)),
  queue: (build) => all(numbers(values.queued), (stories) => queueRows(build, stories)),
  standstill: standstillRows,
  size: (build) => Promise.resolve(sizeRows(build)),
};
/** Rows of the code that stands here. */
const ofParts: Record<string, () => Promise<Row[]>> = {
  git: async () => all(numbers(values.files), gitPartRows),
  trees: async () => all(numbers(values.files), gateTreeRows),
  store: async () => all(numbers(values.many), storeRows),
  board: () => Promise.resolve([1_000, ...numbers(values.many)].flatMap(boardRows)),
  page: () => all(numbers(values.many), boardPageRows),
  most: () => Promise.resolve(scaleRows([100_000])),
  growth: () => growthRows(numbers(values.sizes)),
  backlog: () => all(numbers(values.tasks), backlogRows),
  radar: () => radarRows(50),
  sync: () => all(numbers(values.many), syncRows),
  scale: () => Promise.resolve(scaleRows([1_000, ...numbers(values.many)])),
};

async function all(sizes: readonly number[], rowsOf: (size: number) => Promise<Row[]>): Promise<Row[]> {
  const rows: Row[] = [];
  for (const size of sizes) rows.push(...(await rowsOf(size)));
  return rows;
}

/** Groups that take long, or fetch something: only where they are asked for. */
const APART = ['growth', 'backlog', 'radar', 'queue', 'page', 'most', 'sync'];

function wantedGroups(): string[] {
  if (values.suite === 'store') return ['growth', 'store', 'scale', 'board', 'backlog'];
  if (values.suite === 'merge') return ['landing', 'git', 'trees', 'radar', 'queue'];
  if (values.suite === 'board') return ['board', 'page', 'scale', 'most'];
  if (values.suite === 'sync') return ['sync'];
  if (values.suite !== undefined)
    throw new Error(`There is no suite ${values.suite}; there are: store, merge, board, sync.`);
  const known = [...Object.keys(ofBuilds), ...Object.keys(ofParts)];
  return values.only?.split(',') ?? known.filter((name) => !APART.includes(name));
}

async function main(): Promise<void> {
  const builds: Build[] = [{ name: 'now', dist: path.join(projectRoot, 'dist') }];
  if (values.against !== undefined) builds.unshift({ name: 'before', dist: path.resolve(values.against) });
  const wanted = wantedGroups();
  const rows: Row[] = [];
  for (const name of wanted) {
    process.stderr.write(`${name} …\n`);
    for (const build of builds) rows.push(...((await ofBuilds[name]?.(build)) ?? []));
    rows.push(...((await ofParts[name]?.()) ?? []));
  }
  process.stdout.write(`${table(rows)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
