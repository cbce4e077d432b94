/** The board's columns. A story that is off the line stands in the column of the stage it belongs to. */
export const COLUMN_NAMES = ['Backlog', 'Coding', 'QA', 'Merge', 'Done', 'Frozen'] as const;
export type ColumnName = (typeof COLUMN_NAMES)[number];

/** The tree's groups, in the order of the board's columns behind what needs the person. Each story stands in exactly one. */
export const GROUP_NAMES = ['Needs you', ...COLUMN_NAMES, 'Archived'] as const;
export type GroupName = (typeof GROUP_NAMES)[number];

/** How much a notice about the whole repository matters. */
export const NOTICE_SEVERITIES = ['error', 'warning', 'info'] as const;
export type NoticeSeverity = (typeof NOTICE_SEVERITIES)[number];

/** What a notice about the whole repository can lead to. */
export const NOTICE_ACTIONS = [
  'manageTrust',
  'approveCommands',
  'setTarget',
  'pullTarget',
  'editGates',
  'editAgents',
  'setIdentity',
  'acknowledgeLoss',
  'stopWaiting',
  'removeLocks',
  'showLog',
  'reviewRunChanges',
  'redTarget',
  'runDoctor',
  'repairWorktrees',
  'pushTarget',
  'quarantineGate',
  'shareStories',
] as const;
export type NoticeAction = (typeof NOTICE_ACTIONS)[number];

/** Whose board is shown: of the window's own engine, of the window that leads, or of a moment that is over. */
export const BOARD_MODES = ['leading', 'following', 'past'] as const;
export type BoardMode = (typeof BOARD_MODES)[number];
