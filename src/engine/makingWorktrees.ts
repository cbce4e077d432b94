import { onBehalfOf } from '../base/onBehalfOf';
import { describeFinding, type RunFinding } from '../core/agents/finding';
import { undecidedMove } from '../core/agents/movedTarget';
import type { TargetFacts } from '../core/pipeline/facts';
import { shortRef, storyBranches } from '../core/story/names';
import type { Oid } from '../core/story/stage';
import type { StoryRecord } from '../core/story/story';
import { describePlaceProblem } from '../core/story/workPlace';
import type { Refs } from '../ports/refs';
import type { Worktrees } from '../ports/worktrees';
import type { MakeWorktree } from './setUpRuns';
import type { StoryBook } from './storyBook';

export interface MakingWorktreesPorts {
  readonly git: Pick<Refs, 'tip'> & Pick<Worktrees, 'usableBranch'>;
  readonly book: Pick<StoryBook, 'nameBranch'>;
  readonly findings: () => readonly RunFinding[];
  readonly makeWorktree: MakeWorktree;
}

interface Refused {
  readonly kind: 'refused';
  readonly message: string;
}

/** Gives stories a branch and a worktree, as a person asked for it, until the person wants it no more. */
export class MakingWorktrees {
  readonly #making = new Map<string, AbortController>();

  constructor(private readonly ports: MakingWorktreesPorts) {}

  /** The branch is noted, then made with its worktree at `start`. Null where both are there, else why not. */
  async make(story: StoryRecord, target: TargetFacts, start: Oid | null = null): Promise<Refused | null> {
    const stop = new AbortController();
    this.#making.set(story.key, stop);
    try {
      return await onBehalfOf(story.key, () => this.#make(story, target, start, stop.signal));
    } finally {
      if (this.#making.get(story.key) === stop) this.#making.delete(story.key);
    }
  }

  /** Ends the making of a story's worktree; where it is made already, nothing happens. */
  stop(key: string, number: number): void {
    const message = `#${number} was not started, because you cancelled it. What is there of its worktree is used when it starts.`;
    this.#making.get(key)?.abort(new Error(message));
  }

  async #make(
    story: StoryRecord,
    target: TargetFacts,
    start: Oid | null,
    signal: AbortSignal,
  ): Promise<Refused | null> {
    if (target.kind === 'missing') return { kind: 'refused', message: target.message };
    const move = undecidedMove(this.ports.findings(), target);
    if (move !== null) return { kind: 'refused', message: describeFinding(move) };
    const wanted = storyBranches(story.number, story.title);
    const branch = await branchFor(this.ports.git, story, wanted);
    if (branch === null) {
      const message = `No branch can be made for #${story.number}: other branches leave no room for ${wanted.map(shortRef).join(', ')}. Rename one of them, then start it again.`;
      return { kind: 'refused', message };
    }
    const named = await this.ports.book.nameBranch(story.key, branch, 'person');
    if (named.kind === 'refused') return named;
    const made = await this.ports.makeWorktree(story, branch, start ?? target.tip, signal);
    if (made.kind === 'ready') return null;
    return { kind: 'refused', message: describePlaceProblem({ number: story.number, branch }, made) };
  }
}

/** A branch that is there stays the story's; one that is not there yet takes the first name that is free, null for none. */
export async function branchFor(
  git: MakingWorktreesPorts['git'],
  { branch }: StoryRecord,
  wanted: readonly string[],
): Promise<string | null> {
  if (branch === null) return git.usableBranch(wanted);
  return (await git.tip(branch)) === null ? git.usableBranch([...new Set([branch, ...wanted])]) : branch;
}
