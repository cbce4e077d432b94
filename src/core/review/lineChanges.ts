/** A block of lines that was replaced, as `@@ -start,count +start,count @@` says it: a count of 0 stands behind `start`. */
export interface Hunk {
  readonly oldStart: number;
  readonly oldCount: number;
  readonly newStart: number;
  readonly newCount: number;
}

/** What became of one file between two commits: its path now, null where it is gone, and which of its lines changed. */
export interface FileLines {
  readonly path: string;
  readonly now: string | null;
  readonly hunks: readonly Hunk[];
}

/** Lines from 1 on, both included. */
export interface LineRange {
  readonly line: number;
  readonly endLine: number;
}

/** The hunks of a patch of one file without context. */
export function hunksOf(patch: string): Hunk[] {
  const hunks: Hunk[] = [];
  let left = 0;
  for (const text of patch.split('\n')) {
    if (left > 0) {
      // Inside a hunk a line that looks like a header is content.
      if (!text.startsWith('\\')) left -= 1;
      continue;
    }
    const found = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(text);
    if (found === null) continue;
    const [oldCount, newCount] = [Number(found[2] ?? 1), Number(found[4] ?? 1)];
    hunks.push({ oldStart: Number(found[1]), oldCount, newStart: Number(found[3]), newCount });
    left = oldCount + newCount;
  }
  return hunks;
}

/** Where lines are after a change, and whether any of them was touched. What was inserted right before or behind touches none. */
export function followLines(
  { line, endLine }: LineRange,
  hunks: readonly Hunk[],
): LineRange & { readonly touched: boolean } {
  let shift = 0;
  const met: Hunk[] = [];
  for (const hunk of hunks) {
    const { oldStart, oldCount, newCount } = hunk;
    const end = oldCount === 0 ? oldStart : oldStart + oldCount - 1;
    const isBefore = oldCount === 0 ? oldStart < line : end < line;
    const isBehind = oldCount === 0 ? oldStart >= endLine : oldStart > endLine;
    if (isBefore) shift += newCount - oldCount;
    else if (!isBehind) met.push(hunk);
  }
  const [first, last] = [met[0], met.at(-1)];
  if (first === undefined || last === undefined)
    return { line: line + shift, endLine: endLine + shift, touched: false };
  const from = Math.max(1, Math.min(line + shift, first.newStart));
  return { line: from, endLine: Math.max(from, last.newStart + Math.max(last.newCount, 1) - 1), touched: true };
}
