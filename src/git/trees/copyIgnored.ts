import { constants } from 'node:fs';
import { copyFile, lstat, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { CopiedFiles } from '../../ports/worktrees';
import { splitFields } from '../door/names';
import type { Repository } from '../door/repository';

/** More files than this (or bytes) are not copied: a whole folder of dependencies is better made than copied. */
const MOST = { files: 20_000, bytes: 1_000_000_000 };

export interface CopyRequest {
  /** The main worktree. */
  readonly from: string;
  readonly to: string;
  /** Patterns as in a `.gitignore`. */
  readonly patterns: readonly string[];
}

/**
 * Copies files that git ignores from the main worktree into another one. What git would show there as new is left, and so
 * is what is no plain file, what lies behind a link, and what is there already.
 */
export async function copyIgnored(repository: Repository, { from, to, patterns }: CopyRequest): Promise<CopiedFiles> {
  const wanted = patterns.flatMap(withoutBraces);
  if (wanted.length === 0) return { copied: [], left: [] };
  const names = await matching(repository, from, wanted);
  const ignored = await ignoredOf(repository, to, names);
  const copied: string[] = [];
  const left: { name: string; why: string }[] = [];
  let bytes = 0;
  for (const name of names) {
    if (!ignored.has(name))
      left.push({ name, why: 'git does not ignore it, so it would stand in the way of Ready for QA' });
    else if (copied.length >= MOST.files || bytes > MOST.bytes) left.push({ name, why: 'there is too much to copy' });
    else {
      const outcome = await copyOne(from, to, name.split('/'));
      if (typeof outcome === 'number') copied.push(name);
      else if (outcome !== 'there') left.push({ name, why: outcome });
      bytes += typeof outcome === 'number' ? outcome : 0;
    }
  }
  return { copied, left };
}

/** Files that no commit has and that a pattern matches. What lies in another repository comes as its folder, and is left out. */
async function matching({ git }: Repository, from: string, patterns: readonly string[]): Promise<string[]> {
  const args = ['--others', '--ignored', '-z', ...patterns.map((pattern) => `--exclude=${pattern}`)];
  const { text } = await git.run('ls-files', args, { cwd: from });
  return splitFields(text).filter((name) => !name.endsWith('/'));
}

async function ignoredOf({ git }: Repository, folder: string, names: readonly string[]): Promise<Set<string>> {
  if (names.length === 0) return new Set();
  const input = names.map((name) => `${name}\0`).join('');
  const { text } = await git.run('check-ignore', ['-z', '--stdin'], { cwd: folder, input, expect: [0, 1] });
  return new Set(splitFields(text));
}

/** Its size in bytes where it was copied; else why not. */
async function copyOne(from: string, to: string, parts: readonly string[]): Promise<number | string> {
  if (!(await areFolders(from, parts.slice(0, -1)))) return 'it lies behind a link';
  const source = path.join(from, ...parts);
  const stats = await lstat(source);
  if (!stats.isFile()) return 'it is no plain file';
  if (!(await areFolders(to, parts.slice(0, -1)))) return 'its place lies behind a link';
  const place = path.join(to, ...parts);
  await mkdir(path.dirname(place), { recursive: true });
  try {
    await copyFile(source, place, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    return stats.size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return 'there';
    throw error;
  }
}

/** Whether each part of the way is a folder of its own, or not there yet. */
async function areFolders(top: string, parts: readonly string[]): Promise<boolean> {
  for (let length = 1; length <= parts.length; length += 1) {
    const stats = await lstat(path.join(top, ...parts.slice(0, length))).catch(() => null);
    if (stats !== null && !stats.isDirectory()) return false;
  }
  return true;
}

/** `{a,b}` as VS Code's patterns have it: one pattern each, because git knows no braces. `\{` is one of a name. */
function withoutBraces(pattern: string): string[] {
  const [whole, before = '', choices = '', after = ''] =
    /^((?:[^{}\\]|\\.)*)\{((?:[^{}\\]|\\.)*)\}(.*)$/s.exec(pattern) ?? [];
  if (whole === undefined) return [pattern];
  return choices.split(',').flatMap((choice) => withoutBraces(`${before}${choice}${after}`));
}
