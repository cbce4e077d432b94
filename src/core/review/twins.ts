import { foldedPath } from './hazards';

/**
 * Pairs of paths or folders that differ in case or Unicode form alone and of which one is new. `paths` are all files of
 * the story's tip, `added` those of them that it added.
 */
export function twinsAmong(paths: readonly string[], added: readonly string[]): [string, string][] {
  const fresh = new Set(added);
  const wanted = new Set(added.flatMap((path) => [path, ...foldersOf(path)]).map(foldedPath));
  const found = new Map<string, Set<string>>();
  /** Files and folders that hold something which is not the story's. */
  const old = new Set<string>();
  for (const path of paths) {
    for (const one of [path, ...foldersOf(path)]) {
      const form = foldedPath(one);
      if (!wanted.has(form)) continue;
      found.set(form, (found.get(form) ?? new Set()).add(one));
      if (!fresh.has(path)) old.add(one);
    }
  }
  return [...found.values()].flatMap((names): [string, string][] => {
    const [first, second] = [...names].sort((a, b) => Number(old.has(a)) - Number(old.has(b)));
    return first === undefined || second === undefined || old.has(first) ? [] : [[first, second]];
  });
}

/**
 * Pairs that meet in a landing alone: the story adds one, and the other came to the target since, which the story has not
 * seen. `since`: what came since each place where the story left or met the target.
 */
export function twinsMet(added: readonly string[], since: readonly (readonly string[])[]): [string, string][] {
  const [first = [], ...others] = since.map((paths) => new Set(paths));
  const came = [...first].filter((path) => others.every((paths) => paths.has(path)));
  const theirs = new Set(came.flatMap((path) => [path, ...foldersOf(path)]));
  return twinsAmong([...added, ...came], added).filter(([, other]) => theirs.has(other));
}

/** `a/b/c` → `a/b`, `a`. */
function foldersOf(path: string): string[] {
  const folders: string[] = [];
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) folders.push(path.slice(0, end));
  return folders;
}
