/** What follows the last `/` of a path or of the name of a branch. */
export function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
