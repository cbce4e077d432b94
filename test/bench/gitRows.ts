import path from 'node:path';
import { createGitPort } from '../../src/git/gitPort';
import { systemClock } from '../../src/base/systemClock';
import { leaseOf, provenCandidate } from '../../src/core/landing/gatedCandidate';
import type { GitPort } from '../../src/ports/git';
import { liveLead } from '../support/liveLead';
import { jobAt } from '../support/storyFixtures';
import { quietLog } from './quietLog';
import { CountingGit } from '../support/countingGit';
import { TemporaryRepository } from '../support/temporaryRepository';
import { cpuBetween, cpuOfTree, wholeOf } from './processTree';
import { times, type Row } from './table';

const TURNS = 5;

interface Spent {
  readonly cpu: number | null;
  readonly ms: number;
}

async function spend(work: () => Promise<unknown>): Promise<Spent> {
  const [cpu, started] = [cpuOfTree(), performance.now()];
  await work();
  return { cpu: wholeOf(cpuBetween(cpu, cpuOfTree())), ms: performance.now() - started };
}

async function repositoryOf(files: number): Promise<TemporaryRepository> {
  const repository = await TemporaryRepository.create();
  const names = Array.from({ length: files }, (_, at) => [`d${at % 50}/f${at}.txt`, `${at}\n`] as const);
  await repository.commit({ 'main.txt': '1\n', ...Object.fromEntries(names) }, 'Begin');
  return repository;
}

/** Building, pinning and landing, without gates and without an engine, against bare git. */
export async function gitPartRows(files: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const where of ['not checked out', 'checked out'] as const) {
    const repository = await repositoryOf(files);
    try {
      if (where === 'not checked out') await repository.git('switch', '--quiet', '--detach');
      const git = new CountingGit(repository.folder);
      const port = createGitPort({ folder: repository.path, binary: git.binary, log: quietLog, clock: systemClock });
      const [ours, bare, counts]: [Spent[], Spent[], number[]] = [[], [], []];
      for (let turn = 0; turn < TURNS; turn += 1) {
        const base = await repository.git('rev-parse', 'main');
        await repository.branch('story/42-sign-in', 'main');
        const storyTip = await repository.commitOn('story/42-sign-in', { [`s${turn}.txt`]: 'x\n' }, 'Work');
        await port.findTarget(null);
        const before = git.count;
        ours.push(
          await spend(async () => {
            await landOurs(port, base, storyTip);
          }),
        );
        counts.push(git.count - before);
        await repository.branch('bare', 'main');
        await repository.commitOn('bare', { [`b${turn}.txt`]: 'x\n' }, 'Work');
        bare.push(await spend(() => bareLanding(repository, where === 'checked out')));
      }
      port.dispose();
      rows.push({
        what: `git part of a landing, target ${where}, ${files} files`,
        counts: `${Math.max(...counts.slice(1))} git`,
        ratio: `CPU ${times(sum(ours, 'cpu'), sum(bare, 'cpu'))}, time ${times(sum(ours, 'ms'), sum(bare, 'ms'))} of bare git`,
        reach: where === 'checked out' ? '≤ 9 git, CPU ≤ 2 ×' : '≤ 6 git, CPU ≤ 2 ×',
      });
    } finally {
      await repository.dispose();
    }
  }
  return rows;
}

async function landOurs(port: GitPort, base: string, storyTip: string): Promise<void> {
  const [target, storyBranch] = ['refs/heads/main', 'refs/heads/story/42-sign-in'];
  const story = { strategy: 'merge', subject: 'Land the story (#42)', number: 42, storyKey: 'k42' } as const;
  const built = await port.buildCandidate({ ...story, base, storyTip, storyBranch });
  if (built.kind !== 'built') throw new Error(JSON.stringify(built));
  await port.pinCandidate('job-1', built.candidate);
  const made = { commit: built.candidate, tree: built.tree, parents: [...built.parents], base };
  const job = jobAt('landing', { target, storyBranch, storyTip, provenBy: 'person', candidate: made });
  const [candidate, lease] = [provenCandidate(job), leaseOf(job, liveLead(job.boot))];
  if (candidate === null || lease === null) throw new Error('The job proves nothing.');
  const outcome = await port.land({ target, base, candidate, lease, storyBranch, storyTip });
  if (outcome.kind !== 'landed') throw new Error(JSON.stringify(outcome));
}

async function bareLanding(repository: TemporaryRepository, isCheckedOut: boolean): Promise<void> {
  const tree = await repository.git('merge-tree', '--write-tree', 'main', 'bare');
  const commit = await repository.git('commit-tree', '-p', 'main', '-p', 'bare', '-m', 'Land', tree);
  if (!isCheckedOut) {
    await repository.git('update-ref', 'refs/heads/main', commit);
    return;
  }
  await repository.git('status', '--porcelain');
  await repository.git('merge', '--quiet', '--ff-only', commit);
}

/** A gate tree that was made equal to one commit is made equal to the next. */
export async function gateTreeRows(files: number): Promise<Row[]> {
  const repository = await repositoryOf(files);
  try {
    const git = new CountingGit(repository.folder);
    const port = createGitPort({ folder: repository.path, binary: git.binary, log: quietLog, clock: systemClock });
    const folder = path.join(repository.folder, 'agents-gate-1');
    const plain = path.join(repository.folder, 'plain');
    await repository.git('worktree', 'add', '--quiet', '--detach', plain, 'HEAD');
    await port.prepareGateTree({ folder, commit: await repository.git('rev-parse', 'HEAD') });
    const [ours, bare, counts]: [Spent[], Spent[], number[]] = [[], [], []];
    for (let turn = 0; turn < TURNS; turn += 1) {
      const commit = await repository.commit({ [`s${turn}.txt`]: 'x\n' }, 'Work');
      const before = git.count;
      ours.push(await spend(() => port.prepareGateTree({ folder, commit })));
      counts.push(git.count - before);
      bare.push(await spend(() => repository.gitIn(plain, 'checkout', '--quiet', '--detach', commit)));
    }
    port.dispose();
    return [
      {
        what: `gate tree made equal to the next commit, ${files} files`,
        counts: `${Math.max(...counts)} git`,
        ratio: `CPU ${times(sum(ours, 'cpu'), sum(bare, 'cpu'))}, time ${times(sum(ours, 'ms'), sum(bare, 'ms'))} of checkout --detach`,
        reach: '≤ 2 ×',
      },
    ];
  } finally {
    await repository.dispose();
  }
}

function sum(spent: readonly Spent[], what: keyof Spent): number | null {
  return spent.reduce<number | null>((all, one) => (all === null || one[what] === null ? null : all + one[what]), 0);
}
