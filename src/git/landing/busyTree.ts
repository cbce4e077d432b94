import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { shortRef } from '../../core/story/names';
import { inEnglish, say, type Said } from '../../core/words/said';
import { GATE, linkedGitDir, readMark } from '../trees/ownTree';
import type { Repository } from '../door/repository';
import { exists } from '../../base/exists';
import { Slices, textNow } from '../../base/slices';
import { FOLLOWING } from './followMark';

/** Files and folders of a git dir that say what a person is in the middle of. */
const UNDER_WAY = [
  ['rebase-merge', say('A rebase')],
  ['rebase-apply', say('A rebase or git am')],
  ['MERGE_HEAD', say('A merge')],
  ['CHERRY_PICK_HEAD', say('A cherry-pick')],
  ['REVERT_HEAD', say('A revert')],
  // Of several, between two of them.
  ['sequencer', say('A cherry-pick or revert')],
  ['BISECT_LOG', say('A bisect')],
] as const;

/** Why a work tree must be left alone for now, in plain words; null where nothing is under way. */
export async function whyBusy(gitDir: string, top: string): Promise<string | null> {
  const said = await sayBusy(gitDir, top);
  return said === null ? null : inEnglish(said);
}

/** The same in sentences that can be said in any language. */
export async function sayBusy(gitDir: string, top: string): Promise<readonly Said[] | null> {
  for (const [name, what] of UNDER_WAY)
    if (await exists(path.join(gitDir, name))) return [say('{0} is under way in {1}. Finish or abort it.', what, top)];
  const lock = path.join(gitDir, 'index.lock');
  const since = (await stat(lock).catch(() => null))?.mtime;
  if (since === undefined) return null;
  if (!(await exists(path.join(gitDir, FOLLOWING))))
    return [say('Another git command is at work in {0} ({1} is there since {2}).', top, lock, since.toISOString())];
  return [
    say('A landing was cut off while git updated {0}, and its lock was left: {1}, since {2}.', top, lock, since.toISOString()),
    say('If no git command runs there any more, remove that file; the landing then goes on by itself.'),
  ]; // prettier-ignore
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
export async function whyRebased(repository: Repository, target: string): Promise<Said | null> {
  const { commonDir } = repository;
  const linked = await readdir(path.join(commonDir, 'worktrees')).catch(() => []);
  const slices = new Slices();
  for (const gitDir of [commonDir, ...linked.map((id) => path.join(commonDir, 'worktrees', id))]) {
    const names = ['rebase-merge', 'rebase-apply'].map((folder) => textNow(path.join(gitDir, folder, 'head-name')));
    await slices.turn();
    if (names.some((name) => name.trim() === target) && (await readMark(gitDir)) !== GATE)
      return say('{0} is being rebased. Finish or abort the rebase.', shortRef(target));
  }
  return null;
}
