import type { EventName } from '../story/events';

/** What a person can do to a story, by the fixed names of the commands. */
export const ACTION_IDS = [
  'stopWaitingFor',
  'allowOnce',
  'allowForStory',
  'deny',
  'start',
  'startWith',
  'race',
  'compareRace',
  'keepThisOne',
  'readyForQa',
  'mergeNow',
  'approve',
  'reject',
  'fixUp',
  'resolveConflicts',
  'abortResolving',
  'retryMerge',
  'decideTarget',
  'runGatesAgain',
  'reviewAgain',
  'takeOutOfQueue',
  'writeToAgent',
  'takeOver',
  'takeOverStory',
  'startFresh',
  'giveBack',
  'freeze',
  'unfreeze',
  'block',
  'unblock',
  'moveToStage',
  'backToBacklog',
  'accept',
  'abandon',
  'supersede',
  'deleteStory',
  'reopen',
  'revertStory',
  'newChild',
  'rename',
  'setPriority',
  'setLabels',
  'dependsOn',
  'chooseAgent',
  'openWorktree',
  'openDiff',
  'showOutput',
  'openTranscript',
  'showTimeline',
  'whyNotLanded',
  'editGates',
  'editAgents',
  'setIdentity',
  'openSourceControl',
] as const;
export type ActionId = (typeof ACTION_IDS)[number];

interface Action {
  /** Its fixed name. Where it is chosen it may carry an ellipsis: see `titleOf`. */
  readonly label: string;
  /** The event it causes; null for an action that only shows something. */
  readonly event: EventName | null;
  /** Whether it acts at once, or first asks the person for something. */
  readonly does: 'at once' | 'asks';
  /** Name of a codicon. */
  readonly icon: string | null;
  /** Part of a story's menu, from top to bottom; null where the action is not one of a single story. */
  readonly menu: MenuPart | null;
  /** Stands in the submenu of its part in a row's menu, which would be too long. */
  readonly deep?: true;
  /** The row itself shows it as a button: always, or while nothing works on the story. */
  readonly button?: 'always' | 'at rest';
}

/** Parts of a story's menu, in their order: what comes next, looking, then changing, and last what takes it away. */
export const MENU_PARTS = ['next', 'open', 'move', 'describe', 'end'] as const;
type MenuPart = (typeof MENU_PARTS)[number];

/**
 * The one list of what can be done to a story: commands, palette, menus, context keys and the manifest come from it.
 * After a change, `npm run docs` writes the manifest anew.
 */
export const ACTIONS: Readonly<Record<ActionId, Action>> = {
  stopWaitingFor: {
    label: 'Stop Waiting',
    event: null,
    does: 'at once',
    icon: 'circle-slash',
    menu: 'next',
    button: 'always',
  },
  allowOnce: { label: 'Allow Once', event: null, does: 'at once', icon: 'check', menu: 'next', button: 'always' },
  allowForStory: { label: 'Allow for This Story', event: null, does: 'at once', icon: 'check-all', menu: 'next' },
  deny: { label: 'Deny', event: null, does: 'at once', icon: 'circle-slash', menu: 'next', button: 'always' },
  start: { label: 'Start', event: 'Start', does: 'at once', icon: 'play', menu: 'next', button: 'always' },
  startWith: { label: 'Start With', event: null, does: 'asks', icon: 'robot', menu: 'next' },
  race: { label: 'Race Agents', event: null, does: 'asks', icon: 'run-all', menu: 'next' },
  compareRace: { label: 'Compare Race', event: null, does: 'at once', icon: 'split-horizontal', menu: 'open' },
  keepThisOne: { label: 'Keep This One', event: null, does: 'asks', icon: 'pass', menu: 'next', button: 'at rest' },
  readyForQa: {
    label: 'Ready for QA',
    event: 'GatesStarted',
    does: 'at once',
    icon: 'beaker',
    menu: 'next',
    button: 'at rest',
  },
  mergeNow: { label: 'Merge', event: 'QaSkipped', does: 'at once', icon: 'git-merge', menu: 'next' },
  approve: { label: 'Approve', event: 'Approved', does: 'at once', icon: 'check', menu: 'next', button: 'always' },
  reject: { label: 'Reject', event: 'Rejected', does: 'asks', icon: 'close', menu: 'next' },
  fixUp: { label: 'Fix Up', event: 'FixupRequested', does: 'at once', icon: 'tools', menu: 'next', button: 'always' },
  resolveConflicts: { label: 'Resolve Conflicts', event: null, does: 'asks', icon: 'git-merge', menu: 'next' },
  abortResolving: { label: 'Take Back the Merge', event: null, does: 'asks', icon: 'discard', menu: 'next' },
  retryMerge: { label: 'Retry Merge', event: 'RetryMerge', does: 'at once', icon: 'refresh', menu: 'next' },
  decideTarget: {
    label: 'Resume or Repair',
    event: null,
    does: 'asks',
    icon: 'lightbulb',
    menu: 'next',
    button: 'always',
  },
  runGatesAgain: {
    label: 'Run Gates Again',
    event: 'ReQueuedForQa',
    does: 'at once',
    icon: null,
    menu: 'move',
    deep: true,
  },
  reviewAgain: { label: 'Review Again', event: 'ReQueuedForQa', does: 'at once', icon: 'eye', menu: 'next' },
  takeOutOfQueue: {
    label: 'Take Out of Queue',
    event: 'MergeAborted',
    does: 'at once',
    icon: null,
    menu: 'move',
    deep: true,
  },
  writeToAgent: { label: 'Write to Agent', event: null, does: 'asks', icon: 'comment', menu: 'next' },
  takeOver: {
    label: 'Take Over in Terminal',
    event: null,
    does: 'at once',
    icon: 'terminal',
    menu: 'move',
    deep: true,
  },
  takeOverStory: { label: 'Take Over Story', event: 'Reassigned', does: 'asks', icon: 'repo-pull', menu: 'move' },
  startFresh: { label: 'Start Fresh', event: null, does: 'asks', icon: 'debug-restart', menu: 'move', deep: true },
  giveBack: { label: 'Give Back', event: 'GivenBack', does: 'at once', icon: 'reply', menu: 'next' },
  freeze: { label: 'Freeze', event: 'Freeze', does: 'at once', icon: 'debug-pause', menu: 'move' },
  unfreeze: {
    label: 'Unfreeze',
    event: 'Unfreeze',
    does: 'at once',
    icon: 'debug-continue',
    menu: 'next',
    button: 'always',
  },
  block: { label: 'Block', event: 'Block', does: 'asks', icon: null, menu: 'move', deep: true },
  unblock: { label: 'Unblock', event: 'Unblock', does: 'at once', icon: null, menu: 'next' },
  moveToStage: { label: 'Move to Stage', event: null, does: 'asks', icon: 'arrow-swap', menu: 'move' },
  backToBacklog: { label: 'Back to Backlog', event: 'Demote', does: 'at once', icon: null, menu: 'move', deep: true },
  accept: { label: 'Archive', event: 'Accept', does: 'at once', icon: 'archive', menu: 'end' },
  abandon: { label: 'Abandon', event: 'Abandon', does: 'asks', icon: null, menu: 'end' },
  supersede: { label: 'Supersede', event: 'Supersede', does: 'asks', icon: null, menu: 'move', deep: true },
  deleteStory: { label: 'Delete', event: null, does: 'asks', icon: 'trash', menu: 'end' },
  reopen: { label: 'Reopen', event: 'Reopen', does: 'asks', icon: null, menu: 'move', deep: true },
  revertStory: { label: 'Revert Story', event: null, does: 'asks', icon: 'discard', menu: 'move', deep: true },
  newChild: {
    label: 'New Child Story',
    event: null,
    does: 'asks',
    icon: 'type-hierarchy-sub',
    menu: 'move',
    deep: true,
  },
  rename: { label: 'Rename Story', event: null, does: 'asks', icon: null, menu: 'describe', deep: true },
  setPriority: { label: 'Set Priority', event: null, does: 'asks', icon: null, menu: 'describe', deep: true },
  setLabels: { label: 'Set Labels', event: null, does: 'asks', icon: null, menu: 'describe', deep: true },
  dependsOn: { label: 'Depends On', event: null, does: 'asks', icon: null, menu: 'describe', deep: true },
  chooseAgent: { label: 'Choose Agent', event: null, does: 'asks', icon: 'robot', menu: 'describe', deep: true },
  openWorktree: { label: 'Open Worktree', event: null, does: 'asks', icon: 'worktree', menu: 'open' },
  openDiff: { label: 'Open Diff', event: null, does: 'at once', icon: 'diff-multiple', menu: 'open' },
  showOutput: { label: 'Show Output', event: null, does: 'at once', icon: 'output', menu: 'open' },
  openTranscript: {
    label: 'Open Transcript',
    event: null,
    does: 'at once',
    icon: 'comment-discussion',
    menu: 'open',
    deep: true,
  },
  whyNotLanded: { label: 'Why Not Landed?', event: null, does: 'at once', icon: 'question', menu: 'open', deep: true },
  showTimeline: { label: 'Show Timeline', event: null, does: 'at once', icon: 'history', menu: 'open', deep: true },
  editGates: { label: 'Edit Gates', event: null, does: 'at once', icon: 'settings-gear', menu: null },
  editAgents: { label: 'Edit Agents', event: null, does: 'at once', icon: null, menu: null },
  setIdentity: { label: 'Set Git Identity', event: null, does: 'asks', icon: null, menu: null },
  openSourceControl: {
    label: 'Open Source Control',
    event: null,
    does: 'at once',
    icon: 'source-control',
    menu: null,
  },
};

/** What a person reads where they choose: an ellipsis says that something is asked before anything happens. */
export function titleOf({ label, does }: Pick<Action, 'label' | 'does'>): string {
  return does === 'asks' ? `${label}…` : label;
}
