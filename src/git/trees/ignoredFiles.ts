import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { IncomingChange } from '../landing/incoming';
import { isMissing } from './ownTree';
import { ancestors } from '../landing/overlap';

/**
 * Files on disk that stand where a landing adds files, and that git does not track: ignored ones above all, which git
 * counts as worthless and `status` does not list. Looking at the added paths alone is quick beside any node_modules.
 * `tracked` names paths that the index holds beyond the old commit.
 */
export async function filesInTheWay(
  top: string,
  incoming: readonly IncomingChange[],
  tracked: ReadonlySet<string>,
): Promise<string[]> {
  const leaving = new Set(incoming.filter((change) => change.newMode === '000000').map((change) => change.path));
  const added = incoming.filter((change) => change.oldMode === '000000').map((change) => change.path);
  const found = new Set<string>();
  const looked = new Set<string>();
  for (const name of added) {
    for (const one of [...ancestors(name).reverse(), name]) {
      if (looked.has(one) || leaving.has(one) || tracked.has(one)) continue;
      looked.add(one);
      for (const file of await standing(top, one, one === name, leaving)) found.add(file);
    }
  }
  return [...found];
}

/** What stands at a path that must become a file (`isLeaf`) or a folder, and will not leave by itself. */
async function standing(
  top: string,
  name: string,
  isLeaf: boolean,
  leaving: ReadonlySet<string>,
): Promise<readonly string[]> {
  const kind = await kindAt(path.join(top, ...name.split('/')));
  if (kind === 'nothing') return [];
  if (kind === 'file') return [name];
  if (!isLeaf) return [];
  return (await filesBelow(top, name)).filter((file) => !leaving.has(file));
}

/**
 * A disk that ignores case shows `readme.md` under the name `README.md` too. Only the exact name counts here; git's own
 * refusal covers the rest.
 */
async function kindAt(file: string): Promise<'nothing' | 'file' | 'folder'> {
  try {
    const stats = await lstat(file);
    if (!(await readdir(path.dirname(file))).includes(path.basename(file))) return 'nothing';
    return stats.isDirectory() ? 'folder' : 'file';
  } catch (error) {
    if (isMissing(error)) return 'nothing';
    throw error;
  }
}

async function filesBelow(top: string, folder: string): Promise<string[]> {
  const entries = await readdir(path.join(top, ...folder.split('/')), { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const name = `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(top, name) : [name];
    }),
  );
  return found.flat();
}
