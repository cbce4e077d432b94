import { readFile } from 'node:fs/promises';
import { errorCode } from '../storeError';

/** As `readOrNull`; null also where a part of its path is no folder. */
export async function readIfThere(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Whether there is nothing by that name. */
export function isMissing(error: unknown): boolean {
  return errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR';
}
