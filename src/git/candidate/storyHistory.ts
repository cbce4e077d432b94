import type { Oid } from '../../core/story/stage';
import { fullOid } from '../door/names';
import { runBare, type Repository } from '../door/repository';

/** A commit as far as its place in the history goes. */
export interface PlacedCommit {
  readonly oid: Oid;
  readonly tree: Oid;
  readonly parents: readonly Oid[];
}

export type StoryHistory =
  /** The target holds the story's tip. */
  | { kind: 'contained' }
  | { kind: 'unrelated' }
  | {
      kind: 'ahead';
      baseTree: Oid;
      /** What the target lacks, oldest first, merges included. */
      commits: readonly PlacedCommit[];
      /** Commits of the target from which the story left, or that it merged. */
      boundaries: readonly Oid[];
    };

/** How a story's history lies beside the target's: all of it in one look. */
export async function readStoryHistory(repository: Repository, base: Oid, storyTip: Oid): Promise<StoryHistory> {
  const tips = [fullOid(storyTip), fullOid(base), '--not', `${fullOid(base)}^@`];
  const args = ['--topo-order', '--reverse', '--format=%H %T %P', ...tips, '--'];
  const { text } = await runBare(repository, 'rev-list', args);
  const listed = text.split('\n').flatMap(parseLine);
  const baseTree = listed.find((one) => one.oid === base)?.tree;
  if (baseTree === undefined) throw new Error(`${base} is not a commit of ${repository.commonDir}.`);
  const commits = listed.filter((one) => one.oid !== base);
  if (commits.length === 0 || storyTip === base) return { kind: 'contained' };
  const own = new Set(commits.map((one) => one.oid));
  const boundaries = [...new Set(commits.flatMap((one) => one.parents))].filter((parent) => !own.has(parent));
  return boundaries.length === 0 ? { kind: 'unrelated' } : { kind: 'ahead', baseTree, commits, boundaries };
}

/** Each commit is a line `commit <id>`, which says nothing new, and one in the format asked for. */
function parseLine(line: string): PlacedCommit[] {
  const [oid = '', tree = '', ...parents] = line.split(' ').filter((part) => part !== '');
  return oid === '' || oid === 'commit' ? [] : [{ oid: fullOid(oid), tree: fullOid(tree), parents }];
}
