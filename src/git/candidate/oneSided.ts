import type { OneSided } from '../../core/review/takenBack';
import type { Oid } from '../../core/story/stage';
import { fullOid, splitFields } from '../door/names';
import { runBare, type Repository } from '../door/repository';
import type { IncomingChange } from '../landing/incoming';
import { readCommits } from '../read/commits';
import { mergeTreeOf } from './mergeTree';
import type { Scratch } from './scratch';
import type { PlacedCommit, StoryHistory } from './storyHistory';
import { changesOfPairs } from './treePairs';

interface OneSidedRequest {
  readonly base: Oid;
  readonly storyTip: Oid;
  readonly history: Extract<StoryHistory, { kind: 'ahead' }>;
  readonly tree: Oid;
  /** From the target's tip to what would land. */
  readonly landing: readonly IncomingChange[];
}

/** A path of which a merge kept what one of its two parents had, against what git itself makes of the two. */
interface Settled {
  readonly path: string;
  /** Place of the parent whose change is gone. */
  readonly dropped: 0 | 1;
}

/** A merge is what it is, so what was found out of it once holds for good. */
const knownMerges = new WeakMap<Repository, Map<Oid, readonly Settled[]>>();

/** Paths for which one side of a merge was dropped: in the story's own merges, and by a merge driver in this one. */
export async function settledOneSided(
  repository: Repository,
  scratch: Scratch,
  request: OneSidedRequest,
): Promise<OneSided[]> {
  const known = knownMerges.get(repository) ?? new Map<Oid, readonly Settled[]>();
  knownMerges.set(repository, known);
  const own = new Set(request.history.commits.map((one) => one.oid));
  const found: OneSided[] = scratch.namesMergeDrivers ? await settledByDriver(repository, scratch, request) : [];
  for (const merge of request.history.commits) {
    if (merge.parents.length !== 2) continue;
    const settled = known.get(merge.oid) ?? (await settledIn(repository, scratch, merge));
    known.set(merge.oid, settled);
    for (const { path, dropped } of settled) {
      const parent = merge.parents[dropped] ?? '';
      found.push({ path, dropped: own.has(parent) ? 'story' : 'target' });
    }
  }
  return found;
}

/** Merges the parents again and compares; what a person resolved by hand equals neither of them. */
async function settledIn(repository: Repository, scratch: Scratch, merge: PlacedCommit): Promise<Settled[]> {
  const [one = '', other = ''] = merge.parents;
  const again = await mergeTreeOf(scratch, one, other);
  if (again === null || (again.tree === merge.tree && again.files.length === 0)) return [];
  const parents = await readCommits(repository, [one, other]);
  const [changed = [], fromOne = [], fromOther = []] = await changesOfPairs(
    (...call) => scratch.run(...call),
    [
      { from: again.tree, to: merge.tree, as: 'trees' },
      { from: parents[0]?.tree ?? '', to: merge.tree, as: 'trees' },
      { from: parents[1]?.tree ?? '', to: merge.tree, as: 'trees' },
    ],
  );
  const [unlikeOne, unlikeOther] = [pathsOf(fromOne), pathsOf(fromOther)];
  const questioned = new Set([...pathsOf(changed), ...again.files]);
  return [...questioned].flatMap((path): Settled[] => {
    if (!unlikeOne.has(path) && unlikeOther.has(path)) return [{ path, dropped: 1 }];
    if (unlikeOne.has(path) && !unlikeOther.has(path)) return [{ path, dropped: 0 }];
    return [];
  });
}

/** Both sides changed a path, one of them is all that is left, and it is not git's own way of merging that did it. */
async function settledByDriver(
  repository: Repository,
  scratch: Scratch,
  { base, storyTip, tree, landing, history }: OneSidedRequest,
): Promise<OneSided[]> {
  const common = (await runBare(repository, 'merge-base', [fullOid(base), fullOid(storyTip)])).text.trim();
  const storyTree = history.commits.find((one) => one.oid === storyTip)?.tree ?? '';
  const [byTarget = [], byStory = [], fromStory = []] = await changesOfPairs(
    (...call) => scratch.run(...call),
    [
      { from: common, to: base, as: 'commits' },
      { from: common, to: storyTip, as: 'commits' },
      { from: storyTree, to: tree, as: 'trees' },
    ],
  );
  const [targets, unlikeTarget, unlikeStory] = [pathsOf(byTarget), pathsOf(landing), pathsOf(fromStory)];
  const both = byStory.map((change) => change.path).filter((path) => targets.has(path));
  const questioned = both.filter((path) => unlikeTarget.has(path) !== unlikeStory.has(path));
  const driven = await withDriver(scratch, questioned);
  return driven.map((path) => ({ path, dropped: unlikeTarget.has(path) ? 'target' : 'story' }));
}

/** Those of the paths that an attribute gives a way of merging that may drop a side; `union` keeps both. */
async function withDriver(scratch: Scratch, paths: readonly string[]): Promise<string[]> {
  if (paths.length === 0) return [];
  const input = paths.map((path) => `${path}\0`).join('');
  const fields = splitFields((await scratch.run('check-attr', ['-z', '--stdin', 'merge'], { input })).text);
  const harmless = new Set(['unspecified', 'set', 'unset', 'text', 'binary', 'union']);
  return paths.filter((_, index) => !harmless.has(fields[index * 3 + 2] ?? 'unspecified'));
}

function pathsOf(changes: readonly IncomingChange[]): Set<string> {
  return new Set(changes.map((change) => change.path));
}
