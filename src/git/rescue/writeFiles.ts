import { lstat, mkdir, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import type { Oid } from '../../core/story/stage';
import { readObjects } from '../read/commits';
import { runBare, type Repository } from '../door/repository';
import { ifMissing, type OwnTree } from '../trees/ownTree';
import { isSafeName, placeIn, shown } from './byteNames';

/** So many files are read at once. */
const BATCH = 64;

/**
 * Writes files of a commit into a tree of Switchyard's own, byte for byte: no filter and no line ending takes part. Names are
 * bytes. What stands in the way is removed, and a link is never entered.
 */
export async function writeFiles(
  repository: Repository,
  tree: OwnTree,
  { commit, names }: { readonly commit: Oid; readonly names: readonly string[] },
): Promise<void> {
  const entries = await entriesOf(repository, commit);
  for (let start = 0; start < names.length; start += BATCH) {
    const part = names.slice(start, start + BATCH).map((name) => {
      const entry = entries.get(name);
      if (entry === undefined) throw new Error(`${shown(name)} is not in ${commit}, so it cannot be put back.`);
      return { name, ...entry };
    });
    const objects = await readObjects(
      repository,
      part.map(({ oid }) => oid),
    );
    for (const [at, { name, mode, oid }] of part.entries()) {
      const object = objects[at];
      if (object?.type !== 'blob') throw new Error(`${oid} of ${shown(name)} is missing, so it cannot be put back.`);
      await writeOne(tree, { name, mode, data: object.data });
    }
  }
}

/** Removes files by their names (bytes) from a tree of Switchyard's own. */
export async function removeNames({ folder }: OwnTree, names: readonly string[]): Promise<void> {
  for (const name of names) {
    assertSafe(name);
    if (await isBelowFolders(folder, name)) await rm(placeIn(folder, name), { recursive: true, force: true });
  }
}

async function writeOne(
  { folder }: OwnTree,
  { name, mode, data }: { readonly name: string; readonly mode: string; readonly data: Buffer },
): Promise<void> {
  assertSafe(name);
  const parts = name.split('/');
  for (let depth = 1; depth < parts.length; depth += 1)
    await makeRealFolder(placeIn(folder, parts.slice(0, depth).join('/')));
  const place = placeIn(folder, name);
  await rm(place, { recursive: true, force: true });
  if (mode === '120000') await symlink(data, place);
  else await writeFile(place, data, { flag: 'wx', mode: mode === '100755' ? 0o777 : 0o666 });
}

async function makeRealFolder(place: Buffer): Promise<void> {
  const stats = await lstat(place).catch(ifMissing);
  if (stats?.isDirectory() === true) return;
  if (stats !== null) await unlink(place);
  await mkdir(place);
}

async function isBelowFolders(folder: string, name: string): Promise<boolean> {
  const parts = name.split('/');
  for (let depth = 1; depth < parts.length; depth += 1) {
    const stats = await lstat(placeIn(folder, parts.slice(0, depth).join('/'))).catch(ifMissing);
    if (stats?.isDirectory() !== true) return false;
  }
  return true;
}

async function entriesOf(repository: Repository, commit: Oid): Promise<Map<string, { mode: string; oid: Oid }>> {
  const { stdout } = await runBare(repository, 'ls-tree', ['-r', '-z', '--full-tree', '--end-of-options', commit]);
  const found = new Map<string, { mode: string; oid: Oid }>();
  for (const line of stdout.toString('latin1').split('\0')) {
    const [, mode = '', oid = '', name = ''] = /^(\d{6}) blob ([0-9a-f]+)\t([^]+)$/.exec(line) ?? [];
    if (name !== '') found.set(name, { mode, oid });
  }
  return found;
}

function assertSafe(name: string): void {
  if (!isSafeName(name))
    throw new Error(`${JSON.stringify(shown(name))} is no name that a file of a worktree may have.`);
}
