import type { Database, SqlValue } from 'sql.js';
import { historyEntrySchema, type HistoryEntry } from '../../core/story/history';
import { IN_WORDS } from '../../core/words/inWords';
import type { StoryRecord } from '../../core/story/story';
import type { LogEnd } from '../log/recordFormat';

/** Raise it when a table changes: a shadow of another version is built anew. */
const SHADOW_VERSION = 2;

const TABLES = `
  CREATE TABLE story (
    key TEXT PRIMARY KEY, number INTEGER NOT NULL, type TEXT NOT NULL, title TEXT NOT NULL, labels TEXT NOT NULL,
    stage TEXT NOT NULL, priority INTEGER NOT NULL, created_at TEXT NOT NULL, stage_at TEXT NOT NULL,
    updated_at TEXT NOT NULL, folded TEXT NOT NULL, record TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX story_number ON story (number);
  CREATE TABLE history (
    sequence INTEGER PRIMARY KEY, at TEXT NOT NULL, key TEXT NOT NULL, number INTEGER NOT NULL, by TEXT NOT NULL,
    event TEXT NOT NULL, from_stage TEXT, to_stage TEXT, evidence TEXT NOT NULL
  );
  CREATE INDEX history_key ON history (key, sequence);
  CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
`;

export function createTables(database: Database): void {
  database.exec(TABLES);
}

/** The form in which texts are compared: compatible characters as one, no difference of case in any script. */
export function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

export function writeStory(database: Database, story: StoryRecord): void {
  database.run('INSERT OR REPLACE INTO story VALUES (?,?,?,?,?,?,?,?,?,?,?,?)', [
    story.key,
    story.number,
    story.type,
    story.title,
    JSON.stringify(story.labels),
    story.stage.name,
    story.priority,
    story.createdAt,
    story.stageAt,
    story.updatedAt,
    fold([story.title, ...story.labels].join('\n')),
    JSON.stringify(story),
  ]);
}

export function deleteStory(database: Database, key: string): void {
  database.run('DELETE FROM story WHERE key = ?', [key]);
}

export function writeEntry(database: Database, entry: HistoryEntry): void {
  database.run('INSERT OR REPLACE INTO history VALUES (?,?,?,?,?,?,?,?,?)', [
    entry.sequence,
    entry.at,
    entry.key,
    entry.number,
    entry.by,
    entry.event,
    entry.from,
    entry.to,
    entry.evidence,
  ]);
}

/** Rows of a query, each by column name. */
export function select(database: Database, sql: string, values: SqlValue[]): Record<string, SqlValue>[] {
  const statement = database.prepare(sql, values);
  try {
    const rows: Record<string, SqlValue>[] = [];
    while (statement.step()) rows.push(statement.getAsObject());
    return rows;
  } finally {
    statement.free();
  }
}

export function readEntry(row: Record<string, SqlValue>): HistoryEntry {
  return historyEntrySchema.parse({ ...row, from: row['from_stage'], to: row['to_stage'] }, IN_WORDS);
}

/** Notes what the tables mirror: the log up to `end`. */
export function writeMeta(database: Database, end: LogEnd): void {
  const values = { version: String(SHADOW_VERSION), log_length: String(end.length), log_end: end.checksum };
  for (const [name, value] of Object.entries(values)) {
    database.run('INSERT OR REPLACE INTO meta VALUES (?, ?)', [name, value]);
  }
}

/** The end of the log that the tables mirror; null where they are not of this version's form. */
export function mirroredEnd(database: Database): LogEnd | null {
  const rows = select(database, 'SELECT name, value FROM meta', []);
  const meta = new Map(rows.map((row) => [row['name'], row['value']]));
  const [length, checksum] = [Number(meta.get('log_length')), meta.get('log_end')];
  if (meta.get('version') !== String(SHADOW_VERSION) || !Number.isInteger(length)) return null;
  return typeof checksum === 'string' ? { length, checksum } : null;
}
