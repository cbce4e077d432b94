import { messageOf } from '../../base/messageOf';
import path from 'node:path';
import { makeStoreFolder } from '../log/makeStoreFolder';
import type { Database, SqlValue } from 'sql.js';
import type { Disposable } from '../../base/disposable';
import type { Clock } from '../../ports/clock';
import { storyRecordSchema, type StoryRecord } from '../../core/story/story';
import type { Log } from '../../ports/log';
import type { HistoryEntry } from '../../core/story/history';
import { KeyedNumbers, type NumbersInUse } from '../keyedNumbers';
import { SerialQueue } from '../../base/serialQueue';
import { statisticsOf, type Statistics, type StatisticsRange } from '../../core/statistics/statistics';
import { STAGE_NAMES } from '../../core/story/stageNames';
import type { NotedFact, RunReading } from '../ledger/ledger';
import { inTransaction } from './inTransaction';
import { refillRuns, writeFact } from './runTables';
import { buildAnew, type RebuildProgress } from './shadowBuild';
import { writeShadowFile } from './shadowFile';
import type { ShadowDescription, StoredShadow } from './storedShadow';
import { fold } from '../../core/search/words';
import type { StageName } from '../../core/story/stage';
import { deleteStory, mirroredEnd, readEntry, select, writeEnd, writeEntry, writeStory } from './shadowTables';
import type { LiveRun } from '../../core/pipeline/facts';
import { readRunsAt } from './runsAt';
import { readStatistics } from './statisticsRows';
import { explainDiskError } from '../storeError';
import type { Commit, IndexView } from '../index/storyIndex';
import type { LogEnd } from '../log/recordFormat';

/** How long nothing must change before the shadow is written, in milliseconds. */
const IDLE_MS = 2_000;

/** The index that the shadow mirrors. */
export interface ShadowSource extends IndexView {
  readonly end: LogEnd;
  onCommit(listener: (commit: Commit) => void): Disposable;
  /** Called where the log ends elsewhere since, with the same in it. */
  onMove(listener: (end: LogEnd) => void): Disposable;
}

/** The log of runs that the shadow mirrors besides. */
export interface RunSource {
  read(): Promise<RunReading>;
  settled(): Promise<void>;
  onNoted(listener: (noted: NotedFact) => void): Disposable;
}

export interface ShadowOptions {
  readonly file: string;
  readonly source: ShadowSource;
  readonly runs: RunSource;
  readonly clock: Clock;
  readonly log: Log;
  /** What lies on the disk. The shadow closes it. */
  readonly stored: StoredShadow;
  /** Told while it is built anew. */
  readonly onRebuild?: (progress: RebuildProgress) => void;
}

export interface TitledStory {
  readonly key: string;
  readonly number: number;
  readonly title: string;
  readonly stage: StageName;
}

/**
 * The index as SQLite tables, for questions that the index answers badly. It may be thrown away at any time: it is
 * built anew from the index whenever its file is missing, stale or damaged. It is read when somebody first asks, or has
 * changed something. Changes are collected and reach the tables when somebody asks or when it is written.
 */
export class Shadow {
  readonly #saves = new SerialQueue();
  readonly #subscriptions: readonly Disposable[];
  readonly #numbers = new KeyedNumbers();
  /** Stories that changed, as they were then: one that went to the archive since is not at hand any more. */
  readonly #changed = new Map<string, StoryRecord | undefined>();
  readonly #forgotten = new Set<string>();
  /** The tables, once somebody has needed them. */
  #loading: Promise<Database> | null = null;
  /** Whether what lies on the disk mirrors the log as it was at the opening. */
  #stored: 'mirror' | 'another';
  /** The end of the log that the tables say they mirror. */
  #written: LogEnd;
  #end: LogEnd;
  #newEntries: HistoryEntry[] = [];
  #newFacts: NotedFact[] = [];
  /** Resolves once the tables of runs are what their log was; null before anybody needed that. */
  #runsRead: Promise<void> | null = null;
  /** They are, so what is noted can be added. */
  #followsRuns = false;
  #timer: Disposable | null = null;
  #clean = true;

  /** Reads nothing yet: what lies on the disk grows with the history, and a start shall not. */
  constructor(private readonly options: ShadowOptions) {
    const { source, stored, runs, log } = options;
    this.#end = this.#written = source.end;
    this.#subscriptions = [
      source.onCommit((commit) => this.#note(commit)),
      source.onMove((end) => {
        this.#end = end;
        this.#saveSoon();
      }),
      runs.onNoted((noted) => this.#noteFact(noted)),
    ];
    this.#stored = isSame(stored.end, this.#written) ? 'mirror' : 'another';
    if (this.#stored === 'mirror') return;
    if (stored.end !== null) log.info('store: the search index is stale; it is built anew');
    this.#saveSoon();
  }

  /** Every story number in the shadow. */
  async numbers(): Promise<NumbersInUse> {
    await this.#load();
    return this.#numbers;
  }

  /** Numbers of the stories whose title and labels together contain this word or part of one, by key. Case is ignored. */
  async titled(word: string): Promise<Map<string, number>> {
    return numbersIn(await this.#use(), 'WHERE instr(folded, ?) > 0', [fold(word)]);
  }

  /** As `titled`, in the labels alone. */
  async labelled(word: string): Promise<Map<string, number>> {
    const labels = 'substr(folded, nullif(instr(folded, char(10)), 0))';
    return numbersIn(await this.#use(), `WHERE instr(${labels}, ?) > 0`, [fold(word)]);
  }

  /** Numbers of all stories, by key. */
  async numbered(): Promise<Map<string, number>> {
    return numbersIn(await this.#use());
  }

  /** Those of these stories that it knows, in the order of the keys. */
  async named(keys: readonly string[]): Promise<TitledStory[]> {
    const database = await this.#use();
    const sql = 'SELECT key, number, title, stage FROM story WHERE key = ?';
    return keys.flatMap((key) => select(database, sql, [key]).map(readTitled));
  }

  /** Entries of one story after `cursor` (0 for the first), oldest first. */
  async historyOf(key: string, cursor: number, limit: number): Promise<HistoryEntry[]> {
    const sql = 'SELECT * FROM history WHERE key = ? AND sequence > ? ORDER BY sequence LIMIT ?';
    return select(await this.#use(), sql, [key, cursor, limit]).map(readEntry);
  }

  /** What runs and stages took, and what landed. Rejects with a StoreError where the log of runs cannot be read. */
  async statistics(range: StatisticsRange): Promise<Statistics> {
    const database = await this.#useWithRuns();
    return statisticsOf(
      readStatistics((sql, values) => select(database, sql, values), range),
      range,
      STAGE_NAMES,
    );
  }

  /** What was at work on stories at a moment (ISO 8601 in UTC), by key. A run whose end is not known is not among it. */
  async runsAt(time: string): Promise<Map<string, LiveRun>> {
    const database = await this.#useWithRuns();
    return readRunsAt((sql, values) => select(database, sql, values), time);
  }

  /** Rows of stories that nobody knows, as far as they can be read. Looks only. */
  async strays(isKnown: (key: string) => boolean): Promise<readonly StoryRecord[]> {
    const database = await this.#load();
    return [...this.#numbers.keys()].filter((key) => !isKnown(key)).flatMap((key) => recordIn(database, key) ?? []);
  }

  /** Removes the rows of a story that turned out not to be in the index. */
  forget(key: string): void {
    this.#numbers.delete(key);
    this.#changed.set(key, undefined);
    this.#forgotten.add(key);
    this.#saveSoon();
  }

  /** Writes the file if anything changed since the last time. A failure is logged and tried again later. */
  save(): Promise<void> {
    return this.#saves.run(async () => {
      if (this.#clean) return;
      const { file, log } = this.options;
      this.#clean = true; // what changes from here on is written the next time
      try {
        const database = await this.#use();
        const [bytes, description] = [database.export(), { mirrors: this.#written } satisfies ShadowDescription];
        const folder = path.dirname(file);
        await makeStoreFolder(folder, folder);
        await writeShadowFile(file, bytes, description);
      } catch (error) {
        this.#clean = false;
        log.warn(explainDiskError('The search index was not saved; it will be built anew', file, error).message);
      }
    });
  }

  /** Writes the file again, also where nothing has changed since: something else may have damaged it. */
  writeAnew(): Promise<void> {
    this.#clean = false;
    return this.save();
  }

  /** Waits for a write that is under way. */
  saved(): Promise<void> {
    return this.#saves.idle();
  }

  async close(): Promise<void> {
    for (const one of this.#subscriptions) one.dispose();
    await this.#runsRead?.catch(() => undefined);
    this.#timer?.dispose();
    await this.save();
    this.#timer?.dispose();
    await this.#saves.idle();
    (await this.#loading?.catch(() => null))?.close();
    await this.options.stored.close();
  }

  #note({ keys, entries, end }: Commit): void {
    for (const key of keys) {
      const story = this.options.source.get(key);
      this.#changed.set(key, story);
      if (story !== undefined) this.#numbers.set(key, story.number);
      else if (this.#isGone(key)) this.#numbers.delete(key);
    }
    this.#newEntries.push(...entries);
    this.#end = end;
    this.#saveSoon();
  }

  #noteFact(noted: NotedFact): void {
    this.#newFacts.push(noted);
    void this.#readRuns().catch(() => undefined); // said where it failed
    this.#saveSoon();
  }

  /** Brings the tables of runs to their log, once; from then on they follow it. A failure is tried again by the next. */
  #readRuns(): Promise<void> {
    const reading = (this.#runsRead ??= this.#takeRuns());
    reading.catch((error: unknown) => {
      if (this.#runsRead === reading) this.#runsRead = null;
      this.options.log.warn(`store: the statistics of runs are not up to date: ${messageOf(error)}`);
    });
    return reading;
  }

  async #takeRuns(): Promise<void> {
    await this.#load();
    const reading = await this.options.runs.read();
    const database = await this.#load();
    this.#newFacts = this.#newFacts.filter(({ end }) => end.length > reading.end.length);
    if (!isSame(mirroredEnd(database, 'runs'), reading.end)) {
      inTransaction(database, () => refillRuns(database, reading));
      this.#saveSoon();
    }
    this.#followsRuns = true;
  }

  #saveSoon(): void {
    this.#clean = false;
    this.#timer?.dispose();
    this.#timer = this.options.clock.after(IDLE_MS, () => void this.save());
  }

  async #useWithRuns(): Promise<Database> {
    await this.#readRuns();
    await this.options.runs.settled();
    return this.#use();
  }

  /** The tables with all that has changed in them. */
  async #use(): Promise<Database> {
    const loading = this.#load();
    const database = await loading;
    if (this.#loading !== loading) return this.#use(); // they are built anew meanwhile
    try {
      this.#flush(database);
      return database;
    } catch (error) {
      this.options.log.warn(`store: the search index is built anew: ${messageOf(error)}`);
      this.#doubt(database);
      return this.#load();
    }
  }

  /** The tables as they are. Those that could not be had are tried again by the next who asks. */
  #load(): Promise<Database> {
    const loading = (this.#loading ??= this.#take());
    loading.catch(() => {
      if (this.#loading === loading) this.#loading = null;
    });
    return loading;
  }

  async #take(): Promise<Database> {
    const { stored, source, onRebuild, log } = this.options;
    const found = this.#stored === 'mirror' ? await stored.read() : null;
    if (isSame(found?.end ?? null, this.#written) && found !== null) {
      if (found.form === 'migrated') this.#saveSoon();
      this.#readNumbers(found.database);
      return found.database;
    }
    if (found !== null) log.info('store: the search index is stale; it is built anew');
    await stored.close();
    this.#stored = 'another';
    const { database, end } = await buildAnew(await stored.sqlite(), source, onRebuild);
    this.#written = end;
    this.#readNumbers(database);
    this.#saveSoon();
    void this.#readRuns().catch(() => undefined); // said where it failed
    return database;
  }

  /** The next who asks gets tables that are built anew of all that is known by then. */
  #doubt(database: Database): void {
    database.close();
    this.#stored = 'another';
    this.#loading = null;
    this.#changed.clear();
    this.#newEntries = [];
    this.#followsRuns = false;
    this.#runsRead = null;
  }

  #flush(database: Database): void {
    const newFacts = this.#followsRuns ? this.#newFacts : [];
    if (this.#changed.size + this.#newEntries.length + newFacts.length === 0 && this.#written === this.#end) return;
    inTransaction(database, () => this.#writeChanges(database, newFacts));
    this.#changed.clear();
    this.#newEntries = [];
    this.#newFacts = this.#newFacts.slice(newFacts.length);
  }

  #writeChanges(database: Database, newFacts: readonly NotedFact[]): void {
    for (const [key, changed] of this.#changed) {
      const story = this.options.source.get(key) ?? changed;
      if (story !== undefined) writeStory(database, story);
      else if (this.#isGone(key)) deleteStory(database, key);
    }
    for (const entry of this.#newEntries) writeEntry(database, entry);
    writeEnd(database, 'log', this.#end);
    this.#written = this.#end;
    for (const { fact } of newFacts) writeFact(database, fact);
    const last = newFacts.at(-1);
    if (last !== undefined) writeEnd(database, 'runs', last.end);
  }

  /** An archived story leaves the index and keeps its row. */
  #isGone(key: string): boolean {
    return this.#forgotten.has(key) || this.options.source.tombstone(key) !== undefined;
  }

  /** What changed before they were read counts more than they do. */
  #readNumbers(database: Database): void {
    for (const [key, number] of numbersIn(database)) {
      if (!this.#changed.has(key)) this.#numbers.set(key, number);
    }
  }
}

function isSame(one: LogEnd | null, other: LogEnd): boolean {
  return one?.length === other.length && one.checksum === other.checksum;
}

/** Of many rows an object each would cost more than finding them. */
function numbersIn(database: Database, where = '', values: SqlValue[] = []): Map<string, number> {
  const statement = database.prepare(`SELECT key, number FROM story ${where}`, values);
  try {
    const numbers = new Map<string, number>();
    while (statement.step()) {
      const [key, number] = statement.get();
      numbers.set(String(key), Number(number));
    }
    return numbers;
  } finally {
    statement.free();
  }
}

function recordIn(database: Database, key: string): StoryRecord | null {
  const [row] = select(database, 'SELECT record FROM story WHERE key = ?', [key]);
  const read = row === undefined ? null : storyRecordSchema.safeParse(JSON.parse(String(row['record'])));
  return read?.success === true ? read.data : null;
}

function readTitled(row: Record<string, SqlValue>): TitledStory {
  return {
    key: String(row['key']),
    number: Number(row['number']),
    title: String(row['title']),
    stage: STAGE_NAMES.find((name) => name === row['stage']) ?? 'Backlog',
  };
}
