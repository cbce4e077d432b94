import type { Worktree } from '../core/ports';
import { splitFields } from './names';
import { runBare, type Repository } from './repository';

/** A worktree as git has it on record; its folder may be gone. */
export interface RegisteredWorktree extends Worktree {
  /** Why it must not be pruned, as on a drive that comes and goes; null where it is not locked. */
  readonly locked: string | null;
}

/** Reads `worktree list --porcelain -z`; an entry ends with an empty field. A bare repository is no worktree. */
export function parseWorktrees(text: string): RegisteredWorktree[] {
  const entries = text.split('\0\0').filter((entry) => entry !== '');
  return entries.flatMap((entry, index) => {
    const values = new Map(splitFields(entry).map((field) => splitOnce(field)));
    const path = values.get('worktree');
    if (path === undefined || values.has('bare')) return [];
    const head = values.get('HEAD') ?? '';
    return [
      {
        path,
        head: /^0*$/.test(head) ? null : head,
        branch: values.get('branch') ?? null,
        isMain: index === 0,
        locked: values.get('locked') ?? null,
      },
    ];
  });
}

function splitOnce(field: string): [string, string] {
  const blank = field.indexOf(' ');
  return blank === -1 ? [field, ''] : [field.slice(0, blank), field.slice(blank + 1)];
}

/** All worktrees on record, the main one first. */
export async function listWorktrees(repository: Repository): Promise<RegisteredWorktree[]> {
  const worktrees = parseWorktrees((await runBare(repository, 'worktree list', ['--porcelain', '-z'])).text);
  const { mainTopLevel } = repository;
  // git guesses the main one's folder from the git dir's, which is wrong for a submodule or a separate git dir.
  return worktrees.map((one) => (one.isMain && mainTopLevel !== null ? { ...one, path: mainTopLevel } : one));
}
