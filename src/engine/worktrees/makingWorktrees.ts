import { onBehalfOf } from '../../base/onBehalfOf';
import { sayFinding, type RunFinding } from '../../core/agents/finding';
import { undecidedMove } from '../../core/agents/movedTarget';
import type { TargetFacts } from '../../core/pipeline/facts';
import { shortRef, storyBranches } from '../../core/story/names';
import type { Oid } from '../../core/story/stage';
import type { StoryRecord } from '../../core/story/story';
import { sayPlaceProblem } from '../../core/story/workPlace';
import type { Refs } from '../../ports/refs';
import type { StoryStore } from '../../ports/store';
import type { Worktrees } from '../../ports/worktrees';
import { archivedStories } from '../stories/archivedStories';
import type { MakeWorktree } from './setUpRuns';
import type { StoryBook } from '../stories/storyBook';
import { refuse, say } from '../../core/words/said';

export interface MakingWorktreesPorts {
  readonly git: BranchPorts['git'];
  readonly store: BranchPorts['store'];
  readonly book: Pick<StoryBook, 'nameBranch'>;
  readonly findings: () => readonly RunFinding[];
  readonly makeWorktree: MakeWorktree;
}

interface BranchPorts {
  readonly git: Pick<Refs, 'tip'> & Pick<Worktrees, 'usableBranch'>;
  readonly store: Pick<StoryStore, 'stories' | 'archived'>;
}

interface Refused {
  readonly kind: 'refused';
  readonly message: string;
}

/** Gives stories a branch and a worktree, as a person asked for it, until the person wants it no more. */
export class MakingWorktrees {
  readonly #making = new Map<string, { readonly stop: AbortController; readonly ended: Promise<unknown> }>();

  constructor(private readonly ports: MakingWorktreesPorts) {}

  /** The branch is noted, then made with its worktree at `start`. Null where both are there, else why not. */
  async make(story: StoryRecord, target: TargetFacts, start: Oid | null = null): Promise<Refused | null> {
    const stop = new AbortController();
    const made = onBehalfOf(story.key, () => this.#make(story, target, start, stop.signal));
    const making = { stop, ended: made.catch(() => null) };
    this.#making.set(story.key, making);
    try {
      return await made;
    } finally {
      if (this.#making.get(story.key) === making) this.#making.delete(story.key);
    }
  }

  /** Ends the making of a story's worktree; where it is made already, nothing happens. Resolves once it has ended. */
  async stop(key: string, number: number): Promise<void> {
    const message = `#${number} was not started, because you cancelled it. What is there of its worktree is used when it starts.`;
    const making = this.#making.get(key);
    making?.stop.abort(new Error(message));
    await making?.ended;
  }

  async #make(
    story: StoryRecord,
    target: TargetFacts,
    start: Oid | null,
    signal: AbortSignal,
  ): Promise<Refused | null> {
    if (target.kind === 'missing') return refuse(target);
    const move = undecidedMove(this.ports.findings(), target);
    if (move !== null) return refuse(sayFinding(move));
    const wanted = storyBranches(story.number, story.title);
    const branch = await branchFor(this.ports, story, wanted);
    if (branch === null) {
      const message = say(
        'No branch can be made for #{0}: other branches leave no room for {1}. Rename one of them, then start it again.',
        story.number,
        wanted.map(shortRef).join(', '),
      );
      return refuse(message);
    }
    const named = await this.ports.book.nameBranch(story.key, branch, 'person');
    if (named.kind === 'refused') return named;
    const made = await this.ports.makeWorktree(story, branch, start ?? target.tip, signal);
    if (made.kind === 'ready') return null;
    return refuse(sayPlaceProblem({ number: story.number, branch }, made));
  }
}

/** A branch that is there stays the story's; one that is not there yet takes the first name that is free, null for none. */
export async function branchFor(
  ports: BranchPorts,
  story: Pick<StoryRecord, 'key' | 'branch'>,
  wanted: readonly string[],
): Promise<string | null> {
  const { git } = ports;
  const { branch } = story;
  if (branch !== null && (await git.tip(branch)) !== null) return branch;
  const free: string[] = [];
  for (const name of new Set([...(branch === null ? [] : [branch]), ...wanted]))
    if (!(await isAnothers(ports, story, name))) free.push(name);
  return git.usableBranch(free);
}

/** Two stories can come to one name where one of them has another number since machines met. */
async function isAnothers(
  { git, store }: BranchPorts,
  { key }: Pick<StoryRecord, 'key'>,
  name: string,
): Promise<boolean> {
  const isIts = (other: StoryRecord): boolean => other.key !== key && other.branch === name;
  if (store.stories().some(isIts)) return true;
  if ((await git.tip(name)) === null) return false;
  for await (const other of archivedStories(store)) if (isIts(other)) return true;
  return false;
}
