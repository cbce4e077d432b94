import * as z from 'zod/mini';
import type { Log } from '../../ports/log';
import type { ShareFile, ShareState } from '../../ports/sharing';
import { readCheckedList, writeCheckedList, type CheckedList, type CheckedListOptions } from '../checkedList';

const stateSchema = z.object({
  url: z.nullable(z.string()),
  document: z.string(),
  machine: z.string(),
  name: z.string(),
  notices: z.array(z.object({ id: z.string(), about: z.optional(z.string()), text: z.string() })),
});

/** With whom this repository is shared. A file that cannot be read says: with nobody. `newId` makes the id of this clone. */
export async function openShareFile(
  file: string,
  log: Log,
  { newId, ...options }: CheckedListOptions & { readonly newId: () => string },
): Promise<ShareFile> {
  const list: CheckedList<ShareState> = { file, schema: z.array(stateSchema), what: 'With whom stories are shared' };
  const [found] = await readCheckedList(list, log, options);
  let state: ShareState = found ?? { url: null, document: '', machine: newId(), name: '', notices: [] };
  return {
    state: () => state,
    change: async (next) => {
      const changed = { ...state, ...next };
      await writeCheckedList(list, [changed]);
      state = changed;
    },
  };
}
