import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { GIT_RUN, type ProcessPlatform } from './platform';

/** Who is meant: every process of these runs, and every git that works in one of these work trees or git dirs. */
export interface Work {
  readonly runIds: readonly string[];
  readonly folders: readonly string[];
}

/** How run ids of readers begin that stay: they hold no lock and change nothing. */
export const STANDING_RUN = `${GIT_RUN}stand-`;

/**
 * Whether a process of the runs still lives, or a git works in one of the folders. `unknown` where the platform does not
 * show programs and their folders: then nobody is proven gone.
 */
export async function isAtWork(
  platform: ProcessPlatform,
  { runIds, folders }: Work,
): Promise<'yes' | 'no' | 'unknown'> {
  const { nameOf, folderOf } = platform;
  if (nameOf === null || folderOf === null) return 'unknown';
  const all = await platform.list();
  if (all.some(({ runId }) => runId !== null && runIds.includes(runId))) return 'yes';
  const tops = await Promise.all(folders.map((folder) => realpath(folder).catch(() => folder)));
  if (tops.length === 0) return 'no';
  for (const entry of all) {
    const { pid, runId } = entry;
    if (runId?.startsWith(STANDING_RUN) === true || !(await nameOf(pid))?.startsWith('git')) continue;
    const where = await folderOf(pid);
    // One that has ended meanwhile works nowhere, but a folder that is not shown may be one of these.
    if (where === null && !platform.isStill(entry)) continue;
    if (where === null || tops.some((top) => isIn(top, where))) return 'yes';
  }
  return 'no';
}

/** The git dir below a work tree does not count: what runs there changes no checkout. */
function isIn(top: string, where: string): boolean {
  const [first] = path.relative(top, where).split(path.sep);
  return first !== '..' && first !== '.git' && !path.isAbsolute(first ?? '');
}
