import type { Database, SqlJsStatic } from 'sql.js';
import { messageOf } from '../../../base/messageOf';
import { SerialQueue } from '../../../base/serialQueue';
import type { Disposable } from '../../../base/disposable';
import type { TokenQuery } from '../../../core/search/words';
import type { Clock } from '../../../ports/clock';
import type { Log } from '../../../ports/log';
import { inTransaction } from '../inTransaction';
import { migrate, versionIn } from '../migrations';
import { readShadowFile, removeShadowFile, writeShadowFile } from '../shadowFile';
import { isMostlyStale, knownTexts, removeText, SEARCH_STEPS, textsWith, writeText, type SearchedText } from './searchTables'; // prettier-ignore

/** How long nothing must change before it is written, in milliseconds. */
const IDLE_MS = 5_000;
/** How long a search waits for texts that are still being read, in milliseconds; then it answers from those that are. */
const WAIT_MS = 300;
/** How many texts are read at once. */
const BATCH = 64;

/** Where the texts are. */
export interface TextSource {
  /** Keys of all stories that have texts. */
  keys(): Promise<readonly string[]>;
  /** The texts of a story, each with a stamp that changes whenever it does. */
  textsOf(key: string): Promise<readonly SearchedText[]>;
  /** Null where it is gone by now. */
  read(id: string): Promise<string | null>;
  /** Told the key of each story whose texts changed. */
  onChange(listener: (key: string) => void): Disposable;
}

export interface TextSearchOptions {
  readonly file: string;
  /** Loaded when somebody first searches. */
  readonly sqlite: () => Promise<SqlJsStatic>;
  readonly source: TextSource;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Finds bodies and outputs by their words. It costs nothing before somebody first searches; then it takes what it knew,
 * looks which files changed, reads those, and follows what changes. As with all of the shadow, it may be thrown away.
 */
export class TextSearch {
  readonly #turns = new SerialQueue();
  readonly #changed = new Set<string>();
  #database: Database | null = null;
  #subscription: Disposable | null = null;
  #opening: Promise<void> | null = null;
  #reading: { done: number; total: number } | null = null;
  #timer: Disposable | null = null;
  #clean = true;
  #closed = false;

  constructor(private readonly options: TextSearchOptions) {}

  /** How far reading is; null once everything is read. */
  get reading(): { readonly done: number; readonly total: number } | null {
    return this.#reading;
  }

  /** Begins where it has not, and takes in what changed. A long reading is not waited for to its end. */
  async catchUp(): Promise<void> {
    if (this.#closed) return;
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = null;
      this.#reading = null;
      this.options.log.warn(`store: texts cannot be searched: ${messageOf(error)}`);
    });
    await this.#soon(this.#opening);
    if (this.#database !== null && this.#reading === null) await this.#turns.run(() => this.#takeChanges());
  }

  /** Stories that have all of these words in one text, with the names of the texts. */
  find(query: TokenQuery): ReadonlyMap<string, readonly string[]> {
    return this.#database === null ? new Map() : textsWith(this.#database, query);
  }

  /** Where a text is gone for good no word of it may stay, and words cannot be taken out one by one: all is read anew. */
  forgetAll(): Promise<void> {
    return this.#turns.run(async () => {
      this.#timer?.dispose();
      this.#database?.close();
      [this.#database, this.#opening, this.#clean] = [null, null, true];
      await removeShadowFile(this.options.file);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#subscription?.dispose();
    await this.#opening;
    await this.#turns.idle();
    this.#timer?.dispose();
    await this.#save();
    this.#database?.close();
  }

  async #soon(work: Promise<void>): Promise<void> {
    const late: { timer?: Disposable } = {};
    const waited = new Promise<void>((resolve) => (late.timer = this.options.clock.after(WAIT_MS, resolve)));
    await Promise.race([work, waited]);
    late.timer?.dispose();
  }

  async #open(): Promise<void> {
    const { source } = this.options;
    this.#reading = { done: 0, total: 0 };
    this.#subscription ??= source.onChange((key) => {
      this.#changed.add(key);
      this.#saveSoon();
    });
    await this.#turns.run(async () => {
      this.#database ??= await this.#stored();
      await this.#readAll();
    });
    this.#reading = null;
  }

  async #stored(): Promise<Database> {
    const { file, log, sqlite } = this.options;
    const bytes = await readShadowFile(file);
    const sql = await sqlite();
    if (bytes.kind === 'whole') {
      const database = new sql.Database(bytes.bytes);
      try {
        const version = versionIn(database, SEARCH_STEPS);
        if (version !== null && version > 0 && !isMostlyStale(database)) {
          migrate(database, version, SEARCH_STEPS);
          return database;
        }
      } catch (error) {
        log.info(`store: what was searched before cannot be used: ${messageOf(error)}`);
      }
      database.close();
    }
    log.info('store: the texts of all stories are read, so that they can be searched');
    const database = new sql.Database();
    migrate(database, 0, SEARCH_STEPS);
    return database;
  }

  async #readAll(): Promise<void> {
    const { source } = this.options;
    const keys = [...(await source.keys())];
    this.#reading = { done: 0, total: keys.length };
    const gone = new Set(knownTexts(this.#use(), null).map(({ key }) => key));
    for (const key of keys) gone.delete(key);
    await this.#take([...gone]);
    for (let at = 0; at < keys.length && !this.#closed; at += BATCH) {
      await this.#take(keys.slice(at, at + BATCH));
      this.#reading = { done: Math.min(at + BATCH, keys.length), total: keys.length };
    }
  }

  async #takeChanges(): Promise<void> {
    if (this.#database === null) return; // all of it is read anew when somebody searches
    const keys = [...this.#changed];
    this.#changed.clear();
    for (let at = 0; at < keys.length; at += BATCH) await this.#take(keys.slice(at, at + BATCH));
  }

  /** Brings what is known of some stories to what their files are. */
  async #take(keys: readonly string[]): Promise<void> {
    const found = await Promise.all(keys.map(async (key) => ({ key, texts: await this.#changesOf(key) })));
    const changes = found.filter(({ texts }) => texts.read.length + texts.gone.length > 0);
    if (changes.length === 0) return;
    const database = this.#use();
    inTransaction(database, () => {
      for (const { key, texts } of changes) {
        for (const what of texts.gone) removeText(database, key, what);
        for (const { text, content } of texts.read) writeText(database, text, content);
      }
    });
    this.#saveSoon();
  }

  async #changesOf(key: string): Promise<{ read: { text: SearchedText; content: string }[]; gone: string[] }> {
    const { source } = this.options;
    const known = new Map(knownTexts(this.#use(), key).map(({ what, stamp }) => [what, stamp]));
    const there = await source.textsOf(key);
    const read = [];
    for (const text of there) {
      const isKnown = known.get(text.what) === text.stamp;
      known.delete(text.what);
      const content = isKnown ? null : await source.read(`${key}:${text.what}`);
      if (content !== null) read.push({ text, content });
    }
    return { read, gone: [...known.keys()] };
  }

  #use(): Database {
    if (this.#database === null) throw new Error('The search is not open.');
    return this.#database;
  }

  #saveSoon(): void {
    this.#clean = false;
    this.#timer?.dispose();
    this.#timer = this.#closed
      ? null
      : this.options.clock.after(IDLE_MS, () => void this.#turns.run(() => this.#save()));
  }

  async #save(): Promise<void> {
    if (this.#clean || this.#database === null) return;
    try {
      await this.#takeChanges();
      this.#clean = true;
      await writeShadowFile(this.options.file, this.#database.export());
    } catch (error) {
      this.#clean = false;
      this.options.log.warn(`store: what can be searched was not saved; it will be read anew: ${messageOf(error)}`);
    }
  }
}
