import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import initSqlJs, { type Database, type SqlJsStatic, type SqlValue } from 'sql.js';
import { migrate, versionIn } from '../../../../src/store/shadow/migrations';
import { SHADOW_STEPS } from '../../../../src/store/shadow/shadowSteps';
import { TemporaryFolder } from '../../../support/temporaryFolder';
import { entryOf, storyNumber } from '../../../unit/store/storeFixtures';
import { openStoreIn, type StoreUnderTest } from '../fixtures';

/** The tables as version 2 made them. It is what lies on people's disks, so it never changes here. */
const VERSION_2 = `
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
  INSERT INTO meta VALUES ('version', '2');
`;

/** Rows for the tables that a version added, so that no step is tried on empty ones. */
const ROWS: Readonly<Record<number, string>> = {
  2: `INSERT INTO story VALUES ('k1', 1, 'bug', 'It''s 50%', '["a"]', 'Done', 2, '2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z', '2026-01-02T00:00:00.000Z', 'it''s 50%', '{}');
      INSERT INTO history VALUES (1, '2026-01-01T00:00:00.000Z', 'k1', 1, 'person', 'Created', NULL, 'Backlog', ''),
        (2, '2026-01-01T06:00:00.000Z', 'k1', 1, 'person', 'Start', 'Backlog', 'Coding', ''),
        (3, '2026-01-01T06:00:01.000Z', 'k1', 1, 'Switchyard', 'BranchNamed', 'Coding', 'Coding', 'refs/heads/story/1-x'),
        (4, '2026-01-02T00:00:00.000Z', 'k1', 1, 'merge queue', 'MergeSucceeded', 'Coding', 'Done', '{}');
      INSERT INTO meta VALUES ('log_length', '1234'), ('log_end', 'abcd');`,
  3: `INSERT INTO gate_run (at, key, number, tested, commit_id, tree, gate, command, verdict, ms) VALUES
        ('2026-01-01T07:00:00.000Z', 'k1', 1, 'story', 'c1', 't1', 'test', 'npm test', 'failed', 900),
        ('2026-01-01T08:00:00.000Z', 'k1', 1, 'candidate', 'c2', 't1', 'test', 'npm test', 'passed', 1000);
      INSERT INTO agent_run VALUES ('r1', '2026-01-01T06:00:00.000Z', 'k1', 1, 'claude', NULL, 'cold', 'first start', NULL, NULL);
      INSERT INTO meta VALUES ('runs_length', '99'), ('runs_end', 'ef');`,
};

describe('versions of the shadow', () => {
  let SQL: SqlJsStatic;
  let folder: TemporaryFolder;
  before(async () => void (SQL = await initSqlJs()));
  beforeEach(() => void (folder = new TemporaryFolder()));
  afterEach(() => folder.remove());

  /** A database of an earlier version with rows in every table. */
  function filled(version: number): Database {
    const database = new SQL.Database();
    database.exec(VERSION_2 + (ROWS[2] ?? ''));
    for (const step of SHADOW_STEPS.filter((one) => one.version > 2 && one.version <= version)) {
      migrate(database, step.version - 1, [step]);
      database.exec(ROWS[step.version] ?? '');
    }
    return database;
  }

  const contents = (database: Database): Record<string, SqlValue[][] | undefined> => {
    const tables = database.exec("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")[0]!.values;
    const rowsOf = (name: string): SqlValue[][] | undefined => database.exec(`SELECT * FROM ${name}`)[0]?.values;
    return Object.fromEntries(tables.map(([name]) => [String(name), rowsOf(String(name))]));
  };

  const schema = (database: Database): string[][] =>
    database
      .exec('SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name')[0]!
      .values.map((row) => row.map((value) => String(value).replaceAll(/\s+/g, ' ')));

  for (const { version } of SHADOW_STEPS.slice(1)) {
    it(`[P3] the step to version ${version} keeps every row of version ${version - 1}`, () => {
      const database = filled(version - 1);
      const before = contents(database);
      assert.ok(
        Object.values(before).every((rows) => rows !== undefined),
        'no table is empty',
      );
      assert.equal(
        migrate(
          database,
          version - 1,
          SHADOW_STEPS.filter((step) => step.version <= version),
        ),
        'migrated',
      );
      const after = contents(database);
      for (const [table, rows] of Object.entries(before)) {
        const kept = rows!.filter((row) => row[0] !== 'version');
        // A column that is new has nothing in rows from before it.
        const asBefore = after[table]?.map((row) => row.slice(0, kept[0]?.length));
        assert.deepEqual(asBefore, kept, table);
        assert.ok(after[table]?.every((row) => row.slice(kept[0]?.length).every((value) => value === null)));
      }
      assert.equal(versionIn(database, SHADOW_STEPS), version);
      database.close();
    });
  }

  it('[P3] steps from any version lead to the tables that are made anew, and a step that fails changes nothing', () => {
    const fresh = new SQL.Database();
    migrate(fresh, 0, SHADOW_STEPS);
    for (const { version } of SHADOW_STEPS) {
      const database = filled(version);
      migrate(database, version, SHADOW_STEPS);
      assert.deepEqual(schema(database), schema(fresh), `from version ${version}`);
    }
    const database = filled(2);
    const before = [schema(database), contents(database)];
    const broken = [...SHADOW_STEPS.slice(0, 2), { version: 4, sql: 'CREATE TABLE more (a); SELECT * FROM nothing' }];
    assert.throws(() => migrate(database, 2, broken));
    assert.deepEqual([schema(database), contents(database), versionIn(database, SHADOW_STEPS)], [...before, 0]);
  });

  it('[P3] views answer from rows that were there before them', () => {
    const database = filled(3);
    migrate(database, 3, SHADOW_STEPS);
    const rows = (sql: string): unknown => database.exec(sql)[0]?.values;
    assert.deepEqual(rows('SELECT stage, ms FROM stage_stay ORDER BY entered_at'), [
      ['Backlog', 6 * 3_600_000],
      ['Coding', 18 * 3_600_000],
      ['Done', null],
    ]);
    assert.deepEqual(rows('SELECT number, since_created_ms, since_coding_ms FROM landing'), [
      [1, 24 * 3_600_000, 18 * 3_600_000],
    ]);
    assert.deepEqual(rows('SELECT gate, runs, passed, failed, flaky FROM gate_tree'), [['test', 2, 1, 1, 1]]);
  });

  describe('on disk', () => {
    const open = (): Promise<StoreUnderTest> => openStoreIn(folder.path);
    const file = (): string => folder.at('shadow.sqlite');

    beforeEach(async () => {
      const store = await open();
      await store.stories.create(storyNumber(1, { title: 'Old one' }), 'body', entryOf('k1'));
      await store.stories.write(storyNumber(1, { title: 'Old and changed' }), entryOf('k1'));
      await store.close();
    });

    /** Puts bytes in place of the shadow, with the digest that fits them. */
    function seal(bytes: Uint8Array): void {
      writeFileSync(file(), bytes);
      writeFileSync(`${file()}.sha256`, createHash('sha256').update(bytes).digest('hex'));
    }

    const versionOnDisk = (): unknown =>
      new SQL.Database(readFileSync(file())).exec('PRAGMA user_version')[0]?.values[0]?.[0];

    it('[P3] a shadow of version 2 is taken to the newest with its rows, and stays so on disk', async () => {
      const newest = new SQL.Database(readFileSync(file()));
      const old = new SQL.Database();
      old.exec(VERSION_2);
      for (const table of ['story', 'history', 'meta']) {
        for (const row of newest.exec(`SELECT * FROM ${table}`)[0]!.values) {
          if (String(row[0]).startsWith('runs_')) continue;
          old.run(`INSERT INTO ${table} VALUES (${row.map(() => '?').join()})`, row);
        }
      }
      seal(old.export());
      const store = await open();
      assert.equal(store.log.of('info', 'of version 2; it was taken to the newest').length, 1);
      assert.equal(store.log.of('info', 'built anew').length, 0);
      assert.deepEqual([...(await store.shadow.titled('changed')).keys()], ['k1']);
      await store.close();
      assert.equal(versionOnDisk(), SHADOW_STEPS.at(-1)!.version);
    });

    it('[P3] a shadow of a version that is not known is built anew, and so is one that lies about its version', async () => {
      for (const change of ['PRAGMA user_version = 999', 'PRAGMA user_version = 2']) {
        const database = new SQL.Database(readFileSync(file()));
        database.exec(change);
        seal(database.export());
        const store = await open();
        assert.equal(store.log.of('info', 'built anew').length, 1, change);
        assert.deepEqual([...(await store.shadow.titled('changed')).keys()], ['k1']);
        await store.close();
        assert.equal(versionOnDisk(), SHADOW_STEPS.at(-1)!.version);
      }
    });
  });
});
