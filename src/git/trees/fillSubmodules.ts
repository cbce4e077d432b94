import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { exists } from '../../base/exists';
import { messageOf } from '../../base/messageOf';
import type { Oid } from '../../core/story/stage';
import { fullOid, splitFields } from '../door/names';
import type { Repository } from '../door/repository';
import type { RunOptions } from '../door/run';
import { isRealFolder } from './emptyFolder';
import { linkedGitDir } from './ownTree';
import { GITLINK } from './treeWay';

export interface Submodule {
  readonly name: string;
  /** From the top of the worktree, with `/`. */
  readonly path: string;
}

/** Where submodules of one repository are: its files, its private git dir, and what the main worktree has of them. */
interface Level {
  readonly folder: string;
  /** Null where git does not know the folder as a worktree of it. */
  readonly gitDir: string | null;
  /** The git dir of the main worktree's repository at this place. */
  readonly known: string;
}

/**
 * Fills the submodules of a story's worktree, and theirs, from the repositories that the main worktree has of them, without
 * asking any network; returns the paths of those that stay empty. They are checked out at the commits that the branch names.
 */
export async function fillSubmodules(repository: Repository, folder: string): Promise<string[]> {
  const { commonDir } = repository;
  return fillLevel(repository, { folder, gitDir: await linkedGitDir(commonDir, folder), known: commonDir });
}

async function fillLevel(repository: Repository, level: Level): Promise<string[]> {
  const empty: string[] = [];
  for (const submodule of await emptySubmodules(repository, level.folder)) {
    const filled = await fill(repository, level, submodule).catch((error: unknown) => {
      repository.log.info(`The submodule ${submodule.path} stays empty: ${messageOf(error)}`);
      return null;
    });
    const below = filled === null ? null : await fillLevel(repository, filled);
    empty.push(...(below?.map((place) => `${submodule.path}/${place}`) ?? [submodule.path]));
  }
  return empty;
}

/** Paths of the submodules that hold nothing, those of submodules too. */
export async function allEmpty(repository: Repository, folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const { path: place } of await submodulesOf(repository, folder)) {
    if (await isEmptyFolder(folder, place)) found.push(place);
    else if (await isRealFolder(folder, place))
      found.push(...(await allEmpty(repository, path.join(folder, place))).map((below) => `${place}/${below}`));
  }
  return found;
}

async function emptySubmodules(repository: Repository, folder: string): Promise<Submodule[]> {
  const found: Submodule[] = [];
  for (const one of await submodulesOf(repository, folder)) if (await isEmptyFolder(folder, one.path)) found.push(one);
  return found;
}

/** Submodules that `.gitmodules` of a worktree names. */
export async function submodulesOf({ git }: Repository, folder: string): Promise<Submodule[]> {
  const file = path.join(folder, '.gitmodules');
  if (!(await exists(file))) return [];
  const args = ['--file', file, '-z', '--get-regexp', '^submodule\\..*\\.path$'];
  const { code, text } = await git.run('config', args, { cwd: folder, expect: [0, 1, 3] });
  if (code !== 0) return [];
  return splitFields(text).map((field) => {
    const at = field.indexOf('\n');
    return { name: field.slice('submodule.'.length, at - '.path'.length), path: field.slice(at + 1) };
  });
}

async function isEmptyFolder(folder: string, place: string): Promise<boolean> {
  if (!(await isRealFolder(folder, place))) return false;
  return (await readdir(path.join(folder, ...place.split('/')))).length === 0;
}

/** The commit that the index of a work tree names for a submodule; null where it names none. */
export async function commitAt(
  { git }: Pick<Repository, 'git'>,
  where: RunOptions,
  place: string,
): Promise<Oid | null> {
  const { text } = await git.run('ls-files', ['-s', '-z', '--', `:(literal)${place}`], where);
  const [mode, commit = ''] = text.split(/[ \t]/, 2);
  return mode === GITLINK ? fullOid(commit) : null;
}

/** Null where it could not be filled. A repository that lacks the commit is not asked, because git would ask the network then. */
async function fill(
  { git }: Repository,
  { folder, gitDir, known: knownHere }: Level,
  { name, path: place }: Submodule,
): Promise<Level | null> {
  const store = path.join(knownHere, 'modules', ...name.split('/'));
  if (gitDir === null || name.split('/').includes('..') || !(await exists(path.join(store, 'HEAD')))) return null;
  const commit = await commitAt({ git }, { cwd: folder }, place);
  if (commit === null) return null;
  const inStore = { cwd: store, env: { GIT_DIR: store } };
  const known = await git.run('cat-file', ['-e', `${commit}^{commit}`], { ...inStore, expect: [0, 1, 128] });
  if (known.code !== 0) return null;
  const url = await git.run('config', ['--get', 'remote.origin.url'], { ...inStore, expect: [0, 1] });
  // Cloned from a folder of this machine. Settings of the call alone say so: those of the repository stay as they are.
  const config = [`submodule.${name}.url=${store}`, `submodule.${name}.active=true`, 'protocol.file.allow=always'];
  await git.run('submodule update', ['--init', '--checkout', '--', place], { cwd: folder, config });
  const mine = path.join(gitDir, 'modules', ...name.split('/'));
  const inMine = { cwd: mine, env: { GIT_DIR: mine } };
  // The first one has the commit, so the worktree can be removed without losing it.
  await git.run('update-ref', ['refs/remotes/switchyard/known', commit], inMine);
  if (url.code === 0) await git.run('config', ['remote.origin.url', url.text.trim()], inMine);
  return { folder: path.join(folder, ...place.split('/')), gitDir: mine, known: store };
}
