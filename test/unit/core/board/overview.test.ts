import assert from 'node:assert/strict';
import { overviewOf, waitingIn, type OpenRepository } from '../../../../src/core/board/overview';
import { queueWords, rowLine, rowWords, saySum, stageParts, windowText } from '../../../../src/core/board/overviewText';
import { MARK_WORDS, STUCK_MARKS } from '../../../../src/core/pipeline/markWords';
import type { PipelineFacts } from '../../../../src/core/pipeline/facts';
import type { StoryRecord } from '../../../../src/core/story/story';
import { buildBoardModel } from '../../../support/buildBoardModel';
import { factsWith, NOW, OTHER_TIP, STAGES, storyIn } from '../../../support/storyFixtures';
import { english, inEnglish, say } from '../../../../src/core/words/said';

const queue = { policy: { kind: 'batch', size: 4 }, why: say('because') } as const;
const started = storyIn(STAGES.Coding, { key: 'dep', number: 9 });

function repository(name: string, stories: readonly StoryRecord[], about: string | null = null): OpenRepository {
  const facts = factsWith(stories, { repository: name, queue, tips: new Map([['b', OTHER_TIP]]) });
  return { name, about, board: buildBoardModel(facts), problem: null };
}

describe('The overview of several repositories', () => {
  const app = repository('app', [
    storyIn(STAGES.Blocked, { key: 'a', number: 1, title: 'Cold' }),
    storyIn(STAGES.MergeFailure, { key: 'b', number: 2, title: 'Goes on' }),
    storyIn(STAGES.Merge, { key: 'c', number: 3, queuedAt: '2026-01-02T11:55:00.000Z' }),
    storyIn(STAGES.Merge, { key: 'd', number: 4, queuedAt: '2026-01-02T11:50:00.000Z' }),
    storyIn(STAGES.Archived, { key: 'e', number: 5 }),
  ]);
  const lib = repository('lib', [], 'submodule of app');
  const [row, empty] = overviewOf([app, lib]).rows;

  it('[U7] a row counts the stages as the board’s columns do, and the marks that its stories have', () => {
    assert.ok(row && app.board);
    assert.deepEqual(row.stages, { Backlog: 0, Coding: 1, QA: 0, Merge: 3, Done: 0, Frozen: 0, Archived: 1 });
    const marked = STUCK_MARKS.map((mark) => [mark, app.board?.cards.filter((card) => card.mark === mark).length]);
    assert.deepEqual(row.marks, Object.fromEntries(marked));
    assert.deepEqual(row.marks, { running: 0, queued: 1, cold: 1 });
    assert.deepEqual([row.queued, row.needsYou], [app.board.counts.queued, app.board.counts.needsYou]);
  });

  it('[U7] a row says how its queue lands, for how long the first has waited, and what needs the person first', () => {
    assert.ok(row);
    assert.equal(row.queue?.since, '2026-01-02T11:50:00.000Z');
    assert.match(row.queue.policy, /batch of up to 4/);
    assert.equal(row.first?.key, 'a');
    const line = rowLine(row, NOW);
    assert.match(
      line,
      /^app, landing on main: ⏳ 1 Recovery queued · 🔴 1 Needs you · Coding 1 · Merge 3 · Archived 1/,
    );
    assert.match(line, /queue: batch of up to 4.*; the oldest waits 10 min · first: #1 Cold: /);
    for (const mark of ['queued', 'cold'] as const) assert.ok(line.includes(MARK_WORDS[mark].word));
  });

  it('[U7] beside its name a row does not say it again, and what its queue waits for is one sentence with the rest', () => {
    assert.ok(row?.queue);
    assert.doesNotMatch(rowWords(row, NOW), /app|main/);
    const stopped = { ...row, queue: { ...row.queue, stopped: 'Waits until you approve the configured commands.' } };
    assert.match(rowWords(stopped, NOW), / · queue: Waits until you approve the configured commands; the oldest waits/);
  });

  it('[U7] of a queue in which nothing waits a row on one line says nothing, whatever stops it', () => {
    assert.ok(empty?.queue);
    const stopped = {
      ...empty,
      queue: { ...empty.queue, stopped: 'Waits until you approve the configured commands.' },
    };
    for (const one of [empty, stopped]) assert.equal(rowWords(one, NOW), 'no story yet');
  });

  it('[U7] a repository with no story, with no board, and one that waits for an approval say so', () => {
    assert.ok(empty);
    assert.equal(stageParts(empty), 'no story yet');
    assert.match(rowLine(empty, NOW), /^lib, submodule of app, landing on main: no story yet$/);
    const gone = { name: 'api', about: null, board: null, problem: 'This repository has no commit yet.' };
    assert.equal(rowLine(overviewOf([gone]).rows[0]!, NOW), 'api: This repository has no commit yet.');
    const waits = factsWith([], { permission: 'unapproved' });
    const [waiting] = overviewOf([{ ...lib, board: buildBoardModel(waits) }]).rows;
    assert.match(waiting?.first?.words ?? '', /wait for your approval/);
  });

  it('[U7, U14] what lets nothing land comes before any story, and nothing says then that nothing waits', () => {
    const stories = [storyIn(STAGES.Blocked, { key: 'a', number: 1 }), storyIn(STAGES.Coding, { key: 'b', number: 2 })];
    const board = (change: Partial<PipelineFacts>, of: readonly StoryRecord[] = stories): OpenRepository => ({
      ...app,
      board: buildBoardModel(factsWith(of, { queue, ...change })),
    });
    const [held] = overviewOf([board({ permission: 'unapproved' })]).rows;
    assert.ok(held);
    assert.deepEqual(
      [held.first?.key, queueWords(held, NOW, english)],
      [null, 'Waits until you approve the configured commands'],
    );
    const looked = { errors: 1, first: 'A ref cannot be read', moved: [] };
    assert.equal(
      overviewOf([board({ doctor: looked })]).rows[0]?.first?.key,
      'a',
      'what stops nothing comes after stories',
    );
    const quiet = [board({ permission: 'unapproved' }, [])];
    const sum = saySum(overviewOf(quiet)).map((one) => inEnglish([one]));
    assert.deepEqual(sum, ['0 agents running', '0 in the merge queue', 'something holds up app']);
    assert.match(windowText(quiet, NOW), /: 0 running, 0 queued\.\nThe configured commands wait for your approval\./);
    assert.match(queueWords(overviewOf([board({})]).rows[0]!, NOW, english) ?? '', /; the queue is empty$/);
  });

  it('[U7, U14] what waits is one list over all, by what it holds up in its own repository', () => {
    const held = ['x', 'y'].map((key, i) => storyIn(STAGES.Backlog, { key, number: 7 + i, dependsOn: ['z'] }));
    const web = repository('web', [started, ...held, storyIn(STAGES.Blocked, { key: 'z', number: 1 })]);
    const all = waitingIn([app, web]).map(({ repository: { name }, card }) => [name, card.key]);
    assert.deepEqual(all[0], ['web', 'z']);
    assert.ok(all.some(([name, key]) => name === 'app' && key === 'a'));
    assert.equal(all.length, overviewOf([app, web]).counts.needsYou);
  });

  it('[U7, B2] the status of a window of several is their rows, then the stories of each; of one it is as ever', () => {
    const text = windowText([app, { ...lib, name: 'lib $(bug) [a](command:b)' }], NOW);
    assert.match(text, /^2 repositories: 0 agents running, 2 in the merge queue, 1 needs you\.$/m);
    assert.match(text, /^app, landing on main: .*🔴 1 Needs you/m);
    assert.match(text, /^🔴 #1 Cold · /m);
    assert.match(text, /^There is no story yet\.$/m);
    assert.doesNotMatch(text, /\]\(|\$\(/);
    assert.doesNotMatch(windowText([app], NOW), /repositor|agents running/);
  });
});
