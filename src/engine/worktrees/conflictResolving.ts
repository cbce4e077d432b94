import type { Disposable } from '../../base/disposable';
import { messageOf } from '../../base/messageOf';
import type { ResolveOutcome, TakeBackOutcome, Uncommitted } from '../../core/landing/resolving';
import type { Permission, TargetFacts } from '../../core/pipeline/facts';
import { shortRef } from '../../core/story/names';
import type { StoryRecord } from '../../core/story/story';
import { sayPlaceProblem } from '../../core/story/workPlace';
import type { StoryMerges } from '../../ports/merging';
import type { Refs } from '../../ports/refs';
import type { Worktrees } from '../../ports/worktrees';
import { stageWord } from '../../core/story/stageWords';
import { refuse, say, tell, asWritten, type Said } from '../../core/words/said';
import { NO_STORY } from '../../core/story/noStory';

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
      return refuse(messageOf(error));
    } finally {
      held.dispose();
    }
  }

  async takeBack(key: string): Promise<TakeBackOutcome> {
    const story = this.ports.story(key);
    const held = this.ports.hold(key);
    try {
      const place = story === undefined ? null : await this.#placeOf(story);
      if (story === undefined || place === null) return NO_STORY;
      if ('kind' in place) return place;
      const standing = await this.ports.git.standingMerge(place.branch);
      if (standing?.by !== 'person')
        return refuse(say('No merge that Resolve Conflicts began is under way for #{0}.', story.number));
      const undone = await this.ports.git.undoMerge(place);
      return undone.kind === 'undone' ? { kind: 'takenBack', kept: undone.kept } : refuse(undone.why);
    } catch (error) {
      return refuse(messageOf(error));
    } finally {
      held.dispose();
    }
  }

  async #begin(key: string, uncommitted: Uncommitted): Promise<ResolveOutcome> {
    const { git } = this.ports;
    const story = this.ports.story(key);
    if (story === undefined) return NO_STORY;
    const why = this.#whyNot(story);
    if (why !== null) return refuse(why);
    const target = await this.ports.target();
    if (target.kind === 'missing') return refuse(target);
    const place = await this.#placeOf(story);
    if ('kind' in place) return place;
    const { branch, folder } = place;
    const standing = await git.standingMerge(branch);
    // Asked for again: what is open is shown again.
    if (standing?.by === 'person') return { kind: 'conflicted', folder, files: [...standing.open], kept: null };
    const before = await git.tip(branch);
    if (before === null) return refuse(say('{0} is gone.', shortRef(branch)));
    const targetName = shortRef(target.ref);
    const merge = { ...place, by: 'person', before, target: target.tip, targetName, uncommitted } as const;
    const begun = await git.beginMerge(merge);
    switch (begun.kind) {
      case 'conflicted':
        return { kind: 'conflicted', folder, files: begun.files, kept: begun.kept };
      case 'merged':
      case 'upToDate': {
        const undone = await git.undoMerge(place);
        if (undone.kind === 'refused') return refuse(undone.why);
        const none = say('#{0} has no conflict with {1} any more. Retry Merge lands it.', story.number, targetName);
        return { kind: 'noConflict', ...tell(none) };
      }
      case 'dirty':
        return { kind: 'dirty', folder, paths: begun.paths };
      case 'refused':
        return refuse(begun.why);
      default:
        return begun satisfies never;
    }
  }

  #whyNot({ key, number, stage }: StoryRecord): readonly Said[] | null {
    if (stage.name !== 'MergeFailure' && stage.name !== 'MergeFailureFinal')
      return [say('#{0} is in {1}. Conflicts are resolved where a merge has failed.', number, stageWord(stage.name))];
    if (stage.kind !== 'contentConflict')
      return [say('The merge of #{0} did not fail by a conflict.', number), asWritten(stage.detail)];
    const agent = this.ports.agentAt(key);
    if (agent !== null)
      return [say('{0} is at work on #{1}. Freeze it first, or wait for what comes of it.', agent, number)];
    // A merge starts filters and merge drivers of the repository.
    return this.ports.permission() === 'untrusted'
      ? [say('This workspace is not trusted, and a merge can start programs of the repository. Trust it first.')]
      : null;
  }

  async #placeOf(
    story: StoryRecord,
  ): Promise<Refused | { branch: string; folder: string; story: { number: number; key: string; title: string } }> {
    const { number, key, title, branch } = story;
    if (branch === null) return refuse(say('#{0} has no branch.', number));
    const place = await this.ports.git.storyPlace(branch);
    const which = { number, branch };
    if (place.kind !== 'there') return refuse(sayPlaceProblem(which, place));
    if (place.branch !== branch) return refuse(sayPlaceProblem(which, { ...place, kind: 'switched' }));
    return { branch, folder: place.path, story: { number, key, title } };
  }
}
