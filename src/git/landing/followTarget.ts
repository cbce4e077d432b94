import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { shortRef } from '../../core/story/names';
import type { Oid } from '../../core/story/stage';
import { say, tell, type Said, type Told } from '../../core/words/said';
import { sayBusy } from './busyTree';
import { filesInTheWay } from './filesInTheWay';
import { markFollowing, readFollowMark, removeLeftLock, unmarkFollowing } from './followMark';
import { noteRestaged } from './restaged';
import { finishHalfDone, lookAtStanding, type Place, type Standing } from './halfDone';
import { knownChanges, type IncomingChange } from './incoming';
import { overlappingPaths } from './overlap';
import { wantedUntil, type Repository } from '../door/repository';
import { parseStatus, type StatusEntry } from '../read/status';
import type { RegisteredWorktree } from '../read/worktrees';

/** A move of the target from one commit to a later one. */
export interface Advance {
  readonly target: string;
  readonly base: Oid;
  readonly candidate: { readonly commit: Oid };
  /** Ends the programs that work for it. */
  readonly signal?: AbortSignal;
}

/** A person's checkout of the target, with its private git dir. */
export interface Checkout {
  readonly path: string;
  readonly gitDir: string;
}

/** What came of asking a checkout to follow. After `tried` only the refs say whether the target moved. */
export type FollowOutcome = { kind: 'waiting'; files: string[]; why: Told } | { kind: 'tried'; said: string };

/** More paths than this are not named one by one; git then looks at the whole checkout. */
const NAMED_PATHS = 100;

/** The checkout's git dir is known from git's own record of it, else git is asked there. */
export async function checkoutOf({ git }: Repository, { path: top, gitDir }: RegisteredWorktree): Promise<Checkout> {
  if (gitDir !== null) return { path: top, gitDir };
  const { text } = await git.run('rev-parse', ['--absolute-git-dir'], { cwd: top });
  return { path: top, gitDir: path.normalize(text.replace(/\r?\n$/, '')) };
}

/**
 * Whether a person's checkout of the target can follow a landing as it is now; null when nothing is in the way, and
 * `elsewhere` when its HEAD is not the target at the base. What a killed git left half done there is finished as far as
 * the index goes.
 */
export async function whatIsInTheWay(
  repository: Repository,
  checkout: Checkout,
  request: Advance,
): Promise<{ files: string[]; why: Told } | 'elsewhere' | null> {
  const top = checkout.path;
  await removeLeftLock(repository, checkout);
  const busy = await sayBusy(checkout.gitDir, top);
  if (busy !== null) return { files: [], why: tell(busy) };
  const incoming = await knownChanges(repository, request.base, request.candidate.commit);
  const wanted = wantedUntil(repository, request.signal);
  const { head, branch, local } = await lookAtCheckout(wanted, top, incoming);
  if (head !== request.base || `refs/heads/${branch}` !== request.target) return 'elsewhere';
  const tracked = new Set(local.filter((entry) => entry.kind === 'tracked').map((entry) => entry.path));
  const standing = await filesInTheWay(top, incoming, tracked);
  const paths = [...new Set([...overlappingPaths(local, incoming), ...standing])].sort();
  if (paths.length === 0) return null;
  const mark = await readFollowMark(checkout);
  const place: Place = {
    top,
    left: mark?.candidate === request.candidate.commit ? 'cutOff' : 'nothing',
    local: new Map(local.map((entry) => [entry.path, entry])),
    incoming: new Map(incoming.map((change) => [change.path, change])),
  };
  const found = await lookAtStanding(wanted, place, paths);
  if (found.theirs.length === 0 && found.refused.length === 0) {
    await noteRestaged(checkout, request.base, found.own);
    const env = mark === null ? {} : await markFollowing(checkout, request.candidate.commit);
    await finishHalfDone(repository, checkout, found, env);
    return null;
  }
  return { files: [...found.theirs, ...found.refused].sort(), why: tell(whyWaiting(request, top, found)) };
}

function whyWaiting({ target }: Advance, top: string, { theirs, refused }: Standing): Said[] {
  const name = shortRef(target);
  if (theirs.length > 0) return [say('{0} is checked out in {1} with changes of yours in the same files.', name, top)];
  return [
    refused.length === 1
      ? say('{0} is checked out in {1} with a file that git shows as changed in any fresh checkout, because of .gitattributes, and will not touch.', name, top) // prettier-ignore
      : say('{0} is checked out in {1} with files that git shows as changed in any fresh checkout, because of .gitattributes, and will not touch.', name, top), // prettier-ignore
    say('Run git add --renormalize . there and commit.'),
  ];
}

/** Where HEAD is, and what git shows as different from it, where the landing changes anything. */
export async function lookAtCheckout(
  { git }: Repository,
  top: string,
  incoming: readonly IncomingChange[],
): Promise<{ head: string; branch: string; local: StatusEntry[] }> {
  const pathspecs = incoming.length > NAMED_PATHS ? [] : incoming.map((change) => `:(literal)${change.path}`);
  const how = ['--untracked-files=all', '--no-renames', '--no-ahead-behind', '--ignore-submodules=dirty'];
  const args = ['--porcelain=v2', '-z', '--branch', ...how, '--', ...pathspecs];
  const { text } = await git.run('status', args, { cwd: top });
  const header = (name: string): string => new RegExp(`(?:^|\\0)# branch\\.${name} ([^\\0]*)`).exec(text)?.[1] ?? '';
  return { head: header('oid'), branch: header('head'), local: parseStatus(text) };
}

/**
 * Lets a checkout of the target follow to the candidate. git itself moves the branch here and refuses by itself when a
 * file got in the way since it was looked at. No setting of the person's can make it anything but a fast-forward.
 */
export async function fastForward(
  repository: Repository,
  checkout: Checkout,
  request: Advance,
  reflog: string,
): Promise<FollowOutcome> {
  const { git } = repository;
  if (!(await isOn(repository, checkout, request.target)))
    return { kind: 'waiting', files: [], why: tell(say('Another branch was just checked out in {0}.', checkout.path)) };
  const asked = ['--ff-only', '--no-autostash', '--no-overwrite-ignore'];
  const quiet = ['--no-verify-signatures', '--no-stat', '--no-edit', '--quiet'];
  const known = await markFollowing(checkout, request.candidate.commit);
  const { stderr } = await git.run('merge', [...asked, ...quiet, '--end-of-options', request.candidate.commit], {
    cwd: checkout.path,
    expect: [0, 1, 2, 128],
    signal: request.signal,
    env: {
      ...known,
      GIT_REFLOG_ACTION: reflog,
      // As an environment pair, because a branch name may hold the `=` at which -c splits.
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: `branch.${shortRef(request.target)}.mergeOptions`,
      GIT_CONFIG_VALUE_0: '',
    },
  });
  await unmarkFollowing(checkout);
  return { kind: 'tried', said: stderr.trim() };
}

/** Read from git's own file, where refs are files; right before the move, and without another process. */
async function isOn({ git }: Repository, { path: top, gitDir }: Checkout, target: string): Promise<boolean> {
  const head = await readFile(path.join(gitDir, 'HEAD'), 'utf8').catch(() => '');
  const named = /^ref: (refs\/heads\/.+?)\s*$/.exec(head)?.[1];
  if (named !== undefined && named !== 'refs/heads/.invalid') return named === target;
  return (await git.run('symbolic-ref', ['--quiet', 'HEAD'], { cwd: top, expect: [0, 1] })).text.trim() === target;
}
