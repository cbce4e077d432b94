import { lstat, mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { isMissing } from './ownTree';

/**
 * Makes `name`, with `/` between its parts, an empty folder below `top`. A part that is a link is unlinked and never
 * entered: a gate can have put it there, and what it leads to is not Switchyard's to empty.
 */
export async function makeEmptyFolder(top: string, name: string): Promise<void> {
  let folder = top;
  for (const part of name.split('/')) {
    folder = path.join(folder, part);
    await makeRealFolder(folder);
  }
  for (const entry of await readdir(folder).catch(() => []))
    await rm(path.join(folder, entry), { recursive: true, force: true });
}

async function makeRealFolder(folder: string): Promise<void> {
  const stats = await lstat(folder).catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
  if (stats?.isDirectory() === true) return;
  if (stats !== null) await rm(folder);
  await mkdir(folder);
}
