import type { Database } from 'sql.js';
import { searchTokens, type TokenQuery } from '../../../core/search/words';
import type { MigrationStep } from '../migrations';
import { select } from '../shadowTables';

/**
 * `text` has a row for each body and output that was read, and `stamp` says in what state its file was. `words` says which
 * of them has which words, by `text.id`; it keeps no text of its own. What it knew of a text that changed stays under an
 * id that no row has, until all is built anew.
 */
export const SEARCH_STEPS: readonly MigrationStep[] = [
  {
    version: 1,
    sql: `
      CREATE TABLE text (
        id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, what TEXT NOT NULL, stamp TEXT NOT NULL, body TEXT,
        UNIQUE (key, what)
      );
      CREATE VIRTUAL TABLE words USING fts4(content="", tokens, tokenize=simple);
    `,
  },
];

/** Most words of one text that are kept; more is a dump of data. */
const TOKENS = 8_000;
/** Most of a text that is looked through, in UTF-16 code units: its beginning and, of an output, its end. */
const HEAD = 64 * 1024;
const TAIL = 192 * 1024;

/** Terminals are told colours by these. */
// oxlint-disable-next-line no-control-regex -- they begin with one
const COLOURS = /\u001b\[[0-9;]*[A-Za-z]/g;

export interface SearchedText {
  readonly key: string;
  /** Name in the content store, such as `body`. */
  readonly what: string;
  readonly stamp: string;
}

/** Puts a text in place of what was known of it. */
export function writeText(database: Database, { key, what, stamp }: SearchedText, text: string): void {
  removeText(database, key, what);
  const body = what === 'body' ? text : null;
  database.run('INSERT INTO text (key, what, stamp, body) VALUES (?,?,?,?)', [key, what, stamp, body]);
  const [row] = select(database, 'SELECT LAST_INSERT_ROWID() AS id', []);
  const looked = text.length <= HEAD + TAIL ? text : `${text.slice(0, HEAD)}\n${text.slice(-TAIL)}`;
  const tokens = searchTokens(looked.replaceAll(COLOURS, ''), TOKENS).join(' ');
  database.run('INSERT INTO words (docid, tokens) VALUES (?,?)', [Number(row?.['id']), tokens]);
}

export function removeText(database: Database, key: string, what: string): void {
  database.run('DELETE FROM text WHERE key = ? AND what = ?', [key, what]);
}

/** What was known when each text was read, by key and what. */
export function knownTexts(database: Database, key: string | null): SearchedText[] {
  const sql = `SELECT key, what, stamp FROM text ${key === null ? '' : 'WHERE key = ?'}`;
  return select(database, sql, key === null ? [] : [key]).map((row) => ({
    key: String(row['key']),
    what: String(row['what']),
    stamp: String(row['stamp']),
  }));
}

/** Whether more is known of texts that changed than of those that are there. */
export function isMostlyStale(database: Database): boolean {
  const sql = 'SELECT COUNT(*) AS live, COALESCE((SELECT seq FROM sqlite_sequence), 0) AS ever FROM text';
  const [row] = select(database, sql, []);
  const [live, ever] = [Number(row?.['live']), Number(row?.['ever'])];
  return ever > 2 * live + 1_000;
}

/** Texts that have all of these words, by story: the names of the texts. */
export function textsWith(database: Database, { whole, start }: TokenQuery): Map<string, string[]> {
  const terms = [...whole, ...(start === null ? [] : [`${start}*`])].map((term) => `"${term}"`);
  const sql = 'SELECT key, what FROM text WHERE id IN (SELECT docid FROM words WHERE tokens MATCH ?)';
  const found = new Map<string, string[]>();
  for (const row of select(database, sql, [terms.join(' ')])) {
    const [key, what] = [String(row['key']), String(row['what'])];
    found.set(key, [...(found.get(key) ?? []), what]);
  }
  return found;
}
