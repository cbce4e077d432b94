import { lstat, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Repository } from '../door/repository';
import { isLendable, lendFilterFiles } from './filterFiles';
import type { IgnoredFiles } from './fillTree';
import { assertNoMounts } from './mounts';
import type { OwnTree } from './ownTree';

/** What git and Switchyard need in the private git dir of a tree, by what it must be. */
const FILES = new Set(['HEAD', 'index', 'commondir', 'gitdir']);
const FOLDERS = new Set(['logs', 'refs', 'reftable', 'replaced']);

/** Switchyard's own marks and records. */
const OWN = /^switchyard-[a-z-]+$/;

/** Repositories of submodules, which one gate may fetch for the next one of the same run. */
const SUBMODULES = 'modules';

/** Settings, attributes and patterns for one worktree alone. In a tree of Switchyard's own there are none. */
const SETTINGS: readonly string[] = ['config.worktree', 'info'];

/**
 * Leaves nothing in the private git dir of a tree that decides how git reads or writes files there: a run can put
 * settings with filters into it, and each later look would see through them. What a filter was lent is lent afresh.
 */
export async function resetGitDir({ commonDir }: Repository, tree: OwnTree, ignored: IgnoredFiles): Promise<void> {
  const removed: string[] = [];
  for (const name of await readdir(tree.gitDir)) {
    if (await belongs(path.join(tree.gitDir, name), ignored)) continue;
    if (removed.length === 0) await assertNoMounts(tree.gitDir);
    // A link is unlinked and not followed.
    await rm(path.join(tree.gitDir, name), { recursive: true, force: true });
    removed.push(name);
  }
  if (removed.some(isLendable)) await lendFilterFiles(commonDir, tree.gitDir);
}

async function belongs(place: string, ignored: IgnoredFiles): Promise<boolean> {
  const name = path.basename(place);
  const stats = await lstat(place);
  if (stats.isFile()) return FILES.has(name) || OWN.test(name);
  return stats.isDirectory() && (FOLDERS.has(name) || (name === SUBMODULES && ignored === 'kept'));
}

/**
 * Takes settings away that a run left for this tree alone, so that what git says of the tree then is true. Returns their
 * names.
 */
export async function takeSettings(tree: OwnTree): Promise<string[]> {
  const found: string[] = [];
  for (const name of SETTINGS) {
    const place = path.join(tree.gitDir, name);
    if ((await lstat(place).catch(() => null)) === null) continue;
    await assertNoMounts(tree.gitDir);
    await rm(place, { recursive: true, force: true });
    found.push(name);
  }
  return found;
}
