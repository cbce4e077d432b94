import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Oid } from '../../core/story/stage';
import { makeEmptyFolder, makeFolder } from './emptyFolder';
import { splitFields } from '../door/names';
import { assertNoMounts } from './mounts';
import type { OwnTree } from './ownTree';
import type { Repository } from '../door/repository';
import { checkOutChanges, GITLINK, type Way } from './treeWay';
import { removeUnlessFile } from './treeRecord';

/**
 * What git ignores, and what is in submodules: a gate may build on what an earlier one left (`kept`), a first gate may
 * not (`removed`).
 */
export type IgnoredFiles = 'kept' | 'removed';

/**
 * Settings for filling a tree. They overrule what would leave files out (sparse checkout) or let git believe that a
 * file is as it was without looking at it.
 */
export const WHOLE_TREE: readonly string[] = [
  'core.sparseCheckout=false',
  'core.splitIndex=false',
  'core.untrackedCache=false',
  'core.ignoreStat=false',
  'core.trustctime=true',
  'core.checkStat=default',
];

/** How a tree is filled. */
export interface Filling {
  readonly ignored: IgnoredFiles;
  readonly config: readonly string[];
  /** How to come here from what the tree was proven to be; null where nothing is known of it, and every file is written anew. */
  readonly from: Way | null;
  /** Ends the checkout that writes every file. */
  readonly signal?: AbortSignal | undefined;
}

/** `attributes`: something that may have decided how files were written. */
export type Cleaned = 'nothing' | 'something' | 'attributes';

export interface Filled {
  /** Paths of the commit's gitlinks, with `/`. */
  readonly submodules: readonly string[];
  /** What there was that no commit has, and is gone; `unlooked` where nobody expected anything and so nobody looked. */
  readonly cleaned: Cleaned | 'unlooked';
}

/**
 * Makes HEAD, index and files of an own tree equal a commit; nothing else stays in it but, where `kept`, ignored files
 * and what is in submodules. It can be killed at any point and done again. What came of it is for the caller to prove.
 */
export async function fillTree(
  repository: Repository,
  tree: OwnTree,
  commit: Oid,
  { ignored, config, from, signal }: Filling,
): Promise<Filled> {
  await removeRemains(tree, commit);
  await assertNoMounts(tree.folder);
  // git would leave a file alone whose contents are the same but are checked out otherwise now, or after a kill.
  if (from === null) await rm(path.join(tree.gitDir, 'index'), { force: true });
  if (ignored === 'removed') await makeSubmoduleFolders(tree, from?.before.submodules ?? [], makeEmptyFolder);
  // Cleaned first, because a stray .gitattributes would decide how the checkout writes files.
  const isExpected = from === null ? !(await isBare(tree.folder)) : from.before.left !== 'nothing';
  const cleaned = isExpected ? await cleanTree(repository, tree, ignored) : from === null ? 'nothing' : 'unlooked';
  if (from === null || (await checkOutChanges(repository, tree, commit, { from, config })) === 'refused')
    await checkOutWhole(repository, tree, commit, { config, signal });
  const submodules = from?.submodules ?? (await listSubmodules(repository, tree));
  // `clean` does not go into a submodule that a gate has filled.
  await makeSubmoduleFolders(tree, submodules, ignored === 'removed' ? makeEmptyFolder : makeFolder);
  return { submodules, cleaned };
}

/** What a fill that looked only where it had to has left wrong, as a look has shown, is made right. */
export async function mendFill(
  repository: Repository,
  tree: OwnTree,
  commit: Oid,
  {
    ignored,
    config,
    wrong,
  }: Pick<Filling, 'ignored' | 'config'> & { readonly wrong: 'files' | 'leftovers' | 'attributes' },
): Promise<void> {
  const cleaned = await cleanTree(repository, tree, ignored);
  // git would leave a file alone whose contents are the same, however it was written.
  const isRewritten = wrong === 'attributes' || cleaned === 'attributes';
  if (isRewritten) await rm(path.join(tree.gitDir, 'index'), { force: true });
  if (isRewritten || wrong === 'files') await checkOutWhole(repository, tree, commit, { config });
}

/** Compares every file with the index, and writes those that differ. */
async function checkOutWhole(
  { git }: Repository,
  tree: OwnTree,
  commit: Oid,
  { config, signal }: Pick<Filling, 'config' | 'signal'>,
): Promise<void> {
  // Detached, so that no branch is moved that a gate checked out here. A full id, because this command knows no
  // `--end-of-options`.
  await git.runInOwnTree(tree, 'checkout', ['--force', '--detach', '--quiet', commit, '--'], { config, signal });
}

/** A tree that was just made holds its `.git` file and nothing to clean. */
async function isBare(folder: string): Promise<boolean> {
  return (await readdir(folder)).every((name) => name === '.git');
}

/**
 * Removes what is not tracked, folders with nothing in them too, which no `status` shows. Where it finds nothing, there is
 * nothing. What cannot be removed is `something`; the proof afterwards names it.
 */
export async function cleanTree({ git }: Repository, tree: OwnTree, ignored: IgnoredFiles): Promise<Cleaned> {
  const how = [ignored === 'kept' ? '-ffd' : '-ffdx'];
  const { code, text } = await git.runInOwnTree(tree, 'clean', how, { expect: [0, 1] });
  if (code === 0 && text === '') return 'nothing';
  // Of a folder that holds nothing tracked git names the folder alone, and what is in there decides about nothing else.
  return text.toLowerCase().includes('.gitattributes') ? 'attributes' : 'something';
}

async function makeSubmoduleFolders(
  tree: OwnTree,
  submodules: readonly string[],
  make: (top: string, name: string) => Promise<unknown>,
): Promise<void> {
  for (const submodule of submodules) await make(tree.folder, submodule);
}

/** What a killed git leaves in a git dir, and what keeps a branch in use in a tree whose HEAD was detached since. */
const REMAINS = [
  'index.lock',
  'HEAD.lock',
  'locked',
  'rebase-merge',
  'rebase-apply',
  'sequencer',
  'BISECT_LOG',
  'BISECT_START',
  'MERGE_HEAD',
  'CHERRY_PICK_HEAD',
  'REVERT_HEAD',
];

/**
 * Lock files and a torn HEAD that a killed git left in this tree, and what a gate left half done. Whoever fills a tree
 * has ended its processes.
 */
async function removeRemains(tree: OwnTree, commit: Oid): Promise<void> {
  const names = new Set(await readdir(tree.gitDir));
  for (const name of REMAINS)
    if (names.has(name)) await rm(path.join(tree.gitDir, name), { recursive: true, force: true });
  await removeUnlessFile(path.join(tree.gitDir, 'index'));
  await mendHead(tree, commit);
}

/** Without a HEAD that can be read, git knows no repository. */
export async function mendHead(tree: OwnTree, commit: Oid): Promise<'asBefore' | 'mended'> {
  const file = path.join(tree.gitDir, 'HEAD');
  await removeUnlessFile(file);
  const head = await readFile(file, 'utf8').catch(() => '');
  if (/^(?:ref: refs\/\S+|(?!0+$)[0-9a-f]{40,64})$/.test(head.trimEnd())) return 'asBefore';
  await writeFile(file, `${commit}\n`);
  return 'mended';
}

async function listSubmodules(repository: Repository, tree: OwnTree): Promise<string[]> {
  const { text } = await repository.git.runInOwnTree(tree, 'ls-files', ['-s', '-z']);
  const entries = splitFields(text).filter((entry) => entry.startsWith(`${GITLINK} `));
  return entries.map((entry) => entry.slice(entry.indexOf('\t') + 1));
}
