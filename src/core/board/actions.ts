import type { EventName } from '../story/events';

/** What a person can do to a story, by the fixed names of the commands. */
export const ACTION_IDS = [
  'start',
  'readyForQa',
  'mergeNow',
  'approve',
  'reject',
  'fixUp',
  'retryMerge',
  'takeOutOfQueue',
  'freeze',
  'unfreeze',
  'block',
  'unblock',
  'moveToStage',
  'backToBacklog',
  'accept',
  'abandon',
  'reopen',
  'openWorktree',
  'openDiff',
  'showOutput',
  'editGates',
  'editAgents',
  'setIdentity',
] as const;
export type ActionId = (typeof ACTION_IDS)[number];

interface ActionWords {
  readonly label: string;
  /** The event it causes; null for an action that only shows something. */
  readonly event: EventName | null;
}

export const ACTIONS: Readonly<Record<ActionId, ActionWords>> = {
  start: { label: 'Start', event: 'Start' },
  readyForQa: { label: 'Ready for QA', event: 'GatesStarted' },
  mergeNow: { label: 'Merge', event: 'QaSkipped' },
  approve: { label: 'Approve', event: 'Approved' },
  reject: { label: 'Reject', event: 'Rejected' },
  fixUp: { label: 'Fix Up', event: 'FixupRequested' },
  retryMerge: { label: 'Retry Merge', event: 'RetryMerge' },
  takeOutOfQueue: { label: 'Take Out of Queue', event: 'MergeAborted' },
  freeze: { label: 'Freeze', event: 'Freeze' },
  unfreeze: { label: 'Unfreeze', event: 'Unfreeze' },
  block: { label: 'Block', event: 'Block' },
  unblock: { label: 'Unblock', event: 'Unblock' },
  moveToStage: { label: 'Move to Stage', event: null },
  backToBacklog: { label: 'Back to Backlog', event: 'Demote' },
  accept: { label: 'Archive', event: 'Accept' },
  abandon: { label: 'Abandon', event: 'Abandon' },
  reopen: { label: 'Reopen', event: 'Reopen' },
  openWorktree: { label: 'Open Worktree', event: null },
  openDiff: { label: 'Open Diff', event: null },
  showOutput: { label: 'Show Output', event: null },
  editGates: { label: 'Edit Gates', event: null },
  editAgents: { label: 'Edit Agents', event: null },
  setIdentity: { label: 'Set Git Identity', event: null },
};
