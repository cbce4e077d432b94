import { isWithoutBranch } from '../../core/recovery/contradictions';
import { planRecovery, needsGit, type Restoration } from '../../core/recovery/planRecovery';
import type { GitWitness, LogCondition, Witnesses } from '../../core/recovery/witnesses';
import type { Log } from '../../ports/log';
import type { FileContentStore } from '../content/contentStore';
import type { StoryIndex } from '../index/storyIndex';
import type { FileJobJournal } from '../journal/jobJournal';
import type { LogOpening } from '../log/recordLog';
import { readWitness, type StoredShadow } from '../shadow/storedShadow';
import type { StoreFolder } from '../storeFolder';
import type { LossFile } from './lossFile';

export interface RecoveryParts {
  readonly folder: StoreFolder;
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
  for (const restoration of restorations) await restore(index, restoration, log);
  return restorations.length > 0 || index.opening.cut !== null ? 'changed' : 'asItWas';
}

async function gatherWitnesses({
  folder,
  index,
  jobs,
  content,
  shadow,
  unfinished,
}: RecoveryParts): Promise<Witnesses> {
  const { opening, vouched } = index;
  const known = (key: string): boolean => index.get(key) !== undefined || index.tombstone(key) !== undefined;
  const condition = conditionOf(opening);
  const isOfUse = opening.mirrored === 'another' || opening.cut !== null;
  return {
    index: {
      // Where mending was cut off, the log is whole by now and only this mark knows that it was not.
      condition:
        condition.kind === 'whole' && unfinished !== null
          ? { kind: 'damaged', keptIn: unfinished, mended: 0, lost: 'unknown' }
          : condition,
      file: folder.stories,
      stories: index.stories(),
      graves: index.tombstones(),
      history: index.history({ cursor: 0, limit: Number.MAX_SAFE_INTEGER }),
      vouched,
    },
    journal: { condition: conditionOf(jobs.opening), file: folder.jobs, jobs: jobs.jobs() },
    orphans: await content.orphans(known),
    shadow: shadow.found !== null && isOfUse ? { ...readWitness(shadow), knowsAll: opening.mirrored === 'all' } : null,
  };
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
