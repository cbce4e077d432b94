import { readFile } from 'node:fs/promises';
import * as z from 'zod/mini';
import { SerialQueue } from '../../base/serialQueue';
import { messageOf } from '../../base/messageOf';
import { runFindingSchema, type RunFinding } from '../../core/agents/finding';
import { IN_WORDS } from '../../core/words/inWords';
import type { Log } from '../../ports/log';
import type { RunFindings } from '../../ports/store';
import { checkedBytes, readChecked } from '../content/checkedFile';
import { replaceFileDurably } from '../log/durableFile';
import { keepAside } from '../log/keepAside';
import { LOG_HEADER } from '../log/recordFormat';
import { errorCode, explainDiskError } from '../storeError';

const findingsSchema = z.array(runFindingSchema);

export interface FindingsOptions {
  /** Told of a file that cannot be read, and where it is kept, before anything takes its place. */
  readonly onDamage?: (keptIn: string) => Promise<void>;
  /** Milliseconds since 1970; names the file that keeps a damaged one. */
  readonly now?: () => number;
}

/**
 * What runs changed and no person has decided about yet, in one small file with a checksum that is replaced as a whole.
 * What is found counts at once, also where it cannot be written: it may stop the merge queue.
 */
export async function openFindings(file: string, log: Log, options: FindingsOptions = {}): Promise<RunFindings> {
  let findings = await read(file, log, options);
  const queue = new SerialQueue();
  const write = async (next: readonly RunFinding[]): Promise<void> => {
    try {
      await replaceFileDurably(file, checkedBytes(`${JSON.stringify(next)}\n`));
    } catch (error) {
      throw explainDiskError('What a run changed was not saved', file, error);
    }
  };
  return {
    list: () => findings,
    add: (finding) =>
      queue.run(async () => {
        findings = [...findings.filter((one) => one.id !== finding.id), finding];
        await write(findings);
      }),
    remove: (id) =>
      queue.run(async () => {
        const next = findings.filter((one) => one.id !== id);
        await write(next);
        findings = next;
      }),
  };
}

async function read(file: string, log: Log, { onDamage, now = () => 0 }: FindingsOptions): Promise<RunFinding[]> {
  const bytes = await readFile(file).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return null;
    throw explainDiskError('What runs changed could not be read', file, error);
  });
  if (bytes === null) return [];
  try {
    return findingsSchema.parse(JSON.parse(textOf(bytes)), IN_WORDS);
  } catch (error) {
    const keptIn = await keepAside(file, bytes, now());
    log.warn(`[store] ${file} cannot be read and begins anew; it is kept in ${keptIn}: ${messageOf(error)}`);
    await onDamage?.(keptIn);
    return [];
  }
}

/** The first version wrote the list alone. A flipped bit is set right. */
function textOf(bytes: Buffer): string {
  if (bytes[0] === '['.charCodeAt(0) && !bytes.subarray(0, LOG_HEADER.length).equals(LOG_HEADER)) return bytes.toString('utf8'); // prettier-ignore
  const read = readChecked(bytes);
  if (read.kind === 'damaged') throw new Error('its checksum does not fit');
  return read.text;
}
