import type { FoundWork, WorkChoice } from '../../core/story/adoption';
import type { Oid } from '../../core/story/stage';
import type { TargetFacts } from '../../core/pipeline/facts';
import { exists } from '../../base/exists';
import { readMark } from '../trees/ownTree';
import { runBare, type Repository } from '../door/repository';
import { whyBusy } from '../landing/busyTree';
import { localChanges } from './localChanges';
import { commitsAhead } from './refs';
import { readCommits } from './commits';
import { listWorktrees, type RegisteredWorktree } from './worktrees';

/** So many branches without a worktree are looked at, the newest first. */
const BRANCHES_SHOWN = 100;

/** The end of the year 9999, in seconds since 1970. */
const LAST_SECOND = 253_402_300_799;

/** Work that is there, and how to look at it closely. */
interface Spotted {
  readonly branch: string | null;
  readonly folder: string | null;
  readonly look: () => Promise<FoundWork>;
}

/**
 * Branches with commits that the target lacks, and worktrees, that are none of `taken` (full branch names); the newest
 * first. Switchyard's own trees are nobody's work. Nothing is changed.
 */
export async function findWork(
  repository: Repository,
  target: TargetFacts,
  taken: ReadonlySet<string>,
): Promise<FoundWork[]> {
  const { worktrees, branches } = await spotWork(repository, target, taken);
  const found = [...worktrees, ...branches.slice(0, BRANCHES_SHOWN)].map(({ look }) => look());
  return (await Promise.all(found)).sort((one, other) => (one.at < other.at ? 1 : -1));
}

/** As `findWork`, and looks closely at this one alone; null where it is none of them. */
export async function lookAtWork(
  repository: Repository,
  target: TargetFacts,
  taken: ReadonlySet<string>,
  choice: Pick<WorkChoice, 'branch' | 'folder'>,
): Promise<FoundWork | null> {
  const { worktrees, branches } = await spotWork(repository, target, taken);
  const spotted = [...worktrees, ...branches].find(
    ({ branch, folder }) => branch === choice.branch && folder === choice.folder,
  );
  return spotted === undefined ? null : spotted.look();
}

async function spotWork(
  repository: Repository,
  target: TargetFacts,
  taken: ReadonlySet<string>,
): Promise<{ worktrees: Spotted[]; branches: Spotted[] }> {
  const targetRef = target.kind === 'found' ? target.ref : null;
  const isFree = (branch: string | null): boolean => branch === null || (branch !== targetRef && !taken.has(branch));
  const worktrees = (await peoplesTrees(repository)).filter(
    ({ branch, madeFor, isMain }) =>
      isFree(branch) && (madeFor === null || !taken.has(madeFor)) && !(isMain && branch === null),
  );
  const checkedOut = new Set(worktrees.map(({ branch }) => branch));
  const branches = (await branchesAhead(repository, target)).filter(
    ({ branch }) => isFree(branch) && !checkedOut.has(branch),
  );
  return {
    worktrees: worktrees.map((one) => {
      return { branch: one.branch, folder: one.path, look: () => workIn(repository, target, one) };
    }),
    branches: branches.map((one) => {
      return { branch: one.branch, folder: null, look: () => workOn(repository, target, one) };
    }),
  };
}

type PeoplesTree = RegisteredWorktree & { readonly head: Oid; readonly gitDir: string };

/** Worktrees that are there and in which a commit is checked out. */
async function peoplesTrees(repository: Repository): Promise<PeoplesTree[]> {
  const found: PeoplesTree[] = [];
  for (const one of await listWorktrees(repository)) {
    const { head, gitDir } = one;
    if (head === null || gitDir === null || !(await exists(one.path))) continue;
    if ((await readMark(gitDir)) === null) found.push({ ...one, head, gitDir });
  }
  return found;
}

async function workIn(
  repository: Repository,
  target: TargetFacts,
  { path: folder, branch, head, isMain, gitDir }: PeoplesTree,
): Promise<FoundWork> {
  const changes = await localChanges(repository.git, folder);
  const busy = await whyBusy(gitDir, folder);
  const commit = await commitFacts(repository, target, head);
  const place = isMain ? 'ownCheckout' : 'worktree';
  return { branch, folder, head, place, uncommitted: changes.length, busy, ...commit };
}

async function workOn(
  repository: Repository,
  target: TargetFacts,
  { branch, head }: { readonly branch: string; readonly head: Oid },
): Promise<FoundWork> {
  const commit = await commitFacts(repository, target, head);
  return { branch, folder: null, head, place: 'branch', uncommitted: 0, busy: null, ...commit };
}

async function commitFacts(
  repository: Repository,
  target: TargetFacts,
  head: Oid,
): Promise<Pick<FoundWork, 'commitsAhead' | 'subject' | 'at'>> {
  const [commit] = await readCommits(repository, [head]);
  const ahead = target.kind === 'found' ? await commitsAhead(repository, target.tip, head) : 0;
  const seconds = Number(commit?.author.date.split(' ')[0] ?? 0);
  // A commit can name any second at all, also one that is no date here.
  const at = new Date(Math.min(Math.max(seconds, 0), LAST_SECOND) * 1000).toISOString();
  return { commitsAhead: ahead, subject: commit?.message.split('\n')[0] ?? '', at };
}

async function branchesAhead(repository: Repository, target: TargetFacts): Promise<{ branch: string; head: Oid }[]> {
  const unmerged = target.kind === 'found' ? [`--no-merged=${target.tip}`] : [];
  const format = '--format=%(objectname) %(symref) %(refname)';
  const args = ['--sort=-committerdate', format, ...unmerged, 'refs/heads'];
  const { text } = await runBare(repository, 'for-each-ref', args);
  return text.split('\n').flatMap((line) => {
    const [head = '', symbolic = '', branch = ''] = line.split(' ');
    return branch === '' || symbolic !== '' ? [] : [{ branch, head }];
  });
}
