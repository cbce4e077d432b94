/** Lines without their leading sign. `addedAt`: where the added ones stand afterwards, from 1. */
interface PatchedFile {
  readonly added: string[];
  readonly addedAt: number[];
  readonly removed: string[];
}

/**
 * Changed lines of each file of a patch without context (`-U0`), in the patch's order. Files go by their place: a name
 * in a patch may be quoted, and git lists files in the same order everywhere.
 */
export function changedLines(patch: string): PatchedFile[] {
  const files: PatchedFile[] = [];
  let left = 0;
  let at = 0;
  for (const line of patch.split('\n')) {
    // Inside a hunk a line that looks like a header is content; the hunk's own counts say where it ends.
    if (left > 0) {
      if (line.startsWith('+')) {
        files.at(-1)?.added.push(line.slice(1));
        files.at(-1)?.addedAt.push(at++);
      } else if (line.startsWith('-')) files.at(-1)?.removed.push(line.slice(1));
      if (!line.startsWith('\\')) left -= 1;
    } else if (line.startsWith('diff --git ')) files.push({ added: [], addedAt: [], removed: [] });
    else ({ left, at } = hunkOf(line));
  }
  return files;
}

/** `@@ -3,2 +3 @@` → 3 lines follow, two removed and one added at line 3. Anything else: none. */
function hunkOf(line: string): { left: number; at: number } {
  const counts = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
  if (counts === null) return { left: 0, at: 0 };
  return { left: Number(counts[1] ?? 1) + Number(counts[3] ?? 1), at: Number(counts[2]) };
}
