import { readFile, readdir, realpath, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { RepairedWorktree } from '../../ports/worktrees';
import type { Repository } from '../door/repository';
import { linkedGitDir } from './ownTree';

/**
 * Finds the worktrees of a repository again after the repository, its worktrees or a folder above both was moved or
 * renamed, and writes the two link files anew; nothing else in a worktree is touched. `folders` are where worktrees are
 * looked for beside the place that is on record.
 *
 * One is taken for ours only where its own `.git` file names our record of it: by the very path, or by a path of a
 * repository that is not there any more and that stood to the worktree as ours stands to it now.
 */
export async function repairWorktrees(
  { commonDir, log }: Repository,
  folders: readonly string[],
): Promise<RepairedWorktree[]> {
  const worktrees = path.join(commonDir, 'worktrees');
  const repaired: RepairedWorktree[] = [];
  for (const id of await readdir(worktrees).catch(() => [])) {
    const record = await readRecord(path.join(worktrees, id));
    if (record === null || (await isLinked(commonDir, record))) continue;
    for (const folder of [record.folder, ...folders.map((one) => path.join(one, path.basename(record.folder)))]) {
      if (!(await isOurs(commonDir, record, folder))) continue;
      await link(record.gitDir, folder);
      log.info(
        `[git] the worktree ${folder} is linked with its repository again; it was on record as ${record.folder}`,
      );
      repaired.push({ from: record.folder, to: folder });
      break;
    }
  }
  return repaired;
}

/**
 * Links one worktree that was found in `folder`, whatever it is called there now. `gitDir` is its private git dir. What is
 * not provably the worktree on record is left as it is.
 */
export async function relinkWorktree(
  { commonDir, log }: Repository,
  gitDir: string,
  folder: string,
): Promise<'linked' | 'notOurs'> {
  const isRecord = path.dirname(gitDir) === path.join(commonDir, 'worktrees');
  const record = isRecord ? await readRecord(gitDir) : null;
  if (record === null || (await isLinked(commonDir, record)) || !(await isOurs(commonDir, record, folder)))
    return 'notOurs';
  await link(gitDir, folder);
  log.info(`[git] the worktree ${folder} is linked with its repository again; it was on record as ${record.folder}`);
  return 'linked';
}

interface WorktreeRecord {
  /** The private git dir. */
  readonly gitDir: string;
  /** The worktree's folder by git's record. */
  readonly folder: string;
}

async function readRecord(gitDir: string): Promise<WorktreeRecord | null> {
  const registered = await readFile(path.join(gitDir, 'gitdir'), 'utf8').catch(() => null);
  return registered === null ? null : { gitDir, folder: path.dirname(path.resolve(gitDir, registered.trim())) };
}

async function isLinked(commonDir: string, { gitDir, folder }: WorktreeRecord): Promise<boolean> {
  return (await linkedGitDir(commonDir, folder)) === (await realpath(gitDir));
}

async function isOurs(commonDir: string, { gitDir, folder: before }: WorktreeRecord, folder: string): Promise<boolean> {
  const named = await namedGitDir(folder);
  if (named === null || path.basename(named) !== path.basename(gitDir)) return false;
  if (await isThere(named)) {
    // Only the worktree was moved. A copy of it beside the original is not the worktree.
    return (await realpath(named)) === (await realpath(gitDir)) && !(await isThere(before));
  }
  const theirs = path.dirname(path.dirname(named));
  if (await isThere(theirs)) return false;
  return folder === before || (!(await isThere(before)) && standsAlike({ theirs, before }, { commonDir, folder }));
}

/** Both git dirs have the same names, and each worktree lies in the same direction from its own. */
function standsAlike(
  then: { readonly theirs: string; readonly before: string },
  now: { readonly commonDir: string; readonly folder: string },
): boolean {
  const nameOf = (gitDir: string): string => path.join(path.basename(path.dirname(gitDir)), path.basename(gitDir));
  const direction = path.relative(then.theirs, then.before);
  return nameOf(then.theirs) === nameOf(now.commonDir) && direction === path.relative(now.commonDir, now.folder);
}

/** What the `.git` file of a folder names, whether it is there or not. */
async function namedGitDir(folder: string): Promise<string | null> {
  const text = await readFile(path.join(folder, '.git'), 'utf8').catch(() => '');
  const named = /^gitdir: (.+?)\s*$/s.exec(text)?.[1];
  if (named === undefined || path.basename(path.dirname(named)) !== 'worktrees') return null;
  return path.resolve(folder, named);
}

/** Killed between the two, the next start finds the same again. */
async function link(gitDir: string, folder: string): Promise<void> {
  await replace(path.join(gitDir, 'gitdir'), `${path.join(folder, '.git')}\n`);
  await replace(path.join(folder, '.git'), `gitdir: ${gitDir}\n`);
}

async function replace(file: string, text: string): Promise<void> {
  const temporary = `${file}.switchyard`;
  await writeFile(temporary, text);
  await rename(temporary, file);
}

async function isThere(place: string): Promise<boolean> {
  return stat(place).then(
    () => true,
    () => false,
  );
}
