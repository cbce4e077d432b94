import * as z from 'zod/mini';
import { SerialQueue } from '../../base/serialQueue';
import type { KeptWord } from '../../core/agents/question';
import type { AgentWords } from '../../ports/agentWords';
import type { Log } from '../../ports/log';
import { say } from '../../core/words/said';
import { readCheckedList, writeCheckedList, type CheckedListOptions } from '../checkedList';

const at = z.iso.datetime();
const ruleSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('inWorktree'), what: z.enum(['read', 'edit', 'delete', 'move']) }),
  z.object({ kind: z.literal('prefix'), words: z.array(z.string()).check(z.minLength(2)) }),
  z.object({
    kind: z.literal('exact'),
    what: z.enum(['run', 'read', 'edit', 'delete', 'move', 'fetch', 'other']),
    text: z.string(),
  }),
]);
const wordSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('rule'), storyKey: z.string(), at, rule: ruleSchema }),
  z.object({ kind: z.literal('message'), storyKey: z.string(), at, text: z.string() }),
]);

/** What people said to agents. Where the file is damaged nothing is allowed for a story any more, and agents ask again. */
export async function openWords(file: string, log: Log, options: CheckedListOptions = {}): Promise<AgentWords> {
  const kept = { file, schema: z.array(wordSchema), what: say('What was said to agents') };
  let list: readonly KeptWord[] = await readCheckedList<KeptWord>(kept, log, options);
  const queue = new SerialQueue();
  const write = (): Promise<void> => queue.run(() => writeCheckedList<KeptWord>(kept, list));
  return {
    list: () => list,
    add: (word) => {
      list = [...list, word];
      return write();
    },
    take: async (storyKey, kind, at) => {
      const isMeant = (one: KeptWord): boolean => at === undefined || at.includes(one.at);
      const taken = list.filter((one) => one.storyKey === storyKey && one.kind === kind && isMeant(one));
      if (taken.length === 0) return taken;
      list = list.filter((one) => !taken.includes(one));
      await write();
      return taken;
    },
  };
}
