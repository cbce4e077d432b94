import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { WorkingProcess } from '../ports/processes';
import type { ProcessPlatform } from './platform';

/** Processes whose working folder is this one or below it; none where the platform does not show folders. */
export async function workingIn(platform: ProcessPlatform, folder: string): Promise<WorkingProcess[]> {
  const { nameOf, folderOf } = platform;
  const top = await realpath(folder).catch(() => null);
  if (folderOf === null || top === null) return [];
  const found: WorkingProcess[] = [];
  for (const { pid } of await platform.list()) {
    const where = await folderOf(pid);
    if (where === null || !`${where}${path.sep}`.startsWith(`${top}${path.sep}`)) continue;
    found.push({ pid, name: (await nameOf?.(pid)) ?? 'a program' });
  }
  return found;
}
