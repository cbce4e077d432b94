import { realpath, stat } from 'node:fs/promises';
import * as z from 'zod/mini';

/** What tells a folder from a copy of it: a copy is another file and, next to the first, has another path. */
export const folderIdSchema = z.object({ device: z.string(), inode: z.string(), path: z.string() });
export type FolderId = z.infer<typeof folderIdSchema>;

export async function folderIdOf(folder: string): Promise<FolderId> {
  const { dev, ino } = await stat(folder, { bigint: true });
  return { device: dev.toString(), inode: ino.toString(), path: await realpath(folder) };
}

/** A folder that was moved keeps its inode; where file systems make inodes up anew, it keeps its path. */
export function isSameFolder(a: FolderId, b: FolderId): boolean {
  return (a.device === b.device && a.inode === b.inode) || a.path === b.path;
}
