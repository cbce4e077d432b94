import type { Database, SqlValue } from 'sql.js';
import { historyEntrySchema, type HistoryEntry } from '../../core/story/history';
import { fold } from '../../core/search/words';
import { IN_WORDS } from '../../core/words/inWords';
import type { StoryRecord } from '../../core/story/story';
import type { LogEnd } from '../log/recordFormat';

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

/** Which log a group of tables mirrors: that of the stories, or that of runs. */
type MirroredName = 'log' | 'runs';

/** Notes what the tables mirror: a log up to `end`. */
export function writeEnd(database: Database, name: MirroredName, end: LogEnd): void {
  const values = { [`${name}_length`]: String(end.length), [`${name}_end`]: end.checksum };
  for (const [key, value] of Object.entries(values)) {
    database.run('INSERT OR REPLACE INTO meta VALUES (?, ?)', [key, value]);
  }
}

/** The end of the log that the tables mirror; null where they mirror none. */
export function mirroredEnd(database: Database, name: MirroredName): LogEnd | null {
  const rows = select(database, 'SELECT name, value FROM meta', []);
  const meta = new Map(rows.map((row) => [row['name'], row['value']]));
  const [length, checksum] = [Number(meta.get(`${name}_length`)), meta.get(`${name}_end`)];
  return typeof checksum === 'string' && Number.isInteger(length) ? { length, checksum } : null;
}
