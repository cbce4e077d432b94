import assert from 'node:assert/strict';
import type { JobFacts } from '../../../../src/core/pipeline/facts';
import { schedule } from '../../../../src/core/pipeline/schedule';
import { describeRedTarget, type RedTarget } from '../../../../src/core/pipeline/targetHealth';
import type { StoryRecord } from '../../../../src/core/story/story';
import { factsWith, jobAt, OTHER_TIP, STAGES, storyIn, TARGET_TIP } from '../../../support/storyFixtures';
import { say } from '../../../../src/core/words/said';

const RED: RedTarget = {
  tip: TARGET_TIP,
  gate: 'test',
  since: { oid: OTHER_TIP, subject: 'A (#9)', story: { key: 'k9', number: 9 } },
  search: 'found',
  next: null,
  resumedAt: null,
  tried: new Set(),
};
const inMerge = (number: number, change: Partial<StoryRecord> = {}): StoryRecord =>
  storyIn(STAGES.Merge, { key: `k${number}`, number, ...change });
const reverting = (key: string): Partial<StoryRecord> => ({
  type: 'bug',
  reverts: { key, number: 9, commit: OTHER_TIP },
});
const dispatched = (stories: readonly StoryRecord[], redTarget: RedTarget | null, jobs: readonly JobFacts[] = []) =>
  schedule(factsWith(stories, { redTarget, jobs, queue: { policy: { kind: 'train', size: 9 }, why: say('') } })).map(
    ({ kind, key }) => `${kind} ${key}`,
  );

describe('the queue on a red target', () => {
  it('[MQ6] only what may repair it is tried: the revert of what broke it, other reverts, then bug stories', () => {
    const stories = [inMerge(1), inMerge(2, { type: 'bug' }), inMerge(3, reverting('k8')), inMerge(4, reverting('k9'))];
    const names = ['dispatchMerge k4', 'dispatchMerge k3', 'dispatchMerge k2'];
    assert.deepEqual(dispatched(stories, RED), names);
    assert.deepEqual(dispatched(stories, null).length, 4);
  });

  it('[MQ6] a bug story that waits for another is not tried before it', () => {
    const stories = [inMerge(1), inMerge(2, { type: 'bug', dependsOn: ['k1'] })];
    assert.deepEqual(dispatched(stories, RED), []);
  });

  it('[MQ6, MQ4] nothing is tried twice on one tip, and a person’s word lets all others in', () => {
    const stories = [inMerge(1), inMerge(2, { type: 'bug' })];
    const tried = { ...RED, tried: new Set(['k2']) };
    assert.deepEqual(dispatched(stories, tried), []);
    const resumedAt = '2026-01-02T11:00:00.000Z';
    assert.deepEqual(dispatched(stories, { ...tried, resumedAt }), ['dispatchMerge k1']);
  });

  it('[MQ6] what is at work when the target is found red is taken back, but for repairs and what is proven already', () => {
    const stories = [inMerge(1), inMerge(2, { type: 'bug' }), inMerge(3), inMerge(4)];
    const job = (number: number, step: Parameters<typeof jobAt>[0]): JobFacts => ({
      job: jobAt(step, { id: `job-${number}`, storyKey: `k${number}`, number }),
      state: 'active',
      progress: null,
      wait: null,
    });
    const jobs = [job(1, 'gating'), job(2, 'gating'), job(3, 'gated'), job(4, 'landing')];
    assert.deepEqual(dispatched(stories, RED, jobs), ['withdrawMerge k1']);
  });

  it('[MQ6] it says since which landing the target is red, and what that means', () => {
    assert.equal(
      describeRedTarget(RED, 'refs/heads/main'),
      'main is red since bbbbbbb (#9 landed there). Gate test fails there. ' +
        'The queue is paused: only reverts and bug stories are tried on it, and no story gets a strike.',
    );
    const found = { ...RED, since: { ...RED.since, story: null }, search: 'lost' } as const;
    assert.match(describeRedTarget(found, 'refs/heads/main'), /^main is red, at least since bbbbbbb \(A \(#9\)\)\./);
  });
});
