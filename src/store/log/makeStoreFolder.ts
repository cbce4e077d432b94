import path from 'node:path';
import { exists } from '../../base/exists';
import { StoreError } from '../storeError';
import { makeFolder } from './durableFile';

/**
 * Makes a folder of the store (or the store's own, `root`) again where it was deleted, safe on disk. What stands around the
 * store is never made: where a repository was moved, a store at its old place would be nobody's.
 */
export async function makeStoreFolder(root: string, folder: string): Promise<void> {
  const around = path.dirname(root);
  if (!(await exists(around))) {
    throw new StoreError(
      'failed',
      `${around} is not there any more. If the repository was moved or renamed, open it in its new place.`,
    );
  }
  await makeFolder(folder);
}
