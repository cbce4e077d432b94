import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Repository } from '../door/repository';

/** Folders of all worktrees by git's own record, read from its files: the workspace's, the main one, the linked ones. */
export async function worktreeFolders({ commonDir, topLevel, mainTopLevel }: Repository): Promise<string[]> {
  const worktrees = path.join(commonDir, 'worktrees');
  const ids = await readdir(worktrees).catch(() => []);
  const linked = await Promise.all(
    ids.map(async (id) => {
      const gitDir = path.join(worktrees, id);
      const registered = await readFile(path.join(gitDir, 'gitdir'), 'utf8').catch(() => null);
      return registered === null ? [] : [path.dirname(path.resolve(gitDir, registered.trim()))];
    }),
  );
  const main = mainTopLevel ?? (path.basename(commonDir) === '.git' ? path.dirname(commonDir) : topLevel);
  return [...new Set([topLevel, main, ...linked.flat()])];
}
