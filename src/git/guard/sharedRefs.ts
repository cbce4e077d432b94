import { statSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Oid } from '../../core/story/stage';
import { exists } from '../../base/exists';
import { readNow, Slices } from '../../base/slices';
import type { Repository } from '../door/repository';
import { listRefs } from '../read/refs';
import { isMissing } from '../trees/ownTree';

/** An entry of the stash; the list is oldest first, as its log is. */
export interface StashEntry {
  readonly commit: Oid;
  readonly message: string;
}

export interface SharedRefs {
  readonly refs: ReadonlyMap<string, Oid>;
  readonly stash: readonly StashEntry[];
  /** Lengths (bytes) of the logs of every worktree's HEAD by their path: what is longer later was written since. */
  readonly headLogs: ReadonlyMap<string, number>;
}

const STASH = 'refs/stash';
/** Refs that each worktree has for itself. */
const PRIVATE = ['refs/bisect/', 'refs/worktree/', 'refs/rewritten/'];

/** Reads refs and stash from the files themselves, without starting git; by git where they are kept in another form. */
export async function readSharedRefs(repository: Repository): Promise<SharedRefs> {
  const { commonDir } = repository;
  const headLogs = await headLogLengths(commonDir);
  const stash = await readStash(commonDir);
  const refs = (await exists(path.join(commonDir, 'reftable')))
    ? await listRefs(repository)
    : await readRefFiles(commonDir);
  const shared = [...refs].filter(([ref]) => ref !== STASH && !PRIVATE.some((prefix) => ref.startsWith(prefix)));
  return { refs: new Map(shared), stash, headLogs };
}

/** Loose ones first, for a ref that is packed meanwhile is in one of the two at every moment. */
async function readRefFiles(commonDir: string): Promise<Map<string, Oid>> {
  const loose = new Map<string, Oid>();
  const slices = new Slices();
  for (const name of await filesBelow(commonDir, 'refs')) {
    // A symbolic ref such as refs/remotes/origin/HEAD says where it leads; the ref there has the id.
    const oid = /^[0-9a-f]{40,64}(?=\s|$)/.exec(refNow(path.join(commonDir, ...name.split('/'))))?.[0];
    if (oid !== undefined) loose.set(name, oid);
    await slices.turn();
  }
  const packed = new Map<string, Oid>();
  for (const line of (await readText(path.join(commonDir, 'packed-refs'))).split('\n')) {
    const blank = line.indexOf(' ');
    if (/^[0-9a-f]{40}/.test(line)) packed.set(line.slice(blank + 1), line.slice(0, blank));
  }
  return new Map([...packed, ...loose]);
}

async function filesBelow(commonDir: string, folder: string): Promise<string[]> {
  const entries = await readdir(path.join(commonDir, ...folder.split('/')), { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries.map(async (entry) => {
      const name = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return filesBelow(commonDir, name);
      return entry.isFile() && !entry.name.endsWith('.lock') ? [name] : [];
    }),
  );
  return found.flat();
}

async function readStash(commonDir: string): Promise<StashEntry[]> {
  return readLog(await readText(path.join(commonDir, 'logs', 'refs', 'stash'))).map(({ to, message }) => ({
    commit: to,
    message,
  }));
}

interface LogLine {
  readonly from: Oid;
  readonly to: Oid;
  readonly message: string;
}

/** Lines of a reflog: `<old> <new> <name> <address> <time> <zone>TAB<message>`. */
function readLog(text: string): LogLine[] {
  return text.split('\n').flatMap((line) => {
    const [from = '', to = ''] = line.split(' ', 2);
    const tab = line.indexOf('\t');
    return /^[0-9a-f]{40,64}$/.test(to) ? [{ from, to, message: tab === -1 ? '' : line.slice(tab + 1) }] : [];
  });
}

/** The logs of all HEADs: of the main worktree, and of each linked one. */
async function headLogLengths(commonDir: string): Promise<Map<string, number>> {
  const linked = await readdir(path.join(commonDir, 'worktrees')).catch(() => []);
  const files = [commonDir, ...linked.map((id) => path.join(commonDir, 'worktrees', id))].map((gitDir) =>
    path.join(gitDir, 'logs', 'HEAD'),
  );
  const found = new Map<string, number>();
  const slices = new Slices();
  for (const file of files) {
    const size = sizeNow(file);
    if (size !== null) found.set(file, size);
    await slices.turn();
  }
  return found;
}

export interface HeadMoves {
  /** Ids that the HEAD of the run's own worktree has been at since. */
  readonly own: ReadonlySet<Oid>;
  /** Likewise, of any other worktree by its private git dir: what a person or another run did there. */
  readonly elsewhere: ReadonlyMap<string, ReadonlySet<Oid>>;
}

/** Where HEADs have been since an earlier look. `gitDir` is that of the run's worktree. */
export async function headMovesSince(commonDir: string, before: SharedRefs, gitDir: string | null): Promise<HeadMoves> {
  const own = new Set<Oid>();
  const elsewhere = new Map<string, Set<Oid>>();
  for (const [file, size] of await headLogLengths(commonDir)) {
    const known = before.headLogs.get(file) ?? 0;
    if (size === known) continue;
    const bytes = await readFile(file).catch(() => Buffer.alloc(0));
    // A log that became shorter was written anew, for example by `reflog expire`.
    const ids = readLog(bytes.subarray(size < known ? 0 : known).toString('utf8')).map(({ to }) => to);
    if (gitDir !== null && file.startsWith(`${gitDir}${path.sep}`)) for (const id of ids) own.add(id);
    else elsewhere.set(path.dirname(path.dirname(file)), new Set(ids));
  }
  return { own, elsewhere };
}

/** Where the log of a ref says that it is now; null where git keeps none. */
export async function lastLogged(commonDir: string, ref: string): Promise<Oid | null> {
  return readLog(await readText(path.join(commonDir, 'logs', ...ref.split('/')))).at(-1)?.to ?? null;
}

function sizeNow(file: string): number | null {
  try {
    return statSync(file, { throwIfNoEntry: false })?.size ?? null;
  } catch {
    return null;
  }
}

function refNow(file: string): string {
  try {
    return readNow(file);
  } catch (error) {
    if (isNothing(error)) return '';
    throw error;
  }
}

async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    if (isNothing(error)) return '';
    throw error;
  });
}

function isNothing(error: unknown): boolean {
  return isMissing(error) || (error as NodeJS.ErrnoException).code === 'EISDIR';
}
