import { chmod, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { assertNoMounts } from '../trees/mounts';

/**
 * Removes a folder with all that is in it; links are not followed, and what is mounted below it stops everything. Folders
 * that are read-only, as package caches make them, are opened for it.
 */
export async function emptyAway(folder: string): Promise<void> {
  await assertNoMounts(folder);
  try {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EACCES' && code !== 'EPERM') throw error;
    await makeWritable(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isDirectory()) await makeWritable(path.join(folder, entry.name));
}
