import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isNoFile } from './ownTree';

/** What Switchyard is in the middle of in a worktree, as a file in its private git dir: a kill leaves it whole or not at all. */
export interface TreeMark<Mark> {
  /** What it says; null without one, or where it cannot be read. */
  read(gitDir: string): Promise<Mark | null>;
  write(gitDir: string, mark: Mark): Promise<void>;
  remove(gitDir: string): Promise<void>;
}

export function treeMark<Mark>(name: string, parse: (text: string) => Mark | null): TreeMark<Mark> {
  return {
    async read(gitDir) {
      const text = await readFile(path.join(gitDir, name), 'utf8').catch((error: unknown) => {
        if (isNoFile(error)) return null;
        throw error;
      });
      return text === null ? null : parse(text);
    },
    async write(gitDir, mark) {
      const file = path.join(gitDir, name);
      await writeFile(`${file}-new`, `${JSON.stringify(mark)}\n`);
      await rename(`${file}-new`, file);
    },
    async remove(gitDir) {
      await rm(path.join(gitDir, name), { force: true });
    },
  };
}
