import type { Oid } from '../../core/story/stage';
import { shortRef } from '../../core/story/names';
import type { PutBackOutcome } from '../../ports/runGuard';
import { fullOid, fullRef } from '../door/names';
import type { Repository } from '../door/repository';
import { moveKeepingOld } from './changeRefs';
import { whyBusy } from '../landing/busyTree';
import { tip } from '../read/refs';
import { listWorktrees, type RegisteredWorktree } from '../read/worktrees';

const REFLOG = 'switchyard: put the branch back where it was before the run';

/**
 * Moves a branch back by compare-and-swap and keeps what it held. Where it is checked out the index goes back with it
 * and every file stays as it is: what a run committed there is then uncommitted, and a person's files that it swept into
 * its commit are what they were before.
 */
export async function putBranchBack(
  repository: Repository,
  request: { ref: string; from: Oid; to: Oid },
): Promise<PutBackOutcome> {
  const [ref, from, to] = [fullRef(request.ref), fullOid(request.from), fullOid(request.to)];
  if ((await tip(repository, ref)) !== from) return movedOn(ref, from);
  const checkouts = (await listWorktrees(repository)).filter((one) => one.branch === ref);
  for (const checkout of checkouts) {
    const why = await whyIndexCannotFollow(repository, checkout, from, to);
    if (why !== null) return { kind: 'refused', why };
  }
  if ((await moveKeepingOld(repository, { ref, from, to }, REFLOG)) === null) return movedOn(ref, from);
  for (const checkout of checkouts) await moveIndex(repository, checkout, [], from, to);
  return { kind: 'putBack' };
}

function movedOn(ref: string, from: Oid): PutBackOutcome {
  const why = `${shortRef(ref)} has moved on from ${from.slice(0, 8)}, so it cannot be put back. Revert the commits that should not be there, then choose Keep.`;
  return { kind: 'refused', why };
}

/** Entries that somebody has staged since stay; where they are in the way of going back, git refuses here, before anything moves. */
async function whyIndexCannotFollow(
  repository: Repository,
  checkout: RegisteredWorktree,
  from: Oid,
  to: Oid,
): Promise<string | null> {
  const { path: top, gitDir } = checkout;
  const busy = gitDir === null ? `There is no worktree at ${top}.` : await whyBusy(gitDir, top);
  if (busy !== null) return busy;
  const code = await moveIndex(repository, checkout, ['--dry-run'], from, to);
  return code === 0
    ? null
    : `${top} has staged changes in the same files. Commit or unstage them, then choose Restore again.`;
}

/** Without `-u`, so that git changes the index alone; `-i`, because files that differ from it are no obstacle then. */
async function moveIndex(
  { git }: Repository,
  { path: top }: RegisteredWorktree,
  how: readonly '--dry-run'[],
  from: Oid,
  to: Oid,
): Promise<number> {
  return (await git.run('read-tree', ['-i', '-m', ...how, from, to], { cwd: top, expect: [0, 1, 128] })).code;
}
