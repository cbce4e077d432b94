import { readFile } from 'node:fs/promises';
import { errorCode } from './storeError';

/** All bytes of a file; null where there is none by that name. */
export async function readOrNull(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
