import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { exists } from '../../base/exists';
import { messageOf } from '../../base/messageOf';
import { shortRef } from '../../core/story/names';
import type { Oid } from '../../core/story/stage';
import type { RemoveOutcome, RescueRequest, SavedWork } from '../../ports/rescue';
import { removeRef } from '../guard/changeRefs';
import { tip } from '../read/refs';
import { listWorktrees, type RegisteredWorktree } from '../read/worktrees';
import { EVERY_REF, fullOid, fullRef } from '../door/names';
import { runBare, type Repository } from '../door/repository';
import { assertNoMounts } from '../trees/mounts';
import { readStoryMark } from '../trees/storyMark';
import { FOLDER } from '../trees/treeBook';
import { emptyAway } from './emptyAway';
import { removeRecord } from './removeRecord';
import type { WorkTree } from './workTree';
import { findWork, obstaclesTo, saveFound, type FoundWork } from './rescueWork';

/** In the private git dir of a worktree that is being removed: what was saved of it, and how it was at that moment. */
const MARK = 'switchyard-removing';

/** How often a worktree that changes under the hands is saved anew. */
const TRIES = 3;

interface Saved {
  readonly rescue: string | null;
  readonly fingerprint: string;
  /** Nobody can have written into it any more when it was compared with what was saved: it may go. */
  readonly isCompared: boolean;
}

export type RemoveRequest = RescueRequest & { readonly saved: SavedWork | null };

/** Saves a worktree that was made for a story and removes it. Nothing of it is touched before all of it is saved. */
export async function removeWorktree(repository: Repository, request: RemoveRequest): Promise<RemoveOutcome> {
  const { folder } = request;
  const one = (await listWorktrees(repository)).find(({ path: place, isMain }) => !isMain && place === folder);
  if (folder === null || one === undefined || one.gitDir === null) return { kind: 'removed', rescue: null };
  const why = await whyNotOurs(repository, request, { ...one, gitDir: one.gitDir });
  if (why !== null) return refused(why);
  const place: Place = { folder, aside: `${folder}-being-removed`, gitDir: one.gitDir };
  const saved = (await goOn(repository, request, place)) ?? (await saveAndSetAside(repository, request, place));
  if ('kind' in saved) return saved;
  await writeFile(path.join(place.gitDir, MARK), JSON.stringify({ ...saved, isCompared: true } satisfies Saved));
  await emptyAway(place.aside);
  await removeRecord(repository, place.gitDir);
  return { kind: 'removed', rescue: saved.rescue };
}

/** Removes a branch by compare-and-swap. Refused where a worktree is on it, or where nothing else leads to its commit. */
export async function removeBranch(repository: Repository, branch: string, at: Oid): Promise<RemoveOutcome> {
  const [ref, oid] = [fullRef(branch), fullOid(at)];
  if ((await tip(repository, ref)) === null) return { kind: 'removed', rescue: null };
  const on = (await listWorktrees(repository)).find((one) => one.branch === ref);
  if (on !== undefined) return refused(`${shortRef(ref)} is checked out in ${on.path}, so it stays.`);
  const args = ['--max-count=1', oid, '--not', `--exclude=${ref}`, EVERY_REF];
  if ((await runBare(repository, 'rev-list', args)).text.trim() !== '')
    return refused(`${shortRef(ref)} holds commits that are kept nowhere else, so it stays.`);
  const isRemoved = await removeRef(repository, ref, oid, 'switchyard: delete story');
  return isRemoved ? { kind: 'removed', rescue: null } : refused(`${shortRef(ref)} has moved meanwhile, so it stays.`);
}

/** Whether Switchyard made the worktree at a folder: it left its mark then. One that was adopted has a story's mark alone. */
export async function isMadeBySwitchyard(repository: Repository, folder: string): Promise<boolean> {
  const one = (await listWorktrees(repository)).find(({ path: place, isMain }) => !isMain && place === folder);
  return one?.gitDir != null && one.madeFor !== null && (await isOwn(one.gitDir));
}

/** What the first version made has neither mark, but the names that it gave. */
async function isOwn(gitDir: string): Promise<boolean> {
  return (await exists(path.join(gitDir, FOLDER))) || (await readStoryMark(gitDir)) === null;
}

interface Place {
  readonly folder: string;
  /** Where it lies from the moment when nobody may write into it any more. */
  readonly aside: string;
  readonly gitDir: string;
}

type OwnWorktree = RegisteredWorktree & { readonly gitDir: string };

/** Why a worktree is left alone: it is a person's, or somebody works there. */
async function whyNotOurs(
  { topLevel }: Repository,
  { branch }: RescueRequest,
  { path: folder, gitDir, madeFor, locked }: OwnWorktree,
): Promise<string | null> {
  if (madeFor === null || madeFor !== branch) return `${folder} was not made for this story, so it stays as it is.`;
  if (!(await isOwn(gitDir))) return `${folder} is a worktree that you made, so it stays as it is.`;
  if (path.resolve(topLevel) === path.resolve(folder)) return `${folder} is open in this window. Close it first.`;
  if (locked !== null) {
    const why = locked === '' ? '' : ` (${locked})`;
    return `${folder} is locked${why}. Run git worktree unlock ${folder} first.`;
  }
  for (const name of ['index.lock', 'HEAD.lock'])
    if (await exists(path.join(gitDir, name)))
      return `A git command is at work in ${folder} (${path.join(gitDir, name)}). Wait for it; if none runs there any more, remove that file.`;
  if (!(await exists(folder)) && !(await exists(path.dirname(folder))))
    return `${folder} is not there, and neither is the folder around it. If it is on a drive that comes back, connect it; if it is gone for good, run git worktree prune.`;
  return null;
}

/** What an earlier attempt saved, where the folder is out of the way already and nothing in it has changed since. */
async function goOn(repository: Repository, request: RemoveRequest, place: Place): Promise<Saved | null> {
  const before = await readSaved(place.gitDir);
  if (before?.isCompared === true && !(await exists(place.folder))) return before;
  if (!(await exists(place.aside))) return null;
  if (await exists(place.folder))
    throw new Error(`${place.aside} is in the way. Look at what is in it, then remove it.`);
  const { work } = await findWork(repository, request, asideOf(repository, place));
  if (before !== null && work?.fingerprint === before.fingerprint) return before;
  await rename(place.aside, place.folder);
  return null;
}

/** The folder is renamed first, so that nobody writes into it by its name, and then compared with what was saved. */
async function saveAndSetAside(
  repository: Repository,
  request: RemoveRequest,
  place: Place,
): Promise<Saved | Extract<RemoveOutcome, { kind: 'refused' }>> {
  const isThere = await exists(place.folder);
  if (isThere) await assertNoMounts(place.folder);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const found = await findWork(repository, request);
    const saved = await save(repository, request, found);
    if ('kind' in saved) return saved;
    if (!isThere) return saved;
    await writeFile(path.join(place.gitDir, MARK), JSON.stringify(saved));
    try {
      await rename(place.folder, place.aside);
    } catch (error) {
      await rm(path.join(place.gitDir, MARK), { force: true });
      return refused(
        `${place.folder} is in use and could not be moved (${messageOf(error)}). Close what is open there.`,
      );
    }
    const after = await findWork(repository, request, asideOf(repository, place)).catch(async (error: unknown) => {
      await rename(place.aside, place.folder);
      throw error;
    });
    if (after.work?.fingerprint === saved.fingerprint) return saved;
    await rename(place.aside, place.folder);
  }
  return refused(`Something writes into ${place.folder} all the time. End it, then try again.`);
}

function asideOf(repository: Repository, { aside, gitDir }: Place): WorkTree {
  return { repository, folder: aside, gitDir, isAside: true };
}

async function save(
  repository: Repository,
  request: RemoveRequest,
  found: FoundWork,
): Promise<Saved | Extract<RemoveOutcome, { kind: 'refused' }>> {
  const { tree, work } = found;
  if (tree === null || work === null) return { rescue: null, fingerprint: '', isCompared: false };
  const { fingerprint } = work;
  const obstacles = await obstaclesTo(repository, tree, work);
  if (obstacles.length > 0) return refused(obstacles.join(' '));
  if (request.saved?.fingerprint === fingerprint) return { rescue: request.saved.ref, fingerprint, isCompared: false };
  const outcome = await saveFound(repository, request, found);
  if (outcome.kind === 'refused') return outcome;
  return { rescue: outcome.kind === 'saved' ? outcome.ref : null, fingerprint, isCompared: false };
}

async function readSaved(gitDir: string): Promise<Saved | null> {
  try {
    const read = JSON.parse(await readFile(path.join(gitDir, MARK), 'utf8')) as Partial<Saved>;
    const { rescue = null, fingerprint, isCompared = false } = read;
    if (typeof fingerprint !== 'string' || (rescue !== null && typeof rescue !== 'string')) return null;
    return { rescue, fingerprint, isCompared };
  } catch {
    return null;
  }
}

function refused(why: string): Extract<RemoveOutcome, { kind: 'refused' }> {
  return { kind: 'refused', why };
}
