import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const made: string[] = [];

/**
 * A folder that stays until the process ends. ext4 gives what a file was deleted from to no new file for minutes and looks past
 * each of those for every file it makes, so removing a large store makes new files in the next one up to ten times as slow.
 */
export function benchFolder(): string {
  if (made.length === 0)
    process.once('exit', () => made.forEach((one) => rmSync(one, { recursive: true, force: true })));
  const folder = mkdtempSync(path.join(tmpdir(), 'sy-bench-'));
  made.push(folder);
  return folder;
}
