import { readFile } from 'node:fs/promises';
import * as z from 'zod/mini';
import { SerialQueue } from '../../base/serialQueue';
import { removalSchema, type Removal } from '../../core/rescue/removal';
import { IN_WORDS } from '../../core/words/inWords';
import type { Log } from '../../ports/log';
import type { Removals } from '../../ports/store';
import { replaceFileDurably } from '../log/durableFile';
import { errorCode } from '../storeError';

const removalsSchema = z.array(removalSchema);

/** What is being removed or brought back, in one small file that is replaced as a whole. */
export async function openRemovals(file: string, log: Log): Promise<Removals> {
  let removals = await read(file, log);
  const queue = new SerialQueue();
  const replace = (change: (known: readonly Removal[]) => Removal[]): Promise<void> =>
    queue.run(async () => {
      const next = change(removals);
      await replaceFileDurably(file, `${JSON.stringify(next)}\n`);
      removals = next;
    });
  return {
    list: () => removals,
    put: (removal) => replace((known) => [...known.filter((one) => one.id !== removal.id), removal]),
    end: (id) => replace((known) => known.filter((one) => one.id !== id)),
  };
}

async function read(file: string, log: Log): Promise<readonly Removal[]> {
  try {
    const read = removalsSchema.safeParse(JSON.parse(await readFile(file, 'utf8')), IN_WORDS);
    if (read.success) return read.data;
    log.warn(`[store] ${file} cannot be read and begins anew: ${z.prettifyError(read.error)}`);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') log.warn(`[store] ${file} cannot be read and begins anew: ${String(error)}`);
  }
  return [];
}
