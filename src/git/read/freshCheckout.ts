import { createHash } from 'node:crypto';
import { lstat, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import type { Oid } from '../../core/story/stage';
import { fullOid } from '../door/names';
import type { Git } from '../door/run';
import type { StatusEntry } from './status';

/** What stands at a path of a work tree, links not followed: its bytes as git would name them without any filter. */
export type OnDisk = { kind: 'missing' } | { kind: 'file' | 'link'; oid: Oid; data: Buffer } | { kind: 'other' };

export async function onDisk(top: string, name: string, format: 'sha1' | 'sha256'): Promise<OnDisk> {
  const file = path.join(top, ...name.split('/'));
  const stats = await lstat(file).catch(() => null);
  if (stats === null) return { kind: 'missing' };
  if (!stats.isFile() && !stats.isSymbolicLink()) return { kind: 'other' };
  const kind = stats.isFile() ? 'file' : 'link';
  const data = kind === 'file' ? await readFile(file) : Buffer.from(await readlink(file));
  return { kind, data, oid: blobId(data, format) };
}

/** Name of the blob that holds just these bytes. */
function blobId(data: Buffer, format: 'sha1' | 'sha256'): Oid {
  return fullOid(createHash(format).update(`blob ${data.length}\0`).update(data).digest('hex'));
}

/**
 * Whether git shows a file as changed although it is what a fresh checkout writes: line endings under attributes, and
 * filters that do not give back what they took. Nobody changed it.
 */
export async function isAsCheckedOut(git: Git, top: string, entry: StatusEntry): Promise<boolean> {
  if (entry.kind !== 'tracked' || entry.letters[1] !== 'M' || !entry.indexMode.startsWith('100')) return false;
  // A file that was made executable is somebody's change.
  if (entry.workMode !== entry.indexMode) return false;
  const found = await onDisk(top, entry.path, entry.indexOid.length === 40 ? 'sha1' : 'sha256');
  if (found.kind !== 'file') return false;
  if (found.oid === entry.indexOid) return true;
  const args = ['--filters', `--path=${entry.path}`, fullOid(entry.indexOid)];
  const fresh = await git.run('cat-file', args, { cwd: top, expect: [0, 1, 128] });
  return fresh.code === 0 && fresh.stdout.equals(found.data);
}
