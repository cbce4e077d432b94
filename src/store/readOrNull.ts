import { readFile } from 'node:fs/promises';
import { errorCode } from './storeError';

/** All bytes of a file; null where there is none by that name. */
export async function readOrNull(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Whether there is nothing by that name, or a part of its path is no folder. */
export function isMissing(error: unknown): boolean {
  return errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR';
}
