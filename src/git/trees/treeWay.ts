import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { exists } from '../../base/exists';
import type { Oid } from '../../core/story/stage';
import { GitError } from '../door/gitError';
import type { Repository } from '../door/repository';
import { knownChanges, type IncomingChange } from '../landing/incoming';
import type { OwnTree } from './ownTree';
import type { TreeRecord } from './treeRecord';

/** The mode that a tree gives a submodule. */
export const GITLINK = '160000';

/** How to come from what a tree was proven to be to another commit. */
export interface Way {
  readonly before: TreeRecord;
  /** All paths that differ; null where each file of the commit is to be looked at. */
  readonly changes: readonly string[] | null;
  /** Paths of the other commit's gitlinks, with `/`. */
  readonly submodules: readonly string[];
}

/** More paths than this are not named one by one: git compares each of them with each file. */
const NAMED_PATHS = 100;

/** Null where attributes differ, which decide how files are written, and where git does not know what the tree was. */
export async function wayTo(repository: Repository, before: TreeRecord, commit: Oid): Promise<Way | null> {
  const changes = before.commit === commit ? [] : await changesTo(repository, before.commit, commit);
  if (changes === null || changes.some((change) => isAttributes(change.path))) return null;
  const submodules = new Set(before.submodules);
  for (const { path: name, newMode } of changes)
    if (newMode === GITLINK) submodules.add(name);
    else submodules.delete(name);
  const hasLinks = changes.some(({ oldMode, newMode }) => oldMode === GITLINK || newMode === GITLINK);
  const named = hasLinks || before.left === 'changes' || changes.length > NAMED_PATHS ? null : changes;
  return { before, changes: named?.map((change) => change.path) ?? null, submodules: [...submodules] };
}

async function changesTo(repository: Repository, from: Oid, to: Oid): Promise<readonly IncomingChange[] | null> {
  return knownChanges(repository, from, to).catch((error: unknown) => {
    if (error instanceof GitError) return null;
    throw error;
  });
}

/** Whether a file decides how git writes others; on some disks its name may be written in any case. */
export function isAttributes(name: string): boolean {
  return path.posix.basename(name).toLowerCase() === '.gitattributes';
}

/**
 * Brings the files that differ and nothing else, from the index that the tree was proven with: no other file is looked at,
 * so the tree is to be proven afterwards. `refused` leaves what a checkout of the whole commit makes right.
 */
export async function checkOutChanges(
  { git, commonDir }: Repository,
  tree: OwnTree,
  commit: Oid,
  { from, config }: { readonly from: Way; readonly config: readonly string[] },
): Promise<'done' | 'refused'> {
  const { changes } = from;
  // There HEAD is no file.
  if (changes === null || (await exists(path.join(commonDir, 'reftable')))) return 'refused';
  if (changes.length > 0) {
    const how = ['--no-overlay', '--quiet', '--pathspec-from-file=-', '--pathspec-file-nul', commit];
    const input = changes.map((name) => `:(top,literal)${name}\0`).join('');
    const { code } = await git.runInOwnTree(tree, 'checkout', how, { config, input, expect: [0, 1, 128] });
    if (code !== 0) return 'refused';
  }
  return detachHead(tree, commit);
}

/** As git writes it: the new file under the name of its lock, then in the old one's place. */
async function detachHead({ gitDir }: OwnTree, commit: Oid): Promise<'done' | 'refused'> {
  const [head, lock] = [path.join(gitDir, 'HEAD'), path.join(gitDir, 'HEAD.lock')];
  const handle = await open(lock, 'wx').catch(() => null);
  if (handle === null) return 'refused';
  try {
    await handle.writeFile(`${commit}\n`);
  } catch (error) {
    await rm(lock, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  await rename(lock, head);
  return 'done';
}
