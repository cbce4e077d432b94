import path from 'node:path';
import { createGitPort } from '../../src/git/gitPort';
import { systemClock } from '../../src/base/systemClock';
import { leaseOf, provenCandidate } from '../../src/core/landing/gatedCandidate';
import type { GitPort } from '../../src/ports/git';
import { liveLead } from '../support/liveLead';
import { jobAt } from '../support/storyFixtures';
import { outputOf } from '../../src/processes/outputOf';
import { SpawnerStarter } from '../../src/processes/spawner/spawnerStarter';
import { definedEnvironment } from './environment';
import { projectRoot } from '../support/projectRoot';
import { quietLog } from './quietLog';
import { CountingGit } from '../support/countingGit';
import { TemporaryRepository } from '../support/temporaryRepository';
import { cpuBetween, cpuOfTree, wholeOf } from './processTree';
import { times, type Row } from './table';

const TURNS = 10;

/** What starts git for both sides, as for an engine: a small process of its own. */
const starter = new SpawnerStarter({ bundle: path.join(projectRoot, 'dist', 'spawner.js'), log: quietLog });

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
      const [counted, plain] = [git.binary, 'git'].map((binary) => portOf(repository, binary));
      const [ours, bare, counts]: [Spent[], Spent[], number[]] = [[], [], []];
      // Counting takes a shell before each git, so what is counted is not what is timed.
      for (let turn = 0; turn < 2 * TURNS; turn += 1) {
        const isCounted = turn % 2 === 0;
        const port = isCounted ? counted : plain;
        if (port === undefined) throw new Error('There is no port.');
        const base = await repository.git('rev-parse', 'main');
        await repository.branch('story/42-sign-in', 'main');
        const storyTip = await repository.commitOn('story/42-sign-in', { [`s${turn}.txt`]: 'x\n' }, 'Work');
        // What an engine knows anyway.
        await Promise.all([port.findTarget(null), port.worktrees(), port.branchTips(), port.identity()]);
        const before = git.count;
        const spent = await spend(() => landOurs(port, base, storyTip));
        if (isCounted) counts.push(git.count - before);
        // The first finds nothing known yet.
        if (isCounted || turn === 1) continue;
        ours.push(spent);
        await repository.branch('bare', 'main');
        await repository.commitOn('bare', { [`b${turn}.txt`]: 'x\n' }, 'Work');
        bare.push(await spend(() => bareLanding(repository, where === 'checked out')));
      }
      counted?.dispose();
      plain?.dispose();
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

function portOf(repository: TemporaryRepository, binary: string): GitPort {
  return createGitPort({ folder: repository.path, binary, log: quietLog, clock: systemClock, starter });
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

async function bareLanding({ path: cwd }: TemporaryRepository, isCheckedOut: boolean): Promise<void> {
  const end = isCheckedOut
    ? 'git status --porcelain && git merge --quiet --ff-only $commit'
    : 'git update-ref refs/heads/main $commit';
  await shell(
    cwd,
    `tree=$(git merge-tree --write-tree main bare) && commit=$(git commit-tree -p main -p bare -m Land $tree) && ${end}`,
  );
}

/** Git by itself, started by a shell. */
async function shell(cwd: string, script: string): Promise<void> {
  const env = definedEnvironment();
  const started = starter.start({ program: 'sh', args: ['-c', script], cwd, env, stdin: 'none', group: 'shared' });
  const { end, stderr } = await outputOf(started);
  if (end.kind !== 'exited' || end.code !== 0) throw new Error(`${script}: ${stderr.toString('utf8')}`);
}

/** A gate tree that was made equal to one commit is made equal to the next. */
export async function gateTreeRows(files: number): Promise<Row[]> {
  const repository = await repositoryOf(files);
  try {
    const git = new CountingGit(repository.folder);
    const [counted, port] = [portOf(repository, git.binary), portOf(repository, 'git')];
    const folder = path.join(repository.folder, 'agents-gate-1');
    const plain = path.join(repository.folder, 'plain');
    await repository.git('worktree', 'add', '--quiet', '--detach', plain, 'HEAD');
    await port.prepareGateTree({ folder, commit: await repository.git('rev-parse', 'HEAD') });
    const [ours, bare, counts]: [Spent[], Spent[], number[]] = [[], [], []];
    for (let turn = 0; turn < TURNS; turn += 1) {
      const next = await repository.commit({ [`c${turn}.txt`]: 'x\n' }, 'Work');
      const before = git.count;
      await counted.prepareGateTree({ folder, commit: next });
      counts.push(git.count - before);
      await repository.gitIn(plain, 'checkout', '--quiet', '--detach', next);
      const commit = await repository.commit({ [`s${turn}.txt`]: 'x\n' }, 'Work');
      ours.push(await spend(() => port.prepareGateTree({ folder, commit })));
      bare.push(await spend(() => shell(plain, `git checkout --quiet --detach ${commit}`)));
    }
    counted.dispose();
    port.dispose();
    return [
      {
        what: `gate tree made equal to the next commit, ${files} files`,
        counts: `${Math.max(...counts.slice(1))} git`,
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
