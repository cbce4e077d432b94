import type { Oid } from '../../core/story/stage';
import { shortRef } from '../../core/story/names';
import { count, namesOf } from '../../core/words/durations';
import type { TakeOverOutcome } from '../../ports/runGuard';
import { fullOid, fullRef } from '../door/names';
import { runBare, type Repository } from '../door/repository';
import { whyBusy } from '../landing/busyTree';
import { commitsAhead, isAncestor, tip } from '../read/refs';
import { localChanges } from '../read/localChanges';
import { refSnapshots } from '../read/refSnapshot';
import { changeRefs } from './changeRefs';
import { asOwnMove } from './ownMoves';
import { linkedGitDir } from '../trees/ownTree';

const REFLOG = 'switchyard: take over the work of an agent';

/**
 * Brings a commit into the story's branch and the worktree back on that branch. Where HEAD is at the commit already, no
 * file changes by it; where HEAD is on the branch, git's own fast-forward moves both.
 */
export async function takeOver(
  repository: Repository,
  request: { branch: string; folder: string; head: Oid },
): Promise<TakeOverOutcome> {
  const { git, commonDir } = repository;
  const { folder } = request;
  const [branch, head] = [fullRef(request.branch), fullOid(request.head)];
  const gitDir = await linkedGitDir(commonDir, folder);
  if (gitDir === null) return refused(`There is no worktree of this repository at ${folder}.`);
  const pointsTo = (await refSnapshots(repository).current()).symbolic.get(branch);
  if (pointsTo !== undefined) return refused(whyNoBranch(branch, pointsTo, head));
  const busy = await whyBusy(gitDir, folder);
  if (busy !== null) return refused(busy);
  const changes = await localChanges(git, folder);
  if (changes.length > 0)
    return refused(
      `${count(changes.length, 'file')} there are uncommitted: ${namesOf(changes.map((one) => one.path))}.`,
    );
  const before = await tip(repository, branch);
  if (before === null) return refused(`${shortRef(branch)} is gone.`);
  if (!(await isAncestor(repository, before, head)))
    return refused(`${head.slice(0, 8)} does not build on ${shortRef(branch)}.`);
  const commits = await commitsAhead(repository, before, head);
  const { text } = await runBare(repository, 'symbolic-ref', ['--quiet', 'HEAD'], {
    expect: [0, 1],
    env: { GIT_DIR: gitDir },
  });
  const moved = await asOwnMove(
    repository,
    { ref: branch, to: head },
    () =>
      text.trim() === branch
        ? fastForward(repository, folder, head)
        : attach(repository, { branch, gitDir, before, head }),
    (why) => why === null,
  );
  return moved === null ? { kind: 'taken', tip: head, commits } : refused(moved);
}

function refused(why: string): TakeOverOutcome {
  return { kind: 'refused', why };
}

/** A branch that only points to another would send the story's commits there, and so would writing to it. */
function whyNoBranch(branch: string, pointsTo: string, head: Oid): string {
  const name = shortRef(branch);
  return `${name} is no branch of its own any more: it points to ${shortRef(pointsTo)}, and commits on it go there. Run git symbolic-ref --delete ${branch}, then git branch ${name} ${head.slice(0, 8)} if that commit is the story's work.`;
}

/** The branch first, by compare-and-swap; then HEAD is only named otherwise, at the commit where it is. */
async function attach(
  repository: Repository,
  { branch, gitDir, before, head }: { branch: string; gitDir: string; before: Oid; head: Oid },
): Promise<string | null> {
  const at = await runBare(repository, 'rev-parse', ['--verify', 'HEAD'], { env: { GIT_DIR: gitDir } });
  if (at.text.trim() !== head) return `HEAD moved on from ${head.slice(0, 8)} meanwhile.`;
  const isMoved = await changeRefs(repository, REFLOG, ['option no-deref', `update ${branch}`, head, before]);
  if (!isMoved) return `${shortRef(branch)} moved meanwhile.`;
  await runBare(repository, 'symbolic-ref', ['-m', REFLOG, 'HEAD', branch], { env: { GIT_DIR: gitDir } });
  return null;
}

async function fastForward({ git }: Repository, folder: string, head: Oid): Promise<string | null> {
  const how = ['--ff-only', '--no-autostash', '--no-verify-signatures', '--no-stat', '--no-edit', '--quiet'];
  const { code, stderr } = await git.run('merge', [...how, '--end-of-options', head], {
    cwd: folder,
    expect: [0, 1, 2, 128],
    env: { GIT_REFLOG_ACTION: REFLOG },
  });
  return code === 0 ? null : (stderr.trim().split('\n')[0] ?? 'git refused to fast-forward.');
}
