import { createHash } from 'node:crypto';
import type { Oid } from '../../core/story/stage';
import { parseStatus, type StatusEntry } from '../read/status';
import { modeOf, shown, statOf } from './byteNames';
import { hiddenByConversion, idsOnDisk } from './conversions';
import { readGitState, type StateFile } from './gitState';
import { parseIndex, runInWorkTree, type IndexEntry, type WorkTree } from './workTree';

/** A file that is kept byte for byte as it stands on disk. Names are bytes: see `byteNames`. */
export interface RawFile {
  readonly name: string;
  readonly mode: '100644' | '100755' | '120000';
  readonly bytes: number;
  readonly kind: 'tracked' | 'untracked';
}

/** All of a worktree that no commit tells, as it was at one moment. */
export interface Work {
  /** Commit that is checked out; null on a branch without one. */
  readonly head: Oid | null;
  readonly state: readonly StateFile[];
  readonly index: readonly IndexEntry[];
  /** Files whose bytes a checkout of the index would not write. */
  readonly raw: readonly RawFile[];
  /** Names in the index that are not on disk. */
  readonly absent: readonly string[];
  /** Of these, the ones that somebody removed; the others are not checked out. */
  readonly removed: readonly string[];
  readonly staged: number;
  /** Untracked repositories, and submodules with changes or with commits of their own: what cannot be kept here. */
  readonly nested: readonly string[];
  readonly changedSubmodules: readonly string[];
  /** The same for as long as nothing in the worktree changes. */
  readonly fingerprint: string;
}

const SUBMODULE = '160000';
const STATUS = ['--porcelain=v2', '-z', '--untracked-files=all', '--no-renames', '--no-ahead-behind'];

/** Reads what there is to keep. Only git's own look at the files starts a program (a filter that cleans), and nothing is written. */
export async function lookAtWork(tree: WorkTree): Promise<Work> {
  const state = await readGitState(tree.gitDir);
  const head = await runInWorkTree(tree, 'rev-parse', ['--verify', '--quiet', 'HEAD^{commit}'], {
    expect: [0, 1, 128],
  });
  const hasIndex = state.some(({ name }) => name === 'index');
  const index = hasIndex ? parseIndex((await runInWorkTree(tree, 'ls-files', ['-s', '-v', '-z'])).bytes) : [];
  const work = { head: head.code === 0 ? head.text.trim() : null, state, index };
  if (tree.folder === null) return { ...work, ...NOTHING_ON_DISK, fingerprint: fingerprintOf(state, []) };
  return { ...work, ...(await lookAtFiles({ ...tree, folder: tree.folder }, index, state)) };
}

const NOTHING_ON_DISK = { raw: [], absent: [], removed: [], staged: 0, nested: [], changedSubmodules: [] };

type OnDisk = Omit<Work, 'head' | 'state' | 'index'>;

async function lookAtFiles(
  tree: WorkTree & { readonly folder: string },
  index: readonly IndexEntry[],
  state: readonly StateFile[],
): Promise<OnDisk> {
  const status = await statusOf(tree);
  const listed = new Map(status.map((entry) => [entry.path, entry]));
  const changed = status.filter(
    ({ kind, letters }) => kind === 'unmerged' || (kind === 'tracked' && letters[1] !== '.'),
  );
  const submodules = new Set(index.filter(({ mode }) => mode === SUBMODULE).map(({ name }) => name));
  const isQuiet = ({ name, stage, mode, tag }: IndexEntry): boolean =>
    stage === 0 && mode !== SUBMODULE && tag === 'H' && !isChanged(listed.get(name));
  // git does not look at these, so it is looked at here.
  const overlooked = index.filter(({ stage, mode, tag }) => stage === 0 && mode !== SUBMODULE && tag !== 'H');
  const found = new Found(tree.folder);
  for (const { path: name } of changed) if (!submodules.has(name)) await found.take(name, 'tracked');
  for (const name of await differing(tree, overlooked, found)) await found.take(name, 'tracked');
  const files = index.filter((entry) => isQuiet(entry) && entry.mode !== '120000');
  for (const name of await hiddenByConversion(tree, files)) await found.take(name, 'tracked');
  const untracked = status.filter(({ kind }) => kind === 'untracked').map(({ path: name }) => name);
  const nested: string[] = [];
  for (const name of untracked) if ((await found.take(name, 'untracked')) === 'absent') nested.push(name);
  return {
    raw: found.raw,
    absent: found.absent,
    removed: changed.map(({ path: name }) => name).filter((name) => found.absent.includes(name)),
    staged: status.filter(({ kind, letters }) => kind === 'unmerged' || (kind === 'tracked' && letters[0] !== '.'))
      .length,
    nested: nested.map(shown),
    changedSubmodules: changed
      .filter(({ path: name, letters }) => submodules.has(name) && letters[1] !== 'D')
      .map(({ path: name }) => shown(name)),
    fingerprint: fingerprintOf(state, found.seen),
  };
}

async function statusOf(tree: WorkTree): Promise<StatusEntry[]> {
  return parseStatus(
    (await runInWorkTree(tree, 'status', [...STATUS, `--ignore-submodules=${tree.isAside ? 'all' : 'none'}`])).bytes,
  );
}

function isChanged(entry: StatusEntry | undefined): boolean {
  return entry !== undefined && (entry.kind === 'unmerged' || entry.letters[1] !== '.');
}

/** Names of entries that git does not compare, and that are not on disk as the index has them. */
async function differing(
  tree: WorkTree & { readonly folder: string },
  entries: readonly IndexEntry[],
  found: Found,
): Promise<string[]> {
  const there: IndexEntry[] = [];
  const others: string[] = [];
  for (const entry of entries) {
    const stats = await statOf(tree.folder, entry.name);
    if (stats === null) found.absent.push(entry.name);
    else if (modeOf(stats) !== entry.mode || entry.mode === '120000') others.push(entry.name);
    else there.push(entry);
  }
  const ids = await idsOnDisk(
    tree,
    there.map(({ name }) => name),
    'named',
  );
  return [...others, ...there.filter(({ name, oid }) => ids.get(name) !== oid).map(({ name }) => name)];
}

/** Files as they are found on disk, each once. */
class Found {
  readonly raw: RawFile[] = [];
  readonly absent: string[] = [];
  readonly seen: string[] = [];

  constructor(private readonly folder: string) {}

  async take(name: string, kind: RawFile['kind']): Promise<'taken' | 'absent'> {
    const stats = await statOf(this.folder, name);
    if (stats === null) {
      if (kind === 'tracked') this.absent.push(name);
      this.seen.push(`${name}\0-`);
      return 'absent';
    }
    this.raw.push({ name, mode: modeOf(stats), bytes: Number(stats.size), kind });
    this.seen.push(`${name}\0${[stats.mode, stats.size, stats.mtimeNs, stats.ctimeNs, stats.ino].join(' ')}`);
    return 'taken';
  }
}

function fingerprintOf(state: readonly StateFile[], seen: readonly string[]): string {
  const hash = createHash('sha256');
  for (const { name, data } of state) hash.update(`${name}\0${data.length}\0`).update(data);
  for (const one of seen) hash.update(one).update('\0');
  return hash.digest('hex');
}
