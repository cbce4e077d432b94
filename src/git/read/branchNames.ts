import { fullRef } from '../door/names';
import type { Repository } from '../door/repository';
import { refSnapshots, type RefSnapshot } from './refSnapshot';

type Branches = Pick<RefSnapshot, 'heads' | 'symbolic'>;

/** The first of these names (full) that can be a story's branch beside the branches that are there; null for none. */
export async function usableBranch(repository: Repository, wanted: readonly string[]): Promise<string | null> {
  const branches = await refSnapshots(repository).current();
  return wanted.map(fullRef).find((name) => canBeBranch(name, branches)) ?? null;
}

/** Whether nothing has this name (full) yet and the branches that are there leave room for it. */
export function canBeNewBranch(name: string, branches: Branches): boolean {
  return !branches.heads.has(name) && canBeBranch(name, branches);
}

/**
 * A branch is a file among folders: `story` leaves no room for `story/1-x`, nor that for `story/1-x/part`. Letters count
 * without case, because a file system can take them so. A symbolic ref would send commits to another branch.
 */
function canBeBranch(name: string, { heads, symbolic }: Branches): boolean {
  const wanted = name.toLowerCase();
  return [...heads.keys()].every((ref) => {
    const there = ref.toLowerCase();
    if (there === wanted) return ref === name && !symbolic.has(ref);
    return !wanted.startsWith(`${there}/`) && !there.startsWith(`${wanted}/`);
  });
}
