import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { inBatches } from '../../base/inBatches';
import { LOCK_FILES, type WorktreeLook } from '../../core/setUp/offers';
import { WORKSPACE_FILES } from '../../core/setUp/workspaces';
import { splitFields } from '../door/names';
import type { Repository } from '../door/repository';
import { POINTER_LIMIT, pointsTo } from '../read/lfsPointer';
import { allEmpty } from './fillSubmodules';

/** How many folders below the top, and how many files of Git LFS, are looked at. */
const MOST = { folders: 20, files: 2000 };
/** Nothing that a person writes about workspaces or attributes is longer, in characters. */
const LONGEST = 1_000_000;

/** See `Worktrees.lookAtTop`. */
export async function lookAtTop(
  repository: Repository,
  { folder, main }: { readonly folder: string; readonly main: string },
): Promise<WorktreeLook> {
  const globs = LOCK_FILES.flatMap((file) => [`:(glob)*/${file}`, `:(glob)*/*/${file}`]);
  const found = await tracked(repository, folder, [...globs, ':(glob)**/.gitattributes']);
  const [attributes, locks] = [found.filter(isAttributes), found.filter((name) => !isAttributes(name))];
  const places = [...new Set(locks.map((name) => path.posix.dirname(name)))].slice(0, MOST.folders);
  const withTop = ['', ...places];
  const namesIn = async (root: string): Promise<string[]> =>
    (await inBatches(withTop, async (place) => (await readdir(path.join(root, place)).catch(() => [])).map((name) => path.posix.join(place, name)))).flat(); // prettier-ignore
  const [names, mainNames, emptySubmodules, lfs] = await Promise.all([
    namesIn(folder),
    namesIn(main),
    allEmpty(repository, folder),
    firstWith(folder, attributes, /\bfilter=lfs\b/),
  ]);
  const said = places.length === 0 ? [] : names.filter((name) => isWorkspaceFile(path.posix.basename(name)));
  const texts = new Map(await inBatches(said, async (name) => [name, await textOf(folder, name)] as const));
  const pointers = lfs === null ? [] : await pointersIn(repository, folder);
  return { names, mainNames, emptySubmodules, texts, lfs, pointers };
}

const isAttributes = (name: string): boolean => path.posix.basename(name) === '.gitattributes';
const isWorkspaceFile = (name: string): boolean => (WORKSPACE_FILES as readonly string[]).includes(name);

async function tracked({ git }: Repository, folder: string, patterns: readonly string[]): Promise<string[]> {
  return splitFields((await git.run('ls-files', ['-z', '--', ...patterns], { cwd: folder })).text);
}

/** Files that the filter of Git LFS has not filled. */
async function pointersIn(repository: Repository, folder: string): Promise<string[]> {
  const files = (await tracked(repository, folder, [':(attr:filter=lfs)'])).slice(0, MOST.files);
  const found = await inBatches(files, async (name) =>
    pointsTo(Buffer.from(await textOf(folder, name, POINTER_LIMIT))) === null ? [] : [name],
  );
  return found.flat();
}

async function firstWith(folder: string, files: readonly string[], wanted: RegExp): Promise<string | null> {
  for (const file of files) if (wanted.test(await textOf(folder, file))) return file;
  return null;
}

/** Empty where it is no plain file, longer than that, or gone. */
async function textOf(folder: string, name: string, longest = LONGEST): Promise<string> {
  const file = path.join(folder, name);
  const found = await stat(file).catch(() => null);
  return found?.isFile() === true && found.size <= longest ? readFile(file, 'utf8').catch(() => '') : '';
}
