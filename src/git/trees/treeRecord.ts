import { sha256 } from '../../base/sha256';
import { lstat, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Oid } from '../../core/story/stage';
import type { OwnTree } from './ownTree';

/** What a tree was found to be like when it was last filled and proven. */
export interface TreeRecord {
  readonly commit: Oid;
  /** Paths of its gitlinks, with `/`. */
  readonly submodules: readonly string[];
  /**
   * What has to be done beside bringing the files of another commit, as far as anybody has seen: what stands in it that no
   * commit has is to be cleaned up, or files of the commit itself may be changed. It saves work and proves nothing.
   */
  readonly left: 'nothing' | 'leftovers' | 'changes';
}

interface Proven extends TreeRecord {
  /** Of the index that the tree was proven with. */
  readonly digest: string;
  /** When that index was written, in ms since 1970. */
  readonly indexMs: number;
}

/** In the tree's private git dir, where no checkout and no clean reaches: the index that the tree was proven with. */
const INDEX_COPY = 'switchyard-index';

/**
 * By private git dir. A run can write every file of a tree, and mark a file in the index so that git does not look at it; so
 * what is known of a tree is kept here, and an index is believed by its digest.
 */
const proven = new Map<string, Proven>();

/** Null where the tree was not filled by this process, or its last filling was cut off. */
export function recordOf(tree: OwnTree): TreeRecord | null {
  return proven.get(tree.gitDir) ?? null;
}

/** To be called before anything in the tree changes: from here on nothing is known of it. */
export function forgetTree(tree: OwnTree): void {
  proven.delete(tree.gitDir);
}

/** What a look at the tree has shown. */
export function noteLeft(tree: OwnTree, left: TreeRecord['left']): void {
  const before = proven.get(tree.gitDir);
  if (before !== undefined) proven.set(tree.gitDir, { ...before, left });
}

/** Kept once the tree was proven, with a copy of its index: that is what the next look at the tree starts from. */
export async function keepRecord(tree: OwnTree, record: TreeRecord): Promise<void> {
  const [index, copy] = [path.join(tree.gitDir, 'index'), path.join(tree.gitDir, INDEX_COPY)];
  const { mtime, mtimeMs } = await stat(index);
  const bytes = await readFile(index);
  await rm(copy, { recursive: true, force: true });
  await writeFile(copy, bytes);
  await makeOlder(copy, mtime);
  proven.set(tree.gitDir, { ...record, digest: digestOf(bytes), indexMs: mtimeMs });
}

function digestOf(bytes: Buffer): string {
  return sha256(bytes);
}

/**
 * Makes the index the one that the tree was proven with. A run may have staged something, or marked files so that git does
 * not look at them; in that index there are no such marks, and git compares each file with it. `lost`: nobody has it any more.
 */
export async function restoreIndex(tree: OwnTree): Promise<'restored' | 'lost'> {
  const known = proven.get(tree.gitDir);
  if (known === undefined) return 'lost';
  const [index, copy] = [path.join(tree.gitDir, 'index'), path.join(tree.gitDir, INDEX_COPY)];
  // One that was only given a later time would have git trust files that were changed since.
  const now = await fileAt(index);
  if (now !== null && now.mtimeMs <= known.indexMs && digestOf(now.bytes) === known.digest) return 'restored';
  const kept = await fileAt(copy);
  if (kept === null || digestOf(kept.bytes) !== known.digest) return 'lost';
  const half = `${index}.switchyard`;
  for (const place of [half, index]) await removeUnlessFile(place);
  await rm(half, { force: true });
  await writeFile(half, kept.bytes, { flag: 'wx' });
  await makeOlder(half, new Date(known.indexMs));
  await rename(half, index);
  return 'restored';
}

async function fileAt(place: string): Promise<{ bytes: Buffer; mtimeMs: number } | null> {
  const stats = await lstat(place).catch(() => null);
  return stats?.isFile() === true ? { bytes: await readFile(place), mtimeMs: stats.mtimeMs } : null;
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
