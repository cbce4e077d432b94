import type { Database } from 'sql.js';
import { migrate, versionIn, type MigrationStep } from './migrations';
import { select } from './shadowTables';

/** Stories and their history, as the log has them. */
const STORIES = `
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

/** Runs of gates and starts of agents. The version moves to where every SQLite tool shows it. */
const RUNS = `
  CREATE TABLE gate_run (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, key TEXT NOT NULL, number INTEGER NOT NULL, tested TEXT NOT NULL,
    commit_id TEXT NOT NULL, tree TEXT NOT NULL, gate TEXT NOT NULL, command TEXT NOT NULL, verdict TEXT NOT NULL,
    ms REAL NOT NULL
  );
  CREATE INDEX gate_run_tree ON gate_run (gate, tree);
  CREATE TABLE agent_run (
    run TEXT PRIMARY KEY, at TEXT NOT NULL, key TEXT NOT NULL, number INTEGER NOT NULL, agent TEXT NOT NULL, model TEXT,
    mode TEXT NOT NULL, why TEXT NOT NULL, ended_at TEXT, outcome TEXT
  ) WITHOUT ROWID;
  DELETE FROM meta WHERE name = 'version';
`;

/** What is asked most, as views. Times between two moments are in milliseconds. */
const VIEWS = `
  CREATE VIEW stage_stay AS
    SELECT key, number, to_stage AS stage, at AS entered_at,
      LEAD(at) OVER story_line AS left_at,
      ROUND((JULIANDAY(LEAD(at) OVER story_line) - JULIANDAY(at)) * 86400000) AS ms
    FROM history WHERE to_stage IS NOT NULL AND to_stage IS NOT from_stage
    WINDOW story_line AS (PARTITION BY key ORDER BY sequence);
  CREATE VIEW landing AS
    SELECT sequence, key, number, at, event, by,
      ROUND((JULIANDAY(at) - JULIANDAY((SELECT MIN(first.at) FROM history AS first
        WHERE first.key = history.key AND first.to_stage IS NOT NULL))) * 86400000) AS since_created_ms,
      ROUND((JULIANDAY(at) - JULIANDAY((SELECT MIN(first.at) FROM history AS first
        WHERE first.key = history.key AND first.to_stage = 'Coding'))) * 86400000) AS since_coding_ms
    FROM history WHERE event IN ('MergeSucceeded', 'MergedOutside') AND to_stage = 'Done' AND from_stage IS NOT 'Done';
  CREATE VIEW gate_tree AS
    SELECT gate, command, tree, COUNT(*) AS runs, SUM(verdict = 'passed') AS passed, SUM(verdict = 'failed') AS failed,
      MAX(at) AS last_at, SUM(verdict = 'passed') > 0 AND SUM(verdict = 'failed') > 0 AS flaky
    FROM gate_run WHERE verdict IN ('passed', 'failed') GROUP BY gate, command, tree;
`;

/** What runs of agents took, and why they were cold. Null is what an agent does not say. */
const AGENT_FIGURES = `
  ALTER TABLE agent_run ADD COLUMN session TEXT;
  ALTER TABLE agent_run ADD COLUMN turns INTEGER;
  ALTER TABLE agent_run ADD COLUMN input_tokens INTEGER;
  ALTER TABLE agent_run ADD COLUMN output_tokens INTEGER;
  ALTER TABLE agent_run ADD COLUMN cost_usd REAL;
  CREATE VIEW cold_start AS
    SELECT agent, why, COUNT(*) AS starts, MAX(at) AS last_at FROM agent_run WHERE mode = 'cold' GROUP BY agent, why;
`;

/** Version 1 had no records of stories; it is built anew. */
export const SHADOW_STEPS: readonly MigrationStep[] = [
  { version: 2, sql: STORIES },
  { version: 3, sql: RUNS },
  { version: 4, sql: VIEWS },
  { version: 5, sql: AGENT_FIGURES },
];

/** The version of a shadow; null where it is none that this Switchyard knows. */
export function shadowVersion(database: Database): number | null {
  const version = versionIn(database, SHADOW_STEPS);
  if (version !== 0) return version;
  const [mark] = select(database, "SELECT value FROM meta WHERE name = 'version'", []);
  return mark?.['value'] === '2' ? 2 : null;
}

export function createShadowTables(database: Database): void {
  migrate(database, 0, SHADOW_STEPS);
}
