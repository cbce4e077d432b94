import type { WorkChoice } from '../../core/story/adoption';
import { shortRef } from '../../core/story/names';
import type { Oid } from '../../core/story/stage';
import type { AdoptWorkOutcome } from '../../ports/worktrees';
import { fullOid, fullRef } from '../door/names';
import { runBare, type Repository } from '../door/repository';
import { whyBusy } from '../landing/busyTree';
import { usableBranch } from '../read/branchNames';
import { refSnapshots } from '../read/refSnapshot';
import { listWorktrees, type RegisteredWorktree } from '../read/worktrees';
import { makeBranchAt } from './makeBranch';
import { readMark } from './ownTree';
import { markStoryTree } from './storyMark';

const REFLOG = 'switchyard: adopt';

/**
 * Makes work that is there a story's: its worktree is marked for the branch, and a HEAD without one gets a branch at the
 * commit where it is. Files, index and commits stay as they are. What moved since the person looked is refused.
 */
export async function adoptWork(
  repository: Repository,
  choice: WorkChoice,
  newBranches: readonly string[],
): Promise<AdoptWorkOutcome> {
  const head = fullOid(choice.head);
  const branch = choice.branch === null ? null : fullRef(choice.branch);
  const moved = branch === null ? null : await whyNotAt(repository, branch, head);
  if (moved !== null) return refused(moved);
  if (choice.folder === null)
    return branch === null ? refused('Neither a branch nor a folder was named.') : { kind: 'adopted', branch };
  const tree = (await listWorktrees(repository)).find((one) => one.path === choice.folder);
  const wrong =
    tree === undefined ? `${choice.folder} is no worktree of this repository any more.` : whyOther(tree, choice);
  if (tree === undefined || wrong !== null) return refused(wrong ?? '');
  const { gitDir, isMain } = tree;
  if (gitDir === null || (!isMain && (await readMark(gitDir)) !== null))
    return refused(`${tree.path} is a tree of Switchyard's own.`);
  const busy = await whyBusy(gitDir, tree.path);
  if (busy !== null) return refused(busy);
  if (branch === null) return isMain ? refused(`${tree.path} is on no branch.`) : onNewBranch(repository, gitDir, head, newBranches); // prettier-ignore
  // A person's own checkout is never marked: it stays theirs, and no agent works in it.
  if (!isMain) await markStoryTree(gitDir, branch);
  return { kind: 'adopted', branch };
}

async function whyNotAt(repository: Repository, branch: string, head: Oid): Promise<string | null> {
  const { heads, symbolic } = await refSnapshots(repository).current();
  const to = symbolic.get(branch);
  if (to !== undefined) return `${shortRef(branch)} is no branch of its own: it points to ${shortRef(to)}.`;
  const tip = heads.get(branch);
  if (tip === undefined) return `${shortRef(branch)} is gone.`;
  return tip === head ? null : `${shortRef(branch)} moved since it was listed. Look at it again.`;
}

function whyOther(tree: RegisteredWorktree, { branch, head }: WorkChoice): string | null {
  if (tree.branch === branch && tree.head === head) return null;
  return `Something else is checked out in ${tree.path} than when it was listed. Look at it again.`;
}

/** The branch first, at the commit where HEAD is; then HEAD is only named otherwise. The mark comes before HEAD can say it. */
async function onNewBranch(
  repository: Repository,
  gitDir: string,
  head: Oid,
  wanted: readonly string[],
): Promise<AdoptWorkOutcome> {
  const { heads } = await refSnapshots(repository).current();
  const branch = await usableBranch(
    repository,
    wanted.filter((name) => !heads.has(name)),
  );
  if (branch === null)
    return refused(`No branch can be made: others leave no room for ${wanted.map(shortRef).join(', ')}.`);
  const at = await runBare(repository, 'rev-parse', ['--verify', 'HEAD'], { env: { GIT_DIR: gitDir } });
  if (at.text.trim() !== head) return refused(`HEAD moved on from ${head.slice(0, 8)} meanwhile. Look at it again.`);
  await makeBranchAt(repository, branch, head, REFLOG);
  await markStoryTree(gitDir, branch);
  await runBare(repository, 'symbolic-ref', ['-m', REFLOG, 'HEAD', branch], { env: { GIT_DIR: gitDir } });
  return { kind: 'adopted', branch };
}

function refused(why: string): AdoptWorkOutcome {
  return { kind: 'refused', why };
}
