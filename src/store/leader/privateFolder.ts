import { chmod, lstat, mkdir, mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Log } from '../../ports/log';
import { errorCode } from '../storeError';

/** For nobody but the one who made it. */
export const OWNER_ONLY = 0o700;

/**
 * A folder of ours in the system's folder for temporary files, where the repository's own path is too long for a socket.
 * Everyone may write there, so a folder that stands ready under our name is used only if we made it.
 */
export async function privateTemporaryFolder(log: Log): Promise<string> {
  const usual = path.join(os.tmpdir(), `switchyard-${process.getuid?.() ?? 'user'}`);
  try {
    await mkdir(usual, { mode: OWNER_ONLY });
    return usual;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
  if (await isOurs(usual)) {
    await chmod(usual, OWNER_ONLY);
    return usual;
  }
  log.warn(`leader: ${usual} was made by someone else and is not used`);
  return mkdtemp(path.join(os.tmpdir(), 'switchyard-'));
}

async function isOurs(folder: string): Promise<boolean> {
  const found = await lstat(folder); // a link may lead anywhere
  const uid = process.getuid?.();
  return found.isDirectory() && (uid === undefined || found.uid === uid);
}
