import { createHash } from 'node:crypto';
import { copyFile, lstat, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Oid } from '../../core/story/stage';
import { oidSchema } from '../../core/story/stage';
import type { OwnTree } from './ownTree';

/** What a tree was found to be like when it was last filled and proven. `submodules`: paths of its gitlinks, with `/`. */
export interface TreeRecord {
  readonly commit: Oid;
  readonly submodules: readonly string[];
}

/** In the tree's private git dir, where no checkout and no clean reaches. */
const FILLED = 'switchyard-filled-with';
const INDEX_COPY = 'switchyard-index';

/**
 * Digests of records, with their indexes, by private git dir. A run can write both files itself, and mark a file in the
 * index so that git does not look at it; so only what this process has written is believed.
 */
const written = new Map<string, string>();

/** Null where the tree was not filled by this process, its last filling was cut off, or a run changed the record. */
export async function readRecord(tree: OwnTree): Promise<TreeRecord | null> {
  const digest = written.get(tree.gitDir);
  if (digest === undefined || (await digestOf(tree)) !== digest) return null;
  const text = await readFile(path.join(tree.gitDir, FILLED), 'utf8').catch(() => '');
  const [commit = '', ...submodules] = text.split('\0');
  return oidSchema.safeParse(commit).success ? { commit, submodules } : null;
}

export async function removeRecord(tree: OwnTree): Promise<void> {
  await rm(path.join(tree.gitDir, FILLED), { recursive: true, force: true });
}

async function digestOf(tree: OwnTree): Promise<string | null> {
  const hash = createHash('sha256');
  for (const name of [FILLED, INDEX_COPY]) {
    const file = path.join(tree.gitDir, name);
    if ((await lstat(file).catch(() => null))?.isFile() !== true) return null;
    hash.update(await readFile(file)).update('\0');
  }
  return hash.digest('hex');
}

/** Written once the tree was proven, with a copy of its index: that is what the next look at the tree starts from. */
export async function writeRecord(tree: OwnTree, { commit, submodules }: TreeRecord): Promise<void> {
  const [index, copy] = [path.join(tree.gitDir, 'index'), path.join(tree.gitDir, INDEX_COPY)];
  const { mtime } = await stat(index);
  await rm(copy, { recursive: true, force: true });
  await copyFile(index, copy);
  await makeOlder(copy, mtime);
  await writeFile(path.join(tree.gitDir, FILLED), [commit, ...submodules].join('\0'));
  const digest = await digestOf(tree);
  if (digest !== null) written.set(tree.gitDir, digest);
}

/**
 * Puts the index back that the tree was proven with. A run may have staged something, or marked files so that git does
 * not look at them; a fresh copy has no such marks, and git compares each file with it. Gone is what it was: `missing`.
 */
export async function putIndexBack(tree: OwnTree): Promise<'done' | 'missing'> {
  const [index, copy] = [path.join(tree.gitDir, 'index'), path.join(tree.gitDir, INDEX_COPY)];
  const stats = await lstat(copy).catch(() => null);
  if (stats?.isFile() !== true) return 'missing';
  const half = `${index}.switchyard`;
  for (const place of [half, index]) await removeUnlessFile(place);
  await rm(half, { force: true });
  await copyFile(copy, half);
  await makeOlder(half, stats.mtime);
  await rename(half, index);
  return 'done';
}

/**
 * git trusts what an index says of a file only if the file is older than the index. So a copy must not look newer than
 * what it was made of: a file that was changed in that same moment would pass for unchanged.
 */
async function makeOlder(file: string, than: Date): Promise<void> {
  // Cut to the millisecond, which is never later. Much older would have git read every file that was written since.
  const time = Math.floor(than.getTime()) / 1000;
  await utimes(file, time, time);
}

/** A run can put a folder, or a link, in the place of a file; written through, a link would change what it leads to. */
export async function removeUnlessFile(place: string): Promise<void> {
  const stats = await lstat(place).catch(() => null);
  if (stats !== null && !stats.isFile()) await rm(place, { recursive: true });
}
