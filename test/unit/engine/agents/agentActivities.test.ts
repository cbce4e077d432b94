import assert from 'node:assert/strict';
import { BoardMaker } from '../../../../src/core/board/boardMaker';
import { ModelFeed } from '../../../../src/core/board/modelFeed';
import type { AgentActivity, LiveRun } from '../../../../src/core/pipeline/facts';
import { AgentActivities } from '../../../../src/engine/agents/agentActivities';
import { HandClock } from '../../../support/handClock';
import { factsWith, storyIn, STAGES } from '../../../support/storyFixtures';

const RUN: LiveRun = { kind: 'coder', name: 'claude', role: 'coder', startedAt: 0, tip: null, progress: null };
const saying = (line: string): AgentActivity => ({ line, turns: 1, tokens: null, costUsd: null });

describe('what agents at work say', () => {
  it('[U2] shows at once, and what follows within half a second together, however much it is', () => {
    const clock = new HandClock();
    let shown = 0;
    const activities = new AgentActivities(clock, () => (shown += 1));
    const line = (): string | undefined => activities.of('k1', RUN).activity?.line;
    activities.note('k1', saying('first'));
    assert.deepEqual([shown, line()], [1, 'first']);
    for (let count = 0; count < 1000; count += 1) activities.note('k1', saying(`line ${count}`));
    assert.deepEqual([shown, line()], [1, 'first']);
    clock.pass(500);
    assert.deepEqual([shown, line()], [2, 'line 999']);
    clock.pass(500);
    assert.equal(shown, 2);
    // Once it has ended nothing of it shows, not even what it said last.
    activities.note('k1', saying('last'));
    activities.note('k1', saying('never shown'));
    activities.note('k1', null);
    assert.deepEqual([shown, line()], [4, undefined]);
    clock.pass(500);
    assert.deepEqual([shown, line()], [4, undefined]);
  });

  it('[U2] a line of an agent sends less than half a kilobyte of a board of a thousand stories', () => {
    const stories = Array.from({ length: 1000 }, (_, at) => storyIn(STAGES.Coding, { key: `k${at}`, number: at + 1 }));
    const [makes, feed] = [new BoardMaker(), new ModelFeed()];
    const boardWith = (activity: AgentActivity) => makes.make(factsWith(stories, { runs: new Map([['k7', { ...RUN, activity }]]) })); // prettier-ignore
    feed.next(boardWith(saying('first')));
    const message = feed.next(boardWith({ line: 'second', turns: 2, tokens: 12_000, costUsd: 0.31 }));
    assert.equal(makes.rebuilt, 1);
    assert.ok(message?.kind === 'change');
    assert.deepEqual(message.delta.changed.map(({ key, facts }) => [key, facts?.slice(2)]), [['k7', ['turn 2', '12k tokens', '$0.31', 'second']]]); // prettier-ignore
    assert.ok(JSON.stringify(message).length < 512);
  });
});
