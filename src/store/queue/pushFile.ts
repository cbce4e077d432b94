import * as z from 'zod/mini';
import { PUSH_PROBLEMS } from '../../core/landing/push';
import type { Log } from '../../ports/log';
import type { PushMemory, PushNote } from '../../ports/store';
import { say } from '../../core/words/said';
import { openCheckedValue } from '../checkedValue';

const schema = z.nullable(
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
 * The last push that somebody wanted and that has not come to its end. One that cannot be read says nothing: then only how far
 * the target is ahead is known.
 */
export async function openPushMemory(file: string, log: Log): Promise<PushMemory> {
  const [what, without] = [say('How the push went'), 'how the last push went is not known'];
  const last = await openCheckedValue<PushNote | null>({ file, schema, what, without }, log);
  return {
    last: () => last.get(),
    note: async (note) => {
      if (JSON.stringify(note) !== JSON.stringify(last.get())) await last.set(note);
    },
  };
}
