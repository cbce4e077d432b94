import * as z from 'zod/mini';
import { oidSchema, refSchema } from '../../core/story/stage';
import { say } from '../../core/words/said';
import type { Log } from '../../ports/log';
import type { SeenTips, TipMemory } from '../../ports/store';
import { openCheckedValue } from '../checkedValue';

const schema = z.object({ ref: refSchema, target: oidSchema, tips: z.record(z.string(), oidSchema) });

/** The tips of branches as they were seen last. One that cannot be read says nothing: then only git's own logs tell. */
export async function openSeenTips(file: string, log: Log): Promise<TipMemory> {
  const [what, without] = [say('Where branches were seen last'), 'only what git logs of branches is known'];
  const last = await openCheckedValue<SeenTips>({ file, schema, what, without }, log);
  return {
    last: () => last.get(),
    note: async (seen) => {
      if (JSON.stringify(seen) !== JSON.stringify(last.get())) await last.set(seen);
    },
  };
}
