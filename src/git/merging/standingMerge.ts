import type { MergeMark } from '../../core/landing/mergeMark';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { StandingMerge } from '../../core/pipeline/facts';
import { fullRef, splitFields } from '../door/names';
import type { Repository } from '../door/repository';
import { tip } from '../read/refs';
import { listWorktrees } from '../read/worktrees';
import { isNoFile } from '../trees/ownTree';
import { mergeMark } from './mergeMark';

/** The worktree that a story's merge is in. */
export interface MergeTree {
  readonly folder: string;
  readonly gitDir: string;
}

/** Where a story's branch is worked on; null where that is no worktree of its own. */
async function mergeTreeOf(repository: Repository, branch: string): Promise<MergeTree | null> {
  const found = (await listWorktrees(repository)).find((one) => one.madeFor === branch && !one.isMain);
  return found?.gitDir == null ? null : { folder: found.path, gitDir: found.gitDir };
}

/** What Switchyard began in the worktree of a branch; starts no process while nothing stands there. */
export async function standingMerge(repository: Repository, branch: string): Promise<StandingMerge | null> {
  const tree = await mergeTreeOf(repository, fullRef(branch));
  if (tree === null) return null;
  const mark = await stateOfMerge(repository, tree.gitDir, branch);
  if (mark === null) return null;
  const open = mark.by === 'person' ? await unmergedPaths(repository, tree.folder) : [];
  return { by: mark.by, open };
}

/**
 * The mark while it holds. An agent's holds until what came of it was looked at; a person's while git has the merge under
 * way and the branch has not moved: who commits it or aborts it has ended it.
 */
export async function stateOfMerge(repository: Repository, gitDir: string, branch: string): Promise<MergeMark | null> {
  const mark = await mergeMark.read(gitDir);
  if (mark?.branch !== branch) return null;
  if (mark.by === 'agent') return mark;
  const head = await readFile(path.join(gitDir, 'MERGE_HEAD'), 'utf8').catch((error: unknown) => {
    if (isNoFile(error)) return '';
    throw error;
  });
  return head.trim() === mark.target && (await tip(repository, branch)) === mark.before ? mark : null;
}

/** The merge is over, and what came of it stays. */
export async function endMerge(repository: Repository, branch: string): Promise<void> {
  const tree = await mergeTreeOf(repository, fullRef(branch));
  if (tree !== null) await mergeMark.remove(tree.gitDir);
}

/** Paths that git could not merge and that nobody has settled yet. */
export async function unmergedPaths({ git }: Repository, folder: string): Promise<string[]> {
  const { text } = await git.run('ls-files', ['--unmerged', '-z', '--full-name', '--', ':/'], { cwd: folder });
  return [...new Set(splitFields(text).map((field) => field.slice(field.indexOf('\t') + 1)))];
}
