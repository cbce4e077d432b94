import { chmod, copyFile, mkdir, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import { exists } from '../../base/exists';
import type { Oid } from '../../core/story/stage';

/** Names of all loose objects of an object folder. */
export async function looseObjects(objects: string): Promise<Oid[]> {
  const folders = (await readdir(objects)).filter((name) => /^[0-9a-f]{2}$/.test(name));
  const found = await Promise.all(
    folders.map(async (name) => (await readdir(path.join(objects, name))).map((rest) => `${name}${rest}`)),
  );
  return found.flat().filter((oid) => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(oid));
}

/** Contents of a loose object, without asking git; null where it is not there as a file of its own. */
export async function readLoose(objects: string, oid: Oid): Promise<{ type: string; data: Buffer } | null> {
  const packed = await readFile(objectFile(objects, oid)).catch(() => null);
  if (packed === null) return null;
  const raw = await promisify(inflate)(packed);
  const end = raw.indexOf(0);
  const [type = ''] = raw.toString('latin1', 0, end).split(' ');
  return { type, data: raw.subarray(end + 1) };
}

/**
 * Moves loose objects from one object folder to another. A name is the hash of what is in it, so one that is there
 * already is the same. git wrote the files, and flushed them where the person's settings ask for that. `last` come
 * after all others, so that no commit is ever seen without its tree.
 */
export async function moveLoose(from: string, to: string, oids: readonly Oid[], last: ReadonlySet<Oid>): Promise<void> {
  for (const oid of oids) if (!last.has(oid)) await moveOne(from, to, oid);
  for (const oid of oids) if (last.has(oid)) await moveOne(from, to, oid);
}

async function moveOne(from: string, to: string, oid: Oid): Promise<void> {
  const [source, target] = [objectFile(from, oid), objectFile(to, oid)];
  if (await exists(target)) return;
  await makeFolder(to, path.dirname(target));
  try {
    await rename(source, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    // The object store is on another disk, as behind a link.
    const beside = path.join(to, `tmp_obj_${oid}`);
    await copyFile(source, beside);
    await rename(beside, target);
    await rm(source, { force: true });
  }
}

/** A repository that several people share has its folders writable for all of them. */
async function makeFolder(objects: string, folder: string): Promise<void> {
  if (await exists(folder)) return;
  await mkdir(folder, { recursive: true });
  if (process.platform !== 'win32') await chmod(folder, (await stat(objects)).mode & 0o7777);
}

function objectFile(objects: string, oid: Oid): string {
  return path.join(objects, oid.slice(0, 2), oid.slice(2));
}
