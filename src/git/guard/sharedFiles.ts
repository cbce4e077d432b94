import { createHash, randomBytes } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import {
  chmod,
  lstat,
  mkdir,
  open,
  readFile,
  readdir,
  readlink,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { isSettled, stampOfStats } from '../../base/fileStamp';
import type { SharedFile } from '../../core/gates/sharedChange';
import { ifMissing } from '../trees/ownTree';

/** Files of the common git dir by their path from there, with `/`. */
export type SharedFiles = ReadonlyMap<string, SharedFile>;

/** What git runs, or lets decide what it runs, for every worktree. */
const WATCHED = ['config', 'config.worktree', 'hooks', 'info'];
const FOLDERS = ['hooks', 'info'];

/** A larger file (bytes) is known by its digest alone and cannot be put back. */
const LARGEST = 1 << 20;
/** Hooks of a person are a handful; a folder with more than this is not read to its end. */
const MOST = 2000;

/** Files that were read before, by name, with the stamp that they are known again by. */
export type KnownFiles = Map<string, { readonly stamp: string; readonly file: SharedFile }>;

/**
 * Reads what stands there now. Where `hooks` is a link, what it leads to is read as well. A file that is as it was when it
 * was read into `known` is not read again: no run can set the time at which the system saw it change. `now` in ms since 1970.
 */
export async function readSharedFiles(commonDir: string, known: KnownFiles, now: () => number): Promise<SharedFiles> {
  const found = new Map<string, SharedFile>();
  const look: Look = { found, commonDir, read: (file, stats, name) => readKnown(file, stats, { known, name, now }) };
  for (const name of WATCHED) await readInto(look, name, 'through');
  for (const name of known.keys()) if (!found.has(name)) known.delete(name);
  return found;
}

interface Look {
  readonly found: Map<string, SharedFile>;
  readonly commonDir: string;
  readonly read: (file: string, stats: BigIntStats, name: string) => Promise<SharedFile>;
}

async function readInto(look: Look, name: string, links: 'through' | 'asLinks'): Promise<void> {
  const { found, commonDir, read } = look;
  const file = inside(commonDir, name);
  const stats = await lstat(file, { bigint: true }).catch(ifMissing);
  if (stats === null || found.size > MOST) return;
  if (stats.isSymbolicLink()) found.set(name, { kind: 'link', to: await readlink(file) });
  else if (stats.isFile()) found.set(name, await read(file, stats, name));
  const enters = stats.isDirectory() || (links === 'through' && stats.isSymbolicLink() && FOLDERS.includes(name));
  if (!enters) return;
  const names = await readdir(file).catch(() => []);
  for (const one of names.sort()) await readInto(look, `${name}/${one}`, 'asLinks');
}

async function readKnown(
  file: string,
  stats: BigIntStats,
  { known, name, now }: { readonly known: KnownFiles; readonly name: string; readonly now: () => number },
): Promise<SharedFile> {
  const stamp = stampOfStats([stats]);
  const before = known.get(name);
  if (before?.stamp === stamp.text) return before.file;
  const readAt = now();
  const read = await readOne(file, stats);
  if (isSettled(stamp, readAt)) known.set(name, { stamp: stamp.text, file: read });
  else known.delete(name);
  return read;
}

async function readOne(file: string, { mode, size }: BigIntStats): Promise<SharedFile> {
  const data = await readFile(file);
  const digest = createHash('sha256').update(data).digest('hex');
  return { kind: 'file', mode: Number(mode) & 0o777, data: size > LARGEST ? null : data.toString('base64'), digest };
}

export interface FileDifference {
  readonly path: string;
  readonly before: SharedFile | null;
  readonly after: SharedFile | null;
}

export function differingFiles(before: SharedFiles, after: SharedFiles): FileDifference[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names
    .map((name) => ({ path: name, before: before.get(name) ?? null, after: after.get(name) ?? null }))
    .filter((one) => !sameFile(one.before, one.after));
}

function sameFile(one: SharedFile | null, other: SharedFile | null): boolean {
  if (one === null || other === null) return one === other;
  if (one.kind === 'link') return other.kind === 'link' && one.to === other.to;
  return other.kind === 'file' && one.digest === other.digest && one.mode === other.mode;
}

/**
 * Puts a file back as it was, provided that it still is as it was left. git's own lock is held while its settings are
 * written. Nothing is written through a link that the run made: what stands in the way is unlinked.
 */
export async function putFileBack(commonDir: string, { path: name, before, after }: FileDifference): Promise<boolean> {
  if (before?.kind === 'file' && before.data === null) return false;
  const file = inside(commonDir, name);
  const lock = name.startsWith('config') ? await takeLock(`${file}.lock`) : null;
  if (name.startsWith('config') && lock === null) return false;
  try {
    const now = new Map<string, SharedFile>();
    await readInto({ found: now, commonDir, read: readOne }, name, 'asLinks');
    const found = now.get(name) ?? null;
    // What is gone meanwhile, perhaps with a link that was put in its folder's place, takes nothing from anybody.
    if (found !== null && !sameFile(found, after)) return false;
    if (before === null) await rm(file, { force: true });
    else await write(file, before);
    return true;
  } finally {
    if (lock !== null) await rm(lock, { force: true });
  }
}

/** By git's own rule: whoever makes this file may change the settings, and nobody else until it is gone. */
async function takeLock(lock: string): Promise<string | null> {
  const handle = await open(lock, 'wx').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return null;
    throw error;
  });
  await handle?.close();
  return handle === null ? null : lock;
}

async function write(file: string, state: SharedFile): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  if (state.kind === 'link') {
    const stands = await lstat(file).catch(ifMissing);
    if (stands?.isDirectory() === true) await rename(file, `${file}.aside-${randomBytes(6).toString('hex')}`);
    else await rm(file, { force: true });
    return symlink(state.to, file);
  }
  const half = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(half, Buffer.from(state.data ?? '', 'base64'), { flag: 'wx' });
  await chmod(half, state.mode);
  await rename(half, file);
}

function inside(commonDir: string, name: string): string {
  return path.join(commonDir, ...name.split('/'));
}
