import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { numberInName } from '../../core/story/names';
import type { Worktree } from '../../ports/worktrees';
import { splitFields } from '../door/names';
import { KnownByFiles } from '../../base/knownByFiles';
import { exists } from '../../base/exists';
import { GATE, linkedGitDir, MARK, readMark } from '../trees/ownTree';
import { readStoryMark, STORY_MARK } from '../trees/storyMark';
import { runBare, type Repository } from '../door/repository';
import { refSnapshots } from './refSnapshot';
import { lastPart } from '../../core/words/lastPart';

/** A worktree as git has it on record; its folder may be gone. */
export interface RegisteredWorktree extends Worktree {
  /** Why it must not be pruned, as on a drive that comes and goes; null where it is not locked. */
  readonly locked: string | null;
  /** Its private git dir; the common one for the main worktree, null where git's record of it cannot be read. */
  readonly gitDir: string | null;
  /** The story's branch that it was made for, null where it was made for no story. */
  readonly madeFor: string | null;
}

type ListedWorktree = Omit<RegisteredWorktree, 'gitDir' | 'madeFor'>;

/** Reads `worktree list --porcelain -z`; an entry ends with an empty field. A bare repository is no worktree. */
export function parseWorktrees(text: string): ListedWorktree[] {
  const entries = text.split('\0\0').filter((entry) => entry !== '');
  return entries.flatMap((entry, index) => {
    const values = new Map(splitFields(entry).map((field) => splitOnce(field)));
    const folder = values.get('worktree');
    if (folder === undefined || values.has('bare')) return [];
    const head = values.get('HEAD') ?? '';
    return [
      {
        path: folder,
        head: /^0*$/.test(head) ? null : head,
        branch: values.get('branch') ?? null,
        isMain: index === 0,
        locked: values.get('locked') ?? null,
      },
    ];
  });
}

function splitOnce(field: string): [string, string] {
  const blank = field.indexOf(' ');
  return blank === -1 ? [field, ''] : [field.slice(0, blank), field.slice(blank + 1)];
}

const listings = new WeakMap<Repository, KnownByFiles<RegisteredWorktree[]>>();

/**
 * All worktrees on record, the main one first. A gate tree has no branch here, also where a gate checked one out in it:
 * nobody works there and its next filling detaches it, so it must not hold up that branch or pass for its worktree.
 *
 * One whose own `.git` file leads to another repository is not listed.
 *
 * git is asked again only where one of its records of a worktree has changed.
 */
export async function listWorktrees(repository: Repository): Promise<RegisteredWorktree[]> {
  const { commonDir, clock } = repository;
  const listing =
    listings.get(repository) ??
    new KnownByFiles<RegisteredWorktree[]>({
      now: () => clock.now(),
      read: async () => ({ value: await askWorktrees(repository), files: await placesOfRecords(commonDir) }),
    });
  listings.set(repository, listing);
  const [listed, { heads }] = await Promise.all([listing.current(), refSnapshots(repository).current()]);
  // A branch moves without a change in the record of the worktree that has it checked out.
  return listed.map((one) => (one.branch === null ? one : { ...one, head: heads.get(one.branch) ?? null }));
}

/**
 * What git and Switchyard keep about worktrees, file by file; some of them may not be there. Which commit a gate tree is at
 * changes all the time, and nobody asks for it here.
 */
async function placesOfRecords(commonDir: string): Promise<string[]> {
  const worktrees = path.join(commonDir, 'worktrees');
  const heads = ['HEAD', path.join('reftable', 'tables.list')];
  const places = [worktrees, ...['config', ...heads].map((name) => path.join(commonDir, name))];
  for (const folder of (await readRecords(commonDir)).keys()) places.push(path.join(folder, '.git'));
  for (const id of await readdir(worktrees).catch(() => [])) {
    const gitDir = path.join(worktrees, id);
    const isGate = (await readMark(gitDir)) === GATE;
    const names = ['gitdir', 'locked', MARK, STORY_MARK, ...(isGate ? [] : heads)];
    places.push(...names.map((name) => path.join(gitDir, name)));
  }
  return places;
}

async function askWorktrees(repository: Repository): Promise<RegisteredWorktree[]> {
  const { mainTopLevel, commonDir } = repository;
  const listed = parseWorktrees((await runBare(repository, 'worktree list', ['--porcelain', '-z'])).text);
  const records = await readRecords(commonDir);
  const isOurs = await Promise.all(listed.map(async (one) => one.isMain || (await leadsBack(commonDir, one.path))));
  return listed
    .filter((_, at) => isOurs[at])
    .map((one) => {
      // git guesses the main one's folder from the git dir's, which is wrong for a submodule or a separate git dir.
      if (one.isMain) return { ...one, path: mainTopLevel ?? one.path, gitDir: commonDir, madeFor: null };
      const record = records.get(path.resolve(one.path));
      const branch = record?.isGate === true ? null : one.branch;
      const made = { ...one, branch, gitDir: record?.gitDir ?? null };
      return { ...made, madeFor: record?.madeFor ?? madeBeforeMarks(made) };
    });
}

/**
 * Whether a folder on record is a worktree of this very repository by its own `.git` file. The record alone is no proof:
 * in a copy of a repository it names the worktrees of the original. A folder that is gone is nobody else's.
 */
async function leadsBack(commonDir: string, folder: string): Promise<boolean> {
  return !(await exists(folder)) || (await linkedGitDir(commonDir, folder)) !== null;
}

/** Worktrees that were made before they were marked: they have the branch and the name that Switchyard gave them. */
function madeBeforeMarks({ branch, path: folder }: Pick<ListedWorktree, 'branch' | 'path'>): string | null {
  if (branch === null || numberInName(branch) === null) return null;
  return new RegExp(`^${lastPart(branch)}(?:-\\d+)?$`).test(path.basename(folder)) ? branch : null;
}

interface WorktreeRecord {
  readonly gitDir: string;
  readonly isGate: boolean;
  readonly madeFor: string | null;
}

/** Private git dirs by the folder that git has on record for them, so that one whose folder is gone counts too. */
async function readRecords(commonDir: string): Promise<Map<string, WorktreeRecord>> {
  const worktrees = path.join(commonDir, 'worktrees');
  const found = new Map<string, WorktreeRecord>();
  for (const id of await readdir(worktrees).catch(() => [])) {
    const gitDir = path.join(worktrees, id);
    const registered = await readFile(path.join(gitDir, 'gitdir'), 'utf8').catch(() => null);
    if (registered === null) continue;
    const isGate = (await readMark(gitDir)) === GATE;
    const madeFor = await readStoryMark(gitDir);
    found.set(path.dirname(path.resolve(gitDir, registered.trim())), { gitDir, isGate, madeFor });
  }
  return found;
}
