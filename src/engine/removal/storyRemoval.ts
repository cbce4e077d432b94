import { messageOf } from '../../base/messageOf';
import type { Removal, RemovalOf, RemovalStep } from '../../core/rescue/removal';
import type { RemovalPreview, RemovalResult, RemovalWish } from '../../core/rescue/removalView';
import { shortRef } from '../../core/story/names';
import type { StoryRecord } from '../../core/story/story';
import type { Disposable } from '../../base/disposable';
import type { LargeFiles, RescuePreview } from '../../ports/rescue';
import { archivedStories } from '../stories/archivedStories';
import type { EnginePorts } from '../ports';
import type { StoryBook } from '../stories/storyBook';
import { groundOf, whyInUse, type StoryGround } from './storyGround';
import { asWritten, refuse, say, sayTold, tell, type Said } from '../../core/words/said';
import { NO_STORY } from '../../core/story/noStory';

export interface StoryRemovalPorts extends Pick<
  EnginePorts,
  'git' | 'store' | 'removals' | 'processes' | 'openFolders' | 'log' | 'newId' | 'onRemovalStep'
> {
  readonly book: StoryBook;
  /** Keeps everything from beginning on a story until it is disposed. */
  readonly hold: (key: string) => Disposable;
  /** Ends a story's runs and takes its landing back; resolves when all of it has ended. */
  readonly stop: (key: string, why: string) => Promise<void>;
  readonly isRunning: (key: string) => boolean;
  /** Ends what was begun for a worktree, by the configured command; what did not work, in a sentence, else null. */
  readonly tearDown: (story: StoryRecord, folder: string) => Promise<string | null>;
}

const PERSON = 'person';
const NOTHING: RescuePreview = {
  counts: { commits: 0, staged: 0, changed: 0, untracked: 0 },
  bytes: 0,
  large: [],
  obstacles: [],
};

/** Deletes and purges stories, and removes worktrees: saved first, in steps of which each can be the last before a kill. */
export class StoryRemoval {
  constructor(private readonly ports: StoryRemovalPorts) {}

  /** What would be removed, kept and left. Only looks. */
  async preview(keys: readonly string[]): Promise<RemovalPreview[]> {
    const found: RemovalPreview[] = [];
    for (const key of keys) {
      const story = await this.ports.store.find(key);
      if (story !== null) found.push(await this.#previewOf(story));
    }
    return found;
  }

  /** Stories that are done with and still have a worktree of their own. */
  async landed(): Promise<RemovalPreview[]> {
    const { git, store } = this.ports;
    const branches = new Set((await git.worktrees()).flatMap(({ branch }) => branch ?? []));
    const over = ({ stage }: StoryRecord): boolean => stage.name === 'Done' || stage.name === 'Archived';
    const stories = store
      .stories()
      .filter((story) => over(story) && story.branch !== null && branches.has(story.branch));
    for await (const story of archivedStories(store)) {
      if (story.branch !== null && branches.has(story.branch) && !stories.some(({ key }) => key === story.key))
        stories.push(story);
    }
    const previews = await this.preview(stories.sort((a, b) => a.number - b.number).map(({ key }) => key));
    return previews.filter(({ folder }) => folder !== null);
  }

  /** Does what a person decided, story by story. What keeps one of them is said, and the others go on. */
  async remove({ keys, what, large }: RemovalWish): Promise<RemovalResult[]> {
    const results: RemovalResult[] = [];
    for (const key of keys) {
      const grave = this.ports.store.tombstone(key);
      const story = grave === undefined ? await this.ports.store.find(key) : null;
      const number = grave?.number ?? story?.number ?? 0;
      const outcome = await this.#removeOne(key, story, { what, large }).catch((error: unknown) =>
        refuse(messageOf(error)),
      );
      results.push({ key, number, ...outcome });
    }
    return results;
  }

  /** Carries on what a kill cut off. What has not begun to remove anything is as if it had never been asked for. */
  async finish(): Promise<void> {
    const wantedBack = new Set<string>();
    for (const { kind, key } of this.ports.removals.list()) if (kind === 'restore') wantedBack.add(key);
    for (const removal of this.ports.removals.list()) {
      // Bringing it back ends this too; where that fails there is no such record any more.
      if (removal.kind === 'restore' || wantedBack.has(removal.key)) continue;
      try {
        await this.#finishOne(removal);
      } catch (error) {
        this.ports.log.warn(`[removal] #${removal.number} is not done yet: ${messageOf(error)}`);
      }
    }
  }

  async #previewOf(story: StoryRecord): Promise<RemovalPreview> {
    const { git } = this.ports;
    const { key, number, title, stage } = story;
    const ground = await groundOf(this.ports, story);
    const { folder, branch } = ground;
    const place = { folder, branch: story.branch, story };
    const nothing = folder === null && branch === null;
    const look = nothing ? NOTHING : await git.previewRescue(place).catch((error: unknown) => unreadable(error));
    const inUse = folder === null || this.ports.isRunning(key) ? null : await whyInUse(this.ports, folder);
    return {
      key,
      number,
      title,
      stage: stage.name,
      folder,
      branch: branch === null ? null : shortRef(branch),
      counts: look.counts,
      bytes: look.bytes,
      large: look.large,
      obstacles: [...look.obstacles.map(asWritten), ...(inUse === null ? [] : [inUse])],
      stays: ground.stays,
    };
  }

  async #removeOne(
    key: string,
    story: StoryRecord | null,
    { what, large }: { what: RemovalWish['what']; large: LargeFiles },
  ): Promise<Outcome> {
    if (story === null) return what === 'purge' ? this.#purgeDeleted(key) : NO_STORY;
    const held = this.ports.hold(key);
    try {
      await this.ports.stop(key, what === 'worktree' ? 'its worktree is removed' : 'it is deleted');
      const now = await this.ports.store.find(key);
      if (now === null) return NO_STORY;
      if (now.stage.name === 'Done' && story.stage.name === 'Merge')
        return refuse(
          say(
            '#{0} has just landed as {1}. Delete it again if it is to go.',
            now.number,
            now.stage.mergeCommit.slice(0, 8),
          ),
        );
      return await (what === 'worktree' ? this.#removeWorktree(now, large) : this.#delete(now, what, large));
    } finally {
      held.dispose();
    }
  }

  async #delete(story: StoryRecord, what: 'delete' | 'purge', large: LargeFiles): Promise<Outcome> {
    const { git, removals, newId } = this.ports;
    const { key, number } = story;
    const ground = await groundOf(this.ports, story);
    const why = await this.#whyNot(story, ground);
    if (why !== null) return refuse(why);
    const content = what === 'purge' ? 'purged' : 'kept';
    const { branch, folder, tip } = ground;
    let removal: RemovalOf<'delete'> = {
      kind: 'delete',
      id: newId(),
      key,
      number,
      branch,
      folder,
      tip,
      saved: null,
      content,
    };
    await this.#note(removal, 'begun');
    if (branch !== null || folder !== null) {
      const place = { folder, branch: story.branch, story };
      const outcome = await git.rescueWork({ ...place, reason: 'deleted', large }).catch(refusedBy);
      if (outcome.kind === 'refused') {
        await removals.end(removal.id);
        return refuse(outcome.why);
      }
      if (outcome.kind === 'saved') {
        removal = { ...removal, saved: { ref: outcome.ref, fingerprint: outcome.fingerprint } };
        await this.#note(removal, 'saved');
      }
    }
    // Only now: it may delete what nobody has committed. What it changes is looked at before the worktree goes.
    const left = folder === null ? null : await this.ports.tearDown(story, folder);
    const buried = await this.ports.book.bury(key, PERSON);
    if (buried.kind === 'refused') {
      await removals.end(removal.id);
      return refuse(buried);
    }
    await this.#step('buried');
    return withWords(await this.#carryOn(removal, large), left);
  }

  /** What is left of a deletion once the story has its tombstone. */
  async #carryOn(removal: RemovalOf<'delete'>, large: LargeFiles): Promise<Outcome> {
    const { git, removals, book } = this.ports;
    const { key, number, branch, folder, tip, saved, content, id } = removal;
    const stays: Said[] = [];
    if (folder !== null) {
      const story = this.#storyOf(removal);
      const where = { folder, branch: await this.#madeFor(removal), story };
      const outcome = await git.removeWorktree({ ...where, reason: 'deleted', large, saved });
      if (outcome.kind === 'refused') stays.push(asWritten(outcome.why));
      await this.#step('worktreeRemoved');
    }
    if (branch !== null && tip !== null) {
      const outcome = await git.removeBranch(branch, tip);
      if (outcome.kind === 'refused') stays.push(asWritten(outcome.why));
      await this.#step('branchRemoved');
    }
    if (content === 'purged') {
      await book.purge(key, PERSON);
      await this.#step('purged');
    }
    await removals.end(id);
    const done = content === 'purged' ? say('#{0} is deleted for good.', number) : say('#{0} is deleted.', number);
    const kept = saved === null ? [] : [say('What was in it is kept; Restore… brings it back.')];
    return { kind: 'done', ...tell([done, ...kept, ...stays]) };
  }

  async #purgeDeleted(key: string): Promise<Outcome> {
    const { store, newId } = this.ports;
    const grave = store.tombstone(key);
    if (grave === undefined) return NO_STORY;
    const { number } = grave;
    const nothing = { branch: null, folder: null, tip: null, saved: null };
    const removal: RemovalOf<'delete'> = { kind: 'delete', id: newId(), key, number, ...nothing, content: 'purged' };
    await this.#note(removal, 'begun');
    return this.#carryOn(removal, 'refuse');
  }

  async #removeWorktree(story: StoryRecord, large: LargeFiles): Promise<Outcome> {
    const { git, removals, newId } = this.ports;
    const { key, number, branch } = story;
    const ground = await groundOf(this.ports, story);
    const { folder } = ground;
    if (folder === null) return refuse([say('#{0} has no worktree to be removed.', number), ...ground.stays]);
    const why = await this.#whyNot(story, ground);
    if (why !== null) return refuse(why);
    const removal: Removal = { kind: 'worktree', id: newId(), key, number, branch, folder, saved: null };
    await this.#note(removal, 'begun');
    const request = { folder, branch, story, reason: 'removed', large } as const;
    const first = await git.rescueWork(request).catch(refusedBy);
    // As when a story is deleted: a tear-down may delete what nobody has committed.
    const left = first.kind === 'refused' ? null : await this.ports.tearDown(story, folder);
    const saved = first.kind === 'saved' ? { ref: first.ref, fingerprint: first.fingerprint } : null;
    const outcome = first.kind === 'refused' ? first : await git.removeWorktree({ ...request, saved }).catch(refusedBy);
    await removals.end(removal.id);
    if (outcome.kind === 'refused') return refuse(outcome.why);
    const isKept = outcome.rescue !== null || saved !== null;
    const kept = isKept ? [say('What was in no commit is kept; Restore… brings it back.')] : [];
    const done = tell([say('The worktree of #{0} is removed.', number), ...kept]);
    return withWords({ kind: 'done', ...done }, left);
  }

  async #finishOne(removal: Exclude<Removal, { kind: 'restore' }>): Promise<void> {
    const { git, removals, store, log } = this.ports;
    const { key, number, id, folder } = removal;
    if (removal.kind === 'worktree') {
      const story = this.#storyOf(removal);
      const request = { folder, branch: removal.branch, story, reason: 'removed', large: 'keep', saved: null } as const;
      if (await isHalfRemoved(this.ports, removal)) await git.removeWorktree(request);
      await removals.end(id);
      return;
    }
    const isBuried = store.tombstone(key) !== undefined;
    if (!isBuried) {
      log.info(`[removal] deleting #${number} was cut off before anything was removed; it stays`);
      await removals.end(id);
      return;
    }
    const outcome = await this.#carryOn(removal, 'keep');
    log.info(`[removal] finished what was cut off: ${outcome.message}`);
  }

  async #whyNot(story: StoryRecord, { folder }: StoryGround): Promise<Said | null> {
    if (folder === null) return null;
    const inUse = await whyInUse(this.ports, folder);
    if (inUse !== null) return inUse;
    const { obstacles } = await this.ports.git.previewRescue({ folder, branch: story.branch, story });
    return obstacles.length === 0 ? null : asWritten(obstacles.join(' '));
  }

  #storyOf({ key, number }: Removal): { key: string; number: number; title: string } {
    const grave = this.ports.store.tombstone(key);
    return { key, number, title: grave?.record?.title ?? this.ports.store.get(key)?.title ?? '' };
  }

  /** The branch that a worktree was made for, also where that branch stays. */
  async #madeFor({ key, branch }: RemovalOf<'delete'>): Promise<string | null> {
    const grave = this.ports.store.tombstone(key);
    return branch ?? grave?.record?.branch ?? (await this.ports.store.find(key))?.branch ?? null;
  }

  async #note(removal: Removal, step: RemovalStep): Promise<void> {
    await this.ports.removals.put(removal);
    await this.#step(step);
  }

  async #step(step: RemovalStep): Promise<void> {
    await this.ports.onRemovalStep?.(step);
  }
}

type Outcome = Pick<RemovalResult, 'kind' | 'message' | 'said'>;

function refusedBy(error: unknown): { readonly kind: 'refused'; readonly why: string } {
  return { kind: 'refused', why: messageOf(error) };
}

function withWords(outcome: Outcome, more: string | null): Outcome {
  return more === null ? outcome : { kind: outcome.kind, ...tell([...sayTold(outcome), asWritten(more)]) };
}

function unreadable(error: unknown): RescuePreview {
  return { ...NOTHING, obstacles: [messageOf(error)] };
}

/** A worktree whose removal was cut off is either as it was, or out of the way and to be removed. */
async function isHalfRemoved(
  { git }: Pick<StoryRemovalPorts, 'git'>,
  { folder, branch }: RemovalOf<'worktree'>,
): Promise<boolean> {
  if (folder === null || branch === null) return false;
  return (await git.storyPlace(branch)).kind === 'gone';
}
