import { rm } from 'node:fs/promises';
import path from 'node:path';
import { shortRef } from '../../core/story/names';
import type { Oid } from '../../core/story/stage';
import type { AddWorktreeOutcome, StoryPlace } from '../../ports/worktrees';
import { claimTree, lookAtGround } from './claimTree';
import { fillTree } from './fillTree';
import { fullRef } from '../door/names';
import { findOwnTree, MARK } from './ownTree';
import { makeBranchAt } from './makeBranch';
import { markSetUpDue } from './setUpDue';
import { markStoryTree } from './storyMark';
import type { Repository } from '../door/repository';
import { refSnapshots } from '../read/refSnapshot';
import { listWorktrees, type RegisteredWorktree } from '../read/worktrees';
import { exists } from '../../base/exists';

export interface StoryWorktreeRequest {
  /** Full name of the story's branch. */
  readonly branch: string;
  /** Wanted folder; where something else is there, `-2`, `-3` … is put behind it. */
  readonly folder: string;
  readonly start: Oid;
  readonly signal?: AbortSignal | undefined;
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
): Promise<AddWorktreeOutcome> {
  const branch = fullRef(request.branch);
  const worktrees = await listWorktrees(repository);
  const place = await placeOf(worktrees, branch);
  if (place.kind === 'elsewhere') return place;
  const unfinished = place.kind === 'there' ? await findOwnTree(repository.commonDir, place.path) : null;
  if (place.kind === 'there' && unfinished === null)
    return place.branch === branch ? { kind: 'ready', path: place.path } : { ...place, kind: 'switched' };
  const locked = worktrees.find((one) => place.kind === 'gone' && one.path === place.path)?.locked ?? null;
  if (place.kind === 'gone' && locked !== null)
    throw new Error(`The worktree of ${shortRef(branch)} is ${place.path}, which is locked and not there now.`);
  if (place.kind === 'gone' && (await wasMovedAway(place.path, request.folder)))
    throw new Error(
      `The worktree of ${shortRef(branch)} was ${place.path}, and not even the folder around it is there now. ` +
        'If it was moved, put it where worktrees are made and open the repository again. ' +
        'If it is gone for good, run git worktree prune, then start the story again.',
    );
  const commit = (await ownTip(repository, branch)) ?? (await makeBranchAt(repository, branch, request.start));
  // A worktree whose folder was deleted is made again where it was.
  const folder = place.kind === 'none' ? await freeFolder(repository, request.folder, branch) : place.path;
  const tree = await claimTree(repository, { folder, commit, purpose: branch, vanished: 'renew' });
  await markStoryTree(tree.gitDir, branch);
  await markSetUpDue(tree.gitDir);
  await fillTree(repository, tree, commit, { ignored: 'kept', config: [], from: null, signal: request.signal });
  await repository.git.runInOwnTree(tree, 'symbolic-ref', ['-m', 'switchyard: start story', 'HEAD', branch]);
  await rm(path.join(tree.gitDir, MARK));
  return { kind: 'ready', path: folder };
}

/** Whether a worktree that is gone stood elsewhere, in a folder that is gone too: made again there, it would be without its work. */
async function wasMovedAway(gone: string, wanted: string): Promise<boolean> {
  const around = path.dirname(gone);
  return path.resolve(around) !== path.resolve(path.dirname(wanted)) && !(await exists(around));
}

/** Where a story is worked on, by the record of who made which folder. */
export async function storyPlace(repository: Repository, branch: string): Promise<StoryPlace> {
  return placeOf(await listWorktrees(repository), fullRef(branch));
}

async function placeOf(worktrees: readonly RegisteredWorktree[], branch: string): Promise<StoryPlace> {
  // The main work tree was made for none, whatever it is called.
  const made = worktrees.filter((one) => one.madeFor === branch);
  const at = made.find((one) => one.branch === branch) ?? made[0];
  const there = at !== undefined && (await exists(at.path));
  if (at?.branch !== branch) {
    const elsewhere = worktrees.find((one) => one.branch === branch && one.madeFor !== branch);
    if (elsewhere !== undefined && (await exists(elsewhere.path)))
      return { kind: 'elsewhere', path: elsewhere.path, isMain: elsewhere.isMain };
  }
  if (at === undefined) return { kind: 'none' };
  return there ? { kind: 'there', path: at.path, head: at.head, branch: at.branch } : { kind: 'gone', path: at.path };
}

/** Its tip, null where there is no such branch. One that only points to another would send the story's commits there. */
async function ownTip(repository: Repository, branch: string): Promise<Oid | null> {
  const { heads, symbolic } = await refSnapshots(repository).current();
  const to = symbolic.get(branch);
  if (to !== undefined)
    throw new Error(
      `${shortRef(branch)} is no branch of its own: it points to ${shortRef(to)}, and commits on it would go there. ` +
        `Remove it with git symbolic-ref --delete ${branch}, then start the story again.`,
    );
  return heads.get(branch) ?? null;
}

async function freeFolder(repository: Repository, wanted: string, branch: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const folder = number === 1 ? wanted : `${wanted}-${number}`;
    const ground = await lookAtGround(repository, folder);
    const begun = ground.kind === 'own' && ground.tree.purpose === branch;
    if (begun || ground.kind === 'vacant' || ground.kind === 'unfinished') return folder;
  }
}
