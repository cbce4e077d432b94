import { lstat, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Oid } from '../../core/story/stage';
import { ATTRIBUTE_FILES } from '../candidate/attributes';
import { makeEmptyFolder } from './emptyFolder';
import { splitFields } from '../door/names';
import type { OwnTree } from './ownTree';
import { runBare, type Repository } from '../door/repository';

/** Files that git ignores: a gate may build on what an earlier one left (`kept`), a first gate may not (`removed`). */
export type IgnoredFiles = 'kept' | 'removed';

/** In the tree's git dir: the commit it was last filled with, written once that was proven. */
const FILLED = 'switchyard-filled-with';

/**
 * Settings for filling a tree. They overrule what would leave files out (sparse checkout) or let git believe that a
 * file is as it was without looking at it.
 */
export const WHOLE_TREE: readonly string[] = [
  'core.sparseCheckout=false',
  'core.ignoreStat=false',
  'core.trustctime=true',
  'core.checkStat=default',
];

/**
 * Makes HEAD, index and files of an own tree equal a commit; nothing else stays in it but, where `kept`, ignored files.
 * It can be killed at any point and done again.
 */
export async function fillTree(
  repository: Repository,
  tree: OwnTree,
  commit: Oid,
  ignored: IgnoredFiles,
  config: readonly string[],
): Promise<void> {
  const { git } = repository;
  const marker = path.join(tree.gitDir, FILLED);
  const before = (await readFile(marker, 'utf8').catch(() => '')).trim();
  await rm(marker, { force: true });
  await removeRemains(tree, commit);
  if (!(await canFillFrom(repository, before, commit))) await dropIndex(tree);
  // Detached first, so that no reset can move a branch that a gate checked out here.
  await git.runInOwnTree(tree, 'update-ref', ['--no-deref', 'HEAD', commit]);
  // Cleaned first, because a stray .gitattributes would decide how the reset writes files.
  await cleanTree(repository, tree, ignored);
  await reset(repository, tree, commit, config);
  const { flagged, submodules } = await indexEntries(repository, tree);
  if (flagged) {
    await dropIndex(tree);
    await reset(repository, tree, commit, config);
  }
  // A gate may have filled a submodule, and `clean` does not go into one.
  for (const submodule of submodules) await makeEmptyFolder(tree.folder, submodule);
}

/** Records that a tree was found to equal `commit`, so that the next filling can go on from there. */
export async function recordFilled(tree: OwnTree, commit: Oid): Promise<void> {
  await writeFile(path.join(tree.gitDir, FILLED), `${commit}\n`);
}

async function reset({ git }: Repository, tree: OwnTree, commit: Oid, config: readonly string[]): Promise<void> {
  // A full id, because the reset of 2.39 knows no `--end-of-options`.
  await git.runInOwnTree(tree, 'reset', ['--hard', '--quiet', commit, '--'], { config });
}

/** Removes what is not tracked. What cannot be removed gives exit code 1; the proof afterwards names it. */
export async function cleanTree({ git }: Repository, tree: OwnTree, ignored: IgnoredFiles): Promise<void> {
  await git.runInOwnTree(tree, 'clean', [ignored === 'kept' ? '-ffdq' : '-ffdxq'], { expect: [0, 1] });
}

/** What a killed git leaves in a git dir, and what keeps a branch in use in a tree whose HEAD was detached since. */
const REMAINS = ['index.lock', 'HEAD.lock', 'locked', 'rebase-merge', 'rebase-apply', 'BISECT_LOG', 'BISECT_START'];

/**
 * Lock files and a torn HEAD that a killed git left in this tree, and what a gate left half done. Whoever fills a tree
 * has ended its processes.
 */
async function removeRemains(tree: OwnTree, commit: Oid): Promise<void> {
  for (const name of REMAINS) await rm(path.join(tree.gitDir, name), { recursive: true, force: true });
  // Written through, a link that a gate put here would change the file it leads to.
  for (const name of ['HEAD', 'index']) await unlinkLink(path.join(tree.gitDir, name));
  const file = path.join(tree.gitDir, 'HEAD');
  const head = await readFile(file, 'utf8').catch(() => '');
  if (!/^(?:ref: refs\/\S+|[0-9a-f]{40,64})\s*$/.test(head)) await writeFile(file, `${commit}\n`);
}

async function unlinkLink(file: string): Promise<void> {
  const stats = await lstat(file).catch(() => null);
  if (stats?.isSymbolicLink() === true) await rm(file);
}

/**
 * Whether going on from the files that are there gives what a fresh checkout gives. Not after a kill, and not where
 * attributes differ: git would leave a file alone whose contents are the same but are checked out otherwise now.
 */
async function canFillFrom(repository: Repository, before: string, commit: Oid): Promise<boolean> {
  if (before === '') return false;
  const args = ['-r', '-z', '--name-only', '--no-renames', before, commit, '--', ATTRIBUTE_FILES];
  const { code, text } = await runBare(repository, 'diff-tree', args, { expect: [0, 128] });
  return code === 0 && text === '';
}

/** Without an index, a reset writes every file anew. */
async function dropIndex(tree: OwnTree): Promise<void> {
  await rm(path.join(tree.gitDir, 'index'), { force: true });
}

/** `flagged`: some path is marked so that git would not look at its file (assume-unchanged, skip-worktree). */
async function indexEntries(
  repository: Repository,
  tree: OwnTree,
): Promise<{ flagged: boolean; submodules: string[] }> {
  const { text } = await repository.git.runInOwnTree(tree, 'ls-files', ['-s', '-v', '-z']);
  const entries = splitFields(text);
  const submodules = entries.filter((entry) => entry.startsWith('160000 ', 2));
  return {
    flagged: entries.some((entry) => !entry.startsWith('H ')),
    submodules: submodules.map((entry) => entry.slice(entry.indexOf('\t') + 1)),
  };
}
