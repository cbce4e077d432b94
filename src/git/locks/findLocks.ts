import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Repository } from '../door/repository';
import { isNoFile } from '../trees/ownTree';
import { worktreeFolders } from '../read/worktreeFolders';
import { listWorktrees } from '../read/worktrees';

/** A lock file of git's. */
export interface Lock {
  readonly path: string;
  /** When it was made, in ms since 1970. */
  readonly at: number;
  readonly inode: number;
  /** Work trees and git dirs in which a git that holds it would work. */
  readonly folders: readonly string[];
}

/** Folders of the common git dir in which git makes locks, beside the dir itself and those below `refs`. */
const SHARED = ['info', path.join('objects', 'info'), path.join('objects', 'info', 'commit-graphs'), path.join('objects', 'pack'), 'reftable']; // prettier-ignore

/** Locks of the common git dir itself that every worktree makes; the others there are the main work tree's own. */
const OF_ALL = ['packed-refs.lock', 'config.lock', 'shallow.lock'];

/** All lock files in the git dirs of a repository. Branches cannot be named so. */
export async function findLocks(repository: Repository): Promise<Lock[]> {
  const { commonDir } = repository;
  const all = [...(await worktreeFolders(repository)), commonDir];
  const shared = [
    ...(await Promise.all(SHARED.map((folder) => locksIn(path.join(commonDir, folder))))).flat(),
    ...(await locksBelow(path.join(commonDir, 'refs'))),
  ];
  const found = shared.map((file) => ({ file, folders: all }));
  for (const { path: folder, gitDir } of await listWorktrees(repository)) {
    if (gitDir === null) continue;
    const own = gitDir === commonDir ? [] : await locksBelow(path.join(gitDir, 'refs'));
    for (const file of [...(await locksIn(gitDir)), ...own]) {
      const isShared = gitDir === commonDir && OF_ALL.includes(path.basename(file));
      found.push({ file, folders: isShared ? all : [folder, gitDir] });
    }
  }
  return (await Promise.all(found.map(({ file, folders }) => lookAtLock(file, folders)))).filter((one) => one !== null);
}

/** Null where it is gone by now. */
export async function lookAtLock(file: string, folders: readonly string[]): Promise<Lock | null> {
  try {
    const { birthtimeMs, mtimeMs, ino } = await stat(file);
    // Not every file system tells when a file was made.
    const at = birthtimeMs > 0 ? Math.min(birthtimeMs, mtimeMs) : mtimeMs;
    return { path: file, at, inode: ino, folders };
  } catch (error) {
    if (isNoFile(error)) return null;
    throw error;
  }
}

async function locksIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.lock'))
    .map((entry) => path.join(folder, entry.name));
}

async function locksBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.lock'))
    .map((entry) => path.join(entry.parentPath, entry.name));
}
