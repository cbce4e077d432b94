import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { shortRef } from '../../core/story/names';
import type { Oid } from '../../core/story/stage';
import type { RescueNote } from '../../core/rescue/rescueNote';
import type { PutBackRequest, PutBackWorkOutcome, RescuedPlace, WantedPlace } from '../../ports/rescue';
import { exists } from '../../base/exists';
import { moveRef, removeRef } from '../guard/changeRefs';
import { canBeNewBranch } from '../read/branchNames';
import { readCommit, readObjects } from '../read/commits';
import { refSnapshots } from '../read/refSnapshot';
import { tip } from '../read/refs';
import { listWorktrees } from '../read/worktrees';
import { fullOid, fullRef } from '../door/names';
import { runBare, type Repository } from '../door/repository';
import { claimTree, lookAtGround } from '../trees/claimTree';
import { fillTree } from '../trees/fillTree';
import { assertOwnTree, findOwnTree, MARK, type OwnTree } from '../trees/ownTree';
import { markStoryTree } from '../trees/storyMark';
import { emptyAway } from './emptyAway';
import { isPutBack } from './gitState';
import { removeRecord } from './removeRecord';
import { findRescue } from './rescueRefs';
import { ABSENT_LIST, GIT_FILES, RAW_LIST } from './saveWork';
import { removeNames, writeFiles } from './writeFiles';
import { writeCommit } from './writeObjects';

const REFLOG = 'switchyard: restore story';

/** A branch name and a folder that nothing has yet. */
export async function freePlace(repository: Repository, wanted: WantedPlace): Promise<RescuedPlace> {
  const branches = await refSnapshots(repository).current();
  const busy = new Set((await listWorktrees(repository)).map((one) => one.branch));
  const isLeft = (name: string): boolean =>
    wanted.at !== null && branches.heads.get(name) === wanted.at && !busy.has(name) && !branches.symbolic.has(name);
  const names = wanted.branches.flatMap((name) => [name, ...[2, 3, 4, 5, 6, 7, 8, 9].map((at) => `${name}-${at}`)]);
  const branch = names.map(fullRef).find((name) => isLeft(name) || canBeNewBranch(name, branches));
  if (branch === undefined)
    throw new Error(`No branch can be made: ${wanted.branches.map(shortRef).join(', ')} and their like are taken.`);
  if (wanted.folder === null) return { branch, folder: null };
  for (let number = 1; ; number += 1) {
    const folder = number === 1 ? wanted.folder : `${wanted.folder}-${number}`;
    const ground = await lookAtGround(repository, folder);
    if (ground.kind === 'vacant') return { branch, folder };
  }
}

/**
 * Makes the branch and the worktree of a rescue again. As with a new worktree the tree is Switchyard's own until all of it
 * is there, so that a kill in the middle leaves what the next attempt completes, and nothing resets it afterwards. Whoever
 * cancels gets back what was: until then nobody can have worked there.
 */
export async function putWorkBack(repository: Repository, request: PutBackRequest): Promise<PutBackWorkOutcome> {
  const branch = fullRef(request.branch);
  const { commit, note } = await findRescue(repository, request.ref);
  const at =
    note?.chain.tip ?? note?.chain.head ?? (note === null ? commit : await plainCommit(repository, commit, note));
  const before = await tip(repository, branch);
  const made = await createBranch(repository, branch, fullOid(at));
  if (made !== null) return { kind: 'refused', why: made };
  if (request.folder === null) return { kind: 'putBack' };
  const there = (await listWorktrees(repository)).find((one) => one.path === request.folder && one.madeFor === branch);
  if (
    there !== undefined &&
    (await exists(there.path)) &&
    (await findOwnTree(repository.commonDir, there.path)) === null
  )
    return { kind: 'putBack' };
  const staged = note?.chain.staged ?? at;
  const tree = await claimTree(repository, {
    folder: request.folder,
    commit: staged,
    purpose: branch,
    vanished: 'renew',
  });
  const { signal } = request;
  try {
    await markStoryTree(tree.gitDir, branch);
    await fillTree(repository, tree, staged, { ignored: 'removed', config: [], from: null, signal });
    if (note?.chain.state !== null && note !== null) await putFilesBack(repository, tree, { commit, note, branch });
    else await repository.git.runInOwnTree(tree, 'symbolic-ref', ['-m', REFLOG, 'HEAD', branch]);
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
  if (signal?.aborted === true) {
    await assertOwnTree(tree);
    await emptyAway(tree.folder);
    await removeRecord(repository, tree.gitDir);
    if (before === null) await removeRef(repository, branch, fullOid(at), 'switchyard: restoring was cancelled');
    return { kind: 'cancelled' };
  }
  await rm(path.join(tree.gitDir, MARK));
  return { kind: 'putBack' };
}

/** Makes a branch of a rescue's own chain, and a last commit with every file, without git's state beside it. */
export async function branchFromRescue(
  repository: Repository,
  { ref, branch }: { readonly ref: string; readonly branch: string },
): Promise<void> {
  const { commit, note } = await findRescue(repository, ref);
  const at = note === null ? commit : await filesCommit(repository, commit, note);
  const why = await createBranch(repository, fullRef(branch), at);
  if (why !== null) throw new Error(why);
}

async function filesCommit(repository: Repository, commit: Oid, note: RescueNote): Promise<Oid> {
  const { tree, parents } = await readCommit(repository, commit);
  const [before] = parents;
  if (before !== undefined && (await readCommit(repository, before)).tree === tree) return before;
  const message = `Files that were kept${note.story === null ? '' : ` of #${note.story.number}`}\n`;
  return writeCommit(repository, {
    tree,
    parents: before === undefined ? [] : [before],
    message,
    at: Date.parse(note.at),
  });
}

/** What a rescue holds as one commit that a branch can be at, without git's state beside it. */
async function plainCommit(repository: Repository, commit: Oid, note: RescueNote): Promise<Oid> {
  return note.chain.staged ?? (await readCommit(repository, commit)).parents[0] ?? commit;
}

/** Null where the branch is at the commit now; else why not. */
async function createBranch(repository: Repository, branch: string, at: Oid): Promise<string | null> {
  const before = await tip(repository, branch);
  if (before === at) return null;
  if (before !== null) return `${shortRef(branch)} is there already, and at another commit. It is left as it is.`;
  const isMade = await moveRef(repository, { ref: branch, to: at }, REFLOG, [`create ${branch}`, at]);
  return isMade ? null : `${shortRef(branch)} cannot be made beside the branches that are there.`;
}

interface Kept {
  readonly commit: Oid;
  readonly note: RescueNote;
  readonly branch: string;
}

async function putFilesBack(repository: Repository, tree: OwnTree, { commit, note, branch }: Kept): Promise<void> {
  const state = await stateFiles(repository, fullOid(note.chain.state ?? ''));
  const namesIn = (list: string): string[] => (state.get(list)?.toString('latin1') ?? '').split('\0').slice(0, -1);
  await removeNames(tree, namesIn(ABSENT_LIST));
  await writeFiles(repository, tree, { commit, names: namesIn(RAW_LIST) });
  // Without the index a killed attempt is begun anew from the commit; so it comes after the files.
  for (const [name, data] of state) {
    const inner = name.startsWith(GIT_FILES) ? name.slice(GIT_FILES.length) : '';
    if (inner === '' || !isPutBack(inner)) continue;
    const place = path.join(tree.gitDir, ...inner.split('/'));
    await mkdir(path.dirname(place), { recursive: true });
    await writeFile(place, inner.endsWith('/head-name') ? renamed(data, note.branch, branch) : data);
  }
  await putHeadBack(repository, tree, { state, note, branch });
}

/** A rebase goes back to the branch that it began on, by whatever name that is back. */
function renamed(data: Buffer, before: string | null, now: string): Buffer {
  return before !== null && data.toString('utf8').trim() === before ? Buffer.from(`${now}\n`) : data;
}

async function putHeadBack(
  repository: Repository,
  tree: OwnTree,
  { state, note, branch }: { state: ReadonlyMap<string, Buffer>; note: RescueNote; branch: string },
): Promise<void> {
  const { head } = note.chain;
  const on = branchIn(state.get(`${GIT_FILES}HEAD`) ?? Buffer.alloc(0));
  const attach = (name: string): Promise<unknown> =>
    repository.git.runInOwnTree(tree, 'symbolic-ref', ['-m', REFLOG, 'HEAD', fullRef(name)]);
  if (on !== null && on === note.branch) await attach(branch);
  // Another branch may have gone on since, or be checked out elsewhere; one without a commit is only a name.
  else if (head !== null) {
    const args = ['-m', REFLOG, '--no-deref', '--end-of-options', 'HEAD', fullOid(head)];
    await runBare(repository, 'update-ref', args, { env: { GIT_DIR: tree.gitDir } });
  } else if (on !== null && (await tip(repository, on)) === null) await attach(on);
}

/** The branch (full name) that a HEAD is on, null where it is on none. */
function branchIn(head: Buffer): string | null {
  return /^ref: (refs\/heads\/\S+)$/.exec(head.toString('utf8').trim())?.[1] ?? null;
}

/** Files of a state commit by name. */
async function stateFiles(repository: Repository, commit: Oid): Promise<Map<string, Buffer>> {
  const { text } = await runBare(repository, 'ls-tree', ['-r', '-z', '--full-tree', '--end-of-options', commit]);
  const entries = text.split('\0').flatMap((line) => {
    const [, oid = '', name = ''] = /^\d{6} blob ([0-9a-f]+)\t([^]+)$/.exec(line) ?? [];
    return name === '' || name.startsWith('stages/') ? [] : [{ oid, name }];
  });
  const objects = await readObjects(
    repository,
    entries.map(({ oid }) => oid),
  );
  return new Map(entries.map(({ name }, at) => [name, objects[at]?.data ?? Buffer.alloc(0)]));
}
