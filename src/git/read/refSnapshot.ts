import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { exists } from '../../base/exists';
import { KnownByFiles } from '../../base/knownByFiles';
import type { Oid } from '../../core/story/stage';
import { runBare, type Repository } from '../door/repository';

const HEADS = 'refs/heads/';
const ORIGIN_HEAD = 'refs/remotes/origin/HEAD';

/** Local branches, and what origin calls its default, as they stood at one moment. */
export interface RefSnapshot {
  /** By full name. */
  readonly heads: ReadonlyMap<string, Oid>;
  /** Of those, the ones that only point to another ref, with what they point to. */
  readonly symbolic: ReadonlyMap<string, string>;
  /** Full name of what origin's HEAD points to; null where this clone knows of none. */
  readonly originHead: string | null;
}

const snapshots = new WeakMap<Repository, KnownByFiles<RefSnapshot>>();

/**
 * The refs that everybody asks for, read by one process when they have changed and by none when they have not. git writes
 * a ref by putting a new file in the old one's place, so a change shows in its folder (or in `packed-refs`, or in the
 * list of a reftable): looking at a few folders tells whether what was read still holds.
 */
export function refSnapshots(repository: Repository): KnownByFiles<RefSnapshot> {
  const found =
    snapshots.get(repository) ??
    new KnownByFiles<RefSnapshot>({
      now: () => repository.clock.now(),
      read: async () => ({ value: await readRefs(repository), files: await placesOfRefs(repository.commonDir) }),
    });
  snapshots.set(repository, found);
  return found;
}

/** Files and folders that show a change of local branches and of origin's HEAD; some of them may not be there. */
export async function placesOfRefs(commonDir: string): Promise<string[]> {
  const files = ['packed-refs', ORIGIN_HEAD, path.join('reftable', 'tables.list')];
  return [
    ...files.map((name) => path.join(commonDir, name)),
    ...(await foldersBelow(path.join(commonDir, 'refs', 'heads'))),
  ];
}

/** The folder and all folders in it, however deep; none where it is not there. */
export async function foldersBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => null);
  if (entries === null) return [];
  const inner = entries.filter((entry) => entry.isDirectory());
  return [folder, ...(await Promise.all(inner.map((one) => foldersBelow(path.join(folder, one.name))))).flat()];
}

async function readRefs(repository: Repository): Promise<RefSnapshot> {
  const args = ['--format=%(objectname) %(refname) %(symref)', HEADS.slice(0, -1), ORIGIN_HEAD];
  const { text } = await runBare(repository, 'for-each-ref', args);
  const heads = new Map<string, Oid>();
  const symbolic = new Map<string, string>();
  let originHead: string | null = null;
  for (const line of text.split('\n')) {
    const [oid = '', name = '', symref = ''] = line.split(' ');
    if (name === ORIGIN_HEAD) originHead = symref === '' ? null : symref;
    else if (name !== '') heads.set(name, oid);
    if (name !== ORIGIN_HEAD && symref !== '') symbolic.set(name, symref);
  }
  return { heads, symbolic, originHead: originHead ?? (await danglingOriginHead(repository)) };
}

/** One that points to a branch which was not fetched is not listed, and still names origin's default. */
async function danglingOriginHead(repository: Repository): Promise<string | null> {
  if (!(await exists(path.join(repository.commonDir, ORIGIN_HEAD)))) return null;
  const { code, text } = await runBare(repository, 'symbolic-ref', ['--quiet', ORIGIN_HEAD], { expect: [0, 1, 128] });
  return code === 0 ? text.trim() : null;
}
