import type { Oid } from '../story/stage';

/** One path that a story would change. A rename is a path that is removed and another that is added. */
export interface PathChange {
  readonly path: string;
  readonly how: 'added' | 'removed' | 'changed';
}

/** A story as it would land if it were committed now. */
export interface InFlight {
  readonly key: string;
  /** A commit that holds its branch's tip, and what is uncommitted in its worktree. */
  readonly state: Oid;
  readonly changes: readonly PathChange[];
}

/** What became of merging two commits on trial. `unknown`: git could not say. A conflict can name no file. */
export type Comparison =
  | { readonly kind: 'clean' }
  | { readonly kind: 'conflict'; readonly files: readonly string[] }
  | { readonly kind: 'unknown' };

/** Two commits to be merged on trial; which is which says nothing. */
export interface Pair {
  readonly one: Oid;
  readonly other: Oid;
}

/** What is known of pairs already, by `pairName`. */
export type KnownPairs = ReadonlyMap<string, Comparison>;

/** A gate that is green on two stories apart and red on both together. `output` is the key of the story that has what it printed. */
export interface RedTogether {
  readonly name: string;
  readonly output: string;
}

/**
 * A conflict that will come, by the keys of the stories; `other` null: with the target as it is now. `gate`: git can merge
 * them, and what comes of it is red.
 */
export interface PredictedConflict {
  readonly one: string;
  readonly other: string | null;
  readonly files: readonly string[];
  readonly gate?: RedTogether;
}

/** The same whichever of the two comes first, so that nothing is asked twice. */
export function pairName({ one, other }: Pair): string {
  return one < other ? `${one} ${other}` : `${other} ${one}`;
}

/** What has to be asked before `predictConflicts` knows all there is: those with the target come first. */
export function pairsToAsk(stories: readonly InFlight[], target: Oid, known: KnownPairs): Pair[] {
  const wanted = new Map<string, Pair>();
  const want = (pair: Pair): void => {
    const name = pairName(pair);
    if (pair.one !== pair.other && !known.has(name)) wanted.set(name, pair);
  };
  for (const story of stories) if (story.changes.length > 0) want({ one: target, other: story.state });
  for (const [a, b] of meetingPairs(stories)) want({ one: a.state, other: b.state });
  return [...wanted.values()];
}

/**
 * What will conflict. Where a story conflicts with the target already, its conflicts with others in the same files say
 * nothing new: the other one may only be built on a later target.
 */
export function predictConflicts(stories: readonly InFlight[], target: Oid, known: KnownPairs): PredictedConflict[] {
  const found: PredictedConflict[] = [];
  const withTarget = new Map<string, ReadonlySet<string>>();
  for (const { key, state, changes } of stories) {
    const comparison = changes.length === 0 ? undefined : known.get(pairName({ one: target, other: state }));
    if (comparison?.kind !== 'conflict') continue;
    found.push({ one: key, other: null, files: comparison.files });
    withTarget.set(key, new Set(comparison.files));
  }
  for (const [a, b] of meetingPairs(stories)) {
    const comparison = known.get(pairName({ one: a.state, other: b.state }));
    if (comparison?.kind !== 'conflict') continue;
    const isTold = (file: string): boolean =>
      withTarget.get(a.key)?.has(file) === true || withTarget.get(b.key)?.has(file) === true;
    const files = comparison.files.filter((file) => !isTold(file));
    const saysNothingNew = comparison.files.length > 0 && files.length === 0;
    if (!saysNothingNew) found.push({ one: a.key, other: b.key, files });
  }
  return found;
}

/**
 * Pairs of stories that can conflict at all: they change a path of both, one makes a folder of the other's file, or one
 * moves files out of a folder into which the other puts a new one (git may take that for a folder that was renamed).
 */
export function meetingPairs(stories: readonly InFlight[]): [InFlight, InFlight][] {
  const changing = new Map<string, number[]>();
  const movingOut = new Map<string, number[]>();
  for (const [at, { changes }] of stories.entries()) {
    for (const { path } of changes) note(changing, path, at);
    if (!changes.some(({ how }) => how === 'added')) continue;
    for (const { path, how } of changes) if (how === 'removed') for (const folder of foldersOf(path)) note(movingOut, folder, at); // prettier-ignore
  }
  const pairs = new Map<number, [InFlight, InFlight]>();
  const meet = (at: number, others: readonly number[] | undefined): void => {
    for (const other of others ?? []) {
      const [first, second] = [stories[Math.min(at, other)], stories[Math.max(at, other)]];
      if (at === other || first === undefined || second === undefined) continue;
      pairs.set(Math.min(at, other) * stories.length + Math.max(at, other), [first, second]);
    }
  };
  for (const [at, { changes }] of stories.entries()) {
    for (const { path, how } of changes) {
      meet(at, changing.get(path));
      for (const folder of foldersOf(path)) {
        meet(at, changing.get(folder));
        if (how === 'added') meet(at, movingOut.get(folder));
      }
    }
  }
  return [...pairs].sort(([a], [b]) => a - b).map(([, pair]) => pair);
}

function note(places: Map<string, number[]>, path: string, at: number): void {
  const known = places.get(path);
  if (known === undefined) places.set(path, [at]);
  else if (known.at(-1) !== at) known.push(at);
}

/** `a/b/c.ts`: `a/b`, then `a`. */
function foldersOf(path: string): string[] {
  const folders: string[] = [];
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) folders.push(path.slice(0, end));
  return folders;
}
