import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';

/** All of a worktree that a person could miss, as plain data that can be compared. */
export interface Photograph {
  /** Bytes, mode and link targets of every file git does not ignore, by name in Latin-1. */
  readonly files: Readonly<Record<string, string>>;
  /** Entries with stages and flags. */
  readonly index: string;
  readonly head: string;
  readonly status: string;
  /** What is under way, by file of the private git dir. */
  readonly underWay: Readonly<Record<string, string>>;
}

const UNDER_WAY = ['MERGE_HEAD', 'MERGE_MSG', 'CHERRY_PICK_HEAD', 'REBASE_HEAD', 'rebase-merge', 'BISECT_START'];

export function photograph(worktree: string): Photograph {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: worktree, maxBuffer: 64 << 20, stdio: ['ignore', 'pipe', 'pipe'] }).toString(
      'latin1',
    );
  const ignored = new Set(git('ls-files', '-z', '--others', '--ignored', '--exclude-standard').split('\0'));
  const gitDir = git('rev-parse', '--absolute-git-dir').trim();
  const files: Record<string, string> = {};
  for (const name of filesBelow(worktree)) {
    if (name === '.git' || ignored.has(name)) continue;
    files[name] = describeFile(placeOf(worktree, name));
  }
  const underWay: Record<string, string> = {};
  for (const name of UNDER_WAY) {
    const place = path.join(gitDir, name);
    if (!existsSync(place)) continue;
    const inner = lstatSync(place).isDirectory() ? filesBelow(place).map((one) => `${name}/${one}`) : [name];
    for (const one of inner) underWay[one] = readFileSync(path.join(gitDir, one)).toString('latin1');
  }
  return {
    files,
    index: git('ls-files', '-s', '-v', '-z'),
    head: readFileSync(path.join(gitDir, 'HEAD'), 'utf8'),
    status: git('status', '--porcelain=v2', '-z', '--untracked-files=all', '--no-renames'),
    underWay,
  };
}

function describeFile(place: Buffer): string {
  const stats = lstatSync(place);
  if (stats.isSymbolicLink()) return `link ${readlinkSync(place, { encoding: 'buffer' }).toString('latin1')}`;
  return `${(stats.mode & 0o100) === 0 ? 'plain' : 'executable'} ${readFileSync(place).toString('base64')}`;
}

function placeOf(top: string, name: string): Buffer {
  return Buffer.concat([Buffer.from(`${top}/`), Buffer.from(name, 'latin1')]);
}

/** Names of files below a folder, in Latin-1, as git says them. */
function filesBelow(top: string, under = ''): string[] {
  const folder = under === '' ? Buffer.from(top) : placeOf(top, under);
  return readdirSync(folder, { withFileTypes: true, encoding: 'buffer' }).flatMap((entry) => {
    const own = entry.name.toString('latin1');
    const name = under === '' ? own : `${under}/${own}`;
    return entry.isDirectory() && name !== '.git' ? filesBelow(top, name) : [name];
  });
}
