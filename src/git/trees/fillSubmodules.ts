import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { exists } from '../../base/exists';
import { messageOf } from '../../base/messageOf';
import type { WorktreeLook } from '../../core/setUp/offers';
import { fullOid, splitFields } from '../door/names';
import type { Repository } from '../door/repository';
import { isRealFolder } from './emptyFolder';
import { linkedGitDir } from './ownTree';

interface Submodule {
  readonly name: string;
  /** From the top of the worktree, with `/`. */
  readonly path: string;
}

/**
 * Fills the submodules of a story's worktree from the repositories that the main worktree has of them, without asking any
 * network; returns the paths of those that stay empty. They are checked out at the commits that the branch names.
 */
export async function fillSubmodules(repository: Repository, folder: string): Promise<string[]> {
  const empty: string[] = [];
  for (const submodule of await emptySubmodules(repository, folder)) {
    const filled = await fill(repository, folder, submodule).catch((error: unknown) => {
      repository.log.info(`The submodule ${submodule.path} stays empty: ${messageOf(error)}`);
      return false;
    });
    if (!filled) empty.push(submodule.path);
  }
  return empty;
}

/** See `Worktrees.lookAtTop`. */
export async function lookAtTop(
  repository: Repository,
  { folder, main }: { readonly folder: string; readonly main: string },
): Promise<WorktreeLook> {
  const namesIn = (place: string): Promise<string[]> => readdir(place).catch(() => []);
  const [names, mainNames, empty] = await Promise.all([
    namesIn(folder),
    namesIn(main),
    emptySubmodules(repository, folder),
  ]);
  return { names, mainNames, emptySubmodules: empty.map((one) => one.path) };
}

/** Submodules that `.gitmodules` of a worktree names and that hold nothing there. */
async function emptySubmodules({ git }: Repository, folder: string): Promise<Submodule[]> {
  const file = path.join(folder, '.gitmodules');
  if (!(await exists(file))) return [];
  const args = ['--file', file, '-z', '--get-regexp', '^submodule\\..*\\.path$'];
  const { code, text } = await git.run('config', args, { cwd: folder, expect: [0, 1, 3] });
  if (code !== 0) return [];
  const found: Submodule[] = [];
  for (const field of splitFields(text)) {
    const at = field.indexOf('\n');
    const [name, place] = [field.slice('submodule.'.length, at - '.path'.length), field.slice(at + 1)];
    if (await isEmptyFolder(folder, place)) found.push({ name, path: place });
  }
  return found;
}

async function isEmptyFolder(folder: string, place: string): Promise<boolean> {
  if (!(await isRealFolder(folder, place))) return false;
  return (await readdir(path.join(folder, ...place.split('/')))).length === 0;
}

/** Whether it could be filled. A repository that lacks the commit is not asked, because git would ask the network then. */
async function fill(repository: Repository, folder: string, { name, path: place }: Submodule): Promise<boolean> {
  const { git, commonDir } = repository;
  const store = path.join(commonDir, 'modules', ...name.split('/'));
  const gitDir = await linkedGitDir(commonDir, folder);
  if (gitDir === null || name.split('/').includes('..') || !(await exists(path.join(store, 'HEAD')))) return false;
  const tree = await git.run('ls-files', ['-s', '-z', '--', `:(literal)${place}`], { cwd: folder });
  const [mode, commit = ''] = tree.text.split(/[ \t]/, 2);
  if (mode !== '160000') return false;
  const inStore = { cwd: store, env: { GIT_DIR: store } };
  const known = await git.run('cat-file', ['-e', `${commit}^{commit}`], { ...inStore, expect: [0, 1, 128] });
  if (known.code !== 0) return false;
  const url = await git.run('config', ['--get', 'remote.origin.url'], { ...inStore, expect: [0, 1] });
  // Cloned from a folder of this machine. Settings of the call alone say so: those of the repository stay as they are.
  const config = [`submodule.${name}.url=${store}`, `submodule.${name}.active=true`, 'protocol.file.allow=always'];
  await git.run('submodule update', ['--init', '--checkout', '--', place], { cwd: folder, config });
  const mine = path.join(gitDir, 'modules', ...name.split('/'));
  const inMine = { cwd: mine, env: { GIT_DIR: mine } };
  // The first one has the commit, so the worktree can be removed without losing it.
  await git.run('update-ref', ['refs/remotes/switchyard/known', fullOid(commit)], inMine);
  if (url.code === 0) await git.run('config', ['remote.origin.url', url.text.trim()], inMine);
  return true;
}
