/** Every stage, main line first, in the order in which people read them. */
export const STAGE_NAMES = [
  'Backlog',
  'Coding',
  'QA',
  'Merge',
  'Done',
  'Archived',
  'Frozen',
  'Blocked',
  'ReviewHold',
  'MergeFailure',
  'MergeFailureFinal',
] as const;

/** How a merge can fail for good until somebody changes something. */
export const MERGE_FAILURE_KINDS = ['contentConflict', 'gatesRed', 'redTogether', 'unrelatedHistories'] as const;

export const STORY_TYPES = ['story', 'bug', 'spike', 'refactor'] as const;
export type StoryType = (typeof STORY_TYPES)[number];
