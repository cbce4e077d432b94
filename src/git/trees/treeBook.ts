import { lstat, mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Repository } from '../door/repository';
import { GATE, MARK, type OwnTree } from './ownTree';
import { removeUnlessFile } from './treeRecord';

/**
 * Which folder and which private git dir a gate tree was made of, written down where neither of them is: a gate can
 * break every file of both.
 */
interface Page {
  /** Name of the private git dir below `worktrees`. */
  readonly id: string;
  /** Device and number of the common git dir, the folder and the private git dir: a copy of any of them has others. */
  readonly identities: readonly [commonDir: string, folder: string, gitDir: string];
}

/** In the private git dir: which folder on disk the tree is, whatever a run makes of what is in it. */
export const FOLDER = 'switchyard-folder';

/** Device and number of a real folder; a link to one, and nothing at all, have none. */
export async function identityOf(folder: string): Promise<string | null> {
  const stats = await lstat(folder, { bigint: true }).catch(() => null);
  return stats?.isDirectory() === true ? `${stats.dev}:${stats.ino}` : null;
}

export async function writeDown({ commonDir }: Repository, { folder, gitDir }: OwnTree): Promise<void> {
  const identities = await Promise.all([commonDir, folder, gitDir].map(identityOf));
  if (identities.includes(null)) return;
  const text = `${[path.basename(gitDir), ...identities].join('\n')}\n`;
  const file = fileOf(commonDir, folder);
  if ((await readFile(file, 'utf8').catch(() => '')) === text) return;
  await mkdir(path.dirname(file), { recursive: true });
  await removeUnlessFile(file);
  await writeFile(file, text);
}

async function lookUp(commonDir: string, folder: string): Promise<Page | null> {
  const text = await readFile(fileOf(commonDir, folder), 'utf8').catch(() => '');
  const [id = '', common = '', own = '', gitDir = ''] = text.split('\n');
  // git names a private git dir after its folder; no other one is ever mended.
  const isName = id.startsWith(path.basename(folder)) && path.basename(id) === id;
  if (!isName || common !== (await identityOf(commonDir))) return null;
  return { id, identities: [common, own, gitDir] };
}

function fileOf(commonDir: string, folder: string): string {
  return path.join(commonDir, 'switchyard', 'trees', path.basename(folder));
}

export interface Mended {
  /** What of the private git dir was not as git and Switchyard had written it, and is again. */
  readonly files: readonly string[];
  /** What stands at the tree's place is not the folder that was made there, or has no private git dir any more. */
  readonly isToBeSetAside: boolean;
}

/**
 * Makes right what ties a gate tree together, where folder and private git dir are provably those that were made: a gate
 * can have broken `commondir`, `gitdir` or the marks, and git would know no repository there any more.
 */
export async function mendTree({ commonDir }: Repository, folder: string): Promise<Mended> {
  const page = await lookUp(commonDir, folder);
  if (page === null) return { files: [], isToBeSetAside: false };
  const gitDir = path.join(await realpath(commonDir), 'worktrees', page.id);
  const [, wasFolder, wasGitDir] = page.identities;
  const [isFolder, isGitDir] = [await identityOf(folder), await identityOf(gitDir)];
  const there = (await lstat(folder).catch(() => null)) !== null;
  if (isGitDir === null) {
    // A link is unlinked: git would follow it, and empty what it leads to.
    await removeUnlessFolder(gitDir);
    return { files: [], isToBeSetAside: there && (isFolder === null || isFolder === wasFolder) };
  }
  if (isGitDir !== wasGitDir) return { files: [], isToBeSetAside: false };
  if (isFolder === wasFolder) return { files: await mendGitDir(gitDir, folder), isToBeSetAside: false };
  // A link in the place of the folder is a gate's; another folder can be a person's.
  return { files: [], isToBeSetAside: there && isFolder === null };
}

async function removeUnlessFolder(place: string): Promise<void> {
  const stats = await lstat(place).catch(() => null);
  if (stats !== null && !stats.isDirectory()) await rm(place);
}

async function mendGitDir(gitDir: string, folder: string): Promise<string[]> {
  const real = await realpath(folder);
  const leadsTo = (place: string) => (text: string) => path.resolve(gitDir, text) === place;
  const says = (wanted: string) => (text: string) => text === wanted;
  const link = path.join(real, '.git');
  const identity = (await identityOf(folder)) ?? '';
  const files = [
    { name: 'commondir', isRight: leadsTo(path.dirname(path.dirname(gitDir))), text: path.join('..', '..') },
    { name: 'gitdir', isRight: leadsTo(link), text: link },
    { name: MARK, isRight: says(GATE), text: GATE },
    { name: FOLDER, isRight: says(identity), text: identity },
  ];
  const mended: string[] = [];
  for (const { name, isRight, text } of files) {
    const file = path.join(gitDir, name);
    const isFile = (await lstat(file).catch(() => null))?.isFile() === true;
    if (isFile && isRight((await readFile(file, 'utf8')).trim())) continue;
    await rm(file, { recursive: true, force: true });
    await writeFile(file, `${text}\n`, { flag: 'wx' });
    mended.push(name);
  }
  return mended;
}
