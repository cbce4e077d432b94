import { lstat } from 'node:fs/promises';
import type { BigIntStats } from 'node:fs';
import path from 'node:path';
import { isMissing } from '../trees/ownTree';

/**
 * Names in this folder are bytes, as git has them, one character for each (Latin-1): what is no UTF-8 must come back as it
 * was. Only what a person reads is decoded.
 */
export type ByteName = string;

/** Where a name of a work tree lies on disk. */
export function placeIn(top: string, name: ByteName): Buffer {
  return Buffer.concat([Buffer.from(`${top}${path.sep}`), Buffer.from(name, 'latin1')]);
}

/** A name as a person reads it. */
export function shown(name: ByteName): string {
  return Buffer.from(name, 'latin1').toString('utf8');
}

/** A name as git takes it in a list of lines. */
export function quoted(name: ByteName): string {
  const escaped = name.replace(/["\\]|[^ -~]/g, (one) =>
    one === '"' || one === '\\' ? `\\${one}` : `\\${one.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
  return `"${escaped}"`;
}

/** Whether a name from a commit stays inside a work tree and out of every git dir, on any file system. */
export function isSafeName(name: ByteName): boolean {
  if (name === '' || name.includes('\0')) return false;
  return name.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && !looksLikeGitDir(part));
}

/** Also as HFS+ and NTFS would read it. */
function looksLikeGitDir(part: ByteName): boolean {
  const plain = shown(part)
    .replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, '')
    .toLowerCase()
    .replace(/[. ]+$/, '');
  return /^(?:\.git|git~\d+)(?:$|[:\\])/.test(plain) || (path.sep === '\\' && /[\\:]/.test(part));
}

/** What stands at a name, links not followed; null for nothing, or for what git keeps none of (a folder, a pipe). */
export async function statOf(top: string, name: ByteName): Promise<BigIntStats | null> {
  try {
    const stats = await lstat(placeIn(top, name), { bigint: true });
    return stats.isFile() || stats.isSymbolicLink() ? stats : null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Mode of a file as git writes it. */
export function modeOf(stats: BigIntStats): '100644' | '100755' | '120000' {
  if (stats.isSymbolicLink()) return '120000';
  return process.platform !== 'win32' && (stats.mode & 0o100n) !== 0n ? '100755' : '100644';
}
