import type { StageName } from '../../src/core/story/stage';

/** A codicon for each stage; stages of one column have the column's. */
export const STAGE_ICONS: Readonly<Record<StageName, string>> = {
  Backlog: 'circle-large',
  Coding: 'edit-session',
  QA: 'beaker',
  ReviewHold: 'eye',
  Merge: 'git-merge',
  MergeFailure: 'git-merge',
  MergeFailureFinal: 'git-merge',
  Blocked: 'circle-slash',
  Done: 'pass',
  Frozen: 'debug-pause',
  Archived: 'archive',
};
