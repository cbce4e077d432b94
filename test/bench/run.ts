// `npm run bench`: a table of counts and ratios. It judges nothing and fails for nothing but an engine that breaks.
//
//   npm run bench -- --only landing,idle       only these groups
//   npm run bench -- --against <dist>          the same with another build, in the same run
//   npm run bench -- --files 5000,50000        sizes of the repositories that stories land in
import path from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../support/projectRoot';
import { boardRows } from './boardRows';
import { idleRows, outsideCommitRows } from './idleRows';
import { landingRows } from './landingRows';
import type { Build } from './place';
import { standstillRows } from './standstillRows';
import { sizeRows } from './sizeRows';
import { table, type Row } from './table';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    against: { type: 'string' },
    files: { type: 'string', default: '1000' },
    stories: { type: 'string', default: '1,50' },
    idle: { type: 'string', default: '20' },
  },
});
const numbers = (text: string): number[] => text.split(',').map(Number);

const groups: Record<string, (build: Build) => AsyncIterable<Row[]>> = {
  async *landing(build) {
    for (const files of numbers(values.files)) yield await landingRows(build, files);
  },
  async *standstill(build) {
    yield await standstillRows(build);
  },
  async *outside(build) {
    for (const stories of numbers(values.stories)) yield await outsideCommitRows(build, stories);
  },
  async *idle(build) {
    for (const stories of numbers(values.stories)) yield await idleRows(build, stories, Number(values.idle) * 1000);
  },
  // eslint-disable-next-line @typescript-eslint/require-await -- one form for all groups
  async *board(build) {
    // Measured at the sources, which are those of the build at hand alone.
    if (build.name === 'now') for (const size of [1000, 10_000]) yield boardRows(size);
  },
  // eslint-disable-next-line @typescript-eslint/require-await -- one form for all groups
  async *size(build) {
    yield sizeRows(build);
  },
};

async function main(): Promise<void> {
  const builds: Build[] = [{ name: 'now', dist: path.join(projectRoot, 'dist') }];
  if (values.against !== undefined) builds.unshift({ name: 'before', dist: path.resolve(values.against) });
  const wanted = values.only?.split(',') ?? Object.keys(groups);
  const rows: Row[] = [];
  for (const [name, group] of Object.entries(groups)) {
    if (!wanted.includes(name)) continue;
    for (const build of builds) {
      process.stderr.write(`${name} (${build.name}) …\n`);
      for await (const some of group(build)) rows.push(...some);
    }
  }
  process.stdout.write(`${table(rows)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
