import { open } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '../storeError';
import { syncFolder } from './durableFile';

/** Writes what was damaged to a file of its own beside `file`, safe on disk before that is changed. Returns its path. */
export async function keepAside(file: string, damaged: Buffer, now: number): Promise<string> {
  for (let n = 1; ; n++) {
    const keptIn = `${file}.cut-${now}-${n}`;
    try {
      const kept = await open(keptIn, 'wx');
      try {
        await kept.writeFile(damaged);
        await kept.sync();
      } finally {
        await kept.close();
      }
      await syncFolder(path.dirname(file));
      return keptIn;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
  }
}
