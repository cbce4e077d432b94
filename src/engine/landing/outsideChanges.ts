import { messageOf } from '../../base/messageOf';
import { undecidedMove } from '../../core/agents/movedTarget';
import { isFinished, type MergeJob } from '../../core/landing/job';
import type { PipelineFacts } from '../../core/pipeline/facts';
import { landingsOf, unknownLanding } from '../../core/recovery/landedBefore';
import type { HistoryEntry } from '../../core/story/history';
import { shortRef } from '../../core/story/names';
import { isLanded, isUnderWay, underlyingStage, type Oid } from '../../core/story/stage';
import type { StoryRecord } from '../../core/story/story';
import type { Clock } from '../../ports/clock';
import type { GitPort } from '../../ports/git';
import type { Log } from '../../ports/log';
import type { Arrival, OutsideFound, OutsideRequest } from '../../ports/outside';
import type { JobJournal, SeenTips, StoryStore, TipMemory } from '../../ports/store';
import type { StoryBook } from '../stories/storyBook';

interface OutsideChangesPorts {
  readonly git: Pick<GitPort, 'lookOutside' | 'storyPlace' | 'localChanges'>;
  readonly store: Pick<StoryStore, 'get' | 'find' | 'archived' | 'history'>;
  readonly journal: Pick<JobJournal, 'jobs' | 'jobsOf'>;
  readonly seenTips: TipMemory;
  readonly book: StoryBook;
  readonly clock: Clock;
  readonly log: Log;
  /** It is to be looked again, which a round begins. */
  readonly onEnd: () => void;
}

type Found = Extract<PipelineFacts['target'], { kind: 'found' }>;

const BY = 'git';

/** Where a commit that names no story is reverted, so many of the newest archived stories are asked whether it was theirs. */
const ARCHIVED = 200;

/** A look that failed (a lock, a full disk) is tried again after this long (ms): nothing else may come to tell of it. */
const AGAIN_MS = 10_000;

/**
 * Notices what became of stories on the target without Switchyard: merged, squashed, rebased or picked by hand, reverted, or
 * removed by a target that was moved back. It looks when the target has moved, beside the rounds, one look at a time.
 */
export class OutsideChanges {
  #seen: { readonly ref: string; readonly tip: Oid } | null = null;
  #isAgain = false;
  #looking: Promise<void> | null = null;
  #noting: Promise<void> = Promise.resolve();
  #isOver = false;

  constructor(private readonly ports: OutsideChangesPorts) {}

  /** A round has read the world. */
  seen(facts: PipelineFacts): void {
    const { target } = facts;
    if (target.kind === 'missing' || this.#looking !== null || this.#isOver) return;
    if (this.#seen?.ref === target.ref && this.#seen.tip === target.tip) return this.#remember(facts, target);
    // What an agent moved is undecided: it may be put back.
    if (undecidedMove(facts.findings, target) !== null) return;
    const since = this.#seen?.ref === target.ref ? this.#seen.tip : null;
    // What the queue itself put there, its stories know of.
    if (since !== null && isOwn(this.#standing(facts), target.ref, { from: since, to: target.tip })) {
      this.#seen = { ref: target.ref, tip: target.tip };
      return;
    }
    const request = requestOf(facts, target, { since, before: this.ports.seenTips.last() });
    this.#looking = this.#look(request, facts).finally(() => {
      this.#looking = null;
    });
  }

  /** Where branches stand while the target is as it was looked at: what of it is on the target later came there from them. */
  #remember({ stories, tips }: PipelineFacts, { ref, tip }: Found): void {
    const seen: Record<string, Oid> = {};
    // A child can stand on nothing but what its parent is.
    for (const { key, childOf } of stories.filter(isUnderWay)) {
      const at = tips.get(key) ?? null;
      if (at !== null && at !== childOf?.at) seen[key] = at;
    }
    const { seenTips, log } = this.ports;
    this.#noting = this.#noting
      .then(() => seenTips.note({ ref, target: tip, tips: seen }))
      .catch((error: unknown) => log.debug(`[outside] ${messageOf(error)}`));
  }

  /** Jobs but those of stories whose landing was lost: where it comes back, that is not the queue's doing. */
  #standing({ stories }: PipelineFacts): MergeJob[] {
    const blocked = new Set(stories.flatMap(({ key, stage }) => (stage.name === 'Blocked' ? [key] : [])));
    return this.ports.journal.jobs().filter(({ storyKey }) => !blocked.has(storyKey));
  }

  async dispose(): Promise<void> {
    this.#isOver = true;
    await this.#looking;
    await this.#noting;
  }

  async #look(request: OutsideRequest, facts: PipelineFacts): Promise<void> {
    const { git, log, clock, onEnd } = this.ports;
    try {
      const isIdle = request.live.length === 0 && request.landed.length === 0 && !(await this.#hasArchived());
      const found = isIdle ? null : await git.lookOutside(request);
      const isTold = found === null || (await this.#tell(found, request, facts));
      // What is lost may be there in other commits that name no story: all of the target is looked at for that, once.
      this.#isAgain = !this.#isAgain && (found?.lost.some(({ again }) => again === null) ?? false);
      if (this.#isAgain) this.#seen = null;
      else if (isTold) this.#seen = { ref: request.ref, tip: request.target };
      // The target may have moved on during the look.
      if (!isIdle) onEnd();
    } catch (error) {
      log.warn(`[outside] what came to ${shortRef(request.ref)} could not be looked at: ${messageOf(error)}`);
      clock.after(AGAIN_MS, onEnd);
    }
  }

  async #hasArchived(): Promise<boolean> {
    return (await this.ports.store.archived({ after: null, limit: 1 })).stories.length > 0;
  }

  /** False where a story that came there is at another stage by now: it is looked at once more as it is. */
  async #tell(
    { arrived, lost, reverted, undone, ofOthers }: OutsideFound,
    request: OutsideRequest,
    facts: PipelineFacts,
  ): Promise<boolean> {
    const { book, store } = this.ports;
    const looked = new Map(facts.stories.map((story) => [story.key, story]));
    let isTold = true;
    for (const one of arrived) {
      const story = looked.get(one.key);
      if (!(await this.#isNews(one, story))) continue;
      const hasLanded = await this.#land(one, story);
      isTold &&= hasLanded || store.get(one.key)?.stageAt === story?.stageAt;
    }
    for (const { key, again } of lost) await this.#lose(key, again, request, looked.get(key));
    // What a story of Switchyard's takes back, it says itself.
    const told = new Set(facts.stories.flatMap(({ reverts }) => reverts?.key ?? []));
    const taken = [
      ...reverted.map((one) => ({ ...one, name: 'Reverted' as const })),
      ...undone.map((one) => ({ ...one, name: 'RevertUndone' as const })),
    ].filter(({ key }) => !told.has(key));
    for (const { key, by, name } of taken) {
      const event = { name, number: null, commit: by };
      await book.apply(key, event, BY, (now) => now.stageAt === looked.get(key)?.stageAt);
    }
    for (const one of ofOthers) {
      const { key } = one;
      // What was archived long ago is read only where a commit names it.
      const stories = key === null ? (await this.ports.store.archived({ after: null, limit: ARCHIVED })).stories : told.has(key) ? [] : [await this.ports.store.find(key)]; // prettier-ignore
      for (const story of stories) if (await this.#tellArchived(story, one)) break;
    }
    return isTold;
  }

  /** Whether it is the story that this is about. */
  async #tellArchived(story: StoryRecord | null, { of, by, name }: OutsideFound['ofOthers'][number]): Promise<boolean> {
    const { store, book, log } = this.ports;
    if (story?.stage.name !== 'Archived' || !isLanded(story.stage)) return false;
    const { stage, stageAt, number, key } = story;
    if (name === 'RevertUndone' ? stage.revertedBy?.commit !== of : stage.revertedBy !== undefined) return false;
    const history = name === 'RevertUndone' ? [] : await store.history({ cursor: 0, limit: Number.MAX_SAFE_INTEGER, key });
    // It may have been opened again and landed anew since.
    if (name === 'Reverted' && history.findLast(({ to }) => to === 'Done')?.evidence.includes(of) !== true) return false;
    const outcome = await book.apply(key, { name, number: null, commit: by }, BY, (now) => now.stageAt === stageAt);
    if (outcome.kind === 'changed') log.info(`[outside] archived #${number}: ${name} by ${by}`);
    return true;
  } // prettier-ignore

  /** Landings that a story knows of are no news, and work that goes on is not over because some of it is on the target. */
  async #isNews({ key, commit, at, how }: Arrival, story: StoryRecord | undefined): Promise<boolean> {
    const { store, journal, git } = this.ports;
    if (story?.branch == null) return false;
    const history = await store.history({ cursor: 0, limit: Number.MAX_SAFE_INTEGER, key });
    // What was lost and is there again is news, though it was known before.
    const isBack = story.stage.name === 'Blocked' && lastOf(history, 'TargetLost') > lastDone(history);
    const isKnown =
      unknownLanding([{ key, commit, at }], history) === null ||
      landingsOf(journal.jobsOf(key)).some((one) => one.commit === commit);
    if (isKnown && !isBack) return false;
    // A story that was opened again after it had landed is coded anew, whatever of it is on the target.
    if (how === 'sameChanges' && lastOf(history, 'Reopen') > 0) return false;
    const place = await git.storyPlace(story.branch);
    return place.kind !== 'there' || (await git.localChanges(place.path)).length === 0;
  }

  async #land({ key, commit, at, how }: Arrival, looked: StoryRecord | undefined): Promise<boolean> {
    const { book, log } = this.ports;
    const event = { name: 'MergedOutside', mergeCommit: commit, mergedAt: at } as const;
    const outcome = await book.apply(key, event, BY, (now) => now.stageAt === looked?.stageAt);
    if (outcome.kind === 'changed')
      log.info(`[outside] #${outcome.story.number} came to the target as ${commit} (${how})`);
    return outcome.kind === 'changed';
  }

  /** One that is there under another commit, as after a rebase of the target, is Done with that one. */
  async #lose(key: string, again: Arrival | null, request: OutsideRequest, looked: StoryRecord | undefined): Promise<void> {
    const { book, log } = this.ports;
    if (looked?.stage.name !== 'Done') return;
    const { mergeCommit } = looked.stage;
    const name = shortRef(request.ref);
    const reason = `Its commit ${mergeCommit.slice(0, 8)} is no longer on ${name}, which was moved back or rewritten outside Switchyard. Put the commit back, or unblock the story to land it again.`;
    const look = { tip: null, target: request.target };
    const outcome = await book.apply(key, { name: 'TargetLost', reason, look }, BY, (now) => now.stageAt === looked.stageAt);
    if (outcome.kind === 'refused') return;
    log.warn(`[outside] #${looked.number}: ${reason}`);
    if (again !== null) await this.#land(again, outcome.story);
  } // prettier-ignore
}

/** Stories at which somebody is at work are left out: what they land, or still do, is theirs to say. */
function requestOf(facts: PipelineFacts, target: Found, { since, before }: { readonly since: Oid | null; readonly before: SeenTips | null }): OutsideRequest {
  const busy = new Set([
    ...facts.jobs.filter(({ job }) => !isFinished(job)).map(({ job }) => job.storyKey),
    ...facts.runs.keys(),
    ...facts.pending.keys(),
  ]);
  const live: OutsideRequest['live'][number][] = [];
  const landed: OutsideRequest['landed'][number][] = [];
  for (const { key, branch, stage, worksAt, childOf } of facts.stories) {
    // Whoever works on it says what became of it.
    if (busy.has(key) || worksAt !== undefined) continue;
    const tip = facts.tips.get(key) ?? null;
    if (stage.name === 'Done') {
      const by = stage.revertedBy?.commit ?? null;
      landed.push({ key, commit: stage.mergeCommit, revertedBy: by });
    } else if (stage.name !== 'Archived' && branch !== null && tip !== null) {
      const under = underlyingStage(stage);
      const last = before?.ref === target.ref ? before.tips[key] : undefined;
      const seen = before === null || last === undefined ? null : { tip: last, target: before.target };
      const parent = childOf === undefined ? {} : { parent: facts.tips.get(childOf.key) ?? null };
      live.push({ key, branch, tip, hadWork: 'tip' in under && under.tip === tip, seen, ...parent });
    }
  }
  return { ref: target.ref, target: target.tip, since, live, landed };
} // prettier-ignore

/** Whether landings of the queue, one on the other, lead from one commit to the other. */
function isOwn(
  jobs: readonly MergeJob[],
  ref: string,
  { from, to }: { readonly from: Oid; readonly to: Oid },
): boolean {
  const landings = jobs.flatMap(({ target, stopped, candidate }) =>
    target === ref && stopped === null && candidate !== null ? [[candidate.commit, candidate.base] as const] : [],
  );
  const baseOf = new Map(landings);
  let at: Oid | undefined = to;
  for (let steps = 0; at !== undefined && at !== from && steps <= landings.length; steps += 1) at = baseOf.get(at);
  return at === from;
}

/** Place in the history, 0 for never. */
function lastOf(history: readonly HistoryEntry[], event: string): number {
  return history.findLast((entry) => entry.event === event)?.sequence ?? 0;
}

function lastDone(history: readonly HistoryEntry[]): number {
  return history.findLast(({ to }) => to === 'Done')?.sequence ?? 0;
}
