import assert from 'node:assert/strict';
import { cheapestGate } from '../../../../src/core/landing/semanticRadar';
import type { JobFacts, LiveRun, PipelineFacts } from '../../../../src/core/pipeline/facts';
import { isIdle, isQuiet, mergesAhead, pairsAhead } from '../../../../src/core/pipeline/runAhead';
import { beginsWork } from '../../../../src/core/pipeline/action';
import { schedule } from '../../../../src/core/pipeline/schedule';
import { tell } from '../../../../src/core/words/said';
import { factsWith, jobAt, NOW, OTHER_TIP, STAGES, storyIn, TARGET_TIP, TIP } from '../../../support/storyFixtures';

const hold = { name: 'ReviewHold' as const, tip: TIP, reasons: ['It changes the gates.'] };
const story = (number: number, stage: Parameters<typeof storyIn>[0] = hold, change = {}) =>
  storyIn(stage, { key: `k${number}`, number, ...change });
const isQuietAt = (facts: PipelineFacts): boolean => isQuiet(facts, schedule(facts).some(beginsWork));
const keys = (facts: PipelineFacts): string[] => mergesAhead(facts).map(({ key }) => key);
const coder: LiveRun = { kind: 'coder', name: 'sample', role: 'coder', startedAt: NOW, tip: null, progress: null };

describe('gates that run ahead', () => {
  it('[MQ11] run while nothing is queued or before its gates, and nothing is at work or about to begin', () => {
    const review = story(1);
    assert.ok(isQuietAt(factsWith([review])));
    assert.ok(isQuietAt(factsWith([review, story(2, STAGES.Done), story(3, STAGES.Backlog)])));
    for (const stage of [STAGES.QA, STAGES.Merge, STAGES.Coding])
      assert.ok(!isQuietAt(factsWith([review, story(2, stage)])), stage.name);
    assert.ok(!isQuietAt(factsWith([review], { runs: new Map([['k2', coder]]) })));
    const job = { job: jobAt('landing'), state: 'active', progress: null, wait: null } as const;
    assert.ok(!isQuietAt(factsWith([review], { jobs: [job] })));
    assert.ok(!isQuietAt(factsWith([review], { criteriaDue: ['k9'] })));
    assert.ok(!isQuiet(factsWith([review]), true));
  });

  it('[MQ11, A12] do not run on a target that an agent moved before somebody has decided about that', () => {
    const about = {
      id: 'x',
      at: '2026-01-02T11:00:00.000Z',
      agent: 'coder',
      storyKey: 'k9',
      number: 9,
      commits: [],
      commitCount: 1,
    };
    const moved = { ...about, kind: 'targetMoved', ref: 'refs/heads/main', from: OTHER_TIP, to: TARGET_TIP } as const;
    assert.ok(!isQuietAt(factsWith([story(1)], { findings: [moved] })));
  });

  it('[MQ11] do not run unapproved, without gates, without a target, or where nothing can be recorded', () => {
    const never: Partial<PipelineFacts>[] = [
      { permission: 'unapproved' },
      { permission: 'untrusted' },
      { gates: { kind: 'none' } },
      { gates: { kind: 'invalid', message: 'Line 2: a gate has no command.' } },
      { target: { kind: 'missing', message: 'There is no branch main.' } },
      { storeProblem: { message: 'The disk is full.' } },
    ];
    for (const change of never) assert.ok(!isQuietAt(factsWith([story(1)], change)), JSON.stringify(change));
  });

  it('[MQ11] run for stories that wait for nothing but a review, the one that would land first the first', () => {
    assert.deepEqual(mergesAhead(factsWith([story(1)])), [{ key: 'k1', tip: TIP, target: TARGET_TIP }]);
    assert.deepEqual(keys(factsWith([story(1), story(2, hold, { priority: 0 })])), ['k2', 'k1']);
    assert.deepEqual(keys(factsWith([story(1, STAGES.Coding), story(2, STAGES.Blocked)])), []);
    assert.deepEqual(keys(factsWith([story(1)], { tips: new Map([['k1', OTHER_TIP]]) })), []);
    const conflicts = [{ one: 'k1', other: null, files: ['a.ts'] }];
    assert.deepEqual(keys(factsWith([story(1), story(2)], { conflicts })), ['k2']);
    const waits = story(3, hold, { dependsOn: ['k1'] });
    assert.deepEqual(keys(factsWith([story(1), waits])), ['k1']);
    const elsewhere = story(1, hold, { worksAt: { machine: 'm', name: 'Ann' } });
    assert.deepEqual(keys(factsWith([elsewhere])), []);
    const racers = [1, 2].map((number) => story(number, hold, { race: { with: 'k1' } }));
    assert.deepEqual(keys(factsWith(racers)), [], 'until one of them is kept');
  });
});

describe('stories that may be red together', () => {
  const inMerge = (number: number) => story(number, { ...STAGES.Merge, tip: TIP });
  const pairs = (facts: PipelineFacts): string[] =>
    pairsAhead(facts).map(({ one, other }) => `${one.key} ${other.key}`);
  const job = (wait: JobFacts['wait'], progress: JobFacts['progress'] = null): JobFacts => ({
    ...{ job: jobAt('landing'), state: 'active', progress, wait },
  });
  const wait = { why: tell('Changes of yours in a.ts'), files: ['a.ts'], holdsBack: 'all', since: NOW } as const;
  const isIdleAt = (jobs: readonly JobFacts[]): boolean => isIdle(factsWith([inMerge(1), story(2)], { jobs }), false);

  it('[MQ13] are looked for also while all that is to land waits for what the machine has no part in', () => {
    assert.ok(isIdleAt([job(wait)]));
    assert.ok(!isIdleAt([job(null)]), 'it lands');
    assert.ok(!isIdleAt([job(wait), job(null)]), 'one of two lands');
    assert.ok(!isIdleAt([job(wait, { gate: 'test', index: 0, total: 1, startedAt: NOW })]), 'gates run');
    assert.ok(!isIdleAt([job({ ...wait, holdsBack: 'nothing' })]), 'it is looked for who is to blame');
    assert.ok(!isIdleAt([]), 'it is about to begin');
    assert.ok(!isIdle(factsWith([inMerge(1), story(2)], { jobs: [job(wait)] }), true), 'another begins');
    assert.ok(
      !isIdle(factsWith([inMerge(1), story(3, STAGES.QA)], { jobs: [job(wait)] }), false),
      'one has its gates to come',
    );
  });

  it('[MQ13] are each two that wait for a review or to land, the one that would land first the first', () => {
    assert.deepEqual(pairs(factsWith([story(1), inMerge(2), story(3)])), ['k2 k1', 'k2 k3', 'k1 k3']);
    assert.deepEqual(pairs(factsWith([story(1), story(2, STAGES.Coding)])), []);
  });

  it('[MQ13] are not those that git cannot merge, nor a child with its parent', () => {
    const conflicts = [
      { one: 'k2', other: 'k1', files: ['a.ts'] },
      { one: 'k1', other: 'k3', files: [], gate: { name: 'test', output: 'k3' } },
      { one: 'k4', other: null, files: ['b.ts'] },
    ];
    assert.deepEqual(pairs(factsWith([story(1), story(2), story(3), inMerge(4)], { conflicts })), ['k1 k3', 'k2 k3']);
    const child = story(2, hold, { childOf: { key: 'k1', at: TIP } });
    assert.deepEqual(pairs(factsWith([story(1), child])), []);
  });

  it('[MQ13] are found by the gate that takes the least time, the first one where nothing was measured', () => {
    const gates = (...times: (number | null)[]) => times.map((medianMs, at) => ({ gate: `gate ${at}`, medianMs }));
    assert.equal(cheapestGate(gates(300, null, 20)), 'gate 2');
    assert.equal(cheapestGate(gates(null, null)), 'gate 0');
    assert.equal(cheapestGate([]), undefined);
  });
});
