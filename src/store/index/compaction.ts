import type { HistoryEntry } from '../../core/story/history';
import type { StoryRecord } from '../../core/story/story';
import type { Log } from '../../ports/log';
import type { Tombstone } from '../../ports/store';
import { encodeChange } from '../log/changeRecord';
import type { Disk } from '../log/disk';
import { inParts } from '../log/keptFile';
import { NextLog } from '../log/nextLog';
import type { LogEnd } from '../log/recordFormat';
import type { RecordLog } from '../log/recordLog';
import { encodeGroup, encodeHead, type KeptName } from '../log/snapshotRecord';
import { encodeState, type ChangeState } from './changeState';
import type { KeptArchive } from './keptArchive';
import type { KeptHistory } from './keptHistory';
import { followLog } from './steps';
import { StoryDocument, type UnreadableItem } from './storyDocument';

/** JSON of the states of one group may take so many characters: with its update it stays below what can be mended. */
const GROUP_LIMIT = 2_600;

/** The index at one moment, between two changes. */
export interface IndexMoment {
  readonly stories: readonly StoryRecord[];
  readonly graves: readonly Tombstone[];
  readonly unreadable: readonly UnreadableItem[];
  /** Where its log ended, in the file and counted from the first generation. */
  readonly end: LogEnd;
  readonly counted: LogEnd;
  readonly sequence: number;
  readonly jobs: number;
}

/** A change that was made while the next generation was written. */
export interface LaterChange {
  readonly entry: HistoryEntry;
  readonly state: ChangeState | null;
  readonly jobs: number | undefined;
}

/** The next generation, whole but for what came later. */
export interface Prepared {
  readonly next: NextLog;
  readonly document: StoryDocument;
  readonly history: readonly KeptName[];
  readonly archive: readonly KeptName[];
  /** Keys of the stories that are in the archive now and no longer in the document. */
  readonly leaving: readonly string[];
  readonly snapshotLength: number;
}

export interface CompactionParts {
  readonly records: RecordLog;
  readonly history: KeptHistory;
  readonly archive: KeptArchive;
  readonly disk: Disk;
  readonly log: Log;
  /** ISO 8601 in UTC. */
  readonly at: string;
  /** Throws where the compaction is not wanted any more. */
  readonly check: () => void;
}

/**
 * Writes the next generation of an index beside its log: first what leaves it, the history and archived stories, then a
 * snapshot of the rest. Nothing that is in use is touched, so it can be cut off at any point and leaves only files that
 * belong to no log.
 */
export async function prepare(moment: IndexMoment, parts: CompactionParts): Promise<Prepared> {
  const { records, history, archive, disk, log, check } = parts;
  const past = await followLog(records.readAlong(moment.end), log);
  check();
  const lines = await history.write(past);
  const leaving = moment.stories.filter(({ stage }) => stage.name === 'Archived');
  const here = new Set([...moment.stories, ...moment.graves].map(({ key }) => key));
  const archived = leaving.length === 0 ? archive.names : await archive.write(leaving, (key) => !here.has(key));
  check();
  const names = { history: lines === null ? history.names : [...history.names, lines], archive: archived };
  const landed = past.head?.landed === true || past.steps.some(({ entry }) => entry.event === 'MergeSucceeded');
  const next = await NextLog.begin(records.path, disk, 'compacted');
  try {
    const document = await writeSnapshot(moment, { ...names, landed }, next, parts);
    await next.file.sync();
    return { next, document, ...names, leaving: leaving.map(({ key }) => key), snapshotLength: next.end.length };
  } catch (error) {
    await next.abandon();
    throw error;
  }
}

async function writeSnapshot(
  { stories, graves, unreadable, sequence, counted, jobs }: IndexMoment,
  kept: { history: readonly KeptName[]; archive: readonly KeptName[]; landed: boolean },
  next: NextLog,
  { log, at, check }: CompactionParts,
): Promise<StoryDocument> {
  const staying = stories.filter(({ stage }) => stage.name !== 'Archived');
  const states: ChangeState[] = [...staying.map((story) => ({ story })), ...graves.map((buried) => ({ buried }))];
  const groups: (readonly ChangeState[])[] = [];
  for (const group of inParts(states, (state) => JSON.stringify(state).length, GROUP_LIMIT)) {
    if (groups.push(group) % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const { landed } = kept;
  const names = { history: [...kept.history], archive: [...kept.archive] };
  const count = groups.length + (unreadable.length > 0 ? 1 : 0);
  next.write([encodeHead({ at, sequence, end: counted, groups: count, landed, jobs, ...names })]);
  const document = new StoryDocument(log);
  for (const [group, own] of groups.entries()) {
    next.write([encodeGroup(group, document.putAll(own), own)]);
    await new Promise((resolve) => setImmediate(resolve));
    check();
  }
  if (unreadable.length > 0) next.write([encodeGroup(groups.length, document.putUnreadable(unreadable), [])]);
  return document;
}

/** Adds what came later to the next generation, built on its own document. */
export function addLater({ next, document }: Prepared, later: readonly LaterChange[]): void {
  for (const { entry, state, jobs } of later) {
    const update = state === null ? new Uint8Array() : document.putAll([state]);
    const bytes = state === null ? new Uint8Array() : encodeState(state);
    next.write([encodeChange({ entry, update, state: bytes, ...(jobs !== undefined && { jobs }) })]);
  }
}
