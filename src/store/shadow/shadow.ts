import { messageOf } from '../../base/messageOf';
import path from 'node:path';
import { makeStoreFolder } from '../log/makeStoreFolder';
import type { Database, SqlJsStatic, SqlValue } from 'sql.js';
import type { Disposable } from '../../base/disposable';
import type { Clock } from '../../ports/clock';
import { storyRecordSchema, type StoryRecord } from '../../core/story/story';
import type { Log } from '../../ports/log';
import type { HistoryEntry } from '../../core/story/history';
import { SerialQueue } from '../../base/serialQueue';
import { statisticsOf, type Statistics, type StatisticsRange } from '../../core/statistics/statistics';
import { STAGE_NAMES } from '../../core/story/stageNames';
import type { NotedFact, RunReading } from '../ledger/ledger';
import { inTransaction } from './inTransaction';
import { refillRuns, writeFact } from './runTables';
import { buildDatabase, type BuiltOf } from './shadowBuild';
import { writeShadowFile } from './shadowFile';
import { readStoredShadow, type StoredShadow } from './storedShadow';
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

/** How far a rebuild is. */
export interface RebuildProgress {
  readonly done: number;
  readonly total: number;
}

export interface ShadowOptions {
  readonly file: string;
  /** Path of `sql-wasm.wasm`. */
  readonly wasmPath: string;
  readonly source: ShadowSource;
  readonly runs: RunSource;
  readonly clock: Clock;
  readonly log: Log;
  /** What lies on the disk, where it has been read already. The shadow closes it. */
  readonly stored?: StoredShadow;
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
 * built anew from the index whenever its file is missing, stale or damaged. Changes are collected and reach the
 * tables when somebody asks or when it is written.
 */
export class Shadow {
  readonly #saves = new SerialQueue();
  readonly #subscriptions: readonly Disposable[];
  readonly #numberByKey = new Map<string, number>();
  /** Stories that changed, as they were then: one that went to the archive since is not at hand any more. */
  readonly #changed = new Map<string, StoryRecord | undefined>();
  readonly #forgotten = new Set<string>();
  #mirrorsAll = true;
  /** The end of the log that the tables say they mirror. */
  #written: LogEnd;
  #newEntries: HistoryEntry[] = [];
  #newFacts: NotedFact[] = [];
  /** Resolves once the tables of runs are what their log was; null before anybody needed that. */
  #runsRead: Promise<void> | null = null;
  /** They are, so what is noted can be added. */
  #followsRuns = false;
  #timer: Disposable | null = null;
  #clean = true;

  private constructor(
    private readonly sql: SqlJsStatic,
    private database: Database,
    private readonly options: ShadowOptions,
    private end: LogEnd,
  ) {
    this.#written = end;
    this.#subscriptions = [
      options.source.onCommit((commit) => this.#note(commit)),
      options.source.onMove((end) => {
        this.end = end;
        this.#saveSoon();
      }),
      options.runs.onNoted((noted) => this.#noteFact(noted)),
    ];
    this.#readNumbers();
  }

  static async open(options: ShadowOptions): Promise<Shadow> {
    const { end } = options.source;
    const stored = options.stored ?? (await readStoredShadow(options.file, options.wasmPath, options.log));
    const { sql, found } = stored;
    if (found?.end.length === end.length && found.end.checksum === end.checksum) {
      const shadow = new Shadow(sql, found.database, options, end);
      if (found.form === 'migrated') shadow.#saveSoon();
      return shadow;
    }
    if (found !== null) options.log.info('store: the search index is stale; it is built anew');
    found?.database.close();
    const database = new sql.Database();
    for (const { step, progress } of buildDatabase(database, await readAll(options.source), end)) {
      step();
      options.onRebuild?.(progress);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const shadow = new Shadow(sql, database, options, end);
    shadow.#saveSoon();
    void shadow.#readRuns().catch(() => undefined); // said where it failed
    return shadow;
  }

  /** Every story number in the shadow. */
  numbers(): number[] {
    return [...this.#numberByKey.values()];
  }

  /** Stories whose title and labels together contain this word or part of one. Case is ignored. */
  titled(word: string): Map<string, TitledStory> {
    const sql = 'SELECT key, number, title, stage FROM story WHERE instr(folded, ?) > 0';
    return new Map(this.#query(sql, [fold(word)]).map((row) => [String(row['key']), readTitled(row)]));
  }

  /** Entries of one story after `cursor` (0 for the first), oldest first. */
  historyOf(key: string, cursor: number, limit: number): HistoryEntry[] {
    const sql = 'SELECT * FROM history WHERE key = ? AND sequence > ? ORDER BY sequence LIMIT ?';
    return this.#query(sql, [key, cursor, limit]).map(readEntry);
  }

  /** What runs and stages took, and what landed. Rejects with a StoreError where the log of runs cannot be read. */
  async statistics(range: StatisticsRange): Promise<Statistics> {
    await this.#readRuns();
    await this.options.runs.settled();
    return statisticsOf(
      readStatistics((sql, values) => this.#query(sql, values), range),
      range,
      STAGE_NAMES,
    );
  }

  /** Rows of stories that nobody knows, as far as they can be read. Looks only. */
  strays(isKnown: (key: string) => boolean): readonly StoryRecord[] {
    return [...this.#numberByKey.keys()].filter((key) => !isKnown(key)).flatMap((key) => this.#recordOf(key) ?? []);
  }

  #recordOf(key: string): StoryRecord | null {
    const [row] = select(this.database, 'SELECT record FROM story WHERE key = ?', [key]);
    const read = row === undefined ? null : storyRecordSchema.safeParse(JSON.parse(String(row['record'])));
    return read?.success === true ? read.data : null;
  }

  /** What was at work on stories at a moment (ISO 8601 in UTC), by key. A run whose end is not known is not among it. */
  async runsAt(time: string): Promise<Map<string, LiveRun>> {
    await this.#readRuns();
    await this.options.runs.settled();
    return readRunsAt((sql, values) => this.#query(sql, values), time);
  }

  /** Removes the rows of a story that turned out not to be in the index. */
  forget(key: string): void {
    this.#numberByKey.delete(key);
    this.#changed.set(key, undefined);
    this.#forgotten.add(key);
    this.#saveSoon();
  }

  /** Writes the file if anything changed since the last time. A failure is logged and tried again later. */
  save(): Promise<void> {
    return this.#saves.run(async () => {
      if (this.#clean) return;
      const { file, log } = this.options;
      try {
        this.#flush();
        this.#clean = true;
        const folder = path.dirname(file);
        await makeStoreFolder(folder, folder);
        await writeShadowFile(file, this.database.export());
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
    this.database.close();
  }

  #note({ keys, entries, end }: Commit): void {
    for (const key of keys) {
      const story = this.options.source.get(key);
      this.#changed.set(key, story);
      if (story !== undefined) this.#numberByKey.set(key, story.number);
      else if (this.#isGone(key)) this.#numberByKey.delete(key);
    }
    this.#newEntries.push(...entries);
    this.end = end;
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
    const reading = await this.options.runs.read();
    this.#newFacts = this.#newFacts.filter(({ end }) => end.length > reading.end.length);
    const known = mirroredEnd(this.database, 'runs');
    if (known?.length !== reading.end.length || known.checksum !== reading.end.checksum) {
      inTransaction(this.database, () => refillRuns(this.database, reading));
      this.#saveSoon();
    }
    this.#followsRuns = true;
  }

  #saveSoon(): void {
    this.#clean = false;
    this.#timer?.dispose();
    this.#timer = this.options.clock.after(IDLE_MS, () => void this.save());
  }

  #query(sql: string, values: SqlValue[]): Record<string, SqlValue>[] {
    this.#flush();
    return select(this.database, sql, values);
  }

  #flush(): void {
    const newFacts = this.#followsRuns ? this.#newFacts : [];
    if (this.#changed.size + this.#newEntries.length + newFacts.length === 0 && this.#written === this.end) return;
    try {
      inTransaction(this.database, () => this.#writeChanges(newFacts));
    } catch (error) {
      this.options.log.warn(`store: the search index is built anew: ${messageOf(error)}`);
      this.#rebuild();
    }
    this.#changed.clear();
    this.#newEntries = [];
    this.#newFacts = this.#newFacts.slice(newFacts.length);
  }

  #writeChanges(newFacts: readonly NotedFact[]): void {
    for (const [key, changed] of this.#changed) {
      const story = this.options.source.get(key) ?? changed;
      if (story !== undefined) writeStory(this.database, story);
      else if (this.#isGone(key)) deleteStory(this.database, key);
    }
    for (const entry of this.#newEntries) writeEntry(this.database, entry);
    if (this.#mirrorsAll) writeEnd(this.database, 'log', this.end);
    this.#written = this.end;
    for (const { fact } of newFacts) writeFact(this.database, fact);
    const last = newFacts.at(-1);
    if (last !== undefined) writeEnd(this.database, 'runs', last.end);
  }

  /** An archived story leaves the index and keeps its row. */
  #isGone(key: string): boolean {
    return this.#forgotten.has(key) || this.options.source.tombstone(key) !== undefined;
  }

  /** Of what is at hand. It may be less than there is, so the tables do not claim to mirror the log any more. */
  #rebuild(): void {
    this.database.close();
    this.database = new this.sql.Database();
    const { source } = this.options;
    const atHand = {
      stories: source.stories(),
      history: source.history({ cursor: 0, limit: Number.MAX_SAFE_INTEGER }),
    };
    for (const { step } of buildDatabase(this.database, atHand)) step();
    this.#mirrorsAll = false;
    this.#readNumbers();
    this.#followsRuns = false;
    this.#runsRead = null;
    void this.#readRuns().catch(() => undefined); // said where it failed
  }

  #readNumbers(): void {
    this.#numberByKey.clear();
    for (const { key, number } of select(this.database, 'SELECT key, number FROM story', [])) {
      this.#numberByKey.set(String(key), Number(number));
    }
  }
}

/** Everything that the index knows, also what is not at hand. */
async function readAll(source: IndexView): Promise<BuiltOf> {
  const stories = [...source.stories(), ...(await source.archivedElsewhere())];
  return { stories, history: await source.readHistory({ cursor: 0, limit: Number.MAX_SAFE_INTEGER }) };
}

function readTitled(row: Record<string, SqlValue>): TitledStory {
  return {
    key: String(row['key']),
    number: Number(row['number']),
    title: String(row['title']),
    stage: STAGE_NAMES.find((name) => name === row['stage']) ?? 'Backlog',
  };
}
