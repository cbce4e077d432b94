import { gateOutputId } from '../story/contentIds';
import { namesOf } from '../words/durations';
import type { EventOf, GitLook, StoryEvent } from '../story/events';
import { shortRef } from '../story/names';
import type { MergeFailureKind } from '../story/stage';
import type { MergeJob, StopReason } from './job';

/**
 * What the end of a job without a landing means for its story; null where nothing follows.
 * It reads the merge's typed outcome and the name of the stored gate output, never the story's text.
 */
export function consequenceOf(job: MergeJob, stopped: StopReason, look: GitLook): StoryEvent | null {
  const outputId = gateOutputId(job.storyKey);
  const target = shortRef(job.target);
  switch (stopped.kind) {
    case 'conflict': {
      const files = namesOf(stopped.files);
      const detail =
        files === '' ? `Conflict with ${target}: ${stopped.message}` : `Conflict in ${files} with ${target}.`;
      return failed('contentConflict', detail, stopped.files, null);
    }
    case 'unrelatedHistories':
      return failed(
        'unrelatedHistories',
        `Its branch and ${target} share no commit, so git cannot merge them.`,
        [],
        null,
      );
    case 'gatesRed':
      return failed(
        'gatesRed',
        `It did not land: on its merge with ${target} its gates are red. ${stopped.result.detail}`,
        [],
        outputId,
      );
    case 'redTogether':
      return {
        ...failed(
          'redTogether',
          `Red together with #${stopped.with}, green alone. ${stopped.result.detail}`,
          [],
          outputId,
        ),
        together: [stopped.with],
      };
    case 'environment':
      return { name: 'Block', reason: stopped.result.detail, fix: 'editGates', outputId, look };
    case 'storyMoved':
      if (stopped.tip !== null) return { name: 'ReQueuedForQa', tip: stopped.tip };
      return { name: 'Block', reason: 'Its branch no longer exists.', fix: null, outputId: null, look };
    case 'alreadyMerged':
      return { name: 'MergedOutside', mergeCommit: stopped.commit, mergedAt: job.stepAt };
    case 'takenBack':
      return { name: 'HoldForReview', tip: job.storyTip, reasons: stopped.reasons };
    case 'targetRed':
    case 'withdrawn':
      return null;
  }
}

function failed(
  kind: MergeFailureKind,
  detail: string,
  files: string[],
  outputId: string | null,
): EventOf<'MergeFailed'> {
  return { name: 'MergeFailed', kind, detail, files, outputId };
}
