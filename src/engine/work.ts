import type { AgentProfile } from '../core/agents/profile';
import type { TargetFacts } from '../core/pipeline/facts';
import type { Oid } from '../core/story/stage';
import type { StoryRecord } from '../core/story/story';
import type { OutputSink } from '../ports/store';

/** One agent on one story. `branch` is a full name, `worktree` the story's folder, `before` the branch's tip when it began. */
export interface Work {
  readonly story: StoryRecord;
  readonly profile: AgentProfile;
  readonly branch: string;
  readonly worktree: string;
  readonly before: Oid;
  readonly target: TargetFacts;
  /** Commits in the stash when it began. */
  readonly stash: readonly Oid[];
  readonly env: Readonly<Record<string, string>>;
  readonly output: OutputSink;
  readonly signal: AbortSignal;
}
