import { readFile } from 'node:fs/promises';
import type * as z from 'zod/mini';
import { messageOf } from '../base/messageOf';
import { IN_WORDS } from '../core/words/inWords';
import type { Log } from '../ports/log';
import { checkedBytes, readChecked } from './content/checkedFile';
import { replaceFileDurably } from './log/durableFile';
import { keepAside } from './log/keepAside';
import { LOG_HEADER } from './log/recordFormat';
import { say, type Said } from '../core/words/said';
import { errorCode, explainDiskError } from './storeError';

export interface CheckedListOptions {
  /** Told of a file that cannot be read, and where it is kept, before anything takes its place. */
  readonly onDamage?: (keptIn: string) => Promise<void>;
  /** Milliseconds since 1970; names the file that keeps a damaged one. */
  readonly now?: () => number;
}

/** What is in a small file, by its name in sentences: `What runs changed`. */
export interface CheckedList<T> {
  readonly file: string;
  readonly schema: Pick<z.ZodMiniType<T[]>, 'parse'>;
  readonly what: Said;
}

/**
 * Reads a list from a small file with a checksum that is always replaced as a whole; empty where there is none. One that was
 * mended, or begins anew, is written again, so that it is told once and a second flipped bit finds it whole.
 */
export async function readCheckedList<T>(
  kept: CheckedList<T>,
  log: Log,
  { onDamage, now = () => 0 }: CheckedListOptions,
): Promise<readonly T[]> {
  const { file, schema, what } = kept;
  const bytes = await readFile(file).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return null;
    throw explainDiskError(say('{0} could not be read', what), file, error);
  });
  if (bytes === null) return [];
  try {
    const { text, isMended } = textOf(bytes);
    const list = schema.parse(JSON.parse(text), IN_WORDS);
    if (isMended) await writeAgain(kept, list, log);
    return list;
  } catch (error) {
    const keptIn = await keepAside(file, bytes, now());
    log.warn(`[store] ${file} cannot be read and begins anew; it is kept in ${keptIn}: ${messageOf(error)}`);
    await onDamage?.(keptIn);
    await writeAgain(kept, [], log);
    return [];
  }
}

async function writeAgain<T>(kept: CheckedList<T>, list: readonly T[], log: Log): Promise<void> {
  await writeCheckedList(kept, list).catch((error: unknown) => log.warn(`[store] ${messageOf(error)}`));
}

/** Safe on disk when it resolves. Rejects with a StoreError, and the file is as it was. */
export async function writeCheckedList<T>({ file, what }: CheckedList<T>, list: readonly T[]): Promise<void> {
  try {
    await replaceFileDurably(file, checkedBytes(`${JSON.stringify(list)}\n`));
  } catch (error) {
    throw explainDiskError(say('{0} was not saved', what), file, error);
  }
}

/** A first version wrote the list alone. A flipped bit is set right. */
function textOf(bytes: Buffer): { text: string; isMended: boolean } {
  const isPlain = bytes[0] === '['.charCodeAt(0) && !bytes.subarray(0, LOG_HEADER.length).equals(LOG_HEADER);
  if (isPlain) return { text: bytes.toString('utf8'), isMended: false };
  const read = readChecked(bytes);
  if (read.kind === 'damaged') throw new Error('its checksum does not fit');
  return { text: read.text, isMended: read.kind === 'mended' };
}
