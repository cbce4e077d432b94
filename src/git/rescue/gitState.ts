import { lstat, readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { isMissing } from '../trees/ownTree';

/** Files and folders of a private git dir that are part of the work: what is staged, and what is under way. */
const STATE = [
  'HEAD',
  'index',
  'ORIG_HEAD',
  'MERGE_HEAD',
  'MERGE_MSG',
  'MERGE_MODE',
  'MERGE_RR',
  'MERGE_AUTOSTASH',
  'SQUASH_MSG',
  'COMMIT_EDITMSG',
  'CHERRY_PICK_HEAD',
  'REVERT_HEAD',
  'REBASE_HEAD',
  'BISECT_LOG',
  'BISECT_START',
  'BISECT_NAMES',
  'BISECT_TERMS',
  'BISECT_EXPECTED_REV',
  'BISECT_ANCESTORS_OK',
  'rebase-merge',
  'rebase-apply',
  'sequencer',
  'refs',
  'logs',
  'info',
  'config.worktree',
];

/** A file of the git dir, by its path with `/`. */
export interface StateFile {
  readonly name: string;
  readonly data: Buffer;
}

/** What git keeps of a worktree beside its files. Links are left out: git makes none there. */
export async function readGitState(gitDir: string): Promise<StateFile[]> {
  const names = await readdir(gitDir);
  const wanted = names.filter((name) => STATE.includes(name) || name.startsWith('sharedindex.'));
  const found: StateFile[] = [];
  for (const name of wanted.sort()) await readInto(gitDir, name, found);
  return found;
}

/** What is put back: neither settings, which decide what git runs, nor HEAD, which comes last, nor what git logged. */
export function isPutBack(name: string): boolean {
  if (name.startsWith('info/')) return name === 'info/sparse-checkout';
  return name !== 'HEAD' && name !== 'config.worktree' && !name.startsWith('logs/');
}

/** Object ids that the state names, in no order: commits that only it leads to must be kept as well. */
export function idsIn(files: readonly StateFile[], format: 'sha1' | 'sha256'): Set<string> {
  const length = format === 'sha1' ? 40 : 64;
  const pattern = new RegExp(`(?<![0-9a-f])[0-9a-f]{${length}}(?![0-9a-f])`, 'g');
  const ids = new Set<string>();
  for (const { name, data } of files) {
    if (name === 'index' || name.startsWith('sharedindex.')) continue;
    for (const [id] of data.toString('latin1').matchAll(pattern)) if (!/^0+$/.test(id)) ids.add(id);
  }
  return ids;
}

async function readInto(gitDir: string, name: string, found: StateFile[]): Promise<void> {
  const place = path.join(gitDir, ...name.split('/'));
  const stats = await lstat(place).catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
  if (stats?.isDirectory() === true) {
    for (const inner of (await readdir(place)).sort()) await readInto(gitDir, `${name}/${inner}`, found);
  } else if (stats?.isFile() === true && !name.endsWith('.lock')) {
    found.push({ name, data: await readFile(place) });
  }
}
