import type { Refs } from '../ports/refs';
import type { TargetFacts } from '../core/pipeline/facts';
import type { GitLook, StoryEvent } from '../core/story/events';
import { numberInName, shortRef } from '../core/story/names';
import type { Oid } from '../core/story/stage';
import type { StoryRecord } from '../core/story/story';
import { refuse, say, tell, type Refusal } from '../core/words/said';

/** What git says of the target right now, in the words a person can act on. */
export async function lookAtTarget(git: Pick<Refs, 'findTarget'>, configured: string): Promise<TargetFacts> {
  const outcome = await git.findTarget(configured === '' ? null : configured);
  if (outcome.kind === 'found') return outcome;
  const names = outcome.branches.filter((name) => numberInName(name) === null).slice(0, 8);
  const there =
    outcome.branches.length === 0 ? say('There is no branch yet.') : say('Branches here: {0}.', names.join(', '));
  const said =
    configured === ''
      ? say('Switchyard cannot tell which branch stories land on. {0} Choose one.', there)
      : say('The target branch {0} does not exist. {1} Choose another, or create it.', outcome.wanted, there);
  return { kind: 'missing', ...tell(said) };
}

/** Tips of a story's branch and of the target, for events that set a story aside and bring it back. */
export async function lookAt(git: Pick<Refs, 'tip'>, story: StoryRecord, target: TargetFacts): Promise<GitLook> {
  const tip = story.branch === null ? null : await git.tip(story.branch);
  return { tip, target: target.kind === 'found' ? target.tip : null };
}

export type MergeEvidence = { kind: 'ready'; branch: string; tip: Oid; commitsAhead: number } | Refusal;

/** The evidence that a story can be merged: a branch with commits that the target lacks. */
export async function mergeEvidence(
  git: Pick<Refs, 'tip' | 'commitsAhead'>,
  story: StoryRecord,
  target: TargetFacts,
): Promise<MergeEvidence> {
  if (target.kind === 'missing') return refuse(target);
  const tip = story.branch === null ? null : await git.tip(story.branch);
  if (story.branch === null || tip === null) {
    return refuse(say('#{0} has no branch. Start it first.', story.number));
  }
  const commitsAhead = await git.commitsAhead(target.tip, tip);
  if (commitsAhead < 1) {
    const message = say(
      '#{0} has no commit that {1} lacks. Commit the work in its worktree first.',
      story.number,
      shortRef(target.ref),
    );
    return refuse(message);
  }
  return { kind: 'ready', branch: story.branch, tip, commitsAhead };
}

/** Where a story goes from QA once all that decides there has let it through: to a person where there are reasons, else on. */
export async function onFromQa(
  git: Pick<Refs, 'tip' | 'commitsAhead'>,
  story: StoryRecord,
  target: TargetFacts,
  { tip, reasons }: { readonly tip: Oid; readonly reasons: string[] },
): Promise<StoryEvent> {
  if (reasons.length > 0) return { name: 'HoldForReview', tip, reasons };
  // The target can be gone by now: what was found out is kept, with the reason why it leads nowhere yet.
  const evidence = await mergeEvidence(git, story, target);
  if (evidence.kind === 'ready')
    return { name: 'GatesPassed', branch: evidence.branch, tip, commitsAhead: evidence.commitsAhead };
  const look = await lookAt(git, story, target);
  return { name: 'Block', reason: evidence.message, fix: 'editGates', outputId: null, look };
}
