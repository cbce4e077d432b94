import type { ActionId } from '../../src/core/board/actions';
import type { StageName } from '../../src/core/story/stage';
import { t } from './strings';

/** What an entry of the menu leads to, in a few words, where its name does not say it all. */
const ACTION_HINTS: Readonly<Partial<Record<ActionId, string>>> = {
  start: 'to Coding, where you or an agent works on it',
  readyForQa: 'its gates run on what is committed',
  mergeNow: 'into the merge queue, past the gates of QA',
  approve: 'into the merge queue',
  reject: 'back to Coding, with your comment',
  fixUp: 'back to Coding, with what went wrong',
  resolveConflicts: 'you settle them in its worktree',
  abortResolving: 'its worktree is as it was before',
  retryMerge: 'back into the merge queue as it is',
  runGatesAgain: 'on the same commit',
  reviewAgain: 'an agent looks at the same commit once more',
  takeOutOfQueue: 'back to Coding, nothing is lost',
  freeze: 'set aside until you unfreeze it',
  unfreeze: 'back to where it was',
  block: 'nothing happens to it until you unblock it',
  unblock: 'back to where it was',
  backToBacklog: 'branch and worktree stay',
  accept: 'out of Done, into the archive',
  abandon: 'archived without landing; can be reopened',
  deleteStory: 'its work is kept for a while',
  reopen: 'goes on where you say',
  revertStory: 'a new story takes its landing back',
};

export function actionHint(action: ActionId): string {
  const hint = ACTION_HINTS[action];
  return hint === undefined ? '' : t(hint);
}

const STAGE_HINTS: Readonly<Partial<Record<StageName, string>>> = {
  Backlog: 'to be started later',
  Coding: 'to be worked on',
  QA: 'its gates run',
  ReviewHold: 'waits for a review',
  Merge: 'lands when its gates are green',
  Frozen: 'set aside',
  Blocked: 'until you unblock it',
  Archived: 'over and done with',
};

export function stageHint(stage: StageName): string {
  const hint = STAGE_HINTS[stage];
  return hint === undefined ? '' : t(hint);
}
