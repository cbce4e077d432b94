import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Repository } from '../door/repository';
import { isNoFile, linkedGitDir } from './ownTree';
import { readStoryMark } from './storyMark';

/** In the private git dir of a story's worktree from its making until its set-up is done. */
const DUE = 'switchyard-set-up-due';

export async function markSetUpDue(gitDir: string): Promise<void> {
  await writeFile(path.join(gitDir, DUE), '');
}

/** Branches (full names) whose worktrees were made and not yet set up. */
export async function setUpsDue({ commonDir }: Pick<Repository, 'commonDir'>): Promise<string[]> {
  const worktrees = path.join(commonDir, 'worktrees');
  const due: string[] = [];
  for (const id of await readdir(worktrees).catch(() => [])) {
    const gitDir = path.join(worktrees, id);
    const isDue = await readFile(path.join(gitDir, DUE)).then(
      () => true,
      (error: unknown) => (isNoFile(error) ? false : Promise.reject(error as Error)),
    );
    const branch = isDue ? await readStoryMark(gitDir) : null;
    if (branch !== null) due.push(branch);
  }
  return due;
}

export async function endSetUp({ commonDir }: Pick<Repository, 'commonDir'>, folder: string): Promise<void> {
  const gitDir = await linkedGitDir(commonDir, folder);
  if (gitDir !== null) await rm(path.join(gitDir, DUE), { force: true });
}
