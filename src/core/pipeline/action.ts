import type { RaceStep } from '../agents/race';
import type { StoryEvent } from '../story/events';
import type { Oid } from '../story/stage';
import type { RestackAction } from './restacks';

/** What the engine should do next. Each is small and safe to repeat. */
export type Action =
  | { kind: 'stopRun'; key: string; why: string }
  | { kind: 'event'; key: string; event: StoryEvent; by: string }
  /** Makes a fresh worktree ready, before anybody's work in it. */
  | { kind: 'startSetUp'; key: string }
  | { kind: 'startCoder'; key: string }
  /** An agent is put to the story's failed merge. */
  | { kind: 'startMergemaster'; key: string }
  /** An agent reviews what the gates let through. */
  | { kind: 'startReviewer'; key: string }
  /** Takes away what an attempt at the merge left in the story's worktree when it was cut off. */
  | { kind: 'settleMerge'; key: string }
  /** Runs the commands that its criteria name on what landed. */
  | { kind: 'checkCriteria'; key: string }
  | { kind: 'startGates'; key: string; tip: Oid }
  /** `jobId` null: a new job; else the job of an earlier boot goes on from its last step. */
  | { kind: 'dispatchMerge'; key: string; jobId: string | null }
  | RestackAction
  /** Takes a landing back that is at work; its story stays in the queue. */
  | { kind: 'withdrawMerge'; key: string; why: string }
  /** A race of agents may be decided by now, or is over for this one. */
  | { kind: 'stepRace'; key: string; what: RaceStep['what'] };

/** Whether an action begins work on a story that none has been done on; a job that was left goes on from where it stood. */
export function beginsWork(action: Action): boolean {
  if (action.kind === 'dispatchMerge') return action.jobId === null;
  const beginning: readonly Action['kind'][] = [
    'startSetUp', 'startCoder', 'startGates', 'startMergemaster', 'startReviewer',
  ]; // prettier-ignore
  return beginning.includes(action.kind);
}
