import { fullRef } from '../door/names';
import { runBare, type Repository } from '../door/repository';

/** A local branch by its full name; `symbolic` is the ref it only points to, null for a branch of its own. */
export interface NamedBranch {
  readonly ref: string;
  readonly symbolic: string | null;
}

/** Reads `for-each-ref --format=%(refname) %(symref)`. */
export function parseNamedBranches(text: string): NamedBranch[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [ref = '', symbolic = ''] = line.split(' ');
      return { ref, symbolic: symbolic === '' ? null : symbolic };
    });
}

/** The first of these names (full) that can be a story's branch beside the branches that are there; null for none. */
export async function usableBranch(repository: Repository, wanted: readonly string[]): Promise<string | null> {
  const { text } = await runBare(repository, 'for-each-ref', ['--format=%(refname) %(symref)', 'refs/heads']);
  const branches = parseNamedBranches(text);
  return wanted.map(fullRef).find((name) => canBeBranch(name, branches)) ?? null;
}

/**
 * A branch is a file among folders: `story` leaves no room for `story/1-x`, nor that for `story/1-x/part`. Letters count
 * without case, because a file system can take them so. A symbolic ref would send commits to another branch.
 */
export function canBeBranch(name: string, branches: readonly NamedBranch[]): boolean {
  const wanted = name.toLowerCase();
  return branches.every(({ ref, symbolic }) => {
    const there = ref.toLowerCase();
    if (there === wanted) return ref === name && symbolic === null;
    return !wanted.startsWith(`${there}/`) && !there.startsWith(`${wanted}/`);
  });
}
