import * as z from 'zod/mini';
import { SerialQueue } from '../../base/serialQueue';
import { runFindingSchema } from '../../core/agents/finding';
import type { Log } from '../../ports/log';
import type { RunFindings } from '../../ports/store';
import { say } from '../../core/words/said';
import { readCheckedList, writeCheckedList, type CheckedListOptions } from '../checkedList';

/**
 * What runs changed and no person has decided about yet. What is found counts at once, also where it cannot be written: it
 * may stop the merge queue.
 */
export async function openFindings(file: string, log: Log, options: CheckedListOptions = {}): Promise<RunFindings> {
  const kept = { file, schema: z.array(runFindingSchema), what: say('What a run changed') };
  let findings = await readCheckedList(kept, log, options);
  const queue = new SerialQueue();
  return {
    list: () => findings,
    add: (finding) =>
      queue.run(async () => {
        findings = [...findings.filter((one) => one.id !== finding.id), finding];
        await writeCheckedList(kept, findings);
      }),
    remove: (id) =>
      queue.run(async () => {
        const next = findings.filter((one) => one.id !== id);
        await writeCheckedList(kept, next);
        findings = next;
      }),
  };
}
