import { readFile } from 'node:fs/promises';
import * as z from 'zod/mini';
import { SerialQueue } from '../../base/serialQueue';
import { runFindingSchema, type RunFinding } from '../../core/agents/finding';
import { IN_WORDS } from '../../core/words/inWords';
import type { Log } from '../../ports/log';
import type { RunFindings } from '../../ports/store';
import { replaceFileDurably } from '../log/durableFile';
import { errorCode } from '../storeError';

const findingsSchema = z.array(runFindingSchema);

/** What runs changed and no person has decided about yet, in one small file that is replaced as a whole. */
export async function openFindings(file: string, log: Log): Promise<RunFindings> {
  let findings = await read(file, log);
  const queue = new SerialQueue();
  const replace = (change: (known: readonly RunFinding[]) => RunFinding[]): Promise<void> =>
    queue.run(async () => {
      const next = change(findings);
      await replaceFileDurably(file, `${JSON.stringify(next)}\n`);
      findings = next;
    });
  return {
    list: () => findings,
    add: (finding) => replace((known) => [...known.filter((one) => one.id !== finding.id), finding]),
    remove: (id) => replace((known) => known.filter((one) => one.id !== id)),
  };
}

async function read(file: string, log: Log): Promise<readonly RunFinding[]> {
  try {
    const read = findingsSchema.safeParse(JSON.parse(await readFile(file, 'utf8')), IN_WORDS);
    if (read.success) return read.data;
    log.warn(`[store] ${file} cannot be read and begins anew: ${z.prettifyError(read.error)}`);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') log.warn(`[store] ${file} cannot be read and begins anew: ${String(error)}`);
  }
  return [];
}
