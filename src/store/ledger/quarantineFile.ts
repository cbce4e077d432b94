import * as z from 'zod/mini';
import { SerialQueue } from '../../base/serialQueue';
import { quarantineSchema, type Quarantine } from '../../core/gates/quarantine';
import type { Log } from '../../ports/log';
import type { Quarantines } from '../../ports/verdicts';
import { say } from '../../core/words/said';
import { readCheckedList, writeCheckedList, type CheckedListOptions } from '../checkedList';

/**
 * The gates that a person has quarantined. The list lies in the store, out of reach of any branch; where it is damaged no
 * gate is quarantined, so every red stops again.
 */
export async function openQuarantines(file: string, log: Log, options: CheckedListOptions = {}): Promise<Quarantines> {
  const kept = { file, schema: z.array(quarantineSchema), what: say('The list of quarantined gates') };
  let list = await readCheckedList(kept, log, options);
  const queue = new SerialQueue();
  const replace = (change: (known: readonly Quarantine[]) => readonly Quarantine[]): Promise<void> =>
    queue.run(async () => {
      const next = change(list);
      await writeCheckedList(kept, next);
      list = next;
    });
  return {
    list: () => list,
    begin: (one) => replace((known) => [...known.filter((other) => !isSame(one, other)), one]),
    end: (one) => replace((known) => known.filter((other) => !isSame(one, other))),
  };
}

function isSame(one: Pick<Quarantine, 'gate' | 'test'>, other: Quarantine): boolean {
  return one.gate === other.gate && one.test === other.test;
}
