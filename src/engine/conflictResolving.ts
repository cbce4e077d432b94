import type { Disposable } from '../base/disposable';
import { messageOf } from '../base/messageOf';
import type { ResolveOutcome, TakeBackOutcome, Uncommitted } from '../core/landing/resolving';
import type { Permission, TargetFacts } from '../core/pipeline/facts';
import { shortRef } from '../core/story/names';
import type { StoryRecord } from '../core/story/story';
import { describePlaceProblem } from '../core/story/workPlace';
import type { StoryMerges } from '../ports/merging';
import type { Refs } from '../ports/refs';
import type { Worktrees } from '../ports/worktrees';
import { stageWord } from '../core/story/stageWords';

interface ResolvingPorts {
  readonly git: StoryMerges & Pick<Worktrees, 'storyPlace'> & Pick<Refs, 'tip'>;
  readonly story: (key: string) => StoryRecord | undefined;
  readonly target: () => Promise<TargetFacts>;
  readonly permission: () => Permission;
  /** Name of the agent that is at work on the story; null for none. */
  readonly agentAt: (key: string) => string | null;
  /** Nothing begins on the story until it is disposed. */
  readonly hold: (key: string) => Disposable;
}

type Refused = Extract<ResolveOutcome, { kind: 'refused' }>;

/**
 * Puts a story's worktree into the middle of the merge that failed, for a person to conclude there, and takes that back.
 * Their commit moves the branch, and by that the story goes on.
 */
export class ConflictResolving {
  constructor(private readonly ports: ResolvingPorts) {}

  async begin(key: string, uncommitted: Uncommitted): Promise<ResolveOutcome> {
    const held = this.ports.hold(key);
    try {
      return await this.#begin(key, uncommitted);
    } catch (error) {
      return refused(messageOf(error));
    } finally {
      held.dispose();
    }
  }

  async takeBack(key: string): Promise<TakeBackOutcome> {
    const story = this.ports.story(key);
    const held = this.ports.hold(key);
    try {
      const place = story === undefined ? null : await this.#placeOf(story);
      if (story === undefined || place === null) return refused('This story no longer exists.');
      if ('kind' in place) return place;
      const standing = await this.ports.git.standingMerge(place.branch);
      if (standing?.by !== 'person')
        return refused(`No merge that Resolve Conflicts began is under way for #${story.number}.`);
      const undone = await this.ports.git.undoMerge(place);
      return undone.kind === 'undone' ? { kind: 'takenBack', kept: undone.kept } : refused(undone.why);
    } catch (error) {
      return refused(messageOf(error));
    } finally {
      held.dispose();
    }
  }

  async #begin(key: string, uncommitted: Uncommitted): Promise<ResolveOutcome> {
    const { git } = this.ports;
    const story = this.ports.story(key);
    const why = story === undefined ? 'This story no longer exists.' : this.#whyNot(story);
    if (story === undefined || why !== null) return refused(why ?? '');
    const target = await this.ports.target();
    if (target.kind === 'missing') return refused(target.message);
    const place = await this.#placeOf(story);
    if ('kind' in place) return place;
    const { branch, folder } = place;
    const standing = await git.standingMerge(branch);
    // Asked for again: what is open is shown again.
    if (standing?.by === 'person') return { kind: 'conflicted', folder, files: [...standing.open], kept: null };
    const before = await git.tip(branch);
    if (before === null) return refused(`${shortRef(branch)} is gone.`);
    const targetName = shortRef(target.ref);
    const merge = { ...place, by: 'person', before, target: target.tip, targetName, uncommitted } as const;
    const begun = await git.beginMerge(merge);
    switch (begun.kind) {
      case 'conflicted':
        return { kind: 'conflicted', folder, files: begun.files, kept: begun.kept };
      case 'merged':
      case 'upToDate': {
        const undone = await git.undoMerge(place);
        if (undone.kind === 'refused') return refused(undone.why);
        const message = `#${story.number} has no conflict with ${targetName} any more. Retry Merge lands it.`;
        return { kind: 'noConflict', message };
      }
      case 'dirty':
        return { kind: 'dirty', folder, paths: begun.paths };
      case 'refused':
        return refused(begun.why);
      default:
        return begun satisfies never;
    }
  }

  #whyNot({ key, number, stage }: StoryRecord): string | null {
    if (stage.name !== 'MergeFailure' && stage.name !== 'MergeFailureFinal')
      return `#${number} is in ${stageWord(stage.name)}. Conflicts are resolved where a merge has failed.`;
    if (stage.kind !== 'contentConflict') return `The merge of #${number} did not fail by a conflict. ${stage.detail}`;
    const agent = this.ports.agentAt(key);
    if (agent !== null) return `${agent} is at work on #${number}. Freeze it first, or wait for what comes of it.`;
    // A merge starts filters and merge drivers of the repository.
    return this.ports.permission() === 'untrusted'
      ? 'This workspace is not trusted, and a merge can start programs of the repository. Trust it first.'
      : null;
  }

  async #placeOf(
    story: StoryRecord,
  ): Promise<Refused | { branch: string; folder: string; story: { number: number; key: string; title: string } }> {
    const { number, key, title, branch } = story;
    if (branch === null) return refused(`#${number} has no branch.`);
    const place = await this.ports.git.storyPlace(branch);
    const which = { number, branch };
    if (place.kind !== 'there') return refused(describePlaceProblem(which, place));
    if (place.branch !== branch) return refused(describePlaceProblem(which, { ...place, kind: 'switched' }));
    return { branch, folder: place.path, story: { number, key, title } };
  }
}

function refused(message: string): Refused {
  return { kind: 'refused', message };
}
