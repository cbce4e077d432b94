import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { shortRef } from '../../core/story/names';
import { parseRestackMark } from '../../core/story/restackMark';
import { count, namesOf } from '../../core/words/durations';
import type { Oid } from '../../core/story/stage';
import type { RestackOutcome, RestackRequest } from '../../ports/restacking';
import { fullOid, fullRef } from '../door/names';
import type { Repository } from '../door/repository';
import { moveKeepingOld } from '../guard/changeRefs';
import { whyBusy } from '../landing/busyTree';
import { bringFiles, stagedTree, takeIn } from '../merging/worktreeState';
import { readCommit } from '../read/commits';
import { localChanges } from '../read/localChanges';
import { isAncestor, tip } from '../read/refs';
import { parseStatus } from '../read/status';
import { rescueWork } from '../rescue/rescueWork';
import { linkedGitDir } from '../trees/ownTree';
import { treeMark } from '../trees/treeMark';
import { replayOnto } from './replay';

const REFLOG = 'switchyard: restack on the parent';

/** In a worktree whose branch is being moved. */
const restackMark = treeMark('switchyard-restacking', parseRestackMark);

/** A worktree that is on the branch. */
interface Tree {
  readonly folder: string;
  readonly gitDir: string;
}

/**
 * Files go before the branch: git writes only where nothing of it would be lost, so nothing has to be undone where somebody
 * writes there just then. A mark in the worktree's private git dir says from which commit to which, for after a kill.
 */
export async function restack(repository: Repository, request: RestackRequest): Promise<RestackOutcome> {
  const [branch, at, onto] = [fullRef(request.branch), fullOid(request.at), fullOid(request.onto)];
  const tree = request.folder === null ? null : await treeAt(repository, request.folder, branch);
  if (tree !== null && 'kind' in tree) return tree;
  if (tree !== null) {
    const left = await settleLeft(repository, tree, branch);
    if (left !== null) return left;
  }
  const from = await tip(repository, branch);
  if (from === null) return waits(`${shortRef(branch)} is gone.`);
  if (await isAncestor(repository, onto, from)) return { kind: 'asItIs' };
  if (request.mayHold === 'heldIsEnough' && (await isAncestor(repository, at, onto))) return { kind: 'asItIs' };
  if (!(await isAncestor(repository, at, from))) {
    const message = `It does not hold ${at.slice(0, 8)} of its parent any more, so what is its own cannot be told apart.`;
    return { kind: 'conflict', files: [], message };
  }
  const why = tree === null ? null : await whyNotClean(repository, tree);
  if (why !== null) return waits(why);
  const replayed = await replayOnto(repository, { from, at, onto });
  if (replayed.kind === 'conflict') return replayed;
  const to = replayed.tip;
  if (tree !== null) {
    await restackMark.write(tree.gitDir, { branch, from, to });
    if ((await bringFiles(repository, tree.folder, from, to)) === 'refused') {
      await restackMark.remove(tree.gitDir);
      return waits(`Files in ${tree.folder} are being changed.`);
    }
  }
  return moveAndEnd(repository, tree, { branch, from, to });
}

function waits(why: string): Extract<RestackOutcome, { kind: 'waits' }> {
  return { kind: 'waits', why };
}

async function treeAt(repository: Repository, folder: string, branch: string): Promise<Tree | RestackOutcome> {
  const gitDir = await linkedGitDir(repository.commonDir, folder);
  if (gitDir === null) return waits(`There is no worktree of this repository at ${folder}.`);
  const head = (await readFile(path.join(gitDir, 'HEAD'), 'utf8')).trim();
  return head === `ref: ${branch}` ? { folder, gitDir } : waits(`${folder} is not on ${shortRef(branch)}.`);
}

async function whyNotClean(repository: Repository, { folder, gitDir }: Tree): Promise<string | null> {
  const busy = await whyBusy(gitDir, folder);
  if (busy !== null) return busy;
  const changes = await localChanges(repository.git, folder);
  if (changes.length === 0) return null;
  const files = namesOf(changes.map((change) => change.path));
  return `${folder} has ${count(changes.length, 'uncommitted file')}: ${files}.`;
}

/**
 * What a kill left in the middle: where index and files are the new ones the branch follows them. Else what is there is kept
 * under a rescue ref, and index and files go back to the branch. Null where nothing is left.
 */
async function settleLeft(repository: Repository, tree: Tree, branch: string): Promise<RestackOutcome | null> {
  const mark = await restackMark.read(tree.gitDir);
  if (mark === null) return null;
  const now = await tip(repository, branch);
  if (mark.branch === branch && now === mark.from && !(await isAt(repository, tree, mark.from))) {
    if (await isAt(repository, tree, mark.to)) return moveAndEnd(repository, tree, mark);
    const { folder } = tree;
    const saved = await rescueWork(repository, { folder, branch, story: null, reason: 'uncommitted', large: 'keep' });
    if (saved.kind === 'refused') return waits(saved.why);
    const files = await takeIn(repository, folder);
    if ((await bringFiles(repository, folder, files, mark.from)) === 'refused')
      return waits(`Files in ${folder} are being changed.`);
  }
  await restackMark.remove(tree.gitDir);
  return null;
}

/** Whether index and files of a worktree are those of a commit. */
async function isAt(repository: Repository, { folder }: Tree, commit: Oid): Promise<boolean> {
  const { git } = repository;
  await git.run('update-index', ['-q', '--refresh'], { cwd: folder, expect: [0, 1] });
  if ((await stagedTree(repository, folder)) !== (await readCommit(repository, commit)).tree) return false;
  // Staged differences are those of the index to the branch; what differs on disk has the second letter.
  const { text } = await git.run('status', ['--porcelain=v2', '-z', '--no-renames'], { cwd: folder });
  return parseStatus(text).every(({ letters }) => letters[1] === '.');
}

async function moveAndEnd(
  repository: Repository,
  tree: Tree | null,
  { branch, from, to }: { readonly branch: string; readonly from: Oid; readonly to: Oid },
): Promise<RestackOutcome> {
  const kept = await moveKeepingOld(repository, { ref: branch, from, to }, REFLOG);
  if (kept === null) {
    if (tree !== null) await bringFiles(repository, tree.folder, to, from);
    if (tree !== null) await restackMark.remove(tree.gitDir);
    return waits(`${shortRef(branch)} moved just now.`);
  }
  if (tree !== null) await restackMark.remove(tree.gitDir);
  return { kind: 'restacked', tip: to, kept };
}
