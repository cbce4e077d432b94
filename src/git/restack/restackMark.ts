import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseRestackMark, type RestackMark } from '../../core/story/restackMark';
import { isNoFile } from '../trees/ownTree';

/** Name of the mark in the private git dir of a worktree whose branch is being moved. */
const MARK = 'switchyard-restacking';

/** What the mark says; null without one, or where it cannot be read. */
export async function readRestackMark(gitDir: string): Promise<RestackMark | null> {
  const text = await readFile(path.join(gitDir, MARK), 'utf8').catch((error: unknown) => {
    if (isNoFile(error)) return null;
    throw error;
  });
  return text === null ? null : parseRestackMark(text);
}

export async function writeRestackMark(gitDir: string, mark: RestackMark): Promise<void> {
  const file = path.join(gitDir, MARK);
  await writeFile(`${file}-new`, `${JSON.stringify(mark)}\n`);
  await rename(`${file}-new`, file);
}

export async function removeRestackMark(gitDir: string): Promise<void> {
  await rm(path.join(gitDir, MARK), { force: true });
}
