/** Whether two sets of changed paths touch each other: a path of both, or a path of one that is a folder of the other. */
export function touchEachOther(some: readonly string[], others: readonly string[]): boolean {
  const [one, other] = [new Set(some), new Set(others)];
  return some.some((path) => meets(path, other)) || others.some((path) => meets(path, one));
}

function meets(path: string, paths: ReadonlySet<string>): boolean {
  if (paths.has(path)) return true;
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
    if (paths.has(path.slice(0, end))) return true;
  return false;
}
