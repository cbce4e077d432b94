import { lstat, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ifMissing } from './ownTree';

/** What stands between Switchyard and cleaning a tree; the message names the place and what to do. */
export class MountInTreeError extends Error {
  override readonly name = 'MountInTreeError';
  constructor(tree: string, mounts: readonly string[]) {
    super(
      `${mounts.join(', ')} in ${tree} is a mount point, and what is mounted there is not Switchyard's to empty. ` +
        'Unmount it, then try again.',
    );
  }
}

/**
 * Throws where something is mounted below a tree: emptying the tree would empty what is mounted, which can be anything.
 * Linux lists every mount, those of a folder onto another of the same disk too; elsewhere a mount shows by its device.
 */
export async function assertNoMounts(folder: string, readMounts: () => Promise<string | null> = listed): Promise<void> {
  const list = await readMounts();
  const mounts = list === null ? await otherDevices(folder) : mountsBelow(folder, list);
  if (mounts.length > 0) throw new MountInTreeError(folder, mounts);
}

/** This process's own mounts; null on a system that has no such list. */
async function listed(): Promise<string | null> {
  return readFile('/proc/self/mountinfo', 'utf8').catch(() => null);
}

/** Mount points in or below a folder by the lines of `/proc/self/mountinfo`: the fifth field, with `\040` for a blank. */
export function mountsBelow(folder: string, mountinfo: string): string[] {
  const points = mountinfo.split('\n').flatMap((line) => line.split(' ', 5).slice(4));
  // Only blanks, tabs, line ends and backslashes are written as codes.
  const plain = points.map((point) =>
    point.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
  );
  return plain.filter((point) => point.startsWith(`${folder}/`));
}

/** Folders that lie on another device than the tree. What a link leads to is not entered. */
async function otherDevices(folder: string): Promise<string[]> {
  const top = await lstat(folder).catch(ifMissing);
  const open = top === null ? [] : [folder];
  const found: string[] = [];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const entries = await readdir(next, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (!entry.isDirectory()) continue;
      const place = path.join(next, entry.name);
      const stats = await lstat(place).catch(ifMissing);
      if (stats !== null && stats.dev !== top?.dev) found.push(place);
      else if (stats !== null) open.push(place);
    }
  }
  return found;
}
