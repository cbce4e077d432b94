import { lstat, readFile, readdir, realpath, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Oid } from '../../core/story/stage';
import { ForeignTreeError } from '../door/gitError';
import { assertNoMounts } from './mounts';
import { findOwnTree, linkedGitDir, markOwnTree, readMark, type OwnTree } from './ownTree';
import { fullOid } from '../door/names';
import { runBare, type Repository } from '../door/repository';
import { FOLDER, identityOf } from './treeBook';
import { exists } from '../../base/exists';

/** What stands at a folder that is to become Switchyard's own tree. */
export type Ground =
  | { kind: 'own'; tree: OwnTree }
  /** Nothing, or an empty folder, and git knows of nobody's worktree there. */
  | { kind: 'vacant' }
  /** Nothing, but git has a worktree of a person's on record there. */
  | { kind: 'vanished' }
  /** A worktree whose making was cut off before its mark: it holds nothing but its `.git` file. */
  | { kind: 'unfinished' }
  /** Our own tree by git's record, but its `.git` file is gone, so nothing in the folder proves it. */
  | { kind: 'unlinked' }
  /** The very folder that we made, but a run put a repository of its own in the place of its `.git` file. */
  | { kind: 'overlaid'; gitDir: string }
  | { kind: 'foreign' };

export async function lookAtGround(repository: Pick<Repository, 'commonDir'>, folder: string): Promise<Ground> {
  const { commonDir } = repository;
  const stats = await lstat(folder).catch(() => null);
  if (stats !== null && !stats.isDirectory()) return { kind: 'foreign' };
  const names: readonly string[] = stats === null ? [] : await readdir(folder);
  const tree = await findOwnTree(commonDir, folder);
  if (tree !== null) return { kind: 'own', tree };
  const registered = await registeredGitDir(commonDir, folder);
  const own = registered !== null && (await readMark(registered)) !== null;
  if (own && names.includes('.git') && (await isFolderOf(registered, folder)))
    return { kind: 'overlaid', gitDir: registered };
  if (names.length === 1 && names[0] === '.git') {
    const gitDir = await linkedGitDir(commonDir, folder);
    return { kind: gitDir === null || (await isUsed(gitDir)) ? 'foreign' : 'unfinished' };
  }
  if (names.length > 0) return { kind: own && !names.includes('.git') ? 'unlinked' : 'foreign' };
  return { kind: registered === null || own || !(await isUsed(registered)) ? 'vacant' : 'vanished' };
}

/** `worktree add` writes `.git` before HEAD and files. A branch or an index would mean that somebody works there. */
async function isUsed(gitDir: string): Promise<boolean> {
  const head = await readFile(path.join(gitDir, 'HEAD'), 'utf8').catch(() => '');
  return head.startsWith('ref:') || (await exists(path.join(gitDir, 'index')));
}

/** The private git dir that git has on record for a folder, whatever is in the folder now. */
async function registeredGitDir(commonDir: string, folder: string): Promise<string | null> {
  const worktrees = path.join(commonDir, 'worktrees');
  const parent = await realpath(path.dirname(folder)).catch(() => path.dirname(folder));
  const wanted = path.join(parent, path.basename(folder), '.git');
  for (const id of await readdir(worktrees).catch(() => [])) {
    const gitDir = path.join(worktrees, id);
    const registered = await readFile(path.join(gitDir, 'gitdir'), 'utf8').catch(() => '');
    if (path.resolve(gitDir, registered.trim()) === wanted) return gitDir;
  }
  return null;
}

export interface ClaimRequest {
  readonly folder: string;
  readonly commit: Oid;
  readonly purpose: string;
  /** What to do where a person's worktree is on record and its folder is gone. */
  readonly vanished: 'refuse' | 'renew';
}

/**
 * Makes sure that `folder` is Switchyard's own tree, also after a kill in the middle of making it. What is there and
 * is not provably ours is never reset, cleaned or removed.
 */
export async function claimTree(repository: Repository, request: ClaimRequest): Promise<OwnTree> {
  const { folder, commit, purpose } = request;
  const ground = await lookAtGround(repository, folder);
  if (ground.kind === 'own' && ground.tree.purpose === purpose) return ground.tree;
  if (ground.kind === 'overlaid') {
    await linkAgain(repository, folder, ground.gitDir);
    const tree = await findOwnTree(repository.commonDir, folder);
    if (tree?.purpose === purpose) return tree;
  }
  await clear(repository, ground, request);
  // Forced twice: git still has a folder on record that is gone, perhaps locked as `initializing`. A folder with
  // anything in it is refused even so.
  const args = ['--force', '--force', '--quiet', '--no-checkout', '--detach', '--', folder, fullOid(commit)];
  await runBare(repository, 'worktree add', args);
  const tree = await markOwnTree(repository.commonDir, folder, purpose);
  await rememberFolder(tree);
  return tree;
}

/** Makes way for a new tree, without removing anything that anybody could miss. */
async function clear(repository: Repository, ground: Ground, { folder, vanished }: ClaimRequest): Promise<void> {
  switch (ground.kind) {
    case 'own':
      throw new ForeignTreeError(`${folder} is in use for ${ground.tree.purpose}. Choose another folder.`);
    case 'overlaid':
    case 'foreign':
      throw new ForeignTreeError(
        `${folder} exists and was not made by Switchyard, so it is left alone. Move it away or choose another folder.`,
      );
    case 'vanished':
      if (vanished === 'renew') return;
      throw new ForeignTreeError(`git has a worktree of yours on record at ${folder}, which is not there now.`);
    case 'unlinked':
      return setAside(repository, folder);
    case 'unfinished':
      await rm(path.join(folder, '.git'));
      return rmdir(folder);
    case 'vacant':
      return;
    default:
      ground satisfies never;
  }
}

async function rememberFolder({ gitDir, folder }: OwnTree): Promise<void> {
  await writeFile(path.join(gitDir, FOLDER), `${await identityOf(folder)}\n`);
}

async function isFolderOf(gitDir: string, folder: string): Promise<boolean> {
  const known = (await readFile(path.join(gitDir, FOLDER), 'utf8').catch(() => '')).trim();
  return known !== '' && known === (await identityOf(folder));
}

/** Moves a run's own repository out of the way, into the private git dir, and links the tree to that again. */
async function linkAgain({ log }: Repository, folder: string, gitDir: string): Promise<void> {
  const [inside, aside] = [path.join(folder, '.git'), path.join(gitDir, 'replaced')];
  await assertNoMounts(folder);
  await rm(aside, { recursive: true, force: true });
  await rename(inside, aside);
  await writeFile(inside, `gitdir: ${gitDir}\n`, { flag: 'wx' });
  log.warn(`A run had made a repository of its own in ${folder}. It is now in ${aside}, and the tree is as before.`);
}

/** Gives what stands at a tree's place another name, and loses nothing of it. */
export async function setAside(repository: Repository, folder: string): Promise<void> {
  for (let number = 1; ; number += 1) {
    const aside = `${folder}-set-aside-${number}`;
    if ((await lstat(aside).catch(() => null)) !== null) continue;
    await rename(folder, aside);
    repository.log.warn(`${folder} was no worktree any more. What stood there is now ${aside}.`);
    return;
  }
}
