import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Oid } from '../../core/story/stage';
import type { Repository } from '../door/repository';
import { changesBetween } from '../landing/incoming';
import { isAncestor } from '../read/refs';
import { parseStatus } from '../read/status';
import { listWorktrees, type RegisteredWorktree } from '../read/worktrees';
import { exists } from '../../base/exists';
import { lastLogged } from './sharedRefs';

/** A move of which git's notes of the run say nothing. `isLogged`: whether git kept a log of the ref before. */
export interface UntracedMove {
  readonly ref: string;
  readonly before: Oid | null;
  readonly after: Oid | null;
  readonly isLogged: boolean;
  /** Git dirs of other worktrees whose HEAD has been at `after` since. */
  readonly headsThere: readonly string[];
}

/**
 * Whether a move looks like a person's own git command: where the ref is checked out, the HEAD there was at the new tip
 * and the index followed; where it is not, the ref's own log ends with the tip.
 */
export async function looksLikeAPersons(repository: Repository, move: UntracedMove): Promise<boolean> {
  const { ref, before, after, isLogged, headsThere } = move;
  const listed = (await listWorktrees(repository)).filter((one) => one.branch === ref && one.gitDir !== null);
  const checkouts: RegisteredWorktree[] = [];
  for (const one of listed) if (await exists(one.path)) checkouts.push(one);
  // git removes no branch that is checked out.
  if (after === null) return checkouts.length === 0;
  if (checkouts.length === 0) return (await lastLogged(repository.commonDir, ref)) === (isLogged ? after : null);
  for (const checkout of checkouts) {
    const { gitDir } = checkout;
    const isSilent = gitDir === null || !(await exists(path.join(gitDir, 'logs', 'HEAD')));
    const wasThere = isSilent ? !isLogged : headsThere.includes(gitDir);
    if (wasThere && (await follows(repository, checkout, before, after))) return true;
  }
  return false;
}

/** False where the index holds, for all that the move changed, still what it held before. */
async function follows(
  repository: Repository,
  { path: top }: RegisteredWorktree,
  before: Oid | null,
  after: Oid,
): Promise<boolean> {
  // `reset --soft` takes commits back and leaves the index; nothing new comes in by it.
  if (before === null || (await isAncestor(repository, after, before))) return true;
  const changes = await changesBetween(repository, before, after);
  const how = ['--untracked-files=no', '--no-renames', '--no-ahead-behind', '--ignore-submodules=dirty'];
  const { text } = await repository.git.run('status', ['--porcelain=v2', '-z', ...how], { cwd: top });
  const staged = new Map(parseStatus(text).map((entry) => [entry.path, entry]));
  return changes.length === 0 || changes.some(({ path: name, oldOid }) => staged.get(name)?.indexOid !== oldOid);
}

/** Whether git keeps a log of a ref. */
export async function hasLog(commonDir: string, ref: string): Promise<boolean> {
  return (await stat(path.join(commonDir, 'logs', ...ref.split('/'))).catch(() => null)) !== null;
}
