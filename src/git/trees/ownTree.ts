import { createHash } from 'node:crypto';
import { lstat, readFile, readdir, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ForeignTreeError } from '../door/gitError';
import { GIT_RUN } from '../../processes/platform';

declare const proof: unique symbol;

/**
 * A worktree that is Switchyard's own: its private git dir carries Switchyard's mark. Only such a tree is ever reset
 * or cleaned, and only `findOwnTree` and `markOwnTree` make one.
 */
export interface OwnTree {
  readonly folder: string;
  /** The tree's private git dir, `<common dir>/worktrees/<id>`. */
  readonly gitDir: string;
  /** What the mark says: `GATE`, or the branch of a story's worktree that is still being made. */
  readonly purpose: string;
  readonly [proof]: true;
}

/** Name of the mark in the private git dir. There, no checkout, clean or commit of anybody's can make or take it. */
export const MARK = 'switchyard-own-tree';

/** What the mark of a gate tree says. */
export const GATE = 'gate';

/** How a `.git` file begins that leads to a git dir elsewhere. */
const LINK = 'gitdir: ';

/** The private git dir that `folder` is linked to, null where it is no linked worktree of this repository. */
export async function linkedGitDir(commonDir: string, folder: string): Promise<string | null> {
  const worktrees = path.join(await realpath(commonDir), 'worktrees');
  try {
    if (!(await lstat(folder)).isDirectory()) return null;
    // A run can put a repository of its own, or a link, in the place of the file.
    if (!(await lstat(path.join(folder, '.git'))).isFile()) return null;
    const text = await readFile(path.join(folder, '.git'), 'utf8');
    const named = text.startsWith(LINK) ? text.slice(LINK.length).trimEnd() : '';
    if (named === '') return null;
    const gitDir = await realpath(path.resolve(folder, named));
    return path.dirname(gitDir) === worktrees && (await linksBack(gitDir, folder)) ? gitDir : null;
  } catch (error) {
    if (isNoFile(error)) return null;
    throw error;
  }
}

/** A copied folder holds a `.git` file too, but the private git dir names one folder only. */
async function linksBack(gitDir: string, folder: string): Promise<boolean> {
  const registered = (await readFile(path.join(gitDir, 'gitdir'), 'utf8')).trim();
  return (await realpath(path.resolve(gitDir, registered))) === (await realpath(path.join(folder, '.git')));
}

/** The proof that `folder` is Switchyard's own tree, null where it is not. */
export async function findOwnTree(commonDir: string, folder: string): Promise<OwnTree | null> {
  const gitDir = await linkedGitDir(commonDir, folder);
  if (gitDir === null) return null;
  const purpose = await readMark(gitDir);
  return purpose === null ? null : ({ folder: await realpath(folder), gitDir, purpose } as OwnTree);
}

/** What the mark in a private git dir says, null without a mark. */
export async function readMark(gitDir: string): Promise<string | null> {
  try {
    return (await readFile(path.join(gitDir, MARK), 'utf8')).trim();
  } catch (error) {
    if (isNoFile(error)) return null;
    throw error;
  }
}

/** Marks a worktree that was just made. It is refused where the folder holds anything but its `.git` file. */
export async function markOwnTree(commonDir: string, folder: string, purpose: string): Promise<OwnTree> {
  const gitDir = await linkedGitDir(commonDir, folder);
  const names = gitDir === null ? [] : await readdir(folder);
  if (gitDir === null || names.some((name) => name !== '.git'))
    throw new ForeignTreeError(`${folder} is not an empty worktree of this repository; it is left alone.`);
  await writeFile(path.join(gitDir, MARK), `${purpose}\n`);
  return { folder: await realpath(folder), gitDir, purpose } as OwnTree;
}

/**
 * By this every git call in the tree is known, also one that outlives the process that started it: in its environment, as
 * the id of a run is.
 */
export function treeRunId({ gitDir }: OwnTree): string {
  return `${GIT_RUN}${createHash('sha256').update(gitDir).digest('hex').slice(0, 32)}`;
}

/** Looks again just before a deed: the mark may be gone because the tree was handed over to a person. */
export async function assertOwnTree(tree: OwnTree): Promise<void> {
  if ((await readMark(tree.gitDir)) === tree.purpose) return;
  throw new ForeignTreeError(`${tree.folder} is not Switchyard's own tree any more; it is left alone.`);
}

export function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** For a look at a file that may not be there. */
export function ifMissing(error: unknown): null {
  if (isMissing(error)) return null;
  throw error;
}

/** As `isMissing`, or a run put a folder or a circle of links in the place of a file. */
export function isNoFile(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return isMissing(error) || code === 'EISDIR' || code === 'ELOOP';
}
