import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseMergeMark, type MergeMark } from '../../core/landing/mergeMark';
import { isNoFile } from '../trees/ownTree';

/** Name of the mark in the private git dir of a worktree in which Switchyard began a merge. */
const MARK = 'switchyard-merging';

/** What the mark says; null without one, or where it cannot be read. */
export async function readMergeMark(gitDir: string): Promise<MergeMark | null> {
  const text = await readFile(path.join(gitDir, MARK), 'utf8').catch((error: unknown) => {
    if (isNoFile(error)) return null;
    throw error;
  });
  return text === null ? null : parseMergeMark(text);
}

export async function writeMergeMark(gitDir: string, mark: MergeMark): Promise<void> {
  const file = path.join(gitDir, MARK);
  await writeFile(`${file}-new`, `${JSON.stringify(mark)}\n`);
  await rename(`${file}-new`, file);
}

export async function removeMergeMark(gitDir: string): Promise<void> {
  await rm(path.join(gitDir, MARK), { force: true });
}
