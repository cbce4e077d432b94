import { readFile } from 'node:fs/promises';
import * as z from 'zod/mini';
import { messageOf } from '../../base/messageOf';
import { PUSH_PROBLEMS } from '../../core/landing/push';
import type { Log } from '../../ports/log';
import type { PushMemory, PushNote } from '../../ports/store';
import { checkedBytes, readChecked } from '../content/checkedFile';
import { replaceFileDurably } from '../log/durableFile';
import { errorCode, explainDiskError } from '../storeError';

const noteSchema = z.nullable(
  z.object({
    target: z.string(),
    problem: z.nullable(
      z.object({
        problem: z.enum(PUSH_PROBLEMS),
        said: z.string(),
        at: z.number(),
        story: z.nullable(z.int()),
      }),
    ),
  }),
);

/**
 * The last push that somebody wanted and that has not come to its end, in one small file with a checksum. One that cannot be
 * read says nothing: then only how far the target is ahead is known.
 */
export async function openPushMemory(file: string, log: Log): Promise<PushMemory> {
  let last = await read(file, log);
  return {
    last: () => last,
    note: async (note) => {
      if (JSON.stringify(note) === JSON.stringify(last)) return;
      try {
        await replaceFileDurably(file, checkedBytes(`${JSON.stringify(note)}\n`));
      } catch (error) {
        throw explainDiskError('How the push went was not saved', file, error);
      }
      last = note;
    },
  };
}

async function read(file: string, log: Log): Promise<PushNote | null> {
  try {
    const checked = readChecked(await readFile(file));
    return checked.kind === 'damaged' ? null : noteSchema.parse(JSON.parse(checked.text));
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') log.warn(`[store] ${file} cannot be read: ${messageOf(error)}`);
    return null;
  }
}
