import path from 'node:path';
import * as z from 'zod/mini';
import { messageOf } from '../../base/messageOf';
import { SerialQueue } from '../../base/serialQueue';
import { saidSchema } from '../../core/words/saidSchema';
import { inBoth, say } from '../../core/words/said';
import type { Log } from '../../ports/log';
import type { ShareFile, ShareState } from '../../ports/sharing';
import { readCheckedList, writeCheckedList, type CheckedList, type CheckedListOptions } from '../checkedList';
import { folderIdOf, folderIdSchema, isSameFolder } from '../leader/folderId';

const stateSchema = z.object({
  url: z.nullable(z.string()),
  document: z.string(),
  machine: z.string(),
  name: z.string(),
  landsAlone: z.optional(z.boolean()),
  notices: z.array(
    z.object({
      id: z.string(),
      about: z.optional(z.string()),
      text: z.string(),
      said: z.exactOptional(z.readonly(z.array(saidSchema))),
    }),
  ),
  /** Where it was written; a copy of the folder is another machine. */
  folder: z.optional(folderIdSchema),
});
type Kept = z.infer<typeof stateSchema>;

interface ShareFileOptions extends CheckedListOptions {
  /** Makes the id of this clone. */
  readonly newId: () => string;
  /** The folder is a copy: what was shared from where it comes from is not this one's. Done before anything is shared. */
  readonly onCopy?: () => Promise<void>;
}

/**
 * With whom this repository is shared. A file that cannot be read says: with nobody. So does that of a copied folder: two
 * machines with one id would take each other's stories for their own.
 */
export async function openShareFile(
  file: string,
  log: Log,
  { newId, onCopy, ...options }: ShareFileOptions,
): Promise<ShareFile> {
  const list: CheckedList<Kept> = { file, schema: z.array(stateSchema), what: say('With whom stories are shared') };
  const [found] = await readCheckedList(list, log, options);
  const folder = await folderIdOf(path.dirname(file));
  const fresh = { url: null, document: '', machine: newId(), name: '', notices: [] };
  const { folder: written, ...known }: Kept = found ?? fresh;
  let state: ShareState = known;
  const turns = new SerialQueue();
  const change: ShareFile['change'] = (of) =>
    turns.run(async () => {
      const next = of(state);
      if (next === null) return;
      const changed = { ...state, ...next };
      await writeCheckedList(list, [{ ...changed, notices: [...changed.notices], folder }]);
      state = changed;
    });
  if (written !== undefined && !isSameFolder(written, folder)) {
    await onCopy?.();
    state = { ...fresh, notices: state.url === null ? [] : [copied(written.path)] };
    // Where it cannot be written it is found to be a copy at the next start as well.
    await change(() => ({})).catch((error: unknown) => log.warn(`[share] ${messageOf(error)}`));
  }
  return { state: () => state, change };
}

function copied(from: string): ShareState['notices'][number] {
  const source = path.dirname(path.dirname(from));
  return {
    id: 'copied',
    ...inBoth(
      say('This folder is a copy of {0}, which shares its stories. It shares nothing until you say so.', source),
    ),
  };
}
