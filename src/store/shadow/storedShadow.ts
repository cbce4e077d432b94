import { readFile } from 'node:fs/promises';
import type { Database, SqlJsStatic } from 'sql.js';
import * as z from 'zod/mini';
import { messageOf } from '../../base/messageOf';
import type { HistoryEntry } from '../../core/story/history';
import { storyRecordSchema, type StoryRecord } from '../../core/story/story';
import type { Log } from '../../ports/log';
import type { LogEnd } from '../log/recordFormat';
import { explainDiskError } from '../storeError';
import { readDescription, readShadowFile } from './shadowFile';
import { migrate } from './migrations';
import { SHADOW_STEPS, shadowVersion } from './shadowSteps';
import { mirroredEnd, readEntry, select } from './shadowTables';

/** A database that is whole by its digest and of this version's form, or was brought to it (`migrated`). */
export interface FoundShadow {
  readonly database: Database;
  readonly end: LogEnd;
  readonly form: 'asItWas' | 'migrated';
}

/** What a shadow knows of stories and their history. */
export interface ShadowWitness {
  readonly stories: readonly StoryRecord[];
  readonly history: readonly HistoryEntry[];
}

/** What is said of a shadow beside it. */
export interface ShadowDescription {
  readonly mirrors: LogEnd;
}

const descriptionSchema = z.object({ mirrors: z.object({ length: z.int(), checksum: z.string() }) });

/**
 * The shadow as it lies on the disk. It may mirror a log that is not there any more, and then it is a witness. It grows with
 * the history, so it is read only when somebody needs what is in it; where its log ended is said beside it.
 */
export class StoredShadow {
  #found: Promise<FoundShadow | null> | null = null;

  private constructor(
    private readonly file: string,
    private readonly log: Log,
    /** SQLite, loaded at the first call. */
    readonly sqlite: () => Promise<SqlJsStatic>,
    private said: LogEnd | null,
  ) {}

  static async at(file: string, wasmPath: string, log: Log): Promise<StoredShadow> {
    let loading: Promise<SqlJsStatic> | null = null;
    const sqlite = async (): Promise<SqlJsStatic> => {
      loading ??= loadSqlite(wasmPath);
      loading.catch(() => (loading = null)); // tried again by the next who needs it
      return loading;
    };
    const described = descriptionSchema.safeParse(await readDescription(file).catch(() => null));
    const stored = new StoredShadow(file, log, sqlite, described.data?.mirrors ?? null);
    if (stored.said === null) stored.said = (await stored.read())?.end ?? null;
    return stored;
  }

  /** Where the log ended that it mirrors, as far as that is known without reading it; null where there is none. */
  get end(): LogEnd | null {
    return this.said;
  }

  /** Null where it is missing or damaged, with the reason in the log. Rejects where SQLite cannot be loaded. */
  read(): Promise<FoundShadow | null> {
    const found = (this.#found ??= this.#read());
    found.catch(() => (this.#found = null));
    return found;
  }

  /** Everything that the shadow knows. A row that cannot be read is left out. */
  async witness(): Promise<ShadowWitness> {
    const found = await this.read();
    if (found === null) return { stories: [], history: [] };
    const stories = select(found.database, 'SELECT record FROM story ORDER BY number', []).flatMap(({ record }) => {
      const read = storyRecordSchema.safeParse(JSON.parse(String(record)));
      return read.success ? [read.data] : [];
    });
    const history = select(found.database, 'SELECT * FROM history ORDER BY sequence', []).map(readEntry);
    return { stories, history };
  }

  /** Frees what was read. */
  async close(): Promise<void> {
    (await this.#found?.catch(() => null))?.database.close();
    this.#found = Promise.resolve(null);
  }

  async #read(): Promise<FoundShadow | null> {
    const rejected = (why: string): null => {
      this.log.info(`store: the search index is ${why}; it is built anew`);
      return null;
    };
    const bytes = await readShadowFile(this.file).catch((error: unknown) => ({
      kind: 'damaged' as const,
      why: messageOf(error),
    }));
    if (bytes.kind === 'missing') return rejected('missing');
    if (bytes.kind === 'damaged') return rejected(`damaged (${bytes.why})`);
    const { Database } = await this.sqlite();
    let database: Database | null = null;
    try {
      database = new Database(bytes.bytes);
      const version = shadowVersion(database);
      const end = mirroredEnd(database, 'log');
      if (version !== null && end !== null) {
        const form = migrate(database, version, SHADOW_STEPS);
        if (form === 'migrated')
          this.log.info(`store: the search index was of version ${version}; it was taken to the newest`);
        return { database, end, form };
      }
      database.close();
      return rejected(version === null ? 'of another version' : 'stale');
    } catch (error) {
      database?.close();
      return rejected(`damaged (${messageOf(error)})`);
    }
  }
}

/** Reads the file itself: the library starts once in a process and would take whatever came of the first path. */
async function loadSqlite(wasmPath: string): Promise<SqlJsStatic> {
  try {
    const bytes = await readFile(wasmPath);
    const { default: initSqlJs } = await import('sql.js');
    return await initSqlJs({ wasmBinary: new Uint8Array(bytes).buffer });
  } catch (error) {
    throw explainDiskError('SQLite could not be loaded', wasmPath, error);
  }
}
