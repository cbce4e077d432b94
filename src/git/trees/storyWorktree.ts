import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Oid } from '../../core/story/stage';
import { claimTree, lookAtGround } from './claimTree';
import { fillTree } from './fillTree';
import { fullOid, fullRef } from '../door/names';
import { MARK } from './ownTree';
import { tip } from '../read/refs';
import { runBare, type Repository } from '../door/repository';
import { listWorktrees } from '../read/worktrees';
import { exists } from '../../base/exists';

export interface StoryWorktreeRequest {
  /** Full name of the story's branch. */
  readonly branch: string;
  /** Wanted folder; where something else is there, `-2`, `-3` … is put behind it. */
  readonly folder: string;
  readonly start: Oid;
}

/**
 * Makes the story's branch and worktree. What exists is kept: the branch where it is, a worktree as it is.
 *
 * While it is being made the tree is Switchyard's own and its HEAD detached; the branch is attached last. So a kill in
 * the middle leaves a tree that can be made anew, and once a person can be in it nothing resets it any more.
 */
export async function addStoryWorktree(
  repository: Repository,
  request: StoryWorktreeRequest,
): Promise<{ path: string }> {
  const branch = fullRef(request.branch);
  const existing = (await listWorktrees(repository)).find((one) => one.branch === branch);
  if (existing !== undefined && (await exists(existing.path))) return { path: existing.path };
  if (existing?.locked != null)
    throw new Error(`The worktree of ${branch} is ${existing.path}, which is locked and not there now.`);
  const commit = (await tip(repository, branch)) ?? (await createBranch(repository, branch, request.start));
  // A worktree whose folder was deleted is made again where it was.
  const folder = existing?.path ?? (await freeFolder(repository, request.folder, branch));
  const tree = await claimTree(repository, { folder, commit, purpose: branch, vanished: 'renew' });
  await fillTree(repository, tree, commit, 'kept', []);
  await repository.git.runInOwnTree(tree, 'symbolic-ref', ['-m', 'switchyard: start story', 'HEAD', branch]);
  await rm(path.join(tree.gitDir, MARK));
  return { path: folder };
}

/** Created only if it is not there: a branch that somebody made just now is kept. */
async function createBranch(repository: Repository, branch: string, start: Oid): Promise<Oid> {
  const input = `create ${branch}\0${fullOid(start)}\0`;
  const args = ['-m', 'switchyard: start story', '--stdin', '-z'];
  await runBare(repository, 'update-ref', args, { input });
  return start;
}

async function freeFolder(repository: Repository, wanted: string, branch: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const folder = number === 1 ? wanted : `${wanted}-${number}`;
    const ground = await lookAtGround(repository, folder);
    const begun = ground.kind === 'own' && ground.tree.purpose === branch;
    if (begun || ground.kind === 'vacant' || ground.kind === 'unfinished') return folder;
  }
}
