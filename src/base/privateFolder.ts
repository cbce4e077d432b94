import { chmod, lstat, mkdir, mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** For nobody but the one who made it. */
export const OWNER_ONLY = 0o700;

/**
 * A folder of ours in the system's folder for temporary files, where the repository's own path is too long for a socket.
 * Everyone may write there, so a folder that stands ready under our name is used only if we made it: `onOthers` is told of
 * one that is not, and another is made.
 */
export async function privateTemporaryFolder(onOthers: (folder: string) => void): Promise<string> {
  const usual = path.join(os.tmpdir(), `switchyard-${process.getuid?.() ?? 'user'}`);
  try {
    await mkdir(usual, { mode: OWNER_ONLY });
    return usual;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  if (await isOurs(usual)) {
    await chmod(usual, OWNER_ONLY);
    return usual;
  }
  onOthers(usual);
  return mkdtemp(path.join(os.tmpdir(), 'switchyard-'));
}

async function isOurs(folder: string): Promise<boolean> {
  const found = await lstat(folder); // a link may lead anywhere
  const uid = process.getuid?.();
  return found.isDirectory() && (uid === undefined || found.uid === uid);
}
