import assert from 'node:assert/strict';
import { archiveDone, nextArchiveAt } from '../../../../src/core/pipeline/archiving';
import { schedule } from '../../../../src/core/pipeline/schedule';
import { STAGE_NAMES } from '../../../../src/core/story/stageNames';
import { factsWith, NOW, STAGES, storyIn } from '../../../support/storyFixtures';

const HOUR = 60 * 60 * 1000;
const ago = (ms: number): string => new Date(NOW - ms).toISOString();
const done = (number: number, since: number) =>
  storyIn(STAGES.Done, { key: `k${number}`, number, stageAt: ago(since) });

describe('archiving by age', () => {
  it('[ST8] what has been Done for the set time is archived as completed, and nothing before or else', () => {
    const others = STAGE_NAMES.filter((name) => name !== 'Done').map((name, index) =>
      storyIn(STAGES[name], { key: `o${index}`, number: 100 + index, stageAt: ago(1000 * HOUR) }),
    );
    const facts = factsWith([done(1, 4 * HOUR), done(2, 4 * HOUR - 1), ...others], { archiveAfterMs: 4 * HOUR });
    assert.deepEqual(archiveDone(facts), [{ kind: 'event', key: 'k1', event: { name: 'Accept' }, by: 'scheduler' }]);
    assert.equal(nextArchiveAt(facts), NOW + 1);
  });

  it('[ST8] 0 hours means never, and a clock that went back archives nothing early', () => {
    const never = factsWith([done(1, 1000 * HOUR)]);
    assert.deepEqual(archiveDone(never), []);
    assert.equal(nextArchiveAt(never), null);
    const ahead = factsWith([done(1, -HOUR)], { archiveAfterMs: 4 * HOUR });
    assert.deepEqual(archiveDone(ahead), []);
    assert.equal(nextArchiveAt(ahead), NOW + 5 * HOUR);
  });

  it('[ST8] counts from when it became Done here, not from a merge that somebody made long before', () => {
    const stage = { ...STAGES.Done, mergedAt: '2020-01-01T00:00:00.000Z', by: 'outside' as const };
    const story = storyIn(stage, { stageAt: ago(HOUR) });
    assert.deepEqual(archiveDone(factsWith([story], { archiveAfterMs: 4 * HOUR })), []);
  });

  it('[ST8] leaves a story alone whose records were lost, or with which a person is doing something', () => {
    const losses = [{ id: 'x', at: ago(0), kind: 'lost' as const, text: 'Lost.', held: ['k1'] }];
    const pending = new Map([['k2', { event: 'Freeze' as const, since: NOW }]]);
    const stories = [done(1, 9 * HOUR), done(2, 9 * HOUR), done(3, 9 * HOUR)];
    const due = archiveDone(factsWith(stories, { archiveAfterMs: HOUR, losses, pending }));
    assert.deepEqual(
      due.map((action) => action.key),
      ['k3'],
    );
  });

  it('[ST8] needs no target, trust or gates, and does a bounded number at a time', () => {
    const stories = Array.from({ length: 1000 }, (_, index) => done(index + 1, 9 * HOUR));
    const target = { kind: 'missing', message: 'There is no branch main.' } as const;
    for (const change of [{ target }, { permission: 'untrusted' as const }, {}]) {
      const actions = schedule(factsWith(stories, { archiveAfterMs: HOUR, ...change }));
      assert.equal(actions.length, 50);
    }
  });
});
