import type { EventName } from '../story/events';

/** What is being done while a person's command is under way. Events that no person causes are not among them. */
export const PENDING_WORDS: Readonly<Partial<Record<EventName, string>>> = {
  Start: 'starting…',
  GatesStarted: 'going to QA…',
  QaSkipped: 'going to Merge…',
  Approved: 'approving…',
  Rejected: 'sending back…',
  FixupRequested: 'sending back to Coding…',
  RetryMerge: 'queueing again…',
  ReQueuedForQa: 'going to the gates again…',
  MergeAborted: 'leaving the queue…',
  Reassigned: 'being taken over…',
  Freeze: 'freezing…',
  Unfreeze: 'unfreezing…',
  Block: 'blocking…',
  Unblock: 'unblocking…',
  Demote: 'going back to Backlog…',
  Accept: 'archiving…',
  Abandon: 'abandoning…',
  Supersede: 'being superseded…',
  Reopen: 'reopening…',
};

const OTHERWISE = 'being changed…';

export function pendingWord(event: EventName): string {
  return PENDING_WORDS[event] ?? OTHERWISE;
}
