import type { CommitSignature } from '../core/agents/agentTrial';
import type { Oid } from '../core/story/stage';

/** How a try left its worktree. `head` is where its HEAD is; `branch` the full name of what it is on, null for none. */
export interface TrialLook {
  readonly tip: Oid | null;
  readonly head: Oid | null;
  readonly branch: string | null;
  /** Authors and committers of what the branch has and the start lacks. */
  readonly signatures: readonly CommitSignature[];
  readonly uncommitted: readonly string[];
}

/** Throw-away worktrees in which agents are tried: made by Switchyard, and removed with all that was committed there. */
export interface Trials {
  /** Makes a worktree with every file of a commit, on a new branch (full name) there. */
  makeTrial(request: { readonly folder: string; readonly branch: string; readonly commit: Oid }): Promise<void>;
  lookAtTrial(request: { readonly folder: string; readonly branch: string; readonly commit: Oid }): Promise<TrialLook>;
  /**
   * Removes every throw-away worktree with its branch, also one that a killed process left. Returns what could not be
   * removed, each a sentence that says why. Starts no process where there is none.
   */
  removeTrials(): Promise<string[]>;
}
