/** How a story's commits come to the target. */
export type MergeStrategy = 'merge' | 'squash' | 'rebase';
