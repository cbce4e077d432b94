import type { AgentTranscript } from './agentTranscript';
import type { AgentProfile } from '../../core/agents/profile';
import type { ReviewVerdict } from '../../core/agents/review';
import type { RunMemory } from '../../core/agents/runMemory';
import type { TargetFacts } from '../../core/pipeline/facts';
import type { Oid } from '../../core/story/stage';
import type { StoryRecord } from '../../core/story/story';
import type { KeptWatch } from '../../ports/sharedGitDir';
import type { OutputSink } from '../../ports/store';

/** Work that an earlier process began: its runs, the oldest first, and what has to be known of the last of them. */
export interface EarlierWork {
  readonly runs: readonly string[];
  readonly memory: RunMemory;
  readonly watch: KeptWatch;
}

/** One agent on one story. `branch` is a full name, `worktree` the story's folder, `before` the branch's tip when it began. */
export interface Work {
  readonly kind: RunMemory['kind'];
  readonly story: StoryRecord;
  readonly profile: AgentProfile;
  readonly branch: string;
  readonly worktree: string;
  readonly before: Oid;
  readonly target: TargetFacts;
  /** Commits in the stash when it began. */
  readonly stash: readonly Oid[];
  readonly watchId: string;
  /** By which one that reviews says its verdict; left out for any other. */
  readonly word?: string | undefined;
  /** Hash of what such a one was given, as of whom it is. */
  readonly text?: string | undefined;
  readonly watch: KeptWatch;
  /** In ms since 1970, when it began. */
  readonly beganAt: number;
  /** Null for work that begins here. */
  readonly earlier: EarlierWork | null;
  readonly env: Readonly<Record<string, string>>;
  readonly output: OutputSink;
  readonly transcript: AgentTranscript;
  /** Takes what an agent that reviews says by its tool; left out for any other. */
  readonly verdict?: (verdict: ReviewVerdict) => void;
  readonly signal: AbortSignal;
}

/** By which one that reviews says its verdict, as whoever goes on with it knows it too. `watchId` is in its environment. */
export function wordOf({ word, watchId }: Pick<Work, 'word' | 'watchId'>): string {
  return (word ?? watchId).slice(-12);
}

/** `told`: when the messages were written that it is given. */
export function memoryOf(work: Work, step: string, told: readonly string[] = []): RunMemory {
  const { kind, story, profile, branch, worktree, before, target, stash, watchId, word, text, watch, beganAt } = work;
  return {
    kind,
    step,
    key: story.key,
    number: story.number,
    profile,
    branch,
    worktree,
    before,
    target: target.kind === 'found' ? { ref: target.ref, tip: target.tip } : null,
    stash: [...stash],
    ...(told.length > 0 && { told: [...told] }),
    watchId,
    ...(word !== undefined && { word }),
    ...(text !== undefined && { text }),
    watch: watch.memory,
    beganAt,
  };
}
