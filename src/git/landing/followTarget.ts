import path from 'node:path';
import type { LandRequest } from '../../ports/candidates';
import { shortRef } from '../../core/story/names';
import { whyBusy } from './busyTree';
import { filesInTheWay } from '../trees/ignoredFiles';
import { knownChanges } from './incoming';
import { overlappingPaths } from './overlap';
import type { Repository } from '../door/repository';
import { parseStatus } from '../read/status';
import type { RegisteredWorktree } from '../read/worktrees';

/** What came of asking a checkout to follow. After `tried` only the refs say whether the target moved. */
export type FollowOutcome = { kind: 'waiting'; files: string[]; why: string } | { kind: 'tried'; said: string };

/** Whether a person's checkout of the target can follow a landing as it is now; null when nothing is in the way. */
export async function whatIsInTheWay(
  repository: Repository,
  checkout: RegisteredWorktree,
  request: LandRequest,
): Promise<{ files: string[]; why: string } | null> {
  const { git } = repository;
  const top = checkout.path;
  const gitDir = (await git.run('rev-parse', ['--absolute-git-dir'], { cwd: top })).text.replace(/\r?\n$/, '');
  const busy = await whyBusy(path.normalize(gitDir), top);
  if (busy !== null) return { files: [], why: busy };
  const incoming = await knownChanges(repository, request.base, request.candidate.commit);
  const args = ['--porcelain=v2', '-z', '--untracked-files=all', '--no-renames', '--ignore-submodules=dirty'];
  const local = parseStatus((await git.run('status', args, { cwd: top })).text);
  const overlapping = overlappingPaths(local, incoming);
  const tracked = new Set(local.filter((entry) => entry.kind === 'tracked').map((entry) => entry.path));
  const files = [...new Set([...overlapping, ...(await filesInTheWay(top, incoming, tracked))])].sort();
  if (files.length === 0) return null;
  return {
    files,
    why: `${shortRef(request.target)} is checked out in ${top} with changes of yours in the same files.`,
  };
}

/**
 * Lets a checkout of the target follow to the candidate. git itself moves the branch here and refuses by itself when a
 * file got in the way since it was looked at. No setting of the person's can make it anything but a fast-forward.
 */
export async function fastForward(
  repository: Repository,
  checkout: RegisteredWorktree,
  request: LandRequest,
  reflog: string,
): Promise<FollowOutcome> {
  const { git } = repository;
  const head = await git.run('symbolic-ref', ['--quiet', 'HEAD'], { cwd: checkout.path, expect: [0, 1] });
  if (head.text.trim() !== request.target)
    return { kind: 'waiting', files: [], why: `Another branch was just checked out in ${checkout.path}.` };
  const asked = ['--ff-only', '--no-autostash', '--no-overwrite-ignore'];
  const quiet = ['--no-verify-signatures', '--no-stat', '--no-edit', '--quiet'];
  const { stderr } = await git.run('merge', [...asked, ...quiet, '--end-of-options', request.candidate.commit], {
    cwd: checkout.path,
    expect: [0, 1, 2, 128],
    env: {
      GIT_REFLOG_ACTION: reflog,
      // As an environment pair, because a branch name may hold the `=` at which -c splits.
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: `branch.${shortRef(request.target)}.mergeOptions`,
      GIT_CONFIG_VALUE_0: '',
    },
  });
  return { kind: 'tried', said: stderr.trim() };
}
