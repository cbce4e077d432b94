import type { Oid } from '../../core/story/stage';
import { fullOid } from '../door/names';
import type { Repository } from '../door/repository';

/**
 * Everything in a worktree but ignored files, as a tree; the index then holds that as well. So what stands there can be
 * gone away from and come back to without force: git refuses where a file is another one by then.
 */
export async function takeIn({ git }: Repository, folder: string): Promise<Oid> {
  await git.run('add', ['--all', '--', ':/'], { cwd: folder });
  return fullOid((await git.run('write-tree', [], { cwd: folder })).text.trim());
}

/** The tree of the index as it is; null while paths in it are unmerged. */
export async function stagedTree({ git }: Repository, folder: string): Promise<Oid | null> {
  const { code, text } = await git.run('write-tree', [], { cwd: folder, expect: [0, 128] });
  return code === 0 ? fullOid(text.trim()) : null;
}

/**
 * Brings index and files from one tree to another. git writes only files that are as the index says, so a change that
 * somebody made meanwhile is never overwritten: then nothing changes at all.
 */
export async function bringFiles(
  { git }: Repository,
  folder: string,
  from: Oid,
  to: Oid,
): Promise<'brought' | 'refused'> {
  const args = ['-m', '-u', fullOid(from), fullOid(to)];
  const { code } = await git.run('read-tree', args, { cwd: folder, expect: [0, 1, 128] });
  return code === 0 ? 'brought' : 'refused';
}

/** The index alone, as it was; what is on disk stays. */
export async function bringIndex({ git }: Repository, folder: string, tree: Oid): Promise<void> {
  await git.run('read-tree', [fullOid(tree)], { cwd: folder });
  await git.run('update-index', ['-q', '--refresh'], { cwd: folder, expect: [0, 1] });
}
