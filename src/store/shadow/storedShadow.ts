import { readFile } from 'node:fs/promises';
import type { Database, SqlJsStatic } from 'sql.js';
import { messageOf } from '../../base/messageOf';
import type { HistoryEntry } from '../../core/story/history';
import { storyRecordSchema, type StoryRecord } from '../../core/story/story';
import type { Log } from '../../ports/log';
import type { LogEnd } from '../log/recordFormat';
import { explainDiskError } from '../storeError';
import { readShadowFile } from './shadowFile';
import { migrate } from './migrations';
import { SHADOW_STEPS, shadowVersion } from './shadowSteps';
import { mirroredEnd, readEntry, select } from './shadowTables';

/** The shadow as it lies on the disk. It may mirror a log that is not there any more, and then it is a witness. */
export interface StoredShadow {
  readonly sql: SqlJsStatic;
  /** Whole by its digest and of this version's form, or brought to it (`migrated`); null where there is none. */
  readonly found: { readonly database: Database; readonly end: LogEnd; readonly form: 'asItWas' | 'migrated' } | null;
}

/** What a shadow knows of stories and their history. */
export interface ShadowWitness {
  readonly stories: readonly StoryRecord[];
  readonly history: readonly HistoryEntry[];
}

/** Reads the file of a shadow; one that is missing or damaged is as good as none, with the reason in the log. */
export async function readStoredShadow(file: string, wasmPath: string, log: Log): Promise<StoredShadow> {
  const sql = await loadSqlite(wasmPath);
  const rejected = (why: string): StoredShadow => {
    log.info(`store: the search index is ${why}; it is built anew`);
    return { sql, found: null };
  };
  let database: Database | null = null;
  try {
    const bytes = await readShadowFile(file);
    if (bytes.kind === 'missing') return rejected('missing');
    if (bytes.kind === 'damaged') return rejected(`damaged (${bytes.why})`);
    database = new sql.Database(bytes.bytes);
    const version = shadowVersion(database);
    const end = mirroredEnd(database, 'log');
    if (version !== null && end !== null) {
      const form = migrate(database, version, SHADOW_STEPS);
      if (form === 'migrated')
        log.info(`store: the search index was of version ${version}; it was taken to the newest`);
      return { sql, found: { database, end, form } };
    }
    database.close();
    return rejected(version === null ? 'of another version' : 'stale');
  } catch (error) {
    database?.close();
    return rejected(`damaged (${messageOf(error)})`);
  }
}

/** Everything that the shadow knows. A row that cannot be read is left out. */
export function readWitness({ found }: StoredShadow): ShadowWitness {
  if (found === null) return { stories: [], history: [] };
  const stories = select(found.database, 'SELECT record FROM story ORDER BY number', []).flatMap(({ record }) => {
    const read = storyRecordSchema.safeParse(JSON.parse(String(record)));
    return read.success ? [read.data] : [];
  });
  const history = select(found.database, 'SELECT * FROM history ORDER BY sequence', []).map(readEntry);
  return { stories, history };
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
