import * as z from 'zod/mini';

/** At most so many files of one story are told of: a story that changes more changes nearly everything. */
export const MOST_FILES = 2_000;

/** Files that a story under way changes, uncommitted work included; from the top of the repository, with `/`. */
export const changedFilesSchema = z.readonly(
  z.array(z.object({ key: z.string(), paths: z.readonly(z.array(z.string())) })),
);
export type ChangedFiles = z.infer<typeof changedFilesSchema>;

/** Which stories change each file, by their numbers in ascending order. `numbers`: of the stories that are shown. */
export function byFile(changed: ChangedFiles, numbers: ReadonlyMap<string, number>): Map<string, number[]> {
  const files = new Map<string, number[]>();
  for (const { key, paths } of changed) {
    const number = numbers.get(key);
    if (number === undefined) continue;
    for (const path of paths)
      files.set(
        path,
        [...(files.get(path) ?? []), number].sort((a, b) => a - b),
      );
  }
  return files;
}

/** Two characters are all that there is room for: the number of a story, or a dot where that says too little. */
export function fileBadge([first, ...others]: readonly number[]): string {
  return first !== undefined && others.length === 0 && first < 100 ? String(first) : '●';
}
