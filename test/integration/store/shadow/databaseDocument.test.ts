import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import initSqlJs, { type Database, type SqlJsStatic } from 'sql.js';
import type { RunFact } from '../../../../src/core/statistics/runFact';
import { gateOutputId } from '../../../../src/core/story/contentIds';
import { projectRoot } from '../../../support/projectRoot';
import { verdictOf } from '../../../support/verdictFixtures';
import { TemporaryFolder } from '../../../support/temporaryFolder';
import { entryOf, storyNumber } from '../../../unit/store/storeFixtures';
import { openStoreIn, type StoreUnderTest } from '../fixtures';

const text = readFileSync(path.join(projectRoot, 'docs', 'database.md'), 'utf8');
const [shadowPart = '', searchPart = ''] = text.split('## `search.sqlite`');

const blocksOf = (part: string, kind: string): string[] =>
  [...part.matchAll(/^```(sql[^\n]*)\n(.*?)^```$/gms)].filter(([, mark]) => mark === kind).map(([, , sql = '']) => sql);

const HOUR = 3_600_000;
const time = (hour: number): string => new Date(Date.UTC(2026, 0, 1) + hour * HOUR).toISOString();

describe('docs/database.md', () => {
  let SQL: SqlJsStatic;
  let folder: TemporaryFolder;
  before(async () => {
    SQL = await initSqlJs();
    folder = new TemporaryFolder();
    const store = await openStoreIn(folder.path);
    await fill(store);
    await store.close();
  });
  after(() => folder.remove());

  const opened = (file: string): Database => new SQL.Database(readFileSync(folder.at(file)));

  /** Something for every question of the document. */
  async function fill(store: StoreUnderTest): Promise<void> {
    const yesterday = new Date(Date.now() - 24 * HOUR).toISOString();
    const [key, number] = ['k1', 1];
    const story = storyNumber(1, { labels: ['auth'] });
    await store.stories.create(story, 'I write this as a person I want timeouts for: time out, errors', entryOf(key, { number, at: time(0), event: 'Created', from: null, to: 'Backlog' })); // prettier-ignore
    const steps = [[1, 'Start', 'Backlog', 'Coding'], [40, 'GatesStarted', 'Coding', 'QA'], [41, 'GatesFailed', 'QA', 'Coding'], [50, 'MergeSucceeded', 'Coding', 'Done']] as const; // prettier-ignore
    for (const [hour, event, from, to] of steps) await store.stories.write({ ...story, updatedAt: time(hour) }, entryOf(key, { number, at: time(hour), by: 'gates', event, from, to })); // prettier-ignore
    for (const at of [yesterday, new Date().toISOString()]) await store.stories.write({ ...story, updatedAt: at }, entryOf(key, { number, at, event: 'Described', from: 'Done', to: 'Done' })); // prettier-ignore
    for (const verdict of ['passed', 'failed'] as const)
      store.ledger.note(verdictOf({ at: time(2), verdict, ms: 1_500 }));
    const start: RunFact = { kind: 'agentStarted', at: time(2), key, number, run: 'r1', agent: 'claude', model: null, mode: 'cold', why: 'first start' }; // prettier-ignore
    store.ledger.note(start);
    const output = store.content.openOutput(gateOutputId(key));
    output.write('timeout: error 7');
    await output.close();
    assert.equal((await store.search.search('timeout', 9)).matches.length, 1);
    await store.shadow.statistics({ from: null, to: null });
  }

  for (const [at, sql] of blocksOf(shadowPart, 'sql').entries()) {
    it(`[P3] question ${at + 1} of the shadow is answered as it stands there: ${sql.split('\n')[0] ?? ''}`, () => {
      const database = opened('shadow.sqlite');
      const answers = database.exec(sql);
      assert.equal(answers.length, sql.split(';').filter((one) => one.trim() !== '').length, 'each has an answer');
      for (const { values, columns } of answers) assert.ok(values.length > 0 && columns.every((name) => /^\w+$/.test(name))); // prettier-ignore
      database.close();
    });
  }

  for (const [at, sql] of blocksOf(searchPart, 'sql').entries()) {
    it(`[P3] question ${at + 1} of the search is answered as it stands there: ${sql.split('\n')[0] ?? ''}`, () => {
      const database = opened('search.sqlite');
      const [answer, ...more] = database.exec(sql);
      assert.ok(answer !== undefined && answer.values.length > 0 && more.length === 0);
      database.close();
    });
  }

  it('[P3] a question to both is answered where the second is attached', () => {
    const [sql = ''] = blocksOf(searchPart, 'sql attach');
    const [database, shadow] = [opened('search.sqlite'), opened('shadow.sqlite')];
    const [attach = '', question = ''] = sql.split(/(?<=;\n)/);
    database.exec(attach.replace(/'[^']+'/, "':memory:'"));
    database.exec('CREATE TABLE shadow.story (key, number, title)');
    for (const row of shadow.exec('SELECT key, number, title FROM story')[0]!.values) database.run('INSERT INTO shadow.story VALUES (?,?,?)', row); // prettier-ignore
    assert.deepEqual(database.exec(question)[0]?.values, [[1, 'Story 1']]);
  });

  it('[P3] names every table, view and column that there is, and no other table', () => {
    for (const [file, part] of [
      ['shadow.sqlite', shadowPart],
      ['search.sqlite', searchPart],
    ] as const) {
      const database = opened(file);
      const listed = database.exec("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'words\\_%' ESCAPE '\\'"); // prettier-ignore
      const names = listed[0]!.values.map(([name]) => String(name));
      const bold = [...part.matchAll(/^\*\*`(\w+)`\*\*|\*\*`(words)`\*\*|^\| `(stage_stay|landing|gate_tree|cold_start)` /gm)].map((found) => /\w+/.exec(found[0])![0]); // prettier-ignore
      assert.deepEqual(bold.toSorted(), names.toSorted(), file);
      for (const name of names) {
        const columns = database.exec(`PRAGMA table_info(${name})`)[0]!.values.map((row) => String(row[1]));
        for (const column of columns) assert.match(part, new RegExp(`\\b${column}\\b`), `${name}.${column}`);
      }
      database.close();
    }
  });
});
