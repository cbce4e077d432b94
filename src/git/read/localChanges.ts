import type { LocalChange } from '../../ports/worktrees';
import type { Git } from '../door/run';
import { isAsCheckedOut } from './freshCheckout';
import { parseStatus, type StatusEntry } from './status';

/**
 * Uncommitted paths of a worktree, relative to its top, untracked files one by one. What git shows as changed in a fresh
 * checkout is nobody's change and is left out.
 */
export async function localChanges(git: Git, worktree: string): Promise<LocalChange[]> {
  const entries = await readStatus(git, worktree, ['--untracked-files=all', '--ignore-submodules=none']);
  const nobodys = entries.some(isModified) ? await nobodysChanges(git, worktree) : new Set<string>();
  return entries
    .filter((entry) => !(isModified(entry) && nobodys.has(entry.path)))
    .map(({ path, kind }) => ({ path, kind: kind === 'untracked' ? 'untracked' : 'tracked' }));
}

async function readStatus(git: Git, worktree: string, how: readonly string[]): Promise<StatusEntry[]> {
  const args = ['--porcelain=v2', '-z', '--no-renames', ...how];
  return parseStatus((await git.run('status', args, { cwd: worktree })).text);
}

/** What is staged is somebody's doing, whatever the file looks like. */
function isModified({ letters }: StatusEntry): boolean {
  return letters === '.M';
}

/** Tracked files that git calls modified and that are as a fresh checkout writes them. */
async function nobodysChanges(git: Git, worktree: string): Promise<Set<string>> {
  const entries = await readStatus(git, worktree, ['--untracked-files=no', '--ignore-submodules=all']);
  const found = new Set<string>();
  for (const entry of entries) if (await isAsCheckedOut(git, worktree, entry)) found.add(entry.path);
  return found;
}
