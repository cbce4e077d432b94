import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import type { RunFact } from '../../../../src/core/statistics/runFact';
import type { StatisticsRange } from '../../../../src/core/statistics/statistics';
import { verdictOf } from '../../../support/verdictFixtures';
import { TemporaryFolder } from '../../../support/temporaryFolder';
import { entryOf, storyNumber } from '../../../unit/store/storeFixtures';
import { openStoreIn, type StoreUnderTest } from '../fixtures';

const HOUR = 3_600_000;
const ALWAYS: StatisticsRange = { from: null, to: null };
const time = (hour: number): string => new Date(Date.UTC(2026, 0, 1) + hour * HOUR).toISOString();
const oid = (letter: string): string => letter.repeat(40);

const gateRun = (hour: number, tree: string, verdict: 'passed' | 'failed' | 'timedOut', ms: number, gate = 'test'): RunFact => verdictOf({ at: time(hour), of: 'candidate', commit: oid(tree), tree: oid(tree), gate, verdict, ms }); // prettier-ignore

const started = (hour: number, run: string, mode: 'cold' | 'warm', why: string): RunFact => ({ kind: 'agentStarted', at: time(hour), key: 'k1', number: 1, run, agent: 'claude', model: 'large', mode, why }); // prettier-ignore
const ended = (hour: number, run: string): RunFact => ({ kind: 'agentEnded', at: time(hour), key: 'k1', number: 1, run, outcome: 'exited' }); // prettier-ignore

describe('statistics', () => {
  let folder: TemporaryFolder;
  let store: StoreUnderTest;
  beforeEach(async () => {
    folder = new TemporaryFolder();
    store = await openStoreIn(folder.path);
  });
  afterEach(async () => {
    await store.close();
    folder.remove();
  });

  /** A story that goes from stage to stage at these hours, by an event each. */
  async function goes(number: number, ...steps: [hour: number, event: string, to: string][]): Promise<void> {
    let from: string | null = null;
    const key = `k${number}`;
    for (const [hour, event, to] of steps) {
      const entry = entryOf(key, { number, at: time(hour), event, from, to });
      if (from === null) await store.stories.create(storyNumber(number), '', entry);
      else await store.stories.write(storyNumber(number, { updatedAt: time(hour) }), entry);
      from = to;
    }
  }

  async function twoStories(): Promise<void> {
    await goes(1, [0, 'Created', 'Backlog'], [2, 'Start', 'Coding'], [3, 'BranchNamed', 'Coding'], [6, 'GatesStarted', 'QA'], [7, 'GatesFailed', 'Coding'], [9, 'QaSkipped', 'Merge'], [10, 'MergeSucceeded', 'Done']); // prettier-ignore
    await goes(2, [1, 'Created', 'Backlog'], [20, 'Start', 'Coding'], [30, 'MergedOutside', 'Done'], [40, 'Accept', 'Archived']); // prettier-ignore
  }

  it('[P3] says how long stories were in each stage, how many landed each day, and how long that took', async () => {
    await twoStories();
    const found = await store.shadow.statistics(ALWAYS);
    const hours = (stage: string): unknown => {
      const spread = found.stages.find((one) => one.stage === stage)?.time;
      return spread && [spread.count, spread.median / HOUR, spread.longest / HOUR];
    };
    assert.deepEqual(
      found.stages.map(({ stage }) => stage),
      ['Backlog', 'Coding', 'QA', 'Merge', 'Done'],
    );
    assert.deepEqual(['Backlog', 'Coding', 'QA', 'Merge', 'Done'].map(hours), [[2, 2, 19], [3, 4, 10], [1, 1, 1], [1, 1, 1], [1, 10, 10]]); // prettier-ignore
    assert.deepEqual(found.landed, [{ day: '2026-01-01', count: 1 }, { day: '2026-01-02', count: 1 }]); // prettier-ignore
    assert.deepEqual([found.sinceCreated?.median, found.sinceCreated?.longest], [10 * HOUR, 29 * HOUR]);
    assert.deepEqual([found.sinceCoding?.median, found.sinceCoding?.longest], [8 * HOUR, 10 * HOUR]);
  });

  it('[P3] a range counts what ended, landed or began within it', async () => {
    await twoStories();
    store.ledger.note(gateRun(5, 'a', 'passed', 100));
    store.ledger.note(gateRun(25, 'b', 'failed', 200));
    const first = await store.shadow.statistics({ from: time(0), to: time(24) });
    const second = await store.shadow.statistics({ from: time(24), to: null });
    assert.deepEqual([first.landed, second.landed], [[{ day: '2026-01-01', count: 1 }], [{ day: '2026-01-02', count: 1 }]]); // prettier-ignore
    assert.deepEqual([first, second].map((one) => one.gates.map(({ passed, failed }) => [passed, failed])), [[[1, 0]], [[0, 1]]]); // prettier-ignore
    assert.deepEqual(second.stages.map(({ stage, time: { count } }) => [stage, count]), [['Coding', 1], ['Done', 1]]); // prettier-ignore
    assert.deepEqual((await store.shadow.statistics({ from: time(90), to: null })).landed, []);
  });

  it('[P3] says how long gates take and how many trees they both passed and failed on', async () => {
    for (const fact of [gateRun(1, 'a', 'failed', 900), gateRun(2, 'a', 'passed', 1000), gateRun(3, 'b', 'failed', 500), gateRun(4, 'b', 'failed', 600), gateRun(5, 'c', 'timedOut', 60_000), gateRun(6, 'c', 'passed', 700, 'lint')]) store.ledger.note(fact); // prettier-ignore
    const { gates } = await store.shadow.statistics(ALWAYS);
    assert.deepEqual(gates, [
      { gate: 'lint', runs: 1, passed: 1, failed: 0, trees: 1, flaky: 0, time: { count: 1, median: 700, p90: 700, longest: 700 } }, // prettier-ignore
      { gate: 'test', runs: 5, passed: 1, failed: 3, trees: 2, flaky: 1, time: { count: 4, median: 600, p90: 1000, longest: 1000 } }, // prettier-ignore
    ]);
  });

  it('[P3] says how many agents started warm and cold, why cold, and how long they worked', async () => {
    for (const fact of [started(1, 'r1', 'cold', 'first start'), ended(3, 'r1'), started(4, 'r2', 'warm', ''), ended(5, 'r2'), started(6, 'r3', 'cold', 'session is gone'), started(7, 'r4', 'cold', 'first start')]) store.ledger.note(fact); // prettier-ignore
    const [agent] = (await store.shadow.statistics(ALWAYS)).agents;
    assert.deepEqual([agent!.agent, agent!.cold, agent!.warm], ['claude', 3, 1]);
    assert.deepEqual(agent!.whyCold, [{ why: 'first start', count: 2 }, { why: 'session is gone', count: 1 }]); // prettier-ignore
    assert.deepEqual([agent!.time!.count, Math.round(agent!.time!.longest / HOUR)], [2, 2]);
  });

  it('[P3] runs are the same after the shadow was lost, after it was behind their log, and after both were reopened', async () => {
    const ask = async (): Promise<unknown> => (await store.shadow.statistics(ALWAYS)).gates.map(({ runs }) => runs);
    const reopen = async (between: () => void = () => undefined): Promise<void> => {
      await store.close();
      between();
      store = await openStoreIn(folder.path);
    };
    for (const hour of [1, 2, 3]) store.ledger.note(gateRun(hour, 'a', 'passed', 1));
    assert.deepEqual(await ask(), [3]);
    await reopen();
    assert.deepEqual(await ask(), [3]);
    store.ledger.note(gateRun(4, 'a', 'passed', 1));
    assert.deepEqual(await ask(), [4]);
    await reopen(() => rmSync(folder.at('shadow.sqlite')));
    assert.deepEqual(await ask(), [4]);
    await reopen(() => rmSync(folder.at('runs.log')));
    assert.deepEqual(await ask(), []);
    store.ledger.note(gateRun(5, 'a', 'passed', 1));
    assert.deepEqual(await ask(), [1]);
  });
});
