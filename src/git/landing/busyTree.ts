import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { shortRef } from '../../core/story/names';
import { GATE, linkedGitDir, readMark } from '../trees/ownTree';
import type { Repository } from '../door/repository';
import { exists } from '../../base/exists';
import { Slices, textNow } from '../../base/slices';
import { FOLLOWING } from './followMark';

/** Files and folders of a git dir that say what a person is in the middle of. */
const UNDER_WAY = [
  ['rebase-merge', 'A rebase'],
  ['rebase-apply', 'A rebase or git am'],
  ['MERGE_HEAD', 'A merge'],
  ['CHERRY_PICK_HEAD', 'A cherry-pick'],
  ['REVERT_HEAD', 'A revert'],
  ['BISECT_LOG', 'A bisect'],
] as const;

/** Why a work tree must be left alone for now, in plain words; null where nothing is under way. */
export async function whyBusy(gitDir: string, top: string): Promise<string | null> {
  for (const [name, what] of UNDER_WAY)
    if (await exists(path.join(gitDir, name))) return `${what} is under way in ${top}. Finish or abort it.`;
  const lock = path.join(gitDir, 'index.lock');
  const since = (await stat(lock).catch(() => null))?.mtime;
  if (since === undefined) return null;
  if (!(await exists(path.join(gitDir, FOLLOWING))))
    return `Another git command is at work in ${top} (${lock} is there since ${since.toISOString()}).`;
  return `A landing was cut off while git updated ${top}, and its lock was left: ${lock}, since ${since.toISOString()}. If no git command runs there any more, remove that file; the landing then goes on by itself.`;
}

/** As `whyBusy`, for a linked worktree given by its folder; null also where there is no such worktree. */
export async function whyStoryTreeBusy({ commonDir }: Repository, folder: string): Promise<string | null> {
  const gitDir = await linkedGitDir(commonDir, folder);
  return gitDir === null ? null : whyBusy(gitDir, folder);
}

/**
 * A rebase detaches HEAD, so no worktree shows its branch as checked out, and at its end it moves the branch from
 * where it was. Landing in between would make that end fail. A rebase that a gate left in a gate tree never ends.
 */
export async function whyRebased(repository: Repository, target: string): Promise<string | null> {
  const { commonDir } = repository;
  const linked = await readdir(path.join(commonDir, 'worktrees')).catch(() => []);
  const slices = new Slices();
  for (const gitDir of [commonDir, ...linked.map((id) => path.join(commonDir, 'worktrees', id))]) {
    const names = ['rebase-merge', 'rebase-apply'].map((folder) => textNow(path.join(gitDir, folder, 'head-name')));
    await slices.turn();
    if (names.some((name) => name.trim() === target) && (await readMark(gitDir)) !== GATE)
      return `${shortRef(target)} is being rebased. Finish or abort the rebase.`;
  }
  return null;
}
