import type { MergeJob } from '../landing/job';
import type { HistoryEntry } from '../story/history';
import { numberInName } from '../story/names';
import { underlyingStage } from '../story/stage';
import type { StoryRecord } from '../story/story';
import { isAllGone, isBehindJob, isJournalGone, mergingOf, startedBranch } from './contradictions';
import { hasLanded, landingsOf, unknownLanding, type Landing } from './landedBefore';
import { sayLoss } from './lossText';
import {
  behindStory,
  landedStory,
  leftStory,
  restoredLine,
  storyOfJob,
  storyOfLanding,
  type Restored,
} from './restore';
import { lossOf, type StoreLoss } from './storeLoss';
import type { GitWitness, Grave, Witnesses } from './witnesses';

/** What is written back into the index, in this order. */
export type Restoration =
  | { readonly kind: 'line'; readonly entry: HistoryEntry }
  | { readonly kind: 'story'; readonly story: StoryRecord; readonly entry: HistoryEntry }
  | { readonly kind: 'grave'; readonly grave: Grave; readonly entry: HistoryEntry };

export interface RecoveryPlan {
  readonly restorations: readonly Restoration[];
  /** What a person has to be told; null where nothing that was acknowledged is missing. */
  readonly loss: StoreLoss | null;
}

/** Whether anything is cut or missing, so that git is worth asking what landed. */
export function needsGit(witnesses: Witnesses, branches: GitWitness['branches']): boolean {
  const { index, journal, orphans, shadow } = witnesses;
  const isCut = index.condition.kind === 'torn' || lostOf(index.condition) !== 0 || lostOf(journal.condition) !== 0;
  if (isCut || isAllGone(witnesses) || isJournalGone(witnesses) || shadow !== null || orphans.length > 0) return true;
  return new Recovery(witnesses, { landings: [], branches }, '').isBehind();
}

/**
 * Compares what the index holds with everything else that knows what it once acknowledged, and says what to write back
 * and what to tell. `at` is ISO 8601 in UTC.
 */
export function planRecovery(witnesses: Witnesses, git: GitWitness, at: string): RecoveryPlan {
  return new Recovery(witnesses, git, at).plan();
}

function lostOf(condition: Witnesses['index']['condition']): number | 'unknown' {
  return condition.kind === 'damaged' || condition.kind === 'short' ? condition.lost : 0;
}

class Recovery {
  readonly #stories = new Map<string, StoryRecord>();
  readonly #before: ReadonlyMap<string, StoryRecord>;
  readonly #buried: Set<string>;
  readonly #lines: readonly HistoryEntry[];
  /** Lines by story; grouped when somebody first asks, as most starts have nothing to ask. */
  #history: ReadonlyMap<string, readonly HistoryEntry[]> | null = null;
  readonly #graves: Grave[] = [];

  constructor(
    private readonly witnesses: Witnesses,
    private readonly git: GitWitness,
    private readonly at: string,
  ) {
    const { index, shadow } = witnesses;
    for (const story of index.stories) this.#stories.set(story.key, story);
    this.#before = new Map(this.#stories);
    this.#buried = new Set(index.graves.map((grave) => grave.key));
    const last = index.lastSequence;
    this.#lines = shadow?.history.filter((entry) => entry.sequence > last) ?? [];
  }

  /** Whether journal or branches know of a landing, a story or work that the index does not. */
  isBehind(): boolean {
    return this.#landed().length > 0 || this.#unknownJobs().length > 0 || this.#behind([]).length > 0;
  }

  plan(): RecoveryPlan {
    this.#findDeleted();
    const copied = this.#copied();
    const landed = this.#landed();
    const behind = this.#behind(landed);
    const left = this.#left();
    const restored: Restored = { copied, landed, behind, left };
    const changed = new Map([...copied, ...landed, ...behind, ...left].map((story) => [story.key, story]));
    const restorations: Restoration[] = [
      ...this.#lines.map((entry) => ({ kind: 'line' as const, entry })),
      ...this.#graves.map((grave) => ({ kind: 'grave' as const, grave, entry: this.#buriedLine(grave) })),
      ...[...changed.values()].map((story) => {
        return { kind: 'story' as const, story, entry: restoredLine(story, this.#before.get(story.key), this.at) };
      }),
    ];
    return { restorations, loss: this.#loss(restored, restorations) };
  }

  /** Stories whose deletion is among what the index lost: the shadow knows more of their past, and has them no more. */
  #findDeleted(): void {
    const present = new Set(this.witnesses.shadow?.stories.map((story) => story.key));
    const last = new Map(this.#lines.map((line) => [line.key, line]));
    for (const { key, number, at } of last.values()) {
      if (present.has(key) || this.#buried.has(key)) continue;
      this.#bury({ key, number, at });
    }
    for (const grave of this.witnesses.shadow?.graves ?? []) {
      if (!this.#buried.has(grave.key) && !this.#stories.has(grave.key)) this.#bury(grave);
    }
  }

  #bury(grave: Grave): void {
    this.#graves.push(grave);
    this.#buried.add(grave.key);
    this.#stories.delete(grave.key);
  }

  /** Stories that the shadow has and the index lacks, or has in an older state. */
  #copied(): StoryRecord[] {
    const { shadow } = this.witnesses;
    const copied = (shadow?.stories ?? []).filter((story) => {
      const known = this.#stories.get(story.key);
      return !this.#buried.has(story.key) && (known === undefined || known.updatedAt < story.updatedAt);
    });
    for (const story of copied) this.#stories.set(story.key, story);
    return copied;
  }

  /** Stories that landed by the journal or by git, and whose record does not know it. */
  #landed(): StoryRecord[] {
    const landed: StoryRecord[] = [];
    for (const landing of [...this.#journalLandings(), ...this.#gitLandings()]) {
      const story = this.#stories.get(landing.key) ?? this.#storyOfJob(landing.key) ?? this.#storyOfGit(landing);
      if (story === null || this.#buried.has(landing.key)) continue;
      if (story.stage.name === 'Done' || story.stage.name === 'Archived') continue;
      const done = landedStory(story, landing, this.at);
      this.#stories.set(story.key, done);
      landed.push(done);
    }
    return landed;
  }

  /** Of jobs that are over: one that still runs tells its story by itself. */
  #journalLandings(): Landing[] {
    const jobs = this.witnesses.journal.jobs.filter(
      (job) => job.step === 'cleaned' || (hasLanded(job) && !this.#stories.has(job.storyKey)),
    );
    return [...groupByKey(landingsOf(jobs))].flatMap(([key, own]) => unknownLanding(own, this.#linesOf(key)) ?? []);
  }

  /** The newest commit of each story on the target. A story that was Done since it was made knows of it. */
  #gitLandings(): Landing[] {
    return [...groupByKey(this.git.landings)].flatMap(([key, own]) => {
      const landing = unknownLanding(own, this.#linesOf(key));
      const wasDone = this.#linesOf(key).some((entry) => entry.to === 'Done' && entry.at >= (landing?.at ?? ''));
      return landing === null || wasDone || this.#isUnderWay(landing) ? [] : [landing];
    });
  }

  /** A job that was cut off in its landing finds its commit on the target and tells its story by itself. */
  #isUnderWay({ key, commit }: Landing): boolean {
    return this.witnesses.journal.jobs.some(
      (job) =>
        job.storyKey === key &&
        this.#isWaitingFor(job) &&
        job.stopped === null &&
        (job.step === 'landing' || job.step === 'landed') &&
        job.candidate?.commit === commit,
    );
  }

  #isWaitingFor({ storyKey, storyTip }: MergeJob): boolean {
    const story = this.#stories.get(storyKey);
    const stage = story === undefined ? null : underlyingStage(story.stage);
    return stage?.name === 'Merge' && stage.tip === storyTip;
  }

  /** Stories whose newest records are gone: a job or a branch is there that the record must have known before. */
  #behind(landed: readonly StoryRecord[]): StoryRecord[] {
    const { journal, index } = this.witnesses;
    const newest = new Map(journal.jobs.map((job) => [job.storyKey, job]));
    const [known, branched] = [new Set(landed), numbersIn(this.git.branches)];
    return [...this.#stories.values()].flatMap((story) => {
      if (known.has(story)) return [];
      const job = newest.get(story.key);
      const isBehind = job !== undefined && !index.vouched.has(story.key) && isBehindJob(job, this.#linesOf(story.key));
      const found = branched.has(story.number) ? startedBranch(story, this.git.branches) : null;
      if (!isBehind && found === null) return [];
      const branch = story.branch ?? job?.storyBranch ?? found;
      this.#stories.set(story.key, behindStory(story, branch, this.at));
      return this.#stories.get(story.key) ?? [];
    });
  }

  /** Null for a landing of another copy of the repository: neither a job nor content here is of its story. */
  #storyOfJob(key: string): StoryRecord | null {
    const job = this.witnesses.journal.jobs.findLast((one) => one.storyKey === key);
    if (job !== undefined) return storyOfJob(job, this.at);
    const number = this.#numberOf(key);
    return number === null ? null : leftStory({ key, number, branch: this.#branchOf(number) }, this.at);
  }

  /** Where nothing else is left git's word has to do, also for what came from another copy of the repository. */
  #storyOfGit(landing: Landing): StoryRecord | null {
    const story = isAllGone(this.witnesses) ? storyOfLanding(landing) : null;
    return story === null || this.#isTaken(story.number) ? null : story;
  }

  #gitKnowsStories(): boolean {
    return this.git.landings.length > 0 || [...this.git.branches.keys()].some((ref) => numberInName(ref) !== null);
  }

  /** Stories of which only content, a job or a branch is left. One whose creation was cut off was never acknowledged. */
  #left(): StoryRecord[] {
    const { shadow, index } = this.witnesses;
    const isTrusted = lostOf(index.condition) === 0 && index.condition.kind !== 'empty' && this.#lines.length === 0;
    const left: StoryRecord[] = [];
    for (const key of [...this.witnesses.orphans.map((orphan) => orphan.key), ...this.#unknownJobs()]) {
      if (this.#stories.has(key) || this.#buried.has(key)) continue;
      const last = shadow?.history.findLast((entry) => entry.key === key);
      if (last !== undefined) {
        this.#bury({ key, number: last.number, at: last.at });
        continue;
      }
      const number = this.#numberOf(key);
      if (number === null || this.#isTaken(number)) continue;
      const branch = this.#branchOf(number);
      if (isTrusted && branch === null && !this.#unknownJobs().includes(key)) continue;
      const job = this.witnesses.journal.jobs.findLast((one) => one.storyKey === key);
      const story = leftStory({ key, number, branch: branch ?? job?.storyBranch ?? null }, this.at);
      this.#stories.set(key, story);
      left.push(story);
    }
    return left;
  }

  #unknownJobs(): string[] {
    const keys = new Set(this.witnesses.journal.jobs.map((job) => job.storyKey));
    return [...keys].filter((key) => !this.#stories.has(key) && !this.#buried.has(key));
  }

  #numberOf(key: string): number | null {
    const { orphans, journal } = this.witnesses;
    const orphan = orphans.find((one) => one.key === key);
    return orphan?.number ?? journal.jobs.findLast((job) => job.storyKey === key)?.number ?? null;
  }

  #isTaken(number: number): boolean {
    const buried = this.witnesses.index.graves.some((grave) => grave.number === number);
    return buried || [...this.#stories.values()].some((story) => story.number === number);
  }

  #branchOf(number: number): string | null {
    return [...this.git.branches.keys()].find((ref) => numberInName(ref) === number) ?? null;
  }

  #linesOf(key: string): readonly HistoryEntry[] {
    this.#history ??= groupByKey([...this.witnesses.index.history, ...this.#lines]);
    return this.#history.get(key) ?? [];
  }

  #buriedLine({ key, number }: Grave): HistoryEntry {
    const last = this.#linesOf(key).at(-1);
    const line = { sequence: 0, at: this.at, key, number, by: 'recovery', event: 'Restored', evidence: '' };
    return { ...line, from: last?.to ?? null, to: 'Deleted' };
  }

  #loss(restored: Restored, restorations: readonly Restoration[]): StoreLoss | null {
    const { index, journal, orphans, shadow } = this.witnesses;
    const isCut = index.condition.kind === 'damaged' || index.condition.kind === 'short';
    const isDamaged = isCut || journal.condition.kind === 'damaged';
    const isGone =
      index.condition.kind === 'empty' &&
      (journal.jobs.length + orphans.length > 0 || (isAllGone(this.witnesses) && this.#gitKnowsStories()));
    const isJournalLost = isJournalGone(this.witnesses);
    if (!isDamaged && !isGone && !isJournalLost && restorations.length === 0) return null;
    const isSure =
      restored.behind.length === 0 && (shadow?.knowsAll === true || this.#isExplained(restored, restorations));
    const live = [...this.#stories.values()].filter(
      ({ key, stage }) => stage.name !== 'Done' && stage.name !== 'Archived' && !index.vouched.has(key),
    );
    const unsure = isSure ? mergingOf(isJournalLost ? live : []) : live;
    const held = unsure.sort((a, b) => a.number - b.number);
    const isVouched = held.length === 0 && index.vouched.size > 0;
    const last = index.lastSequence;
    const keys = [...held, ...restored.copied, ...restored.landed, ...restored.behind, ...restored.left].map(
      (story) => story.key,
    );
    const saved = isSure ? 'all' : isVouched ? 'stories' : 'nothing';
    const lost = [lostOf(index.condition), lostOf(journal.condition)];
    return lossOf(
      {
        id: [index.condition.kind, ...(isJournalLost ? ['journal'] : []), ...lost, last, ...keys].join(' '),
        at: this.at,
        kind: held.length === 0 && (isSure || isVouched) ? 'restored' : 'lost',
        held: held.map((story) => story.key),
      },
      sayLoss(this.witnesses, restored, held, saved),
    );
  }

  /** Every record that is lost is known from elsewhere. */
  #isExplained({ landed }: Restored, restorations: readonly Restoration[]): boolean {
    const { condition, vouched, history, lastSequence } = this.witnesses.index;
    if (condition.kind !== 'damaged') return condition.kind === 'whole' && restorations.length === 0;
    if (condition.lost === 'unknown') return false;
    const first = history.length > 0 ? lastSequence - history.length : 0;
    const hasNoGap = history.every((entry, at) => entry.sequence === first + at + 1);
    return condition.lost <= landed.length || (vouched.size > 0 && hasNoGap);
  }
}

/** Numbers of stories that branches are named by. */
function numbersIn(branches: GitWitness['branches']): Set<number> {
  return new Set([...branches.keys()].flatMap((ref) => numberInName(ref) ?? []));
}

function groupByKey<T extends { readonly key: string }>(all: readonly T[]): Map<string, T[]> {
  const grouped = new Map<string, T[]>();
  for (const one of all) {
    const own = grouped.get(one.key);
    if (own === undefined) grouped.set(one.key, [one]);
    else own.push(one);
  }
  return grouped;
}
