import { isWithoutBranch } from '../../core/recovery/contradictions';
import { hasLanded } from '../../core/recovery/landedBefore';
import { planRecovery, needsGit, type Restoration } from '../../core/recovery/planRecovery';
import type { GitWitness, LogCondition, Witnesses } from '../../core/recovery/witnesses';
import type { MergeJob } from '../../core/landing/job';
import type { HistoryEntry } from '../../core/story/history';
import type { Log } from '../../ports/log';
import type { FileContentStore } from '../content/contentStore';
import { readStories } from '../index/keptArchive';
import type { StoryIndex } from '../index/storyIndex';
import type { FileJobJournal } from '../journal/jobJournal';
import type { LogOpening } from '../log/openLog';
import type { StoredShadow } from '../shadow/storedShadow';
import type { StoreFolder } from '../storeFolder';
import type { LossFile } from './lossFile';

export interface RecoveryParts {
  readonly folder: StoreFolder;
  /** Whether files of a store lay there before it was opened. */
  readonly wasUsed: boolean;
  readonly index: StoryIndex;
  readonly jobs: FileJobJournal;
  readonly content: FileContentStore;
  readonly shadow: StoredShadow;
  readonly losses: LossFile;
  /** The file that keeps what was damaged where an earlier opening was cut off while it mended; else null. */
  readonly unfinished: string | null;
  /** Asked where a live story has no branch on record. */
  readonly askBranches: () => Promise<GitWitness['branches']>;
  /** Asked only where something is cut or missing. */
  readonly askGit: () => Promise<GitWitness>;
  readonly log: Log;
  /** The time, ISO 8601 in UTC. */
  readonly at: string;
}

/**
 * Compares an index that was just opened with journal, content, shadow and git, and restores what they still know. What
 * has to be told is on disk before anything is changed. Resolves with whether anything was restored.
 */
export async function recover(parts: RecoveryParts): Promise<'asItWas' | 'changed'> {
  const { index, losses, askGit, askBranches, log, at } = parts;
  const witnesses = await gatherWitnesses(parts);
  const branches = index.stories().some(isWithoutBranch) ? await askBranches() : new Map<string, string>();
  const git = needsGit(witnesses, branches) ? await askGit() : { landings: [], branches };
  const { restorations, loss } = planRecovery(witnesses, git, at);
  await losses.conclude(loss);
  await parts.jobs.countFrom(index.opening.jobs);
  for (const restoration of restorations) await restore(index, restoration, log);
  // With a snapshot that lacks a part the log would be found wanting again.
  if (index.opening.snapshot === 'incomplete') await index.compact();
  return restorations.length > 0 || index.opening.cut !== null ? 'changed' : 'asItWas';
}

async function gatherWitnesses(parts: RecoveryParts): Promise<Witnesses> {
  const { folder, index, jobs, content } = parts;
  const { opening } = index;
  const kept = index.kept.archive.names.length > 0 ? await index.keptNumbers() : new Map<string, number>();
  const isHere = (key: string): boolean => index.get(key) !== undefined || index.tombstone(key) !== undefined;
  const condition = indexCondition(parts);
  const shadow = await gatherShadow(parts, condition);
  // An archived story is known for what it is; it counts only against somebody who says otherwise.
  const archived = shadow === null ? [] : await index.keptStories(kept.keys());
  const known = jobs.jobs().filter((job) => isHere(job.storyKey) || !kept.has(job.storyKey));
  return {
    index: {
      condition,
      file: folder.stories,
      wasUsed: parts.wasUsed,
      stories: [...index.stories(), ...archived],
      graves: index.tombstones(),
      history: await relevantLines(index, known),
      lastSequence: index.lastSequence,
      vouched: opening.vouched,
      hasLanded: opening.landed,
    },
    journal: { condition: journalCondition(parts), file: folder.jobs, jobs: known },
    orphans: await content.orphans((key) => isHere(key) || kept.has(key)),
    shadow,
  };
}

/** What is in memory, and of stories with jobs the lines since the newest of those was made. */
async function relevantLines(index: StoryIndex, jobs: readonly MergeJob[]): Promise<readonly HistoryEntry[]> {
  const recent = index.history({ cursor: 0, limit: Number.MAX_SAFE_INTEGER });
  const newest = new Map(jobs.map((job) => [job.storyKey, job]));
  const older: HistoryEntry[] = [];
  for (const [key, job] of newest) {
    const stage = index.get(key)?.stage.name;
    if (stage === undefined) continue;
    // What the queue landed knows of its job. What came to the target otherwise does so by its lines alone.
    if (hasLanded(job) && (stage === 'Done' || stage === 'Archived')) continue;
    older.push(...(await index.kept.history.linesSince(key, job.queuedAt)));
  }
  const first = recent[0]?.sequence ?? Infinity;
  const own = older.filter(({ sequence }) => sequence < first).sort((a, b) => a.sequence - b.sequence);
  return [...own, ...recent];
}

/** The shadow, or else what the older history tells of stories, where either knows more than the log. */
async function gatherShadow({ index, shadow }: RecoveryParts, condition: LogCondition): Promise<Witnesses['shadow']> {
  const { opening } = index;
  if ((opening.mirrored === 'another' || opening.cut !== null) && (await shadow.read()) !== null) {
    return { ...(await shadow.witness()), graves: [], knowsAll: opening.mirrored === 'all' };
  }
  if (condition.kind !== 'empty' && opening.snapshot !== 'incomplete') return null;
  if (index.kept.history.names.length === 0) return null;
  const { stories, gone } = await index.kept.history.stories();
  const graves = [...gone.values()].map(({ key, number, at }) => ({ key, number, at }));
  return { stories: readStories([...stories.values()]), history: [], graves, knowsAll: false };
}

function indexCondition({ index, unfinished }: RecoveryParts): LogCondition {
  const { opening } = index;
  const condition = conditionOf(opening);
  // Where mending was cut off, the log is whole by now and only this mark knows that it was not.
  if (condition.kind === 'whole' && unfinished !== null)
    return { kind: 'damaged', keptIn: unfinished, mended: 0, lost: 'unknown' };
  if (opening.snapshot !== 'incomplete') return condition;
  // A lost part of the snapshot is one record, and many stories.
  return condition.kind === 'damaged' ? { ...condition, lost: 'unknown' } : { kind: 'short', lost: 'unknown' };
}

/** A journal that was cut between two records, or emptied, is known by the index, which has noted how many there were. */
function journalCondition({ index, jobs }: RecoveryParts): LogCondition {
  const condition = conditionOf(jobs.opening);
  const missing = index.opening.jobs - jobs.count;
  return missing > 0 && condition.kind !== 'damaged' ? { kind: 'short', lost: missing } : condition;
}

function conditionOf({ wasEmpty, cut }: Pick<LogOpening, 'wasEmpty' | 'cut'>): LogCondition {
  if (wasEmpty) return { kind: 'empty' };
  if (cut === null) return { kind: 'whole' };
  const { torn, mended, lost } = cut.salvage;
  return torn && mended === 0 && lost === 0 ? { kind: 'torn' } : { kind: 'damaged', keptIn: cut.keptIn, mended, lost };
}

async function restore(index: StoryIndex, restoration: Restoration, log: Log): Promise<void> {
  switch (restoration.kind) {
    case 'line':
      return index.remember(restoration.entry);
    case 'story': {
      const { story, entry } = restoration;
      log.warn(`store: #${story.number} is restored in ${story.stage.name}`);
      return index.put(story, entry);
    }
    case 'grave':
      return index.bury(restoration.grave, restoration.entry);
    default:
      return restoration satisfies never;
  }
}
