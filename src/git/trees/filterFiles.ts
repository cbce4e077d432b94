import { copyFile, lstat, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { exists } from '../../base/exists';

/** What git itself and its large companions keep in a git dir. None of it is a filter's. */
const GITS_OWN = new Set([
  'HEAD', 'index', 'config', 'config.worktree', 'description', 'packed-refs', 'shallow', 'objects', 'refs', 'reftable', 'logs',
  'hooks', 'info', 'branches', 'remotes', 'worktrees', 'modules', 'lfs', 'annex', 'rr-cache', 'svn', 'sequencer',
  'rebase-merge', 'rebase-apply', 'gitdir', 'commondir', 'locked', 'switchyard',
]); // prettier-ignore

/** States of an operation (`MERGE_HEAD`), locks, sockets of daemons and Switchyard's own marks. */
const PASSING = /^[A-Z_]+$|\.(?:lock|pid|log)$|^(?:gc|fsmonitor|maintenance)|^switchyard-/;

/** A key is small; what is larger is something else. Bytes, and files in a folder. */
const LARGEST = 1 << 20;
const MOST = 100;

/**
 * Lends a new tree what filters keep in the repository's git dir. A filter such as git-crypt looks for its key in the git
 * dir of the work tree that it works for, and a tree of Switchyard's own has nobody who would put it there. What is
 * there already stays. Returns the names that were copied.
 */
export async function lendFilterFiles(commonDir: string, gitDir: string): Promise<string[]> {
  const lent: string[] = [];
  for (const name of await readdir(commonDir)) {
    if (!isLendable(name) || (await exists(path.join(gitDir, name)))) continue;
    if (await copySmall(path.join(commonDir, name), path.join(gitDir, name))) lent.push(name);
  }
  return lent;
}

/** Whether a name in a git dir can be that of something that a filter keeps there. */
export function isLendable(name: string): boolean {
  return !GITS_OWN.has(name) && !PASSING.test(name);
}

async function copySmall(from: string, to: string): Promise<boolean> {
  const stats = await lstat(from);
  if (stats.isFile()) {
    if (stats.size > LARGEST) return false;
    await copyFile(from, to);
    return true;
  }
  if (!stats.isDirectory()) return false;
  const names = await readdir(from, { recursive: true, withFileTypes: true });
  if (names.length > MOST) return false;
  for (const entry of names) {
    const file = path.join(entry.parentPath, entry.name);
    const copy = path.join(to, path.relative(from, file));
    await mkdir(entry.isDirectory() ? copy : path.dirname(copy), { recursive: true });
    if (entry.isFile() && (await lstat(file)).size <= LARGEST) await copyFile(file, copy);
  }
  return names.length > 0;
}
