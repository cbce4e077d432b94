import type { IncomingChange } from './incoming';
import type { StatusEntry } from '../read/status';

/**
 * Paths with local changes that a landing would touch. Two paths also meet where one is a folder of the other.
 *
 * What is already exactly as the landing will make it is not in the way. That is how a checkout looks after a killed
 * `git merge` that had written files and index and not yet the branch: landing again completes it.
 */
export function overlappingPaths(local: readonly StatusEntry[], incoming: readonly IncomingChange[]): string[] {
  const byPath = new Map(incoming.map((change) => [change.path, change]));
  const folders = new Set(incoming.flatMap((change) => ancestors(change.path)));
  const meets = (entry: StatusEntry): boolean =>
    byPath.has(entry.path) || folders.has(entry.path) || ancestors(entry.path).some((folder) => byPath.has(folder));
  const met = local.filter((entry) => meets(entry) && !isAlready(entry, byPath.get(entry.path)));
  return [...new Set(met.map((entry) => entry.path))];
}

function isAlready(entry: StatusEntry, change: IncomingChange | undefined): boolean {
  if (entry.kind !== 'tracked' || change === undefined || entry.letters[1] !== '.') return false;
  if (change.status === 'D') return entry.letters[0] === 'D';
  return entry.indexMode === change.newMode && entry.indexOid === change.newOid;
}

/** `a/b/c` → `a/b`, `a`. */
export function ancestors(path: string): string[] {
  const found: string[] = [];
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) found.push(path.slice(0, end));
  return found;
}
