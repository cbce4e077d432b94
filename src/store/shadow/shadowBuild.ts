import type { Database } from 'sql.js';
import type { LogEnd } from '../log/recordFormat';
import { createTables, writeEntry, writeMeta, writeStory } from './shadowTables';
import type { IndexView } from '../index/storyIndex';

/** How many rows are written before other work gets its turn. */
const CHUNK = 500;

/** The steps that fill an empty database with all of an index, each small enough to run without a pause. */
export function* buildDatabase(database: Database, source: IndexView, end: LogEnd): Generator<() => void> {
  yield () => createTables(database);
  const stories = source.stories();
  for (let start = 0; start < stories.length; start += CHUNK) {
    const batch = stories.slice(start, start + CHUNK);
    yield () => inTransaction(database, () => batch.forEach((story) => writeStory(database, story)));
  }
  for (let cursor = 0; ;) {
    const batch = source.history({ cursor, limit: CHUNK });
    const last = batch.at(-1);
    if (last === undefined) break;
    yield () => inTransaction(database, () => batch.forEach((entry) => writeEntry(database, entry)));
    cursor = last.sequence;
  }
  yield () => writeMeta(database, end);
}

/** Does all of the work, or none of it where it throws. */
export function inTransaction(database: Database, work: () => void): void {
  database.exec('BEGIN');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
