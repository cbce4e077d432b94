import type { StageName } from './stage';

/** What people call a stage. The names themselves are for the record, the log and the program. */
const STAGE_WORDS: Readonly<Record<StageName, string>> = {
  Backlog: 'Backlog',
  Coding: 'Coding',
  QA: 'QA',
  Merge: 'Merge',
  Done: 'Done',
  Archived: 'Archived',
  Frozen: 'Frozen',
  Blocked: 'Blocked',
  ReviewHold: 'Review',
  MergeFailure: 'Failed merge',
  MergeFailureFinal: 'Given-up merge',
};

/** A stage as people read it. What is no stage (an older record may name one) is said as it stands. */
export function stageWord(name: string): string {
  return Object.hasOwn(STAGE_WORDS, name) ? STAGE_WORDS[name as StageName] : name;
}
