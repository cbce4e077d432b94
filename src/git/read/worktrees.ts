import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Worktree } from '../../ports/worktrees';
import { splitFields } from '../door/names';
import { GATE, readMark } from '../trees/ownTree';
import { runBare, type Repository } from '../door/repository';

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
    const folder = values.get('worktree');
    if (folder === undefined || values.has('bare')) return [];
    const head = values.get('HEAD') ?? '';
    return [
      {
        path: folder,
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

/**
 * All worktrees on record, the main one first. A gate tree has no branch here, also where a gate checked one out in it:
 * nobody works there and its next filling detaches it, so it must not hold up that branch or pass for its worktree.
 */
export async function listWorktrees(repository: Repository): Promise<RegisteredWorktree[]> {
  const worktrees = parseWorktrees((await runBare(repository, 'worktree list', ['--porcelain', '-z'])).text);
  const { mainTopLevel } = repository;
  const gates = await gateFolders(repository.commonDir);
  // git guesses the main one's folder from the git dir's, which is wrong for a submodule or a separate git dir.
  return worktrees.map((one) => {
    if (one.isMain) return mainTopLevel === null ? one : { ...one, path: mainTopLevel };
    return gates.has(path.resolve(one.path)) ? { ...one, branch: null } : one;
  });
}

/** Folders of gate trees by git's own record, so that one whose folder or `.git` file is gone counts too. */
async function gateFolders(commonDir: string): Promise<Set<string>> {
  const worktrees = path.join(commonDir, 'worktrees');
  const found = new Set<string>();
  for (const id of await readdir(worktrees).catch(() => [])) {
    const gitDir = path.join(worktrees, id);
    if ((await readMark(gitDir)) !== GATE) continue;
    const registered = await readFile(path.join(gitDir, 'gitdir'), 'utf8').catch(() => null);
    if (registered !== null) found.add(path.dirname(path.resolve(gitDir, registered.trim())));
  }
  return found;
}
