import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isNoFile } from './ownTree';

/** Name of the mark in the private git dir of a worktree that was made for a story. It stays as long as the worktree. */
export const STORY_MARK = 'switchyard-story';

/** Writes down which story's branch (full name) a worktree was made for, whatever will be checked out in it. */
export async function markStoryTree(gitDir: string, branch: string): Promise<void> {
  await writeFile(path.join(gitDir, STORY_MARK), `${branch}\n`);
}

/** The branch that a worktree was made for, null where it was made for no story. */
export async function readStoryMark(gitDir: string): Promise<string | null> {
  try {
    return (await readFile(path.join(gitDir, STORY_MARK), 'utf8')).trim();
  } catch (error) {
    if (isNoFile(error)) return null;
    throw error;
  }
}
