import * as z from 'zod/mini';
import { SerialQueue } from '../../base/serialQueue';
import { removalSchema, type Removal } from '../../core/rescue/removal';
import type { Log } from '../../ports/log';
import type { Removals } from '../../ports/store';
import { say } from '../../core/words/said';
import { readCheckedList, writeCheckedList, type CheckedListOptions } from '../checkedList';

/**
 * What is being removed or brought back. Where the file is damaged nothing is carried on: what was saved before the first
 * step lies under its rescue ref.
 */
export async function openRemovals(file: string, log: Log, options: CheckedListOptions = {}): Promise<Removals> {
  const kept = { file, schema: z.array(removalSchema), what: say('What is being removed') };
  let removals = await readCheckedList<Removal>(kept, log, options);
  const queue = new SerialQueue();
  const replace = (change: (known: readonly Removal[]) => Removal[]): Promise<void> =>
    queue.run(async () => {
      const next = change(removals);
      await writeCheckedList<Removal>(kept, next);
      removals = next;
    });
  return {
    list: () => removals,
    put: (removal) => replace((known) => [...known.filter((one) => one.id !== removal.id), removal]),
    end: (id) => replace((known) => known.filter((one) => one.id !== id)),
  };
}
