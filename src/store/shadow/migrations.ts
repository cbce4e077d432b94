import type { Database } from 'sql.js';
import { inTransaction } from './inTransaction';
import { select } from './shadowTables';

/** A change of the tables that keeps what is in them: from the version before to `version`. */
export interface MigrationStep {
  readonly version: number;
  readonly sql: string;
}

/**
 * The version of a database whose steps these are: `PRAGMA user_version`, where any SQLite tool shows it. 0 for an empty
 * one. Null where it is none of these versions, such as one of a later Switchyard.
 */
export function versionIn(database: Database, steps: readonly MigrationStep[]): number | null {
  const [row] = select(database, 'PRAGMA user_version', []);
  const version = Number(row?.['user_version'] ?? 0);
  if (version === 0) return 0;
  return steps.some((step) => step.version === version) ? version : null;
}

/** Takes a database from a version to the newest, all steps or none. Throws where what is in it does not fit. */
export function migrate(database: Database, from: number, steps: readonly MigrationStep[]): 'asItWas' | 'migrated' {
  const missing = steps.filter(({ version }) => version > from);
  if (missing.length === 0) return 'asItWas';
  inTransaction(database, () => {
    for (const { version, sql } of missing) {
      database.exec(sql);
      database.exec(`PRAGMA user_version = ${version}`);
    }
  });
  return 'migrated';
}
