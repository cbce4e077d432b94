import { readFile } from 'node:fs/promises';
import type * as z from 'zod/mini';
import { messageOf } from '../base/messageOf';
import type { Log } from '../ports/log';
import { checkedBytes, readChecked } from './content/checkedFile';
import { replaceFileDurably } from './log/durableFile';
import { say, type Said } from '../core/words/said';
import { errorCode, explainDiskError } from './storeError';

/** One value that is kept in a small file with a checksum, and is always replaced as a whole. */
export interface CheckedValue<T> {
  /** Null where there is none, or none that can be read. */
  get(): T | null;
  /** Safe on disk when it resolves. Rejects with a StoreError, and the value is what it was. */
  set(value: T): Promise<void>;
}

/** `what`: its name in sentences. `without`: what follows where it cannot be read. */
export async function openCheckedValue<T>(
  {
    file,
    schema,
    what,
    without,
  }: { file: string; schema: Pick<z.ZodMiniType<T>, 'parse'>; what: Said; without: string },
  log: Log,
): Promise<CheckedValue<T>> {
  let last: T | null = await read(file, schema).catch((error: unknown) => {
    if (errorCode(error) !== 'ENOENT') log.warn(`[store] ${file} cannot be read, so ${without}: ${messageOf(error)}`);
    return null;
  });
  return {
    get: () => last,
    set: async (value) => {
      try {
        await replaceFileDurably(file, checkedBytes(`${JSON.stringify(value)}\n`));
      } catch (error) {
        throw explainDiskError(say('{0} was not saved', what), file, error);
      }
      last = value;
    },
  };
}

async function read<T>(file: string, schema: Pick<z.ZodMiniType<T>, 'parse'>): Promise<T> {
  const checked = readChecked(await readFile(file));
  if (checked.kind === 'damaged') throw new Error('its checksum does not fit');
  return schema.parse(JSON.parse(checked.text));
}
