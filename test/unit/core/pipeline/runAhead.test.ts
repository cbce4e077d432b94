import assert from 'node:assert/strict';
import type { LiveRun, PipelineFacts } from '../../../../src/core/pipeline/facts';
import { isQuiet, mergesAhead } from '../../../../src/core/pipeline/runAhead';
import { beginsWork, schedule } from '../../../../src/core/pipeline/schedule';
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
