import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { systemClock } from '../../src/base/systemClock';
import type { Pair } from '../../src/core/landing/radar';
import { createGitPort } from '../../src/git/gitPort';
import { CountingGit } from '../support/countingGit';
import { TemporaryRepository } from '../support/temporaryRepository';
import { quietLog } from './quietLog';
import { median, times, type Row } from './table';

const TURNS = 3;

/** All pairs of so many branches that change one file, merged on trial: all by one process, against one process a pair. */
export async function radarRows(branches: number): Promise<Row[]> {
  const repository = await TemporaryRepository.create();
  try {
    const lines = Array.from({ length: 400 }, (_, at) => `line ${at}`);
    const files = Array.from({ length: 1000 }, (_, at) => [`d${at % 50}/f${at}.txt`, `${at}\n`] as const);
    await repository.commit({ 'shared.txt': lines.join('\n'), ...Object.fromEntries(files) }, 'Begin');
    const main = await repository.git('rev-parse', 'main');
    const states: string[] = [];
    for (let branch = 0; branch < branches; branch += 1) {
      await repository.branch(`b${branch}`, 'main');
      const text = lines.with((branch * 8) % 200, `by ${branch}`).join('\n');
      states.push(await repository.commitOn(`b${branch}`, { 'shared.txt': text }, 'Work'));
    }
    const pairs = states.flatMap((one, at) => states.slice(at + 1).map((other) => ({ one, other })));
    const counted = new CountingGit(repository.folder);
    const before = await objectsOf(repository);
    const [together, apart, counts]: [number[], number[], number[]] = [[], [], []];
    for (let turn = 0; turn < TURNS; turn += 1) {
      const port = createGitPort({ folder: repository.path, binary: turn === 0 ? counted.binary : 'git', log: quietLog, clock: systemClock }); // prettier-ignore
      const sight = await port.openRadar(() => undefined);
      await sight.compare(main, pairs.slice(0, 1));
      const from = counted.count;
      const spent = await spend(() => sight.compare(main, pairs));
      if (turn === 0) counts.push(counted.count - from);
      else together.push(spent);
      apart.push(await spend(() => onePairAProcess(repository, pairs)));
      await sight.dispose();
      port.dispose();
    }
    const left = (await objectsOf(repository)) - before;
    const scratch = readdirSync(path.join(repository.path, '.git', 'switchyard', 'scratch')).length;
    return [
      {
        what: `conflict radar, ${branches} branches, ${pairs.length} pairs`,
        counts: `${counts[0] ?? 0} git, ${left} objects and ${scratch} folders left behind`,
        ratio: `${times(median(apart), median(together))} faster than one process a pair`,
        reach: '≥ 2.5 × faster, no object left behind',
      },
    ];
  } finally {
    await repository.dispose();
  }
}

/** Bare git, one pair after another; what it writes lies beside the repository's objects. */
async function onePairAProcess({ path: cwd, folder }: TemporaryRepository, pairs: readonly Pair[]): Promise<void> {
  const objects = await mkdtemp(path.join(folder, 'objects-'));
  const env = { ...process.env, GIT_OBJECT_DIRECTORY: objects, GIT_ALTERNATE_OBJECT_DIRECTORIES: path.join(cwd, '.git', 'objects') }; // prettier-ignore
  for (const { one, other } of pairs) spawnSync('git', ['merge-tree', '--write-tree', one, other], { cwd, env });
}

async function spend(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

async function objectsOf(repository: TemporaryRepository): Promise<number> {
  const text = await repository.git('count-objects', '-v');
  return [...text.matchAll(/^(?:count|in-pack): (\d+)$/gm)].reduce((all, [, number]) => all + Number(number), 0);
}
