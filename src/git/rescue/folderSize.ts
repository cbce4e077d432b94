import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';

/** So many files are looked at at a time. */
const BATCH = 64;

/** Bytes of all files below a folder, each once however many names it has. Links and what is mounted there are not entered, and what vanishes counts nothing. */
export async function folderSize(folder: string): Promise<number> {
  const top = await lstat(folder).catch(() => null);
  const open = top?.isDirectory() === true ? [folder] : [];
  let bytes = 0;
  const known = new Set<number>();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const place = next;
    const names = await readdir(place).catch(() => []);
    for (let start = 0; start < names.length; start += BATCH) {
      const part = names.slice(start, start + BATCH);
      const found = await Promise.all(part.map((name) => lstat(path.join(place, name)).catch(() => null)));
      for (const [at, stats] of found.entries()) {
        if (stats?.isDirectory() === true && stats.dev === top?.dev) open.push(path.join(place, part[at] ?? ''));
        else if (stats?.isFile() === true && (stats.nlink === 1 || !known.has(stats.ino))) {
          bytes += stats.size;
          if (stats.nlink > 1) known.add(stats.ino);
        }
      }
    }
  }
  return bytes;
}
