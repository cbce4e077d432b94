import { join } from 'node:path';
import { inBatches } from '../../base/inBatches';
import { messageOf } from '../../base/messageOf';
import type { Removal, RemovalOf, RemovalStep } from '../../core/rescue/removal';
import type { Kept, KeptFiles, RemovalResult } from '../../core/rescue/removalView';
import { sayCounts, type RescueNote } from '../../core/rescue/rescueNote';
import { advance } from '../../core/story/advance';
import type { GitLook } from '../../core/story/events';
import { shortRef, storyBranches, storyFolder } from '../../core/story/names';
import type { Stage } from '../../core/story/stage';
import type { StoryRecord } from '../../core/story/story';
import type { Rescue } from '../../ports/rescue';
import type { Tombstone } from '../../ports/store';
import type { EnginePorts } from '../ports';
import type { StoryBook } from '../stories/storyBook';
import { takenBranches } from '../stories/takenBranches';
import { stageWord } from '../../core/story/stageWords';
import { asWritten, refuse, say, tell } from '../../core/words/said';
import { NO_DELETED_STORY } from '../../core/story/noStory';

export interface StoryRestoringPorts extends Pick<
  EnginePorts,
  'git' | 'store' | 'removals' | 'folders' | 'log' | 'newId' | 'clock' | 'onRemovalStep'
> {
  readonly book: StoryBook;
  /** The target's tip, null where there is none. */
  readonly target: () => Promise<string | null>;
}

export type RestoreOutcome = Pick<RemovalResult, 'kind' | 'message' | 'said'>;

/** So many lines of its history are looked through for when a story came back last. */
const LINES_SINCE = 500;

const STORY = 'story:';
const PERSON = 'person';

/** Lists what was deleted or kept, and brings it back: branch, worktree and story, never over something that is there. */
export class StoryRestoring {
  constructor(private readonly ports: StoryRestoringPorts) {}

  /** Deleted stories that are not purged, and all work under rescue refs; the newest first. */
  async kept(): Promise<Kept[]> {
    const rescues = await this.ports.git.rescues();
    const graves = this.ports.store.tombstones().filter(({ record }) => record !== undefined);
    const stories = await inBatches(graves, async (grave) => keptStory(grave, await this.#rescueOf(grave, rescues)));
    const taken = new Set(stories.map(({ ref }) => ref));
    const works = rescues.filter(({ ref }) => !taken.has(ref)).map(keptWork);
    return [...stories, ...works].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  }

  /** Until `signal` the worktree is made; then what there is of it is taken back, and all is kept as before. */
  async restore(id: string, signal: AbortSignal): Promise<RestoreOutcome> {
    try {
      return id.startsWith(STORY) ? await this.#story(id.slice(STORY.length), signal) : await this.#work(id, signal);
    } catch (error) {
      return refuse(messageOf(error));
    }
  }

  files(ref: string): Promise<KeptFiles> {
    return this.ports.git.filesOfRescue(ref);
  }

  async forget(ref: string, commit: string): Promise<RestoreOutcome> {
    const outcome = await this.ports.git.forgetRescue(ref, commit);
    return outcome === 'forgotten'
      ? { kind: 'done', ...tell(say('It is forgotten.')) }
      : refuse(say('It changed or was forgotten meanwhile. Look at the list again.'));
  }

  /** Carries on what a kill cut off: it is as wanted now as it was then. */
  async finish(): Promise<void> {
    for (const removal of this.ports.removals.list()) {
      if (removal.kind !== 'restore') continue;
      try {
        const { message } = await this.#carryOn(removal);
        this.ports.log.info(`[removal] finished what was cut off: ${message}`);
      } catch (error) {
        this.ports.log.warn(`[removal] #${removal.number} is not restored yet: ${messageOf(error)}`);
      }
    }
  }

  async #story(key: string, signal: AbortSignal): Promise<RestoreOutcome> {
    const { git, newId, store } = this.ports;
    const grave = store.tombstone(key);
    if (grave?.record === undefined) return NO_DELETED_STORY;
    const { number, record } = grave;
    const rescue = await this.#rescueOf(grave, await git.rescues());
    const { branch, folder } = rescue === null ? { branch: null, folder: null } : await this.#placeFor(record, rescue);
    const at = rescue?.note?.chain.tip ?? null;
    const removal = {
      kind: 'restore',
      id: newId(),
      key,
      number,
      branch,
      folder,
      ref: rescue?.ref ?? null,
      at,
    } as const;
    return this.#begin(removal, signal);
  }

  async #placeFor(story: StoryRecord, { note }: Rescue): Promise<{ branch: string; folder: string | null }> {
    const { git, folders, store } = this.ports;
    const own = note?.branch ?? null;
    const branches = [...(own === null ? [] : [own]), ...storyBranches(story.number, story.title)];
    const had = note !== null && note.chain.state !== null;
    const folder = had ? (note.folder ?? join(folders.worktrees(), storyFolder(story.number, story.title))) : null;
    const taken = await takenBranches(store);
    // One at the same commit is this story's own, left there, unless another story was made of it meanwhile.
    const at = branches.some((name) => taken.has(name)) ? null : (note?.chain.tip ?? null);
    return git.freePlace({ branches: [...new Set(branches)], folder, at });
  }

  /** Work without a deleted story: back in its own branch where that has no worktree now, else in a new branch. */
  async #work(ref: string, signal: AbortSignal): Promise<RestoreOutcome> {
    const { git, store } = this.ports;
    const rescue = (await git.rescues()).find((one) => one.ref === ref);
    if (rescue === undefined) return refuse(say('It was forgotten meanwhile.'));
    const { note } = rescue;
    const story = note?.story == null ? null : await store.find(note.story.key);
    if (story !== null && note?.reason === 'removed' && story.branch !== null && note.folder !== null) {
      const [place, tip] = [await git.storyPlace(story.branch), await git.tip(story.branch)];
      if ((place.kind === 'none' || place.kind === 'gone') && tip === note.chain.tip) {
        const { folder } = await git.freePlace({ branches: [story.branch], folder: note.folder, at: tip });
        const { number, key, branch } = story;
        return this.#begin(
          { kind: 'restore', id: this.ports.newId(), key, number, branch, folder, ref, at: tip },
          signal,
        );
      }
    }
    const name = note?.story == null ? rescue.commit.slice(0, 8) : storyFolder(note.story.number, note.story.title);
    const wanted = {
      branches: [`refs/heads/rescued/${name}`, `refs/heads/switchyard-rescued/${name}`],
      folder: null,
      at: null,
    };
    const { branch } = await git.freePlace(wanted);
    await git.branchFromRescue({ ref, branch });
    return { kind: 'done', ...tell(say('It is back on the new branch {0}, each file as it was.', shortRef(branch))) };
  }

  async #begin(removal: RemovalOf<'restore'>, signal: AbortSignal): Promise<RestoreOutcome> {
    const { removals } = this.ports;
    // Whether or not this works: the text of what somebody wants back is not purged any more.
    for (const one of this.#earlier(removal))
      if (one.kind === 'delete' && one.content === 'purged') await removals.put({ ...one, content: 'kept' });
    await removals.put(removal);
    await this.#step('begun');
    return this.#carryOn(removal, signal).catch(async (error: unknown) => {
      await removals.end(removal.id);
      throw error;
    });
  }

  async #carryOn(removal: RemovalOf<'restore'>, signal?: AbortSignal): Promise<RestoreOutcome> {
    const { git, removals, store } = this.ports;
    const { id, key, number, branch, folder, ref } = removal;
    const earlier = this.#earlier(removal);
    if (ref !== null && branch !== null) {
      const outcome = await git.putWorkBack({ ref, branch, folder, signal });
      if (outcome.kind !== 'putBack') {
        await removals.end(id);
        return refuse(outcome.kind === 'refused' ? outcome.why : say('You cancelled; what was kept is as it was.'));
      }
      await this.#step('putBack');
    }
    const grave = store.tombstone(key);
    const told = [say('The worktree of #{0} is back.', number)];
    if (grave?.record !== undefined) {
      const before = grave.record;
      const look = { tip: branch === null ? null : await git.tip(branch), target: await this.ports.target() };
      const at = new Date(this.ports.clock.now()).toISOString();
      const back = await this.ports.book.unbury(key, PERSON, (record) => asRestored(record, { branch, look, at }));
      if (back.kind === 'refused') {
        await removals.end(id);
        return back;
      }
      await this.#step('unburied');
      const stage = stageWord(back.story.stage.name);
      told[0] =
        branch === null
          ? say('#{0} is back in {1}.', number, stage)
          : folder === null
            ? say('#{0} is back in {1}, with its branch.', number, stage)
            : say('#{0} is back in {1}, with its branch and worktree.', number, stage);
      if (back.story.stage.name === 'Frozen' && before.stage.name !== 'Frozen')
        told.push(say('Unfreeze takes it back to {0}.', stageWord(before.stage.name)));
      if (branch !== null && branch !== before.branch)
        told.push(
          say('Its branch is {0} now, for {1} is taken.', shortRef(branch), before.branch === null ? '' : shortRef(before.branch)),
        ); // prettier-ignore
    }
    // Only now: a deletion that failed on the way is carried on by the next start where this fails too.
    for (const one of earlier) await removals.end(one.id);
    await removals.end(id);
    return { kind: 'done', ...tell(told) };
  }

  /** What failed on the way of removing the same story, or its worktree. */
  #earlier({ key }: RemovalOf<'restore'>): Exclude<Removal, RemovalOf<'restore'>>[] {
    return this.ports.removals.list().flatMap((one) => (one.kind !== 'restore' && one.key === key ? one : []));
  }

  /** The newest that was kept when the story was deleted. */
  async #rescueOf({ key, at }: Tombstone, rescues: readonly Rescue[]): Promise<Rescue | null> {
    const rescue = rescues.find(
      (one) =>
        one.note?.reason === 'deleted' &&
        one.note.story?.key === key &&
        Math.abs(Date.parse(one.at) - Date.parse(at)) < 60 * 60 * 1000,
    );
    if (rescue === undefined) return null;
    // One of an earlier deletion, from which the story came back, is not this one's.
    const query = { key, order: 'back', cursor: Number.MAX_SAFE_INTEGER, limit: LINES_SINCE } as const;
    const back = (await this.ports.store.history(query)).find(({ event }) => event === 'Undeleted');
    return back === undefined || rescue.at > back.at ? rescue : null;
  }

  async #step(step: RemovalStep): Promise<void> {
    await this.ports.onRemovalStep?.(step);
  }
}

/** The story as it was, by the name that its branch has now. What would begin by itself is frozen. */
function asRestored(
  record: StoryRecord,
  { branch, look, at }: { branch: string | null; look: GitLook; at: string },
): StoryRecord {
  const story = { ...record, branch: branch ?? record.branch, stage: onBranch(record.stage, branch), updatedAt: at };
  const { name } = story.stage;
  if (name !== 'Coding' && name !== 'QA' && name !== 'Merge') return story;
  const frozen = advance(story, { name: 'Freeze', look }, at);
  return frozen.kind === 'advanced' ? frozen.story : story;
}

function onBranch(stage: Stage, branch: string | null): Stage {
  if (branch === null) return stage;
  if (stage.name === 'Merge') return { ...stage, branch };
  if (stage.name === 'Frozen' && stage.resumeTo.name === 'Merge')
    return { ...stage, resumeTo: { ...stage.resumeTo, branch } };
  return stage;
}

function keptStory({ key, number, at, record }: Tombstone, rescue: Rescue | null): Kept {
  const counts = rescue?.note?.counts ?? null;
  const hasWork = counts !== null && Object.values(counts).some((one) => one > 0);
  const stage = record?.stage.name ?? '';
  return {
    id: `${STORY}${key}`,
    kind: 'story',
    number,
    title: record?.title ?? '',
    at,
    holds: hasWork ? say('The story in {0}, with {1}', stage, sayCounts(counts)) : say('The story in {0}', stage),
    bytes: rescue?.note?.bytes ?? 0,
    ref: rescue?.ref ?? null,
    commit: rescue?.commit ?? null,
    restores: rescue === null ? say('Brings the story back.') : say('Brings all of it back.'),
  };
}

/** What a rescue holds, by why it was kept. */
const KEPT_WORK = {
  deleted: '{0}, kept when it was deleted',
  removed: '{0}, kept when it was removed',
  uncommitted: '{0}, left uncommitted',
  merge: '{0}, kept when a merge was taken back',
} as const satisfies Readonly<Record<RescueNote['reason'], string>>;

function keptWork({ ref, commit, subject, at, note }: Rescue): Kept {
  const number = note?.story?.number ?? null;
  return {
    id: ref,
    kind: 'work',
    number,
    title: note?.story?.title ?? subject,
    at,
    holds: note === null ? asWritten(subject) : say(KEPT_WORK[note.reason], sayCounts(note.counts)),
    bytes: note?.bytes ?? 0,
    ref,
    commit,
    restores: say('Puts it on a branch.'),
  };
}
