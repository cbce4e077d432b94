/** What a story changes, as far as it decides whether a person must look at it. Paths with `/`. */
export interface ReviewFacts {
  readonly changedPaths: readonly string[];
  readonly deletedPaths: readonly string[];
  /** Paths that match the configured `review.paths`. */
  readonly reviewedPaths: readonly string[];
  /** Lines added to files, without the leading `+`, by path. Only test files are asked for. */
  readonly addedTestLines: ReadonlyMap<string, readonly string[]>;
  /** Lines taken out of files that still exist, likewise. Without it a test taken out of a file goes unnoticed. */
  readonly removedTestLines: ReadonlyMap<string, readonly string[]>;
  /** Files to which the story added lines that git writes into a conflict. */
  readonly conflictMarkers: readonly string[];
  /** Repositories inside the repository that `.gitmodules` of the story does not name. */
  readonly unnamedRepositories: readonly string[];
  /** Links that the story made or turned, with what stands in them. */
  readonly links: ReadonlyMap<string, string>;
  /** Files that the story brought in or changed, with their size (bytes). */
  readonly sizes: ReadonlyMap<string, number>;
  /** From this size (bytes) on a file is large. */
  readonly largeFrom: number;
  /** Paths that the story added. */
  readonly addedPaths: readonly string[];
  /** Pairs of paths or folders of which one is the story's, and that differ in case or Unicode form alone. */
  readonly twins: readonly (readonly [string, string])[];
}
