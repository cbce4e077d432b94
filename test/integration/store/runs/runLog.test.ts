import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import type { RunFact } from '../../../../src/core/statistics/runFact';
import { RunLog } from '../../../../src/store/runs/runLog';
import { TemporaryFolder } from '../../../support/temporaryFolder';
import { KeptLog } from '../../../unit/store/storeFixtures';

const OID = 'a'.repeat(40);

const gate = (ms: number): RunFact => ({ kind: 'gate', at: '2026-01-02T11:30:00.000Z', key: 'k1', number: 1, of: 'story', commit: OID, tree: OID, gate: 'test', command: 'npm test', verdict: 'passed', ms }); // prettier-ignore

describe('log of runs', () => {
  let folder: TemporaryFolder;
  let log: KeptLog;
  let file: string;
  beforeEach(() => {
    folder = new TemporaryFolder();
    [log, file] = [new KeptLog(), folder.at('runs.log')];
  });
  afterEach(() => folder.remove());

  const open = (kept = 100, slack = 10): RunLog => new RunLog(file, { log, now: () => 0, kept, slack });
  const lengths = async (runs: RunLog): Promise<number[]> =>
    (await runs.read()).facts.flatMap((fact) => (fact.kind === 'gate' ? fact.ms : []));

  it('[P3] no file is made before there is something to keep, and what was noted is read again', async () => {
    const first = open();
    await first.close();
    assert.ok(!existsSync(file));
    const second = open();
    second.note(gate(1));
    second.note(gate(2));
    assert.deepEqual(await lengths(second), [1, 2]);
    await second.close();
    const third = open();
    third.note(gate(3));
    await third.close();
    const fourth = open();
    assert.deepEqual(await lengths(fourth), [1, 2, 3]);
    await fourth.close();
  });

  it('[P3] the oldest go once there are too many, and a torn or damaged end takes no other with it', async () => {
    const first = open();
    for (let at = 1; at <= 120; at++) first.note(gate(at));
    await first.close();
    const second = open();
    assert.deepEqual(
      await lengths(second),
      Array.from({ length: 100 }, (_, at) => at + 21),
    );
    await second.close();
    truncateSync(file, readFileSync(file).length - 5);
    const third = open();
    assert.equal((await lengths(third)).at(-1), 119);
    await third.close();
  });

  it('[P3, P6] a run waits for no statistics: what cannot be kept is said once, and kept again when it can be', async () => {
    mkdirSync(file);
    const runs = open();
    for (const ms of [1, 2, 3]) runs.note(gate(ms));
    await runs.read().catch(() => undefined);
    assert.equal(log.of('warn', 'not kept for statistics').length, 1);
    rmSync(file, { recursive: true });
    runs.note(gate(4));
    assert.deepEqual(await lengths(runs), [4]);
    await runs.close();
  });
});
