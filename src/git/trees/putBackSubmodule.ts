import { rm } from 'node:fs/promises';
import path from 'node:path';
import { exists } from '../../base/exists';
import type { Repository } from '../door/repository';
import { isRealFolder } from './emptyFolder';
import { commitAt, submodulesOf } from './fillSubmodules';
import type { OwnTree } from './ownTree';

/** A work tree and its private git dir. Both are said to git outright, because a run can have written others into settings. */
type Place = Pick<OwnTree, 'folder' | 'gitDir'>;

/**
 * Puts the tracked files of a filled submodule, and of those in it, back as the index of the tree has the submodule; what is not
 * tracked stays. It does what it can: what came of it is for the caller to look at.
 */
export async function putBackSubmodule(repository: Repository, tree: Place, place: string): Promise<void> {
  const { git } = repository;
  const name = (await submodulesOf(repository, tree.folder)).find((one) => one.path === place)?.name;
  const commit = await commitAt({ git }, within(tree), place);
  if (name === undefined || name.split('/').includes('..') || commit === null) return;
  const mine: Place = {
    folder: path.join(tree.folder, ...place.split('/')),
    gitDir: path.join(tree.gitDir, 'modules', ...name.split('/')),
  };
  const isThere = (await isRealFolder(tree.folder, place)) && (await isRealFolder(tree.gitDir, `modules/${name}`));
  if (!isThere || !(await exists(path.join(mine.folder, '.git')))) return;
  // It may say of a file that nobody is to look at it.
  await rm(path.join(mine.gitDir, 'index'), { force: true });
  await git.run('update-ref', ['--no-deref', 'HEAD', commit], within(mine));
  await git.run('read-tree', [commit], within(mine));
  await git.run('checkout-index', ['--all', '--force', '--index', '--quiet'], within(mine));
  for (const inside of await submodulesOf(repository, mine.folder))
    await putBackSubmodule(repository, mine, inside.path);
}

function within({ folder, gitDir }: Place): { cwd: string; env: Readonly<Record<string, string>>; config: readonly string[] } {
  return { cwd: folder, env: { GIT_DIR: gitDir, GIT_WORK_TREE: folder }, config: ['core.sparseCheckout=false'] };
} // prettier-ignore
