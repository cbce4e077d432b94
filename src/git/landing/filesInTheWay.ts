import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { IncomingChange } from './incoming';
import { isMissing } from '../trees/ownTree';
import { ancestors } from './overlap';

const ABSENT = '000000';
const SUBMODULE = '160000';

/** What stands at one place of a checkout, links not followed. */
type Kind = 'nothing' | 'file' | 'folder';

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
  const pathsOf = (which: (change: IncomingChange) => boolean): string[] =>
    incoming.filter(which).map((change) => change.path);
  const modules = new Set(pathsOf(({ oldMode, newMode }) => oldMode === SUBMODULE && newMode !== SUBMODULE));
  const leaving = new Set(pathsOf(({ path: name, newMode }) => newMode === ABSENT && !modules.has(name)));
  const added = pathsOf(
    ({ path: name, oldMode, newMode }) => oldMode === ABSENT || (newMode !== ABSENT && modules.has(name)),
  );
  const kinds = new Map<string, Promise<Kind>>();
  const kindOf = (name: string): Promise<Kind> => {
    const known = kinds.get(name) ?? kindAt(path.join(top, ...name.split('/')));
    kinds.set(name, known);
    return known;
  };
  const found = new Set<string>();
  for (const name of added)
    for (const file of await standingAt(top, name, { kindOf, leaving, modules, tracked })) found.add(file);
  return [...found];
}

interface Look {
  readonly kindOf: (name: string) => Promise<Kind>;
  readonly leaving: ReadonlySet<string>;
  /** Submodules that are none any more: git never looks into them, and would go over what is there. */
  readonly modules: ReadonlySet<string>;
  readonly tracked: ReadonlySet<string>;
}

/**
 * What stands in the way of one new file and will not leave by itself. From the top down, and never past what is no
 * folder: below a link lies another place, and below a file that the landing takes away lies nothing.
 */
async function standingAt(
  top: string,
  name: string,
  { kindOf, leaving, modules, tracked }: Look,
): Promise<readonly string[]> {
  const mayStay = (one: string): boolean => leaving.has(one) || tracked.has(one);
  for (const folder of ancestors(name).reverse()) {
    const kind = await kindOf(folder);
    if (kind === 'folder' && modules.has(folder) && (await filesBelow(top, folder)).length > 0) return [folder];
    if (kind === 'folder') continue;
    return kind === 'nothing' || mayStay(folder) ? [] : [folder];
  }
  if (mayStay(name)) return [];
  const kind = await kindOf(name);
  if (kind === 'nothing') return [];
  return kind === 'file' ? [name] : (await filesBelow(top, name)).filter((file) => !leaving.has(file));
}

/**
 * A disk that ignores case shows `readme.md` under the name `README.md` too. Only the exact name counts here; git's own
 * refusal covers the rest.
 */
async function kindAt(file: string): Promise<Kind> {
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
  // A repository of its own is named as a whole.
  if (entries.some((entry) => entry.name === '.git')) return [folder];
  const found = await Promise.all(
    entries.map(async (entry) => {
      const name = `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(top, name) : [name];
    }),
  );
  return found.flat();
}
