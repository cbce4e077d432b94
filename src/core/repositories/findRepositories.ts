import { namesOf } from '../words/durations';

/** What git says of a folder that is open. Absolute paths, with whatever separator the system has. */
export interface FolderPlace {
  readonly topLevel: string;
  /** The git directory that all worktrees of a repository share: what a repository is known by. */
  readonly commonDir: string;
  /** `linked`: a worktree beside the main one. */
  readonly worktree: 'main' | 'linked';
  /** Tops of the repositories that it is a submodule of, the nearest first. */
  readonly superprojects: readonly string[];
}

/** A repository of the window, with the words for what it is beside a repository of its own. */
export interface FoundRepository {
  /** Unlike that of every other in the window; people read it too. */
  readonly name: string;
  /** `submodule of app`, `inside app`, `worktree app-fix`; null for one that needs no words. */
  readonly about: string | null;
  readonly commonDir: string;
  /** The worktree that stands for it: the main one where it is open. */
  readonly topLevel: string;
  readonly superprojects: readonly string[];
}

/**
 * The repositories behind the folders of a window, in the folders' order. Worktrees of one repository are one; a submodule is
 * its own, and so is a repository that lies inside another.
 */
export function findRepositories(places: readonly FolderPlace[]): FoundRepository[] {
  const groups = new Map<string, FolderPlace[]>();
  for (const place of places) groups.set(place.commonDir, [...(groups.get(place.commonDir) ?? []), place]);
  const chosen = [...groups.values()].flatMap((group) => {
    const [first] = group;
    const place = group.find(({ worktree }) => worktree === 'main') ?? first;
    return place === undefined ? [] : [{ place, group }];
  });
  const names = distinctNames(chosen.map(({ place }) => mainFolder(place)));
  const nameAt = new Map(chosen.map(({ place }, index) => [place.topLevel, names[index] ?? '']));
  return chosen.map(({ place, group }, index) => ({
    name: names[index] ?? '',
    about: aboutOf(place, group, nameAt),
    commonDir: place.commonDir,
    topLevel: place.topLevel,
    superprojects: place.superprojects,
  }));
}

/** A linked worktree is called what its repository is called. */
function mainFolder({ topLevel, commonDir, worktree }: FolderPlace): string {
  return worktree === 'linked' && lastOf(commonDir) === '.git' ? parentOf(commonDir) : topLevel;
}

/** The folder's name; those that are called alike are told apart by the folder above, then by a number. */
function distinctNames(folders: readonly string[]): string[] {
  const taken = new Set<string>();
  return folders.map((folder) => {
    const name = lastOf(folder);
    const isShared = folders.filter((one) => lastOf(one) === name).length > 1;
    const wanted = isShared ? `${name} (${lastOf(parentOf(folder))})` : name;
    let free = wanted;
    for (let number = 2; taken.has(free); number += 1) free = `${wanted} ${number}`;
    taken.add(free);
    return free;
  });
}

function aboutOf(
  { topLevel, worktree, superprojects: [superproject] }: FolderPlace,
  group: readonly FolderPlace[],
  nameAt: ReadonlyMap<string, string>,
): string | null {
  const parts: string[] = [];
  const around = [...nameAt.keys()].filter((other) => other !== topLevel && isInside(topLevel, other));
  const nearest = around.toSorted((a, b) => b.length - a.length)[0];
  if (superproject !== undefined) parts.push(`submodule of ${nameAt.get(superproject) ?? lastOf(superproject)}`);
  else if (worktree === 'linked') parts.push(`worktree ${lastOf(topLevel)}`);
  else if (nearest !== undefined) parts.push(`inside ${nameAt.get(nearest) ?? ''}`);
  const others = [...new Set(group.map((one) => one.topLevel))].filter((one) => one !== topLevel);
  if (others.length > 0) parts.push(`also open: ${others.length === 1 ? 'its worktree' : 'its worktrees'} ${namesOf(others.map(lastOf))}`); // prettier-ignore
  return parts.length === 0 ? null : parts.join(', ');
}

/**
 * Where stories of a repository get their worktrees: beside it, as VS Code does; those of a submodule beside the outermost
 * repository around it, in which they would be files that nobody knows.
 */
export function worktreesBeside(mainWorktree: string, superprojects: readonly string[]): string {
  const around = superprojects.at(-1);
  return `${around === undefined ? mainWorktree : `${around}-${lastOf(mainWorktree)}`}.worktrees`;
}

function isInside(path: string, folder: string): boolean {
  return path.startsWith(folder) && /^[\\/]/.test(path.slice(folder.length));
}

function lastOf(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== '') ?? path;
}

function parentOf(path: string): string {
  return path.replace(/[\\/]+[^\\/]*[\\/]*$/, '');
}
