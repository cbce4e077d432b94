import { english, inLanguage, say, type Said, type Translate } from '../words/said';

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
export function findRepositories(places: readonly FolderPlace[], translate: Translate = english): FoundRepository[] {
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
    about:
      aboutOf(place, group, nameAt)
        .map((part) => inLanguage([part], translate))
        .join(', ') || null,
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
): Said[] {
  const parts: Said[] = [];
  const around = [...nameAt.keys()].filter((other) => other !== topLevel && isInside(topLevel, other));
  const nearest = around.toSorted((a, b) => b.length - a.length)[0];
  if (superproject !== undefined) parts.push(say('submodule of {0}', nameAt.get(superproject) ?? lastOf(superproject)));
  else if (worktree === 'linked') parts.push(say('worktree {0}', lastOf(topLevel)));
  else if (nearest !== undefined) parts.push(say('inside {0}', nameAt.get(nearest) ?? ''));
  const others = [...new Set(group.map((one) => one.topLevel))].filter((one) => one !== topLevel);
  const names = others.map(lastOf);
  if (names.length > 0)
    parts.push(
      names.length === 1
        ? say('also open: its worktree {0}', { names })
        : say('also open: its worktrees {0}', { names }),
    );
  return parts;
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
