import { lstat, mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { isMissing } from './ownTree';

/**
 * Makes `name`, with `/` between its parts, a folder below `top`. A part that is a link is unlinked and never entered: a
 * gate can have put it there, and what it leads to is not Switchyard's to empty. Returns the folder's path.
 */
export async function makeFolder(top: string, name: string): Promise<string> {
  let folder = top;
  for (const part of name.split('/')) {
    folder = path.join(folder, part);
    await makeRealFolder(folder);
  }
  return folder;
}

/** As `makeFolder`, and empties it. */
export async function makeEmptyFolder(top: string, name: string): Promise<void> {
  const folder = await makeFolder(top, name);
  for (const entry of await readdir(folder).catch(() => []))
    await rm(path.join(folder, entry), { recursive: true, force: true });
}

/** Whether every part of `name` below `top` is a folder, and none of them a link. */
export async function isRealFolder(top: string, name: string): Promise<boolean> {
  let folder = top;
  for (const part of name.split('/')) {
    folder = path.join(folder, part);
    const stats = await lstat(folder).catch(() => null);
    if (stats?.isDirectory() !== true) return false;
  }
  return true;
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
