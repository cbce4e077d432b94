/** Lines without their leading sign. */
interface PatchedFile {
  readonly added: string[];
  readonly removed: string[];
}

/**
 * Changed lines of each file of a patch without context (`-U0`), in the patch's order. Files go by their place: a name
 * in a patch may be quoted, and git lists files in the same order everywhere.
 */
export function changedLines(patch: string): PatchedFile[] {
  const files: PatchedFile[] = [];
  let left = 0;
  for (const line of patch.split('\n')) {
    // Inside a hunk a line that looks like a header is content; the hunk's own counts say where it ends.
    if (left > 0) {
      if (line.startsWith('+')) files.at(-1)?.added.push(line.slice(1));
      else if (line.startsWith('-')) files.at(-1)?.removed.push(line.slice(1));
      if (!line.startsWith('\\')) left -= 1;
    } else if (line.startsWith('diff --git ')) files.push({ added: [], removed: [] });
    else left = hunkLength(line);
  }
  return files;
}

/** `@@ -3,2 +3 @@` → 3 lines follow: two removed, one added. Anything else: 0. */
function hunkLength(line: string): number {
  const counts = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
  return counts === null ? 0 : Number(counts[1] ?? 1) + Number(counts[2] ?? 1);
}
