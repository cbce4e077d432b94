import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Oid } from '../../core/story/stage';
import { claimTree } from './claimTree';
import { cleanTree, fillTree, recordFilled, WHOLE_TREE, type IgnoredFiles } from './fillTree';
import { ForeignTreeError } from '../door/gitError';
import { fullOid } from '../door/names';
import { GATE, type OwnTree } from './ownTree';
import type { Repository } from '../door/repository';
import { parseStatus } from '../read/status';

/** VS Code keeps worktrees whose name starts so out of its source control view. */
const PREFIX = 'agents-gate-';

/** Makes the gate tree `folder` equal `commit` and proves it. The first time it makes the worktree. */
export async function prepareGateTree(
  repository: Repository,
  request: { folder: string; commit: Oid },
  ignored: IgnoredFiles,
): Promise<void> {
  const commit = fullOid(request.commit);
  assertPlace(repository, request.folder);
  const tree = await claimTree(repository, { folder: request.folder, commit, purpose: GATE, vanished: 'refuse' });
  await fillTree(repository, tree, commit, ignored, WHOLE_TREE);
  await verifyTree(repository, tree, commit, ignored);
  await recordFilled(tree, commit);
}

/** Test runners find no test below `.git`, and a workspace's watchers would see every file of a tree inside it. */
function assertPlace(repository: Repository, folder: string): void {
  const inside = [repository.commonDir, repository.topLevel].some((place) => isInside(folder, place));
  if (!path.isAbsolute(folder) || !path.basename(folder).startsWith(PREFIX) || inside)
    throw new ForeignTreeError(
      `${folder} cannot hold a gate tree: it needs a folder outside the repository whose name starts with ${PREFIX}.`,
    );
}

function isInside(folder: string, place: string): boolean {
  const relative = path.relative(place, folder);
  return relative === '' || !(relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative));
}

/** Proves that HEAD, index and files equal the commit. A difference is an error, never a gate's result. */
async function verifyTree(repository: Repository, tree: OwnTree, commit: Oid, ignored: IgnoredFiles): Promise<void> {
  let differing = await differences(repository, tree, commit, ignored);
  if (differing.length > 0) {
    // What the old commit ignored or hid can be a plain leftover now.
    await cleanTree(repository, tree, ignored);
    differing = await differences(repository, tree, commit, ignored);
  }
  if (differing.length === 0) return;
  throw new Error(
    `The gate tree ${tree.folder} could not be made equal to ${commit}. These differ: ` +
      `${differing.slice(0, 10).join(', ')}. Is a program using it?`,
  );
}

/** Paths that are not as the commit has them; `HEAD` stands for HEAD itself. */
async function differences(
  repository: Repository,
  tree: OwnTree,
  commit: Oid,
  ignored: IgnoredFiles,
): Promise<string[]> {
  const listed = ignored === 'removed' ? ['--ignored=traditional'] : [];
  const how = ['--porcelain=v2', '-z', '--branch', '--untracked-files=all', '--no-renames', ...listed];
  const { text } = await repository.git.runInOwnTree(tree, 'status', how, { config: WHOLE_TREE });
  const differing = text.startsWith(`# branch.oid ${commit}\0# branch.head (detached)\0`) ? [] : ['HEAD'];
  for (const entry of parseStatus(text)) {
    const asCheckedOut = entry.letters === '.M' && (await isAsCheckedOut(repository, tree, commit, entry.path));
    if (!asCheckedOut) differing.push(entry.path);
  }
  return differing;
}

/**
 * Some repositories hold files that git calls modified right after a clone, such as CRLF under a text attribute. What
 * counts is that the bytes are those that a checkout of the commit writes.
 */
async function isAsCheckedOut(repository: Repository, tree: OwnTree, commit: Oid, name: string): Promise<boolean> {
  const { stdout } = await repository.git.runInOwnTree(tree, 'cat-file', ['--filters', `${commit}:${name}`]);
  const onDisk = await readFile(path.join(tree.folder, ...name.split('/'))).catch(() => null);
  return onDisk?.equals(stdout) ?? false;
}
