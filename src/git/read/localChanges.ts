import type { LocalChange } from '../../ports/worktrees';
import type { Git } from '../door/run';
import { isAsCheckedOut } from './freshCheckout';
import { parseStatus } from './status';

/**
 * Uncommitted paths of a worktree, relative to its top, untracked files one by one. What git shows as changed in a fresh
 * checkout is nobody's change and is left out.
 */
export async function localChanges(git: Git, worktree: string): Promise<LocalChange[]> {
  const options = ['--untracked-files=all', '--no-renames', '--ignore-submodules=none'];
  const { files } = await git.status(worktree, options);
  const nobodys = files.some(isModified) ? await nobodysChanges(git, worktree) : new Set<string>();
  return files
    .filter((file) => !(isModified(file) && nobodys.has(file.path)))
    .map(({ path, index }) => ({ path, kind: index === '?' ? 'untracked' : 'tracked' }));
}

/** What is staged is somebody's doing, whatever the file looks like. */
function isModified({ index, working_dir }: { readonly index: string; readonly working_dir: string }): boolean {
  return index === ' ' && working_dir === 'M';
}

/** Tracked files that git calls modified and that are as a fresh checkout writes them. */
async function nobodysChanges(git: Git, worktree: string): Promise<Set<string>> {
  const args = ['--porcelain=v2', '-z', '--untracked-files=no', '--no-renames', '--ignore-submodules=all'];
  const entries = parseStatus((await git.run('status', args, { cwd: worktree })).text);
  const found = new Set<string>();
  for (const entry of entries) if (await isAsCheckedOut(git, worktree, entry)) found.add(entry.path);
  return found;
}
