import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';

/** Where git notes the commands of one run. Only their names are read; the file is removed with the watch. */
export interface GitTrace {
  readonly env: Readonly<Record<string, string>>;
  /** Names of the git commands that ran in the run so far, also those that an alias or another command started. */
  names(): Promise<ReadonlySet<string>>;
  /** As `names`, of those that ran in one work tree, given by its top folder. */
  namesIn(folder: string): Promise<ReadonlySet<string>>;
  remove(): Promise<void>;
}

/**
 * In the common git dir, where only its owner and those who may use the repository can look. Those of runs that outlive
 * their window lie apart.
 */
const FOLDERS = { window: ['switchyard', 'guard'], beyond: ['switchyard', 'guard-kept'] } as const;

/** How long the run may last whose notes they are. */
export type Lasting = keyof typeof FOLDERS;

/** Removes the notes of runs that a killed window left; to be called only while no such run is watched. */
export async function sweepTraces(commonDir: string, lasting: Lasting): Promise<void> {
  await rm(path.join(commonDir, ...FOLDERS[lasting]), { recursive: true, force: true });
}

/** Beside the notes of runs that outlive their window: what Switchyard itself moved meanwhile. */
export function movesFile(commonDir: string): string {
  return path.join(commonDir, ...FOLDERS.beyond, 'moves');
}

/** Goes on with notes that are there already. */
export async function openTrace(commonDir: string, id: string, lasting: Lasting): Promise<GitTrace> {
  const folder = path.join(commonDir, ...FOLDERS[lasting]);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, `${id}.trace`);
  return {
    env: { GIT_TRACE2: file, GIT_TRACE2_BRIEF: '1' },
    names: async () => commandNames(await readFile(file, 'utf8').catch(() => ''), null),
    namesIn: async (top) => commandNames(await readFile(file, 'utf8').catch(() => ''), top),
    remove: () => rm(file, { force: true }),
  };
}

/**
 * `cmd_name tag (_run_dashed_/_run_git_alias_/tag)` names a command and those that it runs for; the line `worktree …`
 * before it says where it works.
 */
function commandNames(trace: string, folder: string | null): Set<string> {
  const names = new Set<string>();
  let top = '';
  for (const line of trace.split('\n')) {
    if (line.startsWith('version ')) top = '';
    if (line.startsWith('worktree ')) top = unquoted(line.slice('worktree '.length));
    if (!line.startsWith('cmd_name ') || (folder !== null && path.resolve(top) !== path.resolve(folder))) continue;
    for (const name of line.slice('cmd_name '.length).split(/[ ()/]/)) if (name !== '') names.add(name);
  }
  return names;
}

/** git quotes a path as a shell would, where it holds what a shell would read. */
function unquoted(text: string): string {
  return text.startsWith("'") ? text.slice(1, -1).replaceAll(/'\\(['!])'/g, '$1') : text;
}

/** Commands that move the branch that is checked out where they run, and so leave a line in the log of its HEAD. */
const HEAD_MOVERS = [
  'commit', 'merge', 'rebase', 'reset', 'cherry-pick', 'revert', 'am', 'checkout', 'switch', 'pull', 'bisect', 'filter-branch',
]; // prettier-ignore

/** Commands that change any ref they are told to, by the refs that they change. */
const WRITERS: readonly (readonly [prefix: string, names: readonly string[]])[] = [
  ['refs/heads/', ['branch', 'fetch', 'worktree', 'pull', 'filter-branch', 'rebase']],
  ['refs/tags/', ['tag', 'fetch', 'pull', 'filter-branch']],
  ['refs/remotes/', ['fetch', 'pull', 'push', 'remote', 'branch']],
  ['refs/notes/', ['notes', 'commit', 'rebase']],
  ['refs/replace/', ['replace']],
  ['refs/', ['update-ref', 'symbolic-ref', 'send-pack', 'receive-pack', 'fast-import', 'push']],
];

/** Whether any of these commands can have changed a ref that no HEAD is known to have been at. */
export function canHaveMoved(ref: string, names: ReadonlySet<string>): boolean {
  return WRITERS.some(([prefix, writers]) => ref.startsWith(prefix) && writers.some((one) => names.has(one)));
}

/** As `canHaveMoved`, of commands that ran where the ref was checked out. */
export function canHaveMovedThere(ref: string, names: ReadonlySet<string>): boolean {
  return HEAD_MOVERS.some((one) => names.has(one)) || canHaveMoved(ref, names);
}

/** Whether any of these commands can have changed the stash. */
export function canHaveStashed(names: ReadonlySet<string>): boolean {
  return ['stash', 'update-ref', 'reflog', 'rebase', 'merge', 'pull'].some((one) => names.has(one));
}
