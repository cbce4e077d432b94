import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Oid } from '../../core/story/stage';
import { makeEmptyFolder, makeFolder } from './emptyFolder';
import { splitFields } from '../door/names';
import { assertNoMounts } from './mounts';
import type { OwnTree } from './ownTree';
import { runBare, type Repository } from '../door/repository';
import { putIndexBack, readRecord, removeRecord, removeUnlessFile, type TreeRecord } from './treeRecord';

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

/**
 * Makes HEAD, index and files of an own tree equal a commit; nothing else stays in it but, where `kept`, ignored files
 * and what is in submodules. It can be killed at any point and done again. Returns what is to be recorded once that was
 * proven.
 */
export async function fillTree(
  repository: Repository,
  tree: OwnTree,
  commit: Oid,
  ignored: IgnoredFiles,
  config: readonly string[],
): Promise<TreeRecord> {
  const { git } = repository;
  const before = await readRecord(tree);
  await removeRecord(tree);
  await removeRemains(tree, commit);
  await assertNoMounts(tree.folder);
  const known = await goOnFrom(repository, tree, before, commit);
  if (ignored === 'removed') await makeSubmoduleFolders(tree, before?.submodules ?? [], makeEmptyFolder);
  // Cleaned first, because a stray .gitattributes would decide how the checkout writes files.
  if (!(await isBare(tree.folder))) await cleanTree(repository, tree, ignored);
  // Detached, so that no branch is moved that a gate checked out here. A full id, because this command knows no
  // `--end-of-options`.
  await git.runInOwnTree(tree, 'checkout', ['--force', '--detach', '--quiet', commit, '--'], { config });
  const submodules = known ?? (await listSubmodules(repository, tree));
  // `clean` does not go into a submodule that a gate has filled.
  await makeSubmoduleFolders(tree, submodules, ignored === 'removed' ? makeEmptyFolder : makeFolder);
  return { commit, submodules };
}

/** A tree that was just made holds its `.git` file and nothing to clean. */
async function isBare(folder: string): Promise<boolean> {
  return (await readdir(folder)).every((name) => name === '.git');
}

/** Removes what is not tracked. What cannot be removed gives exit code 1; the proof afterwards names it. */
export async function cleanTree({ git }: Repository, tree: OwnTree, ignored: IgnoredFiles): Promise<void> {
  await git.runInOwnTree(tree, 'clean', [ignored === 'kept' ? '-ffdq' : '-ffdxq'], { expect: [0, 1] });
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
  for (const name of REMAINS) await rm(path.join(tree.gitDir, name), { recursive: true, force: true });
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

/**
 * Makes the index one to go on from, and returns the submodules of the new commit where they are known. Without an index
 * every file is written anew: after a kill, and where attributes differ, because git would leave a file alone whose
 * contents are the same but are checked out otherwise now.
 */
async function goOnFrom(
  repository: Repository,
  tree: OwnTree,
  before: TreeRecord | null,
  commit: Oid,
): Promise<readonly string[] | null> {
  const known = before === null ? null : await submodulesFrom(repository, before, commit);
  if (known === null || (await putIndexBack(tree)) === 'missing') {
    await rm(path.join(tree.gitDir, 'index'), { force: true });
    return known;
  }
  return known;
}

const GITLINK = '160000';

/** The submodules of a commit, from those of another and from what differs; null where attributes differ. */
async function submodulesFrom(
  repository: Repository,
  before: TreeRecord,
  commit: Oid,
): Promise<readonly string[] | null> {
  if (before.commit === commit) return before.submodules;
  const args = ['-r', '-z', '--no-renames', before.commit, commit, '--'];
  const { code, text } = await runBare(repository, 'diff-tree', args, { expect: [0, 128] });
  if (code !== 0) return null;
  const submodules = new Set(before.submodules);
  const fields = splitFields(text);
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [header = '', name = ''] = [fields[at], fields[at + 1]];
    if (name === '.gitattributes' || name.endsWith('/.gitattributes')) return null;
    if (header.split(' ')[1] === GITLINK) submodules.add(name);
    else submodules.delete(name);
  }
  return [...submodules];
}

async function listSubmodules(repository: Repository, tree: OwnTree): Promise<string[]> {
  const { text } = await repository.git.runInOwnTree(tree, 'ls-files', ['-s', '-z']);
  const entries = splitFields(text).filter((entry) => entry.startsWith(`${GITLINK} `));
  return entries.map((entry) => entry.slice(entry.indexOf('\t') + 1));
}
