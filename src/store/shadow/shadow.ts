import { messageOf } from '../../base/messageOf';
import path from 'node:path';
import { makeStoreFolder } from '../log/makeStoreFolder';
import type { Database, SqlJsStatic, SqlValue } from 'sql.js';
import type { Disposable } from '../../base/disposable';
import type { Clock } from '../../ports/clock';
import type { Log } from '../../ports/log';
import type { HistoryEntry } from '../../core/story/history';
import { SerialQueue } from '../../base/serialQueue';
import { buildDatabase, inTransaction } from './shadowBuild';
import { writeShadowFile } from './shadowFile';
import { readStoredShadow, type StoredShadow } from './storedShadow';
import { deleteStory, fold, readEntry, select, writeEntry, writeMeta, writeStory } from './shadowTables';
import { explainDiskError } from '../storeError';
import type { Commit, IndexView } from '../index/storyIndex';
import type { LogEnd } from '../log/recordFormat';

/** How long nothing must change before the shadow is written, in milliseconds. */
const IDLE_MS = 2_000;

/** The index that the shadow mirrors. */
export interface ShadowSource extends IndexView {
  readonly end: LogEnd;
  onCommit(listener: (commit: Commit) => void): Disposable;
}

export interface ShadowOptions {
  readonly file: string;
  /** Path of `sql-wasm.wasm`. */
  readonly wasmPath: string;
  readonly source: ShadowSource;
  readonly clock: Clock;
  readonly log: Log;
  /** What lies on the disk, where it has been read already. The shadow closes it. */
  readonly stored?: StoredShadow;
}

export interface StoryMatch {
  readonly key: string;
  readonly number: number;
  readonly title: string;
}

/**
 * The index as SQLite tables, for questions that the index answers badly. It may be thrown away at any time: it is
 * built anew from the index whenever its file is missing, stale or damaged. Changes are collected and reach the
 * tables when somebody asks or when it is written.
 */
export class Shadow {
  readonly #saves = new SerialQueue();
  readonly #subscription: Disposable;
  readonly #numberByKey = new Map<string, number>();
  readonly #changedKeys = new Set<string>();
  #newEntries: HistoryEntry[] = [];
  #timer: Disposable | null = null;
  #clean = true;

  private constructor(
    private readonly sql: SqlJsStatic,
    private database: Database,
    private readonly options: ShadowOptions,
    private end: LogEnd,
  ) {
    this.#subscription = options.source.onCommit((commit) => this.#note(commit));
    this.#readNumbers();
  }

  static async open(options: ShadowOptions): Promise<Shadow> {
    const { end } = options.source;
    const stored = options.stored ?? (await readStoredShadow(options.file, options.wasmPath, options.log));
    const { sql, found } = stored;
    if (found?.end.length === end.length && found.end.checksum === end.checksum) {
      return new Shadow(sql, found.database, options, end);
    }
    if (found !== null) options.log.info('store: the search index is stale; it is built anew');
    found?.database.close();
    const database = new sql.Database();
    for (const step of buildDatabase(database, options.source, end)) {
      step();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const shadow = new Shadow(sql, database, options, end);
    shadow.#saveSoon();
    return shadow;
  }

  /** Every story number in the shadow. */
  numbers(): number[] {
    return [...this.#numberByKey.values()];
  }

  /** Stories whose title and labels together contain every word of `text`, by number. Case is ignored. */
  search(text: string, limit = 100): StoryMatch[] {
    const words = fold(text).split(/\s+/).filter((word) => word !== ''); // prettier-ignore
    const where = words.map(() => 'instr(folded, ?) > 0').join(' AND ') || 'TRUE';
    const sql = `SELECT key, number, title FROM story WHERE ${where} ORDER BY number, key LIMIT ?`;
    return this.#query(sql, [...words, limit]) as unknown as StoryMatch[];
  }

  /** Entries of one story after `cursor` (0 for the first), oldest first. */
  historyOf(key: string, cursor: number, limit: number): HistoryEntry[] {
    const sql = 'SELECT * FROM history WHERE key = ? AND sequence > ? ORDER BY sequence LIMIT ?';
    return this.#query(sql, [key, cursor, limit]).map(readEntry);
  }

  /** Removes the rows of a story that turned out not to be in the index. */
  forget(key: string): void {
    this.#numberByKey.delete(key);
    this.#changedKeys.add(key);
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

  /** Waits for a write that is under way. */
  saved(): Promise<void> {
    return this.#saves.idle();
  }

  async close(): Promise<void> {
    this.#subscription.dispose();
    this.#timer?.dispose();
    await this.save();
    this.#timer?.dispose();
    this.database.close();
  }

  #note({ keys, entry, end }: Commit): void {
    for (const key of keys) {
      this.#changedKeys.add(key);
      const story = this.options.source.get(key);
      if (story === undefined) this.#numberByKey.delete(key);
      else this.#numberByKey.set(key, story.number);
    }
    this.#newEntries.push(entry);
    this.end = end;
    this.#saveSoon();
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
    if (this.#changedKeys.size === 0 && this.#newEntries.length === 0) return;
    try {
      inTransaction(this.database, () => this.#writeChanges());
    } catch (error) {
      this.options.log.warn(`store: the search index is built anew: ${messageOf(error)}`);
      this.#rebuild();
    }
    this.#changedKeys.clear();
    this.#newEntries = [];
  }

  #writeChanges(): void {
    for (const key of this.#changedKeys) {
      const story = this.options.source.get(key);
      if (story === undefined) deleteStory(this.database, key);
      else writeStory(this.database, story);
    }
    for (const entry of this.#newEntries) writeEntry(this.database, entry);
    writeMeta(this.database, this.end);
  }

  #rebuild(): void {
    this.database.close();
    this.database = new this.sql.Database();
    for (const step of buildDatabase(this.database, this.options.source, this.end)) step();
    this.#readNumbers();
  }

  #readNumbers(): void {
    this.#numberByKey.clear();
    for (const { key, number } of select(this.database, 'SELECT key, number FROM story', [])) {
      this.#numberByKey.set(String(key), Number(number));
    }
  }
}
