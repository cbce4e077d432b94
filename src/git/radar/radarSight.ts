import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { exists } from '../../base/exists';
import { isSettled, stampOf, type FileStamp } from '../../base/fileStamp';
import type { Comparison, Pair, PathChange } from '../../core/landing/radar';
import type { Oid } from '../../core/story/stage';
import type { RadarSight, StoryState } from '../../ports/radar';
import { makeScratchFolder } from '../candidate/scratch';
import { fullOid, fullRef, splitFields } from '../door/names';
import { runBare, type Repository } from '../door/repository';
import { parseRawChange } from '../landing/incoming';
import { mergeBase } from '../read/refs';
import { refSnapshots } from '../read/refSnapshot';
import { listWorktrees } from '../read/worktrees';
import { comparePairs } from './comparePairs';
import { TreeWatch } from './treeWatch';
import { commitUncommitted, findUncommitted, MERGE_HEAD, mergingIn, placesIn, type StateStore } from './uncommitted';

/** Bytes of files written before the store is emptied, and what is still there is written anew. */
const MOST_BYTES = 256_000_000;
/** Places by which a change of a worktree shows; of a story that changes more, some are not looked at. */
const MOST_PLACES = 200;

/** A worktree in which a branch is checked out. */
interface Place {
  readonly folder: string;
  readonly gitDir: string;
}

interface Known {
  readonly place: Place | null;
  readonly tip: Oid;
  readonly state: Oid;
  readonly changes: readonly PathChange[];
  readonly leftOut: number;
  readonly places: readonly string[];
  readonly stamp: FileStamp;
  readonly lookedAt: number;
}

/** Where stories stand, uncommitted work included, and which of them conflict. */
export class GitRadarSight implements RadarSight {
  readonly #known = new Map<string, Known>();
  /** Where each branch is watched, from before it is looked at for the first time: what happens during that look is a hint, too. */
  readonly #watched = new Map<string, string>();
  #store: StateStore | null = null;
  #bytes = 0;
  readonly #watch: TreeWatch;
  /** The folders of the target. */
  #folders: { readonly target: Oid; readonly names: ReadonlySet<string> } | null = null;

  constructor(
    private readonly repository: Repository,
    onHint: (branch: string) => void,
  ) {
    this.#watch = new TreeWatch((top) => {
      for (const [branch, folder] of this.#watched) if (folder === top) onHint(branch);
    });
  }

  async look(branch: string, target: Oid, how: 'glance' | 'closely'): Promise<StoryState | null> {
    const { repository } = this;
    const tip = (await refSnapshots(repository).current()).heads.get(fullRef(branch)) ?? null;
    if (tip === null) {
      this.#known.delete(branch);
      this.#watched.delete(branch);
      return null;
    }
    const place = await placeOf(repository, branch);
    const store = await this.#openStore();
    const before = this.#known.get(branch);
    const isSame = before?.tip === tip && before.place?.folder === place?.folder;
    if (before !== undefined && isSame && how === 'glance' && (await holds(before))) return before;
    const [lookedAt, first] = [repository.clock.now(), await stampOf(before?.places ?? [])];
    // Watched before it is looked at, so that nothing falls in between.
    if (place === null) this.#watched.delete(branch);
    else this.#watched.set(branch, place.folder);
    if (place !== null) await this.#watch.keep(place.folder, await this.#foldersOf(target, before?.changes ?? []));
    const { names, bytes, leftOut } = place === null ? NOTHING : await findUncommitted({ repository, ...place });
    // What a merge that stands brings in is not the story's, though the index holds it.
    const heads = [tip, ...(place === null ? [] : await mergingIn(place.gitDir))] as const;
    const isPlain = names.length === 0 && heads.length === 1;
    const changes = before !== undefined && isSame && isPlain && before.state === tip ? before.changes : null;
    const state =
      place === null || isPlain
        ? tip
        : await commitUncommitted(repository, { repository, ...place }, { parents: heads, names, store });
    this.#bytes += bytes;
    const known =
      changes ?? (before?.state === state ? before.changes : await this.#changes(store, { heads, state, target }));
    const places = place === null ? [] : placesToWatch(place, names, known);
    // A change in the middle of the look must not pass for what was seen.
    const stamp = before !== undefined && sameList(before.places, places) ? first : await stampOf(places);
    this.#known.set(branch, { place, tip, state, changes: known, leftOut, places, stamp, lookedAt });
    return { tip, state, changes: known, leftOut };
  }

  async hasChanged(branch: string): Promise<boolean> {
    const known = this.#known.get(branch);
    return known !== undefined && !(await holds(known));
  }

  async compare(target: Oid, pairs: readonly Pair[]): Promise<Comparison[]> {
    const { objects } = await this.#openStore();
    return comparePairs(this.repository, { target, pairs, objects });
  }

  async begin(branches: ReadonlySet<string>): Promise<void> {
    for (const branch of this.#known.keys()) if (!branches.has(branch)) this.#known.delete(branch);
    for (const branch of this.#watched.keys()) if (!branches.has(branch)) this.#watched.delete(branch);
    if (this.#bytes > MOST_BYTES) await this.#empty();
    this.#watch.keepOnly(new Set([...this.#known.values()].flatMap(({ place }) => place?.folder ?? [])));
  }

  async dispose(): Promise<void> {
    this.#watch.dispose();
    await this.#empty();
  }

  async #empty(): Promise<void> {
    this.#known.clear();
    const store = this.#store;
    this.#store = null;
    if (store !== null) await rm(store.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  /** States whose objects are gone, because somebody removed the store, are looked at anew. */
  async #openStore(): Promise<StateStore> {
    const store = this.#store;
    if (store !== null && (await exists(store.objects))) return store;
    await this.#empty();
    const folder = await makeScratchFolder(this.repository, 'radar-');
    const objects = path.join(folder, 'objects');
    await mkdir(objects);
    this.#bytes = 0;
    this.#store = { folder, objects };
    return this.#store;
  }

  /** Folders with files of the target or of a story; one process for each target. */
  async #foldersOf(target: Oid, changes: readonly PathChange[]): Promise<ReadonlySet<string>> {
    if (this.#folders?.target !== target) {
      const args = ['-r', '-d', '-z', '--name-only', '--full-tree', '--end-of-options', fullOid(target)];
      const names = splitFields((await runBare(this.repository, 'ls-tree', args)).text);
      this.#folders = { target, names: new Set(names) };
    }
    const more = changes.map((change) => path.posix.dirname(change.path)).filter((folder) => folder !== '.');
    return more.length === 0 ? this.#folders.names : new Set([...this.#folders.names, ...more]);
  }

  async #changes(
    { objects }: StateStore,
    { heads, state, target }: { readonly heads: readonly [Oid, ...Oid[]]; readonly state: Oid; readonly target: Oid },
  ): Promise<PathChange[]> {
    const base = await mergeBase(this.repository, fullOid(target), ...heads);
    if (base === null || base === state) return [];
    const args = ['-r', '-z', '--no-renames', '--no-ext-diff', '--no-textconv', '--end-of-options', base, state];
    const env = { GIT_ALTERNATE_OBJECT_DIRECTORIES: objects };
    const fields = splitFields((await runBare(this.repository, 'diff-tree', args, { env })).text);
    const changes: PathChange[] = [];
    for (let at = 0; at + 1 < fields.length; at += 2) {
      const { path: name, status } = parseRawChange(fields[at] ?? '', fields[at + 1] ?? '');
      changes.push({ path: name, how: status === 'A' ? 'added' : status === 'D' ? 'removed' : 'changed' });
    }
    return changes;
  }
}

const NOTHING = { names: [], bytes: 0, leftOut: 0 } as const;

async function placeOf(repository: Repository, branch: string): Promise<Place | null> {
  const found = (await listWorktrees(repository)).find((one) => one.branch === branch);
  if (found === undefined || found.gitDir === null || !(await exists(found.path))) return null;
  return { folder: found.path, gitDir: found.gitDir };
}

/** The index, HEAD, what is uncommitted, and where the story works otherwise: most changes show there. */
function placesToWatch(
  { folder, gitDir }: Place,
  uncommitted: readonly string[],
  changes: readonly PathChange[],
): string[] {
  const worked = changes.map((change) => path.join(folder, ...change.path.split('/')));
  const places = [
    path.join(gitDir, 'index'),
    path.join(gitDir, 'HEAD'),
    path.join(gitDir, MERGE_HEAD),
    folder,
    ...placesIn(folder, uncommitted),
    ...worked.flatMap((file) => [file, path.dirname(file)]),
  ];
  return [...new Set(places)].slice(0, MOST_PLACES);
}

async function holds({ places, stamp, lookedAt }: Known): Promise<boolean> {
  return isSettled(stamp, lookedAt) && (await stampOf(places)).text === stamp.text;
}

function sameList(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one, at) => one === others[at]);
}
