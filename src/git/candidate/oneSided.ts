import type { OneSided } from '../../core/review/takenBack';
import type { Oid } from '../../core/story/stage';
import { fullOid, splitFields } from '../door/names';
import { runBare, type Repository } from '../door/repository';
import type { IncomingChange } from '../landing/incoming';
import { readCommits } from '../read/commits';
import { helperCommit } from './helperCommit';
import { mergeTreeOf } from './mergeTree';
import type { Scratch } from './scratch';
import type { PlacedCommit, StoryHistory } from './storyHistory';
import { changesOfPairs, type TreePair } from './treePairs';

interface OneSidedRequest {
  readonly base: Oid;
  readonly storyTip: Oid;
  readonly history: Extract<StoryHistory, { kind: 'ahead' }>;
  readonly tree: Oid;
  /** From the target's tip to what would land. */
  readonly landing: readonly IncomingChange[];
}

/** A path of which a merge kept what one of its parents had, against what git itself makes of the two. */
interface Settled {
  readonly path: string;
  /** Place of the parent whose change is gone. */
  readonly dropped: number;
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
    if (merge.parents.length < 2) continue;
    const settled = known.get(merge.oid) ?? (await settledIn(repository, scratch, merge));
    known.set(merge.oid, settled);
    for (const { path, dropped } of settled) {
      const parent = merge.parents[dropped] ?? '';
      found.push({ path, dropped: own.has(parent) ? 'story' : 'target' });
    }
  }
  return found;
}

/** Merges the parents again and compares; what a person resolved by hand equals none of them. */
async function settledIn(repository: Repository, scratch: Scratch, merge: PlacedCommit): Promise<Settled[]> {
  const { parents, tree } = merge;
  const again = await mergeAll(scratch, parents);
  if (again === null || (again.tree === tree && again.files.length === 0)) return [];
  const trees = (await readCommits(repository, parents)).map((parent) => parent.tree);
  const pairs = [again.tree, ...trees].map((from): TreePair => ({ from, to: tree, as: 'trees' }));
  const [changed = [], ...apart] = await changesOfPairs((...call) => scratch.run(...call), pairs);
  const unlike = apart.map(pathsOf);
  const questioned = new Set([...pathsOf(changed), ...again.files]);
  const settled = [...questioned].flatMap((path): (Settled & { kept: number[] })[] => {
    const kept = places(unlike, (paths) => !paths.has(path));
    if (kept.length === 0) return [];
    return places(unlike, (paths) => paths.has(path)).map((dropped) => ({ path, dropped, kept }));
  });
  return parents.length === 2 ? settled : droppedAlone(scratch, merge, settled);
}

/** What git makes of all parents, one after another, as `mergeTreeOf`. */
async function mergeAll(scratch: Scratch, [first = '', ...rest]: readonly Oid[]): ReturnType<typeof mergeTreeOf> {
  const files: string[] = [];
  let [tip, tree] = [first, ''];
  for (const [index, parent] of rest.entries()) {
    const merged = await mergeTreeOf(scratch, tip, parent);
    if (merged === null) return null;
    files.push(...merged.files);
    tree = merged.tree;
    if (index + 1 < rest.length) tip = await helperCommit(scratch, tree, tip, parent);
  }
  return { tree, files };
}

/**
 * Of more than two parents, those whose change is gone: not where one that was kept already has it, or took it back, which
 * the two of them side by side say.
 */
async function droppedAlone(
  scratch: Scratch,
  { parents, tree }: PlacedCommit,
  settled: readonly (Settled & { readonly kept: readonly number[] })[],
): Promise<Settled[]> {
  const known = new Map<string, Promise<ReadonlySet<string>>>();
  const unlikeBoth = async (one: Oid, other: Oid): Promise<ReadonlySet<string>> => {
    const merged = await mergeTreeOf(scratch, one, other);
    if (merged === null) return new Set();
    const pair: TreePair = { from: merged.tree, to: tree, as: 'trees' };
    const [changes = []] = await changesOfPairs((...call) => scratch.run(...call), [pair]);
    return new Set([...pathsOf(changes), ...merged.files]);
  };
  const found: Settled[] = [];
  for (const { path, dropped, kept } of settled) {
    let isGone = true;
    for (const place of kept) {
      const name = `${place} ${dropped}`;
      const unlike = known.get(name) ?? unlikeBoth(parents[place] ?? '', parents[dropped] ?? '');
      known.set(name, unlike);
      isGone &&= (await unlike).has(path);
    }
    if (isGone) found.push({ path, dropped });
  }
  return found;
}

/** Places of the lists for which this holds. */
function places<T>(lists: readonly T[], holds: (one: T) => boolean): number[] {
  return lists.flatMap((one, place) => (holds(one) ? [place] : []));
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
