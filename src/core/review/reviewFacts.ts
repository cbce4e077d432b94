/** What a story changes, as far as it decides whether a person must look at it. */
export interface ReviewFacts {
  readonly changedPaths: readonly string[];
  readonly deletedPaths: readonly string[];
  /** Paths that match the configured `review.paths`. */
  readonly reviewedPaths: readonly string[];
  /** Lines added to files, without the leading `+`, by path. Only test files are asked for. */
  readonly addedTestLines: ReadonlyMap<string, readonly string[]>;
  /** Lines taken out of files that still exist, likewise. Without it a test taken out of a file goes unnoticed. */
  readonly removedTestLines?: ReadonlyMap<string, readonly string[]>;
}
