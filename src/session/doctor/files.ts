import { lstat, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { DatedFile } from '../../core/doctor/facts';

/** Names in a folder; none where it is not there. */
export async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).sort();
}

/** A file with when it was changed last; null where it is not there any more. */
export async function dated(file: string): Promise<DatedFile | null> {
  const found = await lstat(file).catch(() => null);
  return found === null ? null : { path: file, since: Math.round(found.mtimeMs) };
}

/** Those of these names in a folder that are there, with when they were changed last. */
export async function allDated(folder: string, names: readonly string[]): Promise<DatedFile[]> {
  return (await inBatches(names, (name) => dated(path.join(folder, name)))).filter((one) => one !== null);
}

/** Whether a folder is there. */
export async function isFolder(place: string): Promise<boolean> {
  return stat(place).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Every file below a folder, however deep. Links are not entered. */
export async function filesBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) for (const below of await filesBelow(place)) found.push(below);
    else found.push(place);
  }
  return found;
}

/** Does something for each of many, 64 at a time, and lets others have their turn between. */
export async function inBatches<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += 64) {
    results.push(...(await Promise.all(items.slice(start, start + 64).map(work))));
    await nextTurn();
  }
  return results;
}

/** Lets everything that waits for the loop have its turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
