import type { CandidateOutcome, CandidateRequest, LandRequest } from '../../../src/ports/candidates';
import type { Disposable } from '../../../src/base/disposable';
import type { Clock } from '../../../src/ports/clock';
import type { GitPort } from '../../../src/ports/git';
import type { Log } from '../../../src/ports/log';
import { leaseOf, provenCandidate } from '../../../src/core/landing/gatedCandidate';
import type { MergeJob } from '../../../src/core/landing/job';
import { createGitPort } from '../../../src/git/gitPort';
import { locate } from '../../../src/git/read/locate';
import { repositoryAt, type Repository } from '../../../src/git/door/repository';
import { createGit } from '../../../src/git/door/run';
import { liveLead } from '../../support/liveLead';
import { noteError } from '../../support/mocha/unexpectedErrors';
import { sharedStarter } from '../../support/sharedSpawner';
import { gitBinary, type TemporaryRepository } from '../../support/temporaryRepository';

const silent = (): void => undefined;
export const quietLog: Log = { debug: silent, info: silent, warn: silent, error: noteError };

/** Real time without timers: nothing here may depend on waiting. */
export const stillClock: Clock = { now: () => Date.now(), after: () => ({ dispose: silent }) };

/** Nothing that a test opened runs on for the next one. */
const opened: Disposable[] = [];
afterEach(() => opened.splice(0).forEach((one) => one.dispose()));

export function portFor(folder: string, log: Log = quietLog): GitPort {
  const port = createGitPort({ folder, binary: gitBinary, log, clock: stillClock, starter: sharedStarter() });
  opened.push(port);
  return port;
}

/** What the functions below the port work on. */
export async function openRepository(folder: string): Promise<Repository> {
  const git = createGit({ binary: gitBinary, log: quietLog, starter: sharedStarter() });
  const repository = repositoryAt(await locate(git, folder), { git, log: quietLog, clock: stillClock });
  opened.push(repository.objects);
  return repository;
}

export type Built = Extract<CandidateOutcome, { kind: 'built' }>;

/** Builds a candidate that must come out clean. */
export async function build(
  port: GitPort,
  request: Partial<CandidateRequest> & Pick<CandidateRequest, 'base' | 'storyTip'>,
): Promise<Built> {
  const outcome = await port.buildCandidate({ ...candidateDefaults, ...request });
  if (outcome.kind !== 'built') throw new Error(`The candidate was not built: ${JSON.stringify(outcome)}`);
  return outcome;
}

export const candidateDefaults = {
  strategy: 'merge',
  storyBranch: null,
  subject: 'Land the story (#42)',
  number: 42,
  storyKey: 'k42',
} as const satisfies Partial<CandidateRequest>;

/** A landing with its proofs, as the merge runner has them after green gates. */
export async function landing(
  repository: TemporaryRepository,
  built: Built,
  base: string,
  branch = 'story/42-sign-in',
): Promise<LandRequest> {
  const target = 'refs/heads/main';
  const storyBranch = `refs/heads/${branch}`;
  const storyTip = await repository.git('rev-parse', storyBranch);
  const job: MergeJob = {
    id: 'job-1',
    storyKey: 'k42',
    number: 42,
    target,
    storyBranch,
    storyTip,
    strategy: 'merge',
    subject: 'Land',
    provenBy: 'person',
    step: 'landing',
    boot: 1,
    reassigned: 0,
    candidate: { commit: built.candidate, tree: built.tree, parents: [...built.parents], base },
    results: [],
    stopped: null,
    queuedAt: '2026-01-01T00:00:00.000Z',
    stepAt: '2026-01-01T00:00:00.000Z',
  };
  const [candidate, lease] = [provenCandidate(job), leaseOf(job, liveLead(1))];
  if (candidate === null || lease === null) throw new Error('The job proves nothing.');
  return { target, base, candidate, lease, storyBranch, storyTip };
}

/** A repository whose `main` and `story/42-sign-in` each have a commit of their own, in different files. */
export async function withStory(
  repository: TemporaryRepository,
  story: Readonly<Record<string, string | null>> = { 'story.txt': 'story\n' },
): Promise<{ base: string; storyTip: string }> {
  await repository.commit(
    { 'README.md': 'hello\n', 'src/a.txt': 'a\n', 'src/b.txt': 'b\n', '.gitignore': 'ignored*\n' },
    'Begin',
  );
  await repository.branch('story/42-sign-in');
  const storyTip = await repository.commitOn('story/42-sign-in', story, 'Sign in', 'Ada <ada@example.com>');
  const base = await repository.commit({ 'main.txt': 'main\n' }, 'Meanwhile');
  return { base, storyTip };
}
