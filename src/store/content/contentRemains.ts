import { readdir, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { foldersCanBeSynced, syncFolder } from '../log/durableFile';
import { isMissing, readOrNull } from '../readOrNull';
import { DAMAGE_MARK, readChecked } from './checkedFile';
import { checkedNameOf, fileNameOf } from './contentId';

/** What lies in a story's folder of the content store, looked at without mending anything. */
export interface ContentRemains {
  /** Its body; null where there is none. Of a damaged one, what is left. */
  readonly text: string | null;
  /** Of all its files but the one with its number. */
  readonly bytes: number;
  /** When the newest of them was written, in ms since 1970. */
  readonly changedAt: number;
}

/** Null for a folder that holds nothing but a number: there is nothing of a story in it. */
export async function lookAtRemains(folder: string): Promise<ContentRemains | null> {
  const names = (await namesIn(folder)).filter((name) => name !== NUMBER_FILE);
  const found = await Promise.all(names.map((name) => stat(path.join(folder, name)).catch(() => null)));
  const files = found.filter((one) => one?.isFile() === true);
  if (files.length === 0) return null;
  return {
    text: await readBody(folder),
    bytes: files.reduce((sum, file) => sum + (file?.size ?? 0), 0),
    changedAt: Math.max(...files.map((file) => Math.trunc(file?.mtimeMs ?? 0))),
  };
}

/** Name of the file that holds a story's number. */
export const NUMBER_FILE = 'number';

/** A body as it can be read, without its damage being set right on disk. */
async function readBody(folder: string): Promise<string | null> {
  const checked = await readOrNull(path.join(folder, checkedNameOf('body')));
  if (checked === null) return (await readOrNull(path.join(folder, fileNameOf('body'))))?.toString('utf8') ?? null;
  const read = readChecked(checked);
  return read.kind === 'damaged' ? `${DAMAGE_MARK}${read.left}` : read.text;
}

/**
 * Moves all that lies in one story's folder, but number and body, to another's; of a damaged body the bytes as they were. What is there already under its name stays,
 * and what comes gets another one. Safe on disk when it resolves; doing it again does the rest.
 */
export async function moveRest(from: string, to: string): Promise<void> {
  const own = new Set([NUMBER_FILE, fileNameOf('body'), ...((await isDamaged(from)) ? [] : [checkedNameOf('body')])]);
  const taken = new Set(await namesIn(to));
  const moved = (await namesIn(from)).filter((name) => !own.has(name));
  for (const name of moved) {
    let free = name;
    for (let n = 1; taken.has(free); n++) free = `${name}.recovered-${n}`;
    taken.add(free);
    await rename(path.join(from, name), path.join(to, free));
  }
  if (moved.length > 0 && foldersCanBeSynced) await syncFolder(to);
}

async function isDamaged(folder: string): Promise<boolean> {
  const body = await readOrNull(path.join(folder, checkedNameOf('body')));
  return body !== null && readChecked(body).kind === 'damaged';
}

/** Names of what is in a folder, in order; none where there is no such folder. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
