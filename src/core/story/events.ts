import type { Feedback, Fix, MergeFailureKind, Oid } from './stage';

/** What git says of a story at the moment of an event: its branch's tip and the target's, null where there is none. */
export interface GitLook {
  readonly tip: Oid | null;
  readonly target: Oid | null;
}

/** How a review ended that did not accept its story and sent nothing back. */
export type NoAccept = 'noVerdict' | 'notAccepted' | 'meddled';

/** What can happen to a story. Each event brings the evidence that its new stage needs. */
export type StoryEvent =
  | { name: 'Start' }
  | { name: 'GatesStarted'; tip: Oid }
  | { name: 'GatesPassed'; branch: string; tip: Oid; commitsAhead: number }
  | { name: 'GatesFailed'; tip: Oid; feedback: Feedback }
  /** Its gates are through, and an agent is to review it. `reasons`: why a person has to look at it after that. */
  | { name: 'ReviewerAsked'; tip: Oid; reasons: string[] }
  /** The agent that reviews sends it back. */
  | { name: 'ReviewerRejected'; tip: Oid; feedback: Feedback }
  | { name: 'QaSkipped'; branch: string; tip: Oid; commitsAhead: number; by: string }
  /** `reviewer`: the agent that was to review it and did not accept it, if any; `came`: what it did, where it came to an end. */
  | {
      name: 'HoldForReview';
      tip: Oid;
      reasons: string[];
      reviewer?: string;
      came?: NoAccept;
    }
  | { name: 'Approved'; branch: string; tip: Oid; commitsAhead: number }
  | { name: 'Rejected'; feedback: Feedback }
  | { name: 'MergeSucceeded'; mergeCommit: Oid; mergedAt: string }
  /** `together`: numbers of the stories with which alone it is red. */
  | {
      name: 'MergeFailed';
      kind: MergeFailureKind;
      detail: string;
      files: string[];
      outputId: string | null;
      together?: number[];
    }
  | { name: 'MergeAborted' }
  | { name: 'MergemasterAttempted'; cause: string; evidence: string }
  | { name: 'MergeFailedFinal'; reason: string }
  | { name: 'RetryMerge'; branch: string; tip: Oid; commitsAhead: number }
  /** `solvedBy`: an agent has merged the target into it, and its gates say whether that solves the failure. */
  | { name: 'ReQueuedForQa'; tip: Oid; solvedBy?: 'mergemaster' }
  | { name: 'FixupRequested' }
  | { name: 'MergedOutside'; mergeCommit: Oid; mergedAt: string }
  | { name: 'TargetLost'; reason: string; look: GitLook }
  /** A gate that runs after landings is red, and was green before this one landed. */
  | { name: 'LandedRed'; feedback: Feedback }
  /** The story `number`, or null for somebody by hand, landed `commit`, which takes this one's landing back. */
  | { name: 'Reverted'; number: number | null; commit: Oid }
  /** What had taken its landing back was itself taken back. */
  | { name: 'RevertUndone'; number: number | null; commit: Oid }
  /** A person works on it in the agent's place, until they give it back. */
  | { name: 'TakenOver' }
  | { name: 'GivenBack' }
  /** This machine goes on with it in the place of another one. `tip`: what its branch is here. */
  | { name: 'Reassigned'; tip: Oid | null }
  | { name: 'Freeze'; look: GitLook }
  | { name: 'Unfreeze'; look: GitLook }
  /** `coder`: who goes on with a story in Coding when it is unblocked; who it was before, where it is left out. */
  | { name: 'Block'; reason: string; fix: Fix | null; outputId: string | null; look: GitLook; coder?: 'person' }
  | { name: 'Unblock'; look: GitLook }
  | { name: 'Demote' }
  | { name: 'Accept' }
  | { name: 'Abandon' }
  | { name: 'Supersede'; number: number }
  | { name: 'Reopen'; to: 'Backlog' | 'Coding' };

export type EventName = StoryEvent['name'];
export type EventOf<N extends EventName> = Extract<StoryEvent, { name: N }>;
