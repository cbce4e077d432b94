import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** The private git dir that the `.git` file of a worktree names. */
export async function readLinkedGitDir(folder: string): Promise<string> {
  return (await readFile(path.join(folder, '.git'), 'utf8')).trim().slice('gitdir: '.length);
}
