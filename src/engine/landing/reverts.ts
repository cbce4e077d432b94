import type { MakeWorktree } from '../worktrees/setUpRuns';
import { sayDecision, undecidedMove } from '../../core/agents/movedTarget';
import type { RunFinding } from '../../core/agents/finding';
import { hasLanded } from '../../core/recovery/landedBefore';
import type { TargetFacts } from '../../core/pipeline/facts';
import { revertBody, revertTitle } from '../../core/landing/revertStory';
import { shortRef } from '../../core/story/names';
import { offersRevert } from '../../core/story/reverting';
import { isLanded, isUnderWay, underlyingStage } from '../../core/story/stage';
import type { StoryRecord } from '../../core/story/story';
import { sayPlaceProblem } from '../../core/story/workPlace';
import type { GitPort } from '../../ports/git';
import type { RevertOutcome } from '../../ports/reverts';
import type { JobJournal, StoryStore } from '../../ports/store';
import type { StoryBook } from '../stories/storyBook';
import { stageWord } from '../../core/story/stageWords';
import { refuse, say, type Refusal, type Said } from '../../core/words/said';
import { NO_STORY } from '../../core/story/noStory';

/** `conflict`: files that git could not take back by itself, empty where it names none; null where it is all done. */
export type RevertStoryOutcome = { kind: 'created'; story: StoryRecord; conflict: string[] | null } | Refusal;

interface RevertPorts {
  readonly git: Pick<GitPort, 'buildRevert' | 'makeBranch' | 'usableBranch' | 'identity'>;
  readonly store: Pick<StoryStore, 'find' | 'stories'>;
  readonly journal: Pick<JobJournal, 'jobsOf'>;
  readonly book: StoryBook;
  readonly target: () => Promise<TargetFacts>;
  readonly findings: () => readonly RunFinding[];
  readonly makeWorktree: MakeWorktree;
}

type Reverted = Extract<RevertOutcome, { kind: 'made' | 'conflict' }>;

/** Makes the story that takes another's landing back, with its branch, and without anybody's checkout. */
export class Reverts {
  constructor(private readonly ports: RevertPorts) {}

  async revert(key: string, why: string, by: string): Promise<RevertStoryOutcome> {
    const story = await this.ports.store.find(key);
    if (story === null) return NO_STORY;
    const obstacle = this.#obstacleTo(story);
    if (obstacle !== null) return refuse(obstacle);
    const target = await this.ports.target();
    if (target.kind === 'missing') return refuse(target);
    const move = undecidedMove(this.ports.findings(), target);
    if (move !== null) return refuse(sayDecision(move));
    if ((await this.ports.git.identity()).kind === 'missing')
      return refuse(say('Git does not know who you are, so nothing can be committed. Set user.name and user.email.'));
    const on = shortRef(target.ref);
    const outcome = await this.ports.git.buildRevert({
      tip: target.tip,
      storyKey: key,
      landed: this.#landed(story),
      subject: `Revert "${story.title} (#${story.number})"`,
    });
    if (outcome.kind === 'notLanded')
      return refuse(say('No landing of #{0} is on {1}, so there is nothing to revert there.', story.number, on));
    if (outcome.kind === 'nothing')
      return refuse(say('{0} holds nothing of #{1} any more, so there is nothing to revert.', on, story.number));
    return this.#make(story, why.trim(), outcome, target, by);
  }

  #obstacleTo({ key, number, stage }: StoryRecord): Said | null {
    const under = underlyingStage(stage);
    if (!isLanded(under) && !offersRevert(stage))
      return say('#{0} is in {1}. Only what has landed can be reverted.', number, say(stageWord(stage.name)));
    if ((under.name === 'Done' || under.name === 'Archived') && under.revertedBy !== undefined) {
      const { number: story, commit } = under.revertedBy;
      if (story === null)
        return say(
          '#{0} was reverted by hand already, as {1}. To bring it back, revert that commit.',
          number,
          commit.slice(0, 8),
        );
      return say('#{0} was reverted by #{1} already. To bring it back, revert #{1}.', number, story);
    }
    const other = this.ports.store.stories().find((one) => one.reverts?.key === key && isUnderWay(one));
    if (other === undefined) return null;
    return say('#{0} is about to revert #{1}: it is in {2}.', other.number, number, say(stageWord(other.stage.name)));
  }

  /** The last landing on record; a story that was landed by hand has its commit alone. */
  #landed({ key, stage }: StoryRecord): { commit: string; base: string | null } | null {
    const candidate = this.ports.journal.jobsOf(key).findLast(hasLanded)?.candidate;
    const under = underlyingStage(stage);
    if (under.name === 'Done' && under.mergeCommit !== candidate?.commit)
      return { commit: under.mergeCommit, base: null };
    return candidate == null ? null : { commit: candidate.commit, base: candidate.base };
  }

  /** The story is a person's until its branch is there and it waits for its gates, so that no agent comes in between. */
  async #make(
    { key, number, title }: StoryRecord,
    why: string,
    outcome: Reverted,
    target: Extract<TargetFacts, { kind: 'found' }>,
    by: string,
  ): Promise<RevertStoryOutcome> {
    const { book, git } = this.ports;
    const { range } = outcome;
    const conflict = outcome.kind === 'conflict' ? outcome : null;
    const subject = { number, title, target: shortRef(target.ref), why, range, conflict };
    const reverts = { key, number, commit: range.commit };
    const wanted = { title: revertTitle(subject), type: 'bug', body: revertBody(subject), reverts } as const;
    const at = outcome.kind === 'made' ? outcome.commit : target.tip;
    const made = await book.adopt(wanted, by, async (branches) => {
      const branch = await git.usableBranch(branches);
      const isMade = branch !== null && (await git.makeBranch(branch, at)) === 'made';
      const names = branches.map(shortRef).join(', ');
      return isMade ? { kind: 'adopted', branch } : { kind: 'refused', why: `No branch can be made: ${names} cannot be had.` }; // prettier-ignore
    });
    if (made.kind === 'refused') return made;
    if (conflict !== null) return this.#handOver(made.story, [...conflict.files], target.tip);
    const ready = await book.apply(made.story.key, { name: 'GatesStarted', tip: at }, by);
    return ready.kind === 'refused' ? ready : { kind: 'created', story: ready.story, conflict: null };
  }

  /** A person goes on with it in a worktree of its own. */
  async #handOver(story: StoryRecord, files: string[], start: string): Promise<RevertStoryOutcome> {
    const { branch, number } = story;
    if (branch === null) return { kind: 'created', story, conflict: files };
    const place = await this.ports.makeWorktree(story, branch, start);
    if (place.kind === 'ready') return { kind: 'created', story, conflict: files };
    return refuse([say('#{0} was made.', number), sayPlaceProblem({ number, branch }, place)]);
  }
}

/**
 * A story landed as `commit`: what it was made to take back is reverted now, and what that one had taken back stands
 * again, and so on. Safe to repeat.
 */
export async function noteReverts(
  { store, book }: { readonly store: Pick<StoryStore, 'find'>; readonly book: StoryBook },
  { number, reverts }: Pick<StoryRecord, 'number' | 'reverts'>,
  commit: string,
): Promise<void> {
  let next = reverts;
  for (
    let name: 'Reverted' | 'RevertUndone' = 'Reverted';
    next !== undefined;
    name = name === 'Reverted' ? 'RevertUndone' : 'Reverted'
  ) {
    const story: StoryRecord | null = await store.find(next.key);
    if (story === null) return;
    if (!isKnown(story, name, next.commit, commit)) await book.apply(story.key, { name, number, commit }, `#${number}`);
    next = story.reverts;
  }
}

function isKnown({ stage }: StoryRecord, name: 'Reverted' | 'RevertUndone', landed: string, commit: string): boolean {
  // Reopened meanwhile, or landed once more: it is another matter by now.
  if (stage.name !== 'Done' && stage.name !== 'Archived') return true;
  if (stage.name === 'Done' && stage.mergeCommit !== landed) return true;
  return name === 'Reverted' ? stage.revertedBy?.commit === commit : stage.revertedBy === undefined;
}
