import { messageOf } from '../../base/messageOf';
import type { Disposable } from '../../base/disposable';
import type { Log } from '../../ports/log';
import type { HistoryQuery, Tombstone } from '../../ports/store';
import type { HistoryEntry } from '../../core/story/history';
import type { StoryRecord } from '../../core/story/story';
import { encodeChange } from '../log/changeRecord';
import { encodeState, type ChangeState } from './changeState';
import { addLater, prepare, type IndexMoment, type LaterChange, type Prepared } from './compaction';
import type { KeptRecords } from './keptRecords';
import { openIndex, type IndexOpening, type IndexOptions } from './openIndex';
import { replay } from './replay';
import type { NumbersInUse } from '../keyedNumbers';
import { Listeners } from '../../base/listeners';
import { realDisk } from '../log/disk';
import type { LogEnd } from '../log/recordFormat';
import type { LogOrigin } from '../log/openLog';
import type { RecordLog } from '../log/recordLog';
import { explainDiskError, StoreError } from '../storeError';
import { SerialQueue } from '../../base/serialQueue';
import { recordsAt } from './recordsAt';
import type { StoryDocument } from './storyDocument';
import { StoryHistory } from './storyHistory';

/** Changes that are on disk and visible. `end` is where the log ended with them. */
export interface Commit {
  readonly keys: readonly string[];
  readonly entries: readonly HistoryEntry[];
  readonly end: LogEnd;
}

/** What a story is from now on, with the line of the history that says why. */
export interface IndexChange {
  readonly state: ChangeState;
  readonly entry: HistoryEntry;
}

/** What can be read of an index, whoever writes it. */
export interface IndexView {
  stories(): readonly StoryRecord[];
  get(key: string): StoryRecord | undefined;
  tombstone(key: string): Tombstone | undefined;
  tombstones(): readonly Tombstone[];
  /** Lines of the history that are in memory: the newest, if not all. */
  history(query: HistoryQuery): readonly HistoryEntry[];
  /** Lines of the whole history. */
  readHistory(query: HistoryQuery): Promise<readonly HistoryEntry[]>;
  /** Numbers of archived stories that are not among `stories`, by key. */
  keptNumbers(): Promise<ReadonlyMap<string, number>>;
  /** Those of these stories that are archived and not among `stories`. */
  keptStories(keys: Iterable<string>): Promise<readonly StoryRecord[]>;
  /** All archived stories that are not among `stories`. */
  archivedElsewhere(): Promise<readonly StoryRecord[]>;
}

interface Edit {
  readonly entry: HistoryEntry;
  readonly state: ChangeState | null;
  /** Changes the document, and returns the update to keep. */
  readonly edit: () => Uint8Array;
}

/** A log is shortened once its changes take up this many bytes, and more than its snapshot. */
const COMPACT_AFTER = 1024 * 1024;

/** The index and its log: the durable truth about all stories. */
export class StoryIndex implements IndexView {
  readonly #writes = new SerialQueue();
  readonly #compactions = new SerialQueue();
  readonly #commits: Listeners<Commit>;
  readonly #moves: Listeners<LogEnd>;
  /** The document holds a change that is not in the log. */
  #ahead = false;
  /** What was changed since a compaction began; null while there is none. */
  #later: LaterChange[] | null = null;
  #origin: LogOrigin | null;
  #jobs: number;
  #retryAt = 0;
  #state: 'open' | 'closing' = 'open';

  private constructor(
    private readonly parts: {
      readonly records: RecordLog;
      readonly document: StoryDocument;
      readonly past: StoryHistory;
      readonly kept: KeptRecords;
      readonly log: Log;
      readonly options: IndexOptions;
    },
    /** How its log was found. */
    readonly opening: IndexOpening,
  ) {
    this.#commits = new Listeners(parts.log);
    this.#moves = new Listeners(parts.log);
    this.#origin = opening.origin;
    this.#jobs = opening.jobs;
  }

  static async open(file: string, log: Log, options: IndexOptions): Promise<StoryIndex> {
    const { records, document, past, kept, opening } = await openIndex(file, log, options);
    return new StoryIndex({ records, document, past, kept, log, options }, opening);
  }

  stories(): readonly StoryRecord[] {
    return this.parts.document.stories();
  }

  get(key: string): StoryRecord | undefined {
    return this.parts.document.get(key);
  }

  /** Whether there is an entry under this key, also one that cannot be read. */
  hasEntry(key: string): boolean {
    return this.parts.document.hasEntry(key);
  }

  hasNumber(number: number, exceptKey: string): boolean {
    return this.parts.document.hasNumber(number, exceptKey);
  }

  tombstone(key: string): Tombstone | undefined {
    return this.parts.document.tombstone(key);
  }

  tombstones(): readonly Tombstone[] {
    return this.parts.document.tombstones();
  }

  history(query: HistoryQuery): readonly HistoryEntry[] {
    return this.parts.past.query(query);
  }

  async readHistory(query: HistoryQuery): Promise<readonly HistoryEntry[]> {
    const { past, kept } = this.parts;
    const { before } = past; // what is kept elsewhere up to here stays as it is, whatever is compacted meanwhile
    const recent = past.query(query);
    const limit = Math.max(0, query.limit);
    if (query.order === 'back') {
      if (recent.length >= limit) return recent;
      const cursor = Math.min(query.cursor, before + 1);
      return [...recent, ...(await kept.history.query({ ...query, cursor, limit: limit - recent.length }))];
    }
    if (query.cursor >= before) return recent;
    const older = (await kept.history.query(query)).filter((entry) => entry.sequence <= before);
    return [...older, ...recent].slice(0, limit);
  }

  async find(key: string): Promise<StoryRecord | null> {
    const here = this.get(key);
    if (here !== undefined || this.tombstone(key) !== undefined) return here ?? null;
    return (await this.keptStories([key]))[0] ?? null;
  }

  archiveNumbers(): Promise<NumbersInUse> {
    return this.parts.kept.archive.inUse();
  }

  async keptNumbers(): Promise<ReadonlyMap<string, number>> {
    const numbers = await this.parts.kept.archive.numbers();
    return new Map([...numbers].filter(([key]) => !this.#isHere(key)));
  }

  async keptStories(keys: Iterable<string>): Promise<readonly StoryRecord[]> {
    const found = await this.parts.kept.archive.stories([...keys].filter((key) => !this.#isHere(key)));
    return found.filter(({ key }) => !this.#isHere(key));
  }

  async archivedElsewhere(): Promise<readonly StoryRecord[]> {
    return this.keptStories((await this.keptNumbers()).keys());
  }

  /** Every story as it was at a moment (ISO 8601 in UTC), by number. */
  recordsAt(time: string): Promise<readonly StoryRecord[]> {
    // Between two compactions: what is in the log then is in no kept file, and the other way round.
    return this.#compactions.run(() => recordsAt(time, this.parts));
  }

  /** Sequence of the newest line of the history. */
  get lastSequence(): number {
    return this.parts.past.last;
  }

  /** What is kept outside the log. */
  get kept(): KeptRecords {
    return this.parts.kept;
  }

  /** Where the log of what is visible ends, counted as if it had never been shortened. */
  get end(): LogEnd {
    const { end } = this.parts.records;
    if (this.#origin === null) return end;
    const length = this.#origin.end.length + end.length - this.#origin.length;
    return end.length === this.#origin.length ? this.#origin.end : { length, checksum: end.checksum };
  }

  /**
   * Writes a story's record, also in the place of its tombstone; it is on disk and visible when this resolves, and neither when
   * it rejects.
   */
  put(story: StoryRecord, entry: HistoryEntry): Promise<void> {
    return this.putAll([{ state: { story }, entry }]);
  }

  /** Leaves this tombstone in the place of a story. As `put`. */
  bury(tombstone: Tombstone, entry: HistoryEntry): Promise<void> {
    return this.putAll([{ state: { buried: tombstone }, entry }]);
  }

  /** Makes stories what these changes say, one after another, with one sync. As `put`. */
  putAll(changes: readonly IndexChange[]): Promise<void> {
    const { document } = this.parts;
    const edits = changes.map((change) => ({ ...change, edit: () => document.putAll([change.state]) }));
    return edits.length === 0 ? Promise.resolve() : this.#writes.run(() => this.#commit(edits));
  }

  /** Adds a line to the history alone. */
  remember(entry: HistoryEntry): Promise<void> {
    return this.#writes.run(() => this.#commit([{ entry, state: null, edit: () => new Uint8Array() }]));
  }

  /** Called after each change, before the call that made it resolves. */
  onCommit(listener: (commit: Commit) => void): Disposable {
    return this.#commits.add(listener);
  }

  /** Called when the log was shortened, with where it ends since; stories may have gone to the archive. */
  onMove(listener: (end: LogEnd) => void): Disposable {
    return this.#moves.add(listener);
  }

  /**
   * Shortens the log: older history and archived stories leave it, and a snapshot stands for the rest. Changes go on
   * meanwhile. Rejects with a StoreError, and nothing has changed, where the disk fails.
   */
  compact(): Promise<void> {
    return this.#compactions.run(() => this.#compact());
  }

  /** Reads all that is kept outside the log, so that whatever is damaged there is noticed. */
  check(): Promise<void> {
    return this.#compactions.run(() => this.parts.kept.check());
  }

  async close(): Promise<void> {
    this.#state = 'closing';
    await this.#compactions.idle();
    await this.#writes.idle();
    await this.parts.records.close();
    this.#commits.clear();
    this.#moves.clear();
    this.parts.document.dispose();
  }

  #isHere(key: string): boolean {
    return this.get(key) !== undefined || this.tombstone(key) !== undefined;
  }

  async #commit(edits: readonly Edit[]): Promise<void> {
    const { records, document, past, log } = this.parts;
    if (this.#ahead) await this.#rebuild();
    const jobs = this.#newJobs();
    this.#ahead = true;
    const changes = edits.map(({ entry: given, state }, at) => {
      return { entry: { ...given, sequence: past.last + 1 + at }, state, jobs: at === 0 ? jobs : undefined };
    });
    const updates = edits.map(({ edit }) => edit());
    try {
      await records.appendAll(changes.map((change, at) => encoded(change, updates[at] ?? new Uint8Array())));
      this.#ahead = false;
      const entries = changes.map(({ entry }) => entry);
      for (const entry of entries) past.add(entry);
      if (jobs !== undefined) this.#jobs = jobs;
      this.#later?.push(...changes);
      this.#commits.call({ keys: document.show(), entries, end: this.end });
    } catch (error) {
      // Where even reading fails now, the next write tries again before it changes anything.
      await this.#rebuild().catch((reason: unknown) => log.error(`store: ${messageOf(reason)}`));
      throw error;
    }
    this.#compactIfLong();
  }

  /** How many records the merge journal has, where that is not on record yet. */
  #newJobs(): number | undefined {
    const jobs = this.parts.options.jobs?.();
    return jobs === undefined || jobs <= this.#jobs ? undefined : jobs;
  }

  async #rebuild(): Promise<void> {
    const { records, document, log } = this.parts;
    const found = await records.reread();
    document.restart();
    await replay(found, document, new StoryHistory(), log);
    document.show(); // only now: until here it would show less than there is
    this.#ahead = false;
  }

  #compactIfLong(): void {
    const { records, log, options } = this.parts;
    const snapshot = this.#origin?.length ?? 0;
    const own = records.end.length - snapshot;
    const limit = options.compactAfter ?? COMPACT_AFTER;
    if (this.#later !== null || own <= Math.max(limit, snapshot) || own <= this.#retryAt) return;
    this.#retryAt = own + limit; // should it fail
    void this.compact().catch((error: unknown) => {
      if (this.#state === 'open') log.warn(`store: ${messageOf(error)} It is tried again later.`);
    });
  }

  async #compact(): Promise<void> {
    const { records, kept, log, options } = this.parts;
    const { disk = realDisk, now } = options;
    this.#check();
    const moment = await this.#writes.run(() => this.#begin());
    try {
      const at = new Date(now()).toISOString();
      const check = (): void => this.#check();
      const prepared = await prepare(moment, {
        records,
        history: kept.history,
        archive: kept.archive,
        disk,
        log,
        at,
        check,
      });
      await this.#writes.run(() => this.#putInPlace(prepared, moment));
    } catch (error) {
      throw explainDiskError('The records were not shortened', records.path, error);
    } finally {
      this.#later = null;
    }
    if (!records.isNameSafe) return; // what an earlier generation names may be asked for again; the next start tidies
    await kept.tidy().catch((error: unknown) => log.warn(`store: ${messageOf(error)}`));
  }

  #check(): void {
    if (this.#state === 'closing') throw new StoreError('closed', 'The records were not shortened: the store closes.');
  }

  async #begin(): Promise<IndexMoment> {
    const { records, document, past } = this.parts;
    if (this.#ahead) await this.#rebuild();
    this.#later = [];
    const [stories, graves, unreadable] = [document.stories(), document.tombstones(), document.unreadable()];
    const { end, last } = { end: records.end, last: past.last };
    return { stories, graves, unreadable, end, counted: this.end, sequence: last, jobs: this.#jobs };
  }

  async #putInPlace(prepared: Prepared, { counted, sequence }: IndexMoment): Promise<void> {
    const { records, document, past, kept } = this.parts;
    const later = this.#later ?? [];
    const changed = new Set(later.map(({ entry }) => entry.key));
    await records.replaceBy(prepared.next, () => addLater(prepared, later));
    this.#origin = { end: counted, length: prepared.snapshotLength };
    this.#retryAt = 0;
    const gone = prepared.leaving.filter((key) => !changed.has(key));
    document.continueAs(prepared.document, gone);
    past.startBehind(sequence);
    kept.use(prepared);
    this.#moves.call(this.end);
  }
}

function encoded({ entry, state, jobs }: LaterChange, update: Uint8Array): Buffer {
  const bytes = state === null ? new Uint8Array() : encodeState(state);
  return encodeChange({ entry, update, state: bytes, ...(jobs !== undefined && { jobs }) });
}
