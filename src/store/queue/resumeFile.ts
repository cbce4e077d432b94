import { readFile } from 'node:fs/promises';
import * as z from 'zod/mini';
import { messageOf } from '../../base/messageOf';
import { oidSchema } from '../../core/story/stage';
import type { Log } from '../../ports/log';
import type { QueueResumes } from '../../ports/store';
import { checkedBytes, readChecked } from '../content/checkedFile';
import { replaceFileDurably } from '../log/durableFile';
import { errorCode, explainDiskError } from '../storeError';

const resumeSchema = z.object({ tip: oidSchema, at: z.iso.datetime() });

/**
 * The last tip at which a person let the queue go on, in one small file with a checksum. One that cannot be read says
 * nothing: the queue stays paused, and the person is asked again.
 */
export async function openResumes(file: string, log: Log): Promise<QueueResumes> {
  let last = await read(file, log);
  return {
    at: (tip) => (last?.tip === tip ? last.at : null),
    resume: async (tip, at) => {
      try {
        await replaceFileDurably(file, checkedBytes(`${JSON.stringify({ tip, at })}\n`));
      } catch (error) {
        throw explainDiskError('That the queue goes on was not saved', file, error);
      }
      last = { tip, at };
    },
  };
}

async function read(file: string, log: Log): Promise<z.infer<typeof resumeSchema> | null> {
  try {
    const checked = readChecked(await readFile(file));
    if (checked.kind === 'damaged') throw new Error('its checksum does not fit');
    return resumeSchema.parse(JSON.parse(checked.text));
  } catch (error) {
    if (errorCode(error) !== 'ENOENT')
      log.warn(`[store] ${file} cannot be read, so a paused queue asks again: ${messageOf(error)}`);
    return null;
  }
}
