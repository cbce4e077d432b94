import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { ProcessPlatform } from './platform';

/** Who is meant: every process of one run, and every git that works in this folder. */
export interface Work {
  readonly runId: string;
  readonly folder: string;
}

/**
 * Whether a process of the run still lives, or another git works in the folder. `unknown` where the platform does not
 * show programs and their folders: then nobody is proven gone.
 */
export async function isAtWork(platform: ProcessPlatform, { runId, folder }: Work): Promise<'yes' | 'no' | 'unknown'> {
  const { nameOf, folderOf } = platform;
  if (nameOf === null || folderOf === null) return 'unknown';
  const all = await platform.list();
  if (all.some((one) => one.runId === runId)) return 'yes';
  const top = await realpath(folder);
  for (const { pid } of all) {
    if (!(await nameOf(pid))?.startsWith('git')) continue;
    const where = await folderOf(pid);
    // A folder that is not shown may be this one.
    if (where === null || isInWorkTree(top, where)) return 'yes';
  }
  return 'no';
}

/** The git dir does not count: what runs there, as our own reader of objects, changes no checkout. */
function isInWorkTree(top: string, where: string): boolean {
  const [first] = path.relative(top, where).split(path.sep);
  return first !== '..' && first !== '.git' && !path.isAbsolute(first ?? '');
}
