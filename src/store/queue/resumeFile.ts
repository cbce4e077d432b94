import * as z from 'zod/mini';
import { oidSchema } from '../../core/story/stage';
import type { Log } from '../../ports/log';
import type { QueueResumes } from '../../ports/store';
import { say } from '../../core/words/said';
import { openCheckedValue } from '../checkedValue';

const schema = z.object({ tip: oidSchema, at: z.iso.datetime() });

/**
 * The last tip at which a person let the queue go on. One that cannot be read says nothing: the queue stays paused, and the
 * person is asked again.
 */
export async function openResumes(file: string, log: Log): Promise<QueueResumes> {
  const [what, without] = [say('That the queue goes on'), 'a paused queue asks again'];
  const last = await openCheckedValue({ file, schema, what, without }, log);
  return {
    at: (tip) => {
      const resumed = last.get();
      return resumed?.tip === tip ? resumed.at : null;
    },
    resume: (tip, at) => last.set({ tip, at }),
  };
}
