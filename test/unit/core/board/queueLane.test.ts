import assert from 'node:assert/strict';
import type { PipelineFacts } from '../../../../src/core/pipeline/facts';
import type { PolicyChoice } from '../../../../src/core/pipeline/policy';
import type { LandingTurn } from '../../../../src/core/sharing/queueLease';
import type { StoryRecord } from '../../../../src/core/story/story';
import { buildBoardModel } from '../../../support/buildBoardModel';
import { factsWith, jobAt, NOW, OTHER_TIP, STAGES, storyIn, TARGET_TIP } from '../../../support/storyFixtures';
import { inEnglish, say } from '../../../../src/core/words/said';

const MINUTE = 60_000;
const BATCH: PolicyChoice = {
  policy: { kind: 'batch', size: 4 },
  why: say('gates use both cores: a train would make everybody wait longer'),
  gateMs: 3 * MINUTE,
};

function queued(number: number, change: Partial<StoryRecord> = {}): StoryRecord {
  const at = new Date(NOW - (60 - number) * MINUTE).toISOString();
  return storyIn(STAGES.Merge, { key: `k${number}`, number, queuedAt: at, ...change });
}

function laneOf(stories: readonly StoryRecord[], change: Partial<PipelineFacts> = {}) {
  return buildBoardModel(factsWith(stories, { queue: { ...BATCH, policy: { kind: 'one' } }, ...change })).queue;
}

describe('The lane of the queue', () => {
  it('[MQ12] says how the queue lands and why, in the words of every view', () => {
    const lane = laneOf(
      [1, 2, 3, 4].map((number) => queued(number)),
      { queue: BATCH },
    );
    assert.equal(lane?.policy, 'batch of 4: one gate run, ~3 min');
    assert.equal(lane.why, inEnglish([BATCH.why]));
    assert.equal(buildBoardModel(factsWith([queued(1)])).queue, null);
  });

  it('[MQ12] where fewer are queued than would fit it says that it is the most', () => {
    assert.equal(laneOf([], { queue: BATCH })?.policy, 'batch of up to 4: one gate run, ~3 min');
    const train = { ...BATCH, policy: { kind: 'train', size: 2 } } as const;
    assert.equal(laneOf([queued(1)], { queue: train })?.policy, 'train of up to 2: as many gate runs side by side, ~3 min'); // prettier-ignore
  });

  it('[MQ12] has the stories in landing order, each with the minute in which it lands and since when it is queued', () => {
    const lane = laneOf([queued(3), queued(1), queued(2, { priority: 0 })]);
    assert.deepEqual(
      lane?.candidates.map(({ key }) => key),
      ['k2', 'k1', 'k3'],
    );
    assert.deepEqual(
      lane.candidates.map(({ at }) => (at === null ? null : Math.floor((at - NOW) / MINUTE))),
      [4, 7, 10],
    );
    assert.ok(lane.candidates.every(({ at }) => at !== null && at % MINUTE === 0));
    assert.equal(lane.candidates[0]?.since, new Date(NOW - 58 * MINUTE).toISOString());
  });

  it('[MQ12] says the same as time goes by while a landing is under way, so that no view is drawn again for it', () => {
    const job = jobAt('gating', { stepAt: new Date(NOW - MINUTE).toISOString() });
    const jobs = [{ job, state: 'active' as const, progress: null, wait: null }];
    const stories = [queued(1), queued(2)];
    assert.deepEqual(laneOf(stories, { jobs, now: NOW + 40_000 }), laneOf(stories, { jobs }));
  });

  it('[MQ12] holds no more than twenty, and counts the others', () => {
    const lane = laneOf(Array.from({ length: 33 }, (_, at) => queued(at + 1)));
    assert.equal(lane?.candidates.length, 20);
    assert.equal(lane.more, 13);
  });

  it('[MQ12] where nothing lands it says why, and promises no time', () => {
    const lane = laneOf([queued(1)], { permission: 'unapproved' });
    assert.match(lane?.stopped ?? '', /approve/);
    assert.equal(lane?.candidates[0]?.at, null);
  });

  it('[Y4] says whose turn it is to land among machines once something here waits for its own', () => {
    const said = (stories: readonly StoryRecord[], landingTurn: LandingTurn) => laneOf(stories, { landingTurn })?.stopped; // prettier-ignore
    assert.match(said([queued(1)], { kind: 'theirs', name: 'Ada' }) ?? '', /Ada’s machine lands on main now/);
    assert.match(said([queued(1)], { kind: 'asking' }) ?? '', /until the other machines agree/);
    assert.equal(said([], { kind: 'theirs', name: 'Ada' }), null);
    assert.equal(said([], { kind: 'asking' }), null);
  });

  it('[MQ6, MQ12] on a red target it says that it is paused until a person resumes it; since when says the notice alone', () => {
    const since = { oid: OTHER_TIP, subject: 'By hand', story: null };
    const redTarget = { tip: TARGET_TIP, gate: 'test', since, search: 'found', next: null, tried: new Set<string>() } as const; // prettier-ignore
    const stopped = (resumedAt: string | null) => laneOf([queued(1)], { redTarget: { ...redTarget, resumedAt } })?.stopped; // prettier-ignore
    assert.equal(stopped(null), 'paused: main is red');
    const model = buildBoardModel(factsWith([queued(1)], { redTarget: { ...redTarget, resumedAt: null } }));
    const said = JSON.stringify([model.notices.map(({ text }) => text), model.queue?.stopped, model.cards.map(({ why, brief }) => [why, brief])]); // prettier-ignore
    assert.equal(said.split(`since ${OTHER_TIP.slice(0, 7)}`).length, 2, said);
    assert.equal(stopped('2026-01-01T00:00:00.000Z'), null);
  });

  it('[MQ6, MQ11] that gates run on a red target is in the lane and in the notice, with since when', () => {
    const since = { oid: OTHER_TIP, subject: 'By hand', story: null };
    const redTarget = { tip: TARGET_TIP, gate: 'test', since, search: 'found', next: null, resumedAt: null, tried: new Set<string>() } as const; // prettier-ignore
    assert.equal(laneOf([], { redTarget })?.targetGates, undefined);
    const { queue, notices } = buildBoardModel(factsWith([], { queue: BATCH, redTarget: { ...redTarget, gatesSince: NOW } })); // prettier-ignore
    assert.equal(queue?.targetGates, NOW);
    assert.match(notices[0]?.text ?? '', /Gates run on main since \d\d:\d\d\./);
  });

  it('[MQ12] what dropped out of the queue stands below it, the latest first and no more than five', () => {
    const feedback = { kind: 'merge', summary: 'Its gates are red.', files: [], outputId: null } as const;
    const at = (minute: number) => new Date(NOW - minute * MINUTE).toISOString();
    const stories = [
      storyIn(STAGES.MergeFailure, { key: 'conflict', number: 1, stageAt: at(3) }),
      storyIn(
        { name: 'Coding', feedback: { ...feedback, files: [] }, coder: 'anyone' },
        { key: 'red', number: 2, stageAt: at(1) },
      ),
      storyIn({ ...STAGES.Blocked, resumeTo: STAGES.Merge }, { key: 'blocked', number: 3, stageAt: at(2) }),
      storyIn(STAGES.Coding, { key: 'coding', number: 4 }),
      storyIn(STAGES.Blocked, { key: 'other', number: 5 }),
    ];
    assert.deepEqual(
      laneOf(stories)?.out.map(({ key }) => key),
      ['red', 'blocked', 'conflict'],
    );
    const many = Array.from({ length: 9 }, (_, place) =>
      storyIn(STAGES.MergeFailure, { key: `f${place}`, number: place + 10 }),
    );
    assert.equal(laneOf(many)?.out.length, 5);
  });
});
