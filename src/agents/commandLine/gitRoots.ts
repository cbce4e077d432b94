import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/**
 * The folders of git's that a commit in a linked worktree writes: its own, and what all share of objects, refs and their
 * logs. Hooks, settings and other worktrees are not among them. None for a folder that is no linked worktree.
 */
export async function gitRoots(worktree: string): Promise<string[]> {
  const pointer = await readFile(join(worktree, '.git'), 'utf8').catch(() => '');
  const own = /^gitdir: (.+?)\r?\n?$/.exec(pointer)?.[1];
  if (own === undefined) return [];
  const folder = resolve(worktree, own);
  const common = await readFile(join(folder, 'commondir'), 'utf8').catch(() => '../..');
  const shared = resolve(folder, common.trim());
  return [folder, ...['objects', 'refs', 'logs'].map((name) => join(shared, name))];
}
