import { exists } from '../../base/exists';
import { pathWithin } from '../../base/pathWithin';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Oid } from '../../core/story/stage';
import type { GateTreeLook, GateTreeRequest, TreeState } from '../../ports/gateTrees';
import { claimTree, setAside } from './claimTree';
import { isRealFolder, makeEmptyFolder } from './emptyFolder';
import { endOrphans, lookForOrphansAgain } from './orphans';
import { cleanTree, fillTree, mendFill, mendHead, WHOLE_TREE, type Filled, type IgnoredFiles } from './fillTree';
import { ForeignTreeError, GitError } from '../door/gitError';
import { lendFilterFiles } from './filterFiles';
import { fullOid, splitFields } from '../door/names';
import { findOwnTree, GATE, type OwnTree } from './ownTree';
import { resetGitDir, takeSettings } from './privateGitDir';
import { putBackSubmodule } from './putBackSubmodule';
import { wantedUntil, type Repository } from '../door/repository';
import { readObjects } from '../read/commits';
import { isFilled } from '../read/lfsPointer';
import { parseStatus, type StatusEntry } from '../read/status';
import { mendTree, writeDown } from './treeBook';
import { forgetTree, keepRecord, noteLeft, recordOf, restoreIndex, type TreeRecord } from './treeRecord';
import { GITLINK, isAttributes, wayTo } from './treeWay';

/** VS Code keeps worktrees whose name starts so out of its source control view. */
const PREFIX = 'agents-gate-';

/** Makes the gate tree `folder` equal `commit` and proves it. The first time it makes the worktree. */
export async function prepareGateTree(
  repository: Repository,
  request: GateTreeRequest,
  ignored: IgnoredFiles,
): Promise<void> {
  const commit = fullOid(request.commit);
  assertPlace(repository, request.folder);
  const { isToBeSetAside } = await mendTree(repository, request.folder);
  if (isToBeSetAside) await setAside(repository, request.folder);
  const tree = await claimTree(repository, { folder: request.folder, commit, purpose: GATE, vanished: 'refuse' });
  await writeDown(repository, tree);
  try {
    await makeEqual(repository, tree, commit, { ignored, signal: request.signal });
  } catch (error) {
    // A filter may look for its key in the git dir of its tree, and nobody but Switchyard can put it there.
    const lent = error instanceof GitError ? await lendFilterFiles(repository.commonDir, tree.gitDir) : [];
    if (lent.length === 0) throw error;
    repository.log.info(`${tree.folder} was lent what filters may need of the repository: ${lent.join(', ')}`);
    await makeEqual(repository, tree, commit, { ignored, signal: request.signal });
  }
}

async function makeEqual(
  repository: Repository,
  tree: OwnTree,
  commit: Oid,
  { ignored, signal }: { readonly ignored: IgnoredFiles; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const wanted = wantedUntil(repository, signal);
  await endOrphans(repository, tree);
  try {
    await resetGitDir(repository, tree, ignored);
    const before = recordOf(tree);
    const way = before === null ? null : await wayTo(repository, before, commit);
    const from = way !== null && (await restoreIndex(tree)) === 'restored' ? way : null;
    forgetTree(tree);
    const { submodules, cleaned } = await fillTree(wanted, tree, commit, { ignored, config: WHOLE_TREE, from });
    const proof = await prove(wanted, tree, commit, { ignored, cleaned, submodules });
    const wasClean = proof === 'asFilled' && (cleaned === 'nothing' || cleaned === 'unlooked');
    await keepRecord(tree, { commit, submodules, left: wasClean ? 'nothing' : 'leftovers' });
  } catch (error) {
    lookForOrphansAgain(tree);
    throw error;
  }
}

/**
 * How a gate left the tree, at the price of one `status`. Settings that it left for this tree are taken away and the index
 * is put back first: a gate may have staged what it changed, or told git not to look at it or to see it as it was.
 */
export async function lookAtGateTree(repository: Repository, request: GateTreeLook): Promise<TreeState> {
  const { files, isToBeSetAside } = await mendTree(repository, request.folder);
  const tree = isToBeSetAside ? null : await findOwnTree(repository.commonDir, request.folder);
  const commit = fullOid(request.commit);
  const record = tree === null ? null : recordOf(tree);
  const meddled = [...files, ...(tree === null ? ['.git'] : await takeMeddling(tree, commit))];
  if (tree === null || record?.commit !== commit || (await restoreIndex(tree)) === 'lost')
    return { kind: 'changed', tracked: [], meddled };
  const wanted = wantedUntil(repository, request.signal);
  const look = (scope: Scope) => differences(wanted, tree, commit, scope);
  const [into, beside] = HOW_TO_LOOK[request.files];
  const inside = (await areRealFolders(tree, record)) ? await withHidden(wanted, tree, record.submodules, () => look(into)).catch(unreadable) : null; // prettier-ignore
  const { headMoved, entries } = inside ?? (await look(beside));
  const areReal = inside !== null;
  const tracked = entries.filter((one) => one.kind === 'tracked').map((one) => one.path);
  const isSame = !headMoved && tracked.length === 0 && areReal;
  noteLeft(tree, isSame ? (entries.length === 0 ? record.left : 'leftovers') : 'changes');
  if (isSame && entries.length === 0 && meddled.length === 0) return { kind: 'asCommit' };
  return { kind: 'changed', tracked, meddled };
}

/** What a gate left in a submodule's place can be nothing that git can look into. */
function unreadable(error: unknown): null {
  if (error instanceof GitError) return null;
  throw error;
}

async function areRealFolders(tree: OwnTree, { submodules }: TreeRecord): Promise<boolean> {
  return (await Promise.all(submodules.map((name) => isRealFolder(tree.folder, name)))).every((isReal) => isReal);
}

async function takeMeddling(tree: OwnTree, commit: Oid): Promise<string[]> {
  const head = (await mendHead(tree, commit)) === 'mended' ? ['HEAD'] : [];
  return [...head, ...(await takeSettings(tree))];
}

/** Test runners find no test below `.git`, and a workspace's watchers would see every file of a tree inside it. */
function assertPlace(repository: Repository, folder: string): void {
  const inside = [repository.commonDir, repository.topLevel].some((place) => pathWithin(place, folder) !== null);
  if (!path.isAbsolute(folder) || !path.basename(folder).startsWith(PREFIX) || inside)
    throw new ForeignTreeError(
      `${folder} cannot hold a gate tree: it needs a folder outside the repository whose name starts with ${PREFIX}.`,
    );
}

/**
 * Proves that HEAD, index and files equal the commit. What a look shows to be wrong is made right once; a difference that
 * stays is an error, never a gate's result.
 */
async function prove(
  repository: Repository,
  tree: OwnTree,
  commit: Oid,
  { ignored, cleaned, submodules }: Filled & { readonly ignored: IgnoredFiles },
): Promise<'asFilled' | 'mended'> {
  const [all, tracked] =
    ignored === 'removed' ? (['all', 'trackedWhole'] as const) : (['butIgnored', 'tracked'] as const);
  // Where nothing was cleaned before, it is cleaned now, and `clean` is the one that looks for what no commit has.
  const scope = cleaned === 'unlooked' ? tracked : all;
  const look = () => differences(repository, tree, commit, scope);
  let found = await withHidden(repository, tree, submodules, look).catch(async (error: unknown) => {
    unreadable(error);
    for (const name of submodules) await makeEmptyFolder(tree.folder, name);
    return look();
  });
  // What one gate fetched is kept for the next one, but no other commit than the one that would land, and no changed file of it.
  const wrongInside = changedInside(found);
  for (const name of wrongInside) await putBackSubmodule(repository, tree, name).catch(unreadable);
  const stillWrong = wrongInside.length === 0 ? [] : await withHidden(repository, tree, submodules, look).then(changedInside, (error: unknown) => { unreadable(error); return wrongInside; }); // prettier-ignore
  for (const name of stillWrong) await makeEmptyFolder(tree.folder, name);
  const more = cleaned === 'unlooked' && isNone(found) ? await cleanTree(repository, tree, ignored) : 'nothing';
  if (isNone(found) && more === 'nothing') return 'asFilled';
  const wrong = more === 'nothing' ? whatIsWrong(found) : more === 'attributes' ? more : 'leftovers';
  await mendFill(repository, tree, commit, { ignored, config: WHOLE_TREE, wrong });
  found = await differences(repository, tree, commit, all);
  if (isNone(found)) return 'mended';
  const differing = [...(found.headMoved ? ['HEAD'] : []), ...found.entries.map((entry) => entry.path)];
  throw new Error(
    `The gate tree ${tree.folder} could not be made equal to ${commit}. These differ: ` +
      `${differing.slice(0, 10).join(', ')}. Is a program using it?`,
  );
}

/** Submodules that are at another commit, or in which a tracked file is changed. */
function changedInside({ entries }: Differences): string[] {
  return entries.flatMap((one) => one.kind === 'tracked' && one.indexMode === GITLINK && one.letters === '.M' ? [one.path] : []); // prettier-ignore
}

function isNone({ headMoved, entries }: Differences): boolean {
  return !headMoved && entries.length === 0;
}

/** What the old commit ignored or hid can be a plain leftover now, and a gate can have changed what nobody looked at since. */
function whatIsWrong({ headMoved, entries }: Differences): 'files' | 'leftovers' | 'attributes' {
  const more = entries.filter(({ kind }) => kind === 'untracked' || kind === 'ignored');
  // It may have decided how files were written just now.
  if (more.some((entry) => isAttributes(entry.path))) return 'attributes';
  return headMoved || more.length < entries.length ? 'files' : 'leftovers';
}

/** What counts as different: everything, or files of the commit alone; each also without what is new in submodules, or ignored. */
type Scope = 'all' | 'trackedWhole' | 'butIgnored' | 'tracked' | 'butIgnoredBeside' | 'trackedBeside';

const SCOPES: Readonly<Record<Scope, readonly string[]>> = {
  all: ['--untracked-files=all', '--ignored=traditional'],
  trackedWhole: ['--untracked-files=no'],
  butIgnored: ['--untracked-files=all', '--ignore-submodules=untracked'],
  tracked: ['--untracked-files=no', '--ignore-submodules=untracked'],
  butIgnoredBeside: ['--untracked-files=all', '--ignore-submodules=dirty'],
  trackedBeside: ['--untracked-files=no', '--ignore-submodules=dirty'],
};

/** Into submodules too; and beside them, where that cannot be. */
const HOW_TO_LOOK: Readonly<Record<GateTreeLook['files'], readonly [Scope, Scope]>> = {
  all: ['butIgnored', 'butIgnoredBeside'],
  tracked: ['tracked', 'trackedBeside'],
};

interface Differences {
  readonly headMoved: boolean;
  readonly entries: readonly StatusEntry[];
}

/** What is not as the commit has it. */
async function differences(repository: Repository, tree: OwnTree, commit: Oid, scope: Scope): Promise<Differences> {
  const how = ['--porcelain=v2', '-z', '--branch', '--no-renames', ...SCOPES[scope]];
  const { text } = await repository.git.runInOwnTree(tree, 'status', how, { config: WHOLE_TREE });
  const headMoved = !text.startsWith(`# branch.oid ${commit}\0# branch.head (detached)\0`);
  const entries = parseStatus(text);
  const same = await asCheckedOut(repository, tree, commit, entries.filter(onDiskOnly));
  return { headMoved, entries: entries.filter((entry) => !same.has(entry.path)) };
}

/** With submodules in which git was told not to look at a file: whatever stands there, no status shows it. */
async function withHidden(
  repository: Repository,
  tree: OwnTree,
  submodules: readonly string[],
  look: () => Promise<Differences>,
): Promise<Differences> {
  const found = await look();
  const filled: string[] = [];
  for (const name of submodules) if (await exists(path.join(tree.folder, name, '.git'))) filled.push(name);
  if (filled.length === 0) return found;
  const args = ['-v', '-z', '--recurse-submodules', '--', ...filled.map((name) => `:(top,literal)${name}`)];
  const { text } = await repository.git.runInOwnTree(tree, 'ls-files', args, { config: WHOLE_TREE });
  // A small letter: assume-unchanged. S: skip-worktree.
  const hidden = splitFields(text).flatMap((line) => (/^[a-zS] /.test(line) ? [line.slice(2)] : []));
  const known = new Set(found.entries.map((entry) => entry.path));
  const more = filled.filter((name) => !known.has(name) && hidden.some((file) => file.startsWith(`${name}/`)));
  const change = { kind: 'tracked', letters: '.M', indexMode: GITLINK, indexOid: '', workMode: GITLINK } as const;
  return { ...found, entries: [...found.entries, ...more.map((name) => ({ ...change, path: name }))] };
}

/** A file whose bytes alone differ: one that was made executable, and a link, are never as the commit has them. */
function onDiskOnly({ kind, letters, indexMode, workMode }: StatusEntry): boolean {
  return kind === 'tracked' && letters === '.M' && indexMode === workMode && indexMode.startsWith('100');
}

/**
 * Some repositories hold files that git calls modified right after a clone, such as CRLF under a text attribute. What
 * counts is that the bytes are those that a checkout of the commit writes: mostly those of the object, else what git's
 * filters make of them. Where those of Git LFS write pointers, what a pointer stands for is as good.
 */
async function asCheckedOut(
  repository: Repository,
  tree: OwnTree,
  commit: Oid,
  entries: readonly StatusEntry[],
): Promise<Set<string>> {
  const objects = await readObjects(
    repository,
    entries.map((entry) => entry.indexOid),
  );
  const same = new Set<string>();
  for (const [index, { path: name }] of entries.entries()) {
    const file = path.join(tree.folder, ...name.split('/'));
    const object = objects[index]?.data;
    if (object !== undefined && (await isFilled(object, file).catch(() => false))) same.add(name);
    const onDisk = same.has(name) ? null : await readFile(file).catch(() => null);
    if (onDisk === null) continue;
    const isObject = object?.equals(onDisk) === true;
    if (isObject || (await filtered(repository, tree, `${commit}:${name}`)).equals(onDisk)) same.add(name);
  }
  return same;
}

async function filtered(repository: Repository, tree: OwnTree, name: string): Promise<Buffer> {
  return (await repository.git.runInOwnTree(tree, 'cat-file', ['--filters', name])).stdout;
}
