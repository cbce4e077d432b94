import path from 'node:path';
import type { Log } from '../../ports/log';
import { decodeChange } from '../log/changeRecord';
import { realDisk } from '../log/disk';
import { LOG_HEADER, PREFIX_LENGTH } from '../log/recordFormat';
import { openLog, type LogOpening, type LogOptions, type LogOrigin } from '../log/openLog';
import type { RecordLog } from '../log/recordLog';
import type { Salvage } from '../log/salvage';
import { decodeSnapshot } from '../log/snapshotRecord';
import { readStates } from './changeState';
import { KeptRecords, type KeptRecordsOptions, type KnownElsewhere } from './keptRecords';
import { remakeLog } from './remakeLog';
import { replay } from './replay';
import { StoryDocument } from './storyDocument';
import { StoryHistory } from './storyHistory';

export interface IndexOptions extends LogOptions {
  /** What others know of stories and their past; asked for only where something is lost. */
  readonly known?: () => Promise<KnownElsewhere>;
  /** Told of a file of older records that is not whole, before it is written anew. */
  readonly onKeptDamage?: KeptRecordsOptions['onDamage'];
  /** How many records the merge journal has by now. */
  readonly jobs?: () => number;
  /** The log is shortened once its changes take up so many bytes, and more than its snapshot. */
  readonly compactAfter?: number;
}

/** How an index was found. */
export interface IndexOpening extends Omit<LogOpening, 'log' | 'records'> {
  readonly origin: LogOrigin | null;
  /** Whether a part of the log's snapshot is missing; what it held is in no other record. */
  readonly snapshot: 'none' | 'whole' | 'incomplete';
  /** Stories of which a whole record stands behind the last one that is lost. */
  readonly vouched: ReadonlySet<string>;
  /** Whether a story that left the log with its history has ever landed. */
  readonly landed: boolean;
  /** How many records the merge journal had when the newest record was written that says so. */
  readonly jobs: number;
}

interface OpenedIndex {
  readonly records: RecordLog;
  readonly document: StoryDocument;
  readonly past: StoryHistory;
  readonly kept: KeptRecords;
  readonly opening: IndexOpening;
}

const NOTHING: KnownElsewhere = { stories: [], history: [] };

/** Opens the log of an index, mends what can be mended, and reads what it holds. */
export async function openIndex(file: string, log: Log, options: IndexOptions): Promise<OpenedIndex> {
  const vouched = new Set<string>();
  const known = options.known ?? (() => Promise.resolve(NOTHING));
  const remake = async (whole: readonly Buffer[], behind: Salvage): Promise<readonly Uint8Array[]> => {
    for (const key of keysBehind(whole, behind)) vouched.add(key);
    return remakeLog(whole, behind, (await known()).history, log);
  };
  const { log: records, records: found, ...opening } = await openLog(file, { ...options, originOf, remake });
  const document = new StoryDocument(log);
  const past = new StoryHistory();
  const { head, groups, jobs } = await replay(found, document, past, log, () => document.show());
  const isSure = head !== null || (found.length > 0 && groups === 0 && opening.cut === null);
  const kept = await KeptRecords.open(
    {
      root: path.dirname(file),
      disk: options.disk ?? realDisk,
      now: options.now,
      onDamage: options.onKeptDamage ?? (() => Promise.resolve()),
      known,
      isHere: (key) => document.get(key) !== undefined || document.tombstone(key) !== undefined,
    },
    isSure ? { history: head?.history ?? [], archive: head?.archive ?? [] } : null,
  );
  const [first] = past.query({ cursor: 0, limit: 1 });
  if (head === null) past.startBehind(first === undefined ? kept.history.last : first.sequence - 1);
  if (isSure) await kept.tidy();
  await kept.look();
  const expected = head?.groups ?? (groups > 0 ? Infinity : 0);
  const snapshot = expected === 0 && head === null ? 'none' : groups < expected ? 'incomplete' : 'whole';
  const landed = head?.landed ?? kept.history.last > 0;
  const origin = originOf(found);
  return { records, document, past, kept, opening: { ...opening, origin, snapshot, vouched, landed, jobs } };
}

/** Where a log that begins with a whole snapshot stands; null for any other. */
function originOf(records: readonly Buffer[]): LogOrigin | null {
  const [first] = records;
  const part = first === undefined ? null : decodeSnapshot(first);
  if (part?.kind !== 'head') return null;
  const snapshot = records.slice(0, part.head.groups + 1);
  const isWhole =
    snapshot.length > part.head.groups && snapshot.slice(1).every((data) => decodeSnapshot(data) !== null);
  if (!isWhole) return null;
  const length = snapshot.reduce((sum, data) => sum + PREFIX_LENGTH + data.length, LOG_HEADER.length);
  return { end: part.head.end, length };
}

/** Stories that records behind the last lost one tell of; all that are there where only a part of the snapshot is lost. */
function keysBehind(whole: readonly Buffer[], { records, sound }: Salvage): string[] {
  const behind = records.slice(sound);
  const [first] = behind;
  const head = whole[0] === undefined ? null : decodeSnapshot(whole[0]);
  const isInSnapshot =
    first !== undefined &&
    (decodeSnapshot(first)?.kind === 'group' ||
      (head?.kind === 'head' && decodeChange(first)?.entry?.sequence === head.head.sequence + 1));
  return (isInSnapshot ? [...whole, ...records] : behind).flatMap(keysOf);
}

function keysOf(data: Buffer): string[] {
  const change = decodeChange(data);
  if (change !== null) return change.entry === null ? [] : [change.entry.key];
  const part = decodeSnapshot(data);
  if (part?.kind !== 'group') return [];
  return readStates(part.states).map((state) => ('story' in state ? state.story.key : state.buried.key));
}
