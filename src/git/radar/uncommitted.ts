import { copyFile, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Oid } from '../../core/story/stage';
import { fullOid } from '../door/names';
import { runBare, type Repository } from '../door/repository';
import { parseStatus } from '../read/status';
import { settingsOf } from '../read/settings';
import { shown, statOf } from '../rescue/byteNames';
import { runInWorkTree, type WorkTree } from '../rescue/workTree';
import { isNoFile } from '../trees/ownTree';

/** Larger files (bytes) and more files than these are no work of hands, and are not read again and again. */
const LARGE_FILE = 5_000_000;
const MOST_FILES = 2_000;

type ThereTree = WorkTree & { readonly folder: string };

/** What `git status` found that could be committed. Names are bytes: see `byteNames`. */
export interface Uncommitted {
  readonly names: readonly string[];
  readonly bytes: number;
  readonly leftOut: number;
}

const STATUS = ['--porcelain=v2', '-z', '--untracked-files=all', '--no-renames', '--no-ahead-behind', '--ignore-submodules=dirty']; // prettier-ignore

/** Changed, new and removed files of a worktree, those that git ignores left out. */
export async function findUncommitted(tree: ThereTree): Promise<Uncommitted> {
  const entries = parseStatus((await runInWorkTree(tree, 'status', STATUS)).bytes);
  const names: string[] = [];
  let [bytes, leftOut] = [0, 0];
  // What is known to git comes first, where not all can be taken.
  for (const { path: name, kind } of entries.sort(
    (a, b) => Number(a.kind === 'untracked') - Number(b.kind === 'untracked'),
  )) {
    const stats = await statOf(tree.folder, name);
    // A repository inside the worktree is none of its files.
    if (stats === null && kind === 'untracked') continue;
    const size = Number(stats?.size ?? 0);
    // Of an index with a path that is not merged git makes no tree at all.
    if (kind !== 'unmerged' && (size > LARGE_FILE || names.length >= MOST_FILES)) leftOut += 1;
    else {
      names.push(name);
      bytes += size;
    }
  }
  return { names, bytes, leftOut };
}

/** Commits that are being merged into what is checked out, and are no part of it yet. */
export async function mergingIn(gitDir: string): Promise<Oid[]> {
  const text = await readFile(path.join(gitDir, MERGE_HEAD), 'utf8').catch((error: unknown) => {
    if (isNoFile(error)) return '';
    throw error;
  });
  return text.split('\n').flatMap((line) => (line === '' ? [] : [fullOid(line)]));
}

/** In the private git dir of a worktree, while a merge stands there. */
export const MERGE_HEAD = 'MERGE_HEAD';

/** Where the objects of states are written; the repository's own are read from it as well. */
export interface StateStore {
  readonly folder: string;
  readonly objects: string;
}

/**
 * A commit on `tip`, and on what is being merged into it, that holds these files as they stand, in an object store of its own. It is made in a copy of the index,
 * and no filter runs: a file that one would convert counts as changed as a whole. The same files give the same commit.
 */
export async function commitUncommitted(
  repository: Repository,
  tree: ThereTree,
  { parents, names, store }: { readonly parents: readonly Oid[]; readonly names: readonly string[]; readonly store: StateStore }, // prettier-ignore
): Promise<Oid> {
  const index = path.join(store.folder, 'index');
  const env = storeEnvironment(repository, store);
  try {
    await copyFile(path.join(tree.gitDir, 'index'), index);
    const config = await withoutFilters(repository);
    const input = Buffer.from(names.map((name) => `${name}\0`).join(''), 'latin1');
    const inIndex = { env: { ...env, GIT_INDEX_FILE: index }, config };
    await runInWorkTree(tree, 'update-index', ['--add', '--remove', '--replace', '-z', '--stdin'], {
      ...inIndex,
      input,
    });
    const made = fullOid((await runInWorkTree(tree, 'write-tree', ['--missing-ok'], inIndex)).text.trim());
    const args = ['--no-gpg-sign', ...parents.flatMap((one) => ['-p', fullOid(one)]), '-F', '-', made];
    const written = await runBare(repository, 'commit-tree', args, {
      env: { ...env, ...NOBODY },
      input: 'Uncommitted\n',
    });
    return fullOid(written.text.trim());
  } finally {
    await rm(index, { force: true });
    await rm(`${index}.lock`, { force: true });
  }
}

const NOBODY = Object.fromEntries(
  ['AUTHOR', 'COMMITTER'].flatMap((who) => [
    [`GIT_${who}_NAME`, 'Switchyard'],
    [`GIT_${who}_EMAIL`, 'switchyard@localhost'],
    [`GIT_${who}_DATE`, '@1 +0000'],
  ]),
);

function storeEnvironment({ commonDir }: Repository, { objects }: StateStore): Record<string, string> {
  return {
    GIT_OBJECT_DIRECTORY: objects,
    GIT_ALTERNATE_OBJECT_DIRECTORIES: path.join(commonDir, 'objects'),
  };
}

/** Settings that take every configured filter away, so that no program of a person's runs in the background. */
async function withoutFilters(repository: Repository): Promise<string[]> {
  const { values } = await settingsOf(repository).current();
  const names = new Set([...values.keys()].flatMap((name) => /^filter\.(.+)\.[a-z]+$/s.exec(name)?.[1] ?? []));
  return [...names].flatMap((name) => [
    `filter.${name}.clean=`,
    `filter.${name}.process=`,
    `filter.${name}.required=false`,
  ]);
}

/** Where files by these names lie, and the folders in which they do. */
export function placesIn(folder: string, names: readonly string[]): string[] {
  const files = names.map((name) => path.join(folder, ...shown(name).split('/')));
  return [...new Set(files.flatMap((file) => [path.dirname(file), file]))];
}
