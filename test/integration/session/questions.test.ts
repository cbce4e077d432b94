import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { BoardModel } from '../../../src/core/board/boardModel';
import type { HistoryEntry } from '../../../src/core/story/history';
import { inOrder } from '../../support/mocha/inOrder';
import { TemporaryRepository } from '../../support/temporaryRepository';
import { waitFor } from '../../support/waitFor';
import type { StoryRecord } from '../../../src/core/story/story';
import type { Session } from '../../../src/session/session';
import { TestWindow } from '../engine/harness';

const AGENT = {
  name: 'writer',
  role: 'coder',
  command: [
    process.execPath,
    '-e',
    `const { execFileSync: run } = require('node:child_process');
     require('node:fs').writeFileSync('made.txt', 'made');
     console.log('I look at the flux capacitor');
     run('git', ['add', '-A']); run('git', ['commit', '-qm', 'Make it']);`,
  ],
};
const GATES = [{ name: 'test', command: ['sh', '-c', 'echo "# tests 1"; echo "quantum ok"'] }];

const ALWAYS = { from: null, to: null };

describe('questions about what was', function () {
  inOrder(this);
  let repository: TemporaryRepository;
  let leader: TestWindow;
  let follower: TestWindow;
  let story: StoryRecord;
  /** What the board showed right before each entry of the history was older than the next. */
  const moments: { time: string; shown: BoardModel }[] = [];

  before(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': 'one\n' }, 'Begin');
    leader = new TestWindow(repository, { settings: { gates: GATES, agents: [AGENT] } });
    await leader.open();
    follower = new TestWindow(repository);
    await follower.open();
  });
  after(async () => {
    await follower.close();
    await leader.close();
    await repository.dispose();
  });

  /** The answer in both windows, which is one. */
  async function asked<T>(question: (session: Session) => Promise<T>): Promise<T> {
    const [led, followed] = [await question(leader.session), await question(follower.session)];
    assert.deepEqual(followed, led);
    return led;
  }

  /** Notes how the board is while nothing moves. */
  async function note(): Promise<void> {
    await leader.session.settle();
    await new Promise((resolve) => setImmediate(resolve));
    const shown = leader.session.model();
    assert.ok(shown !== null);
    const { entries } = await leader.session.timeline({ key: null, before: null, limit: 1 });
    moments.push({ time: entries[0]!.at, shown });
  }

  it('[P3] an agent and gates work on a story until it has landed', async () => {
    leader.settings = { ...leader.settings, agents: [] };
    story = await leader.newStory('A machine for time', 'It needs 1.21 gigawatts.');
    const other = await leader.newStory('Another one');
    await note();
    await leader.must(other, 'Freeze');
    await note();
    leader.settings = { ...leader.settings, agents: [AGENT] };
    await leader.must(story, 'Start');
    await leader.waitForStage(story, 'Done');
    await note();
  });

  it('[P3] every window finds a story by its title, its text, and what its agent and its gates said', async () => {
    for (const words of ['machine', 'gigawatts', 'capacitor', 'quantum', 'machine gigaw flux']) {
      const { matches } = await asked((session) => session.search(words, 10));
      assert.deepEqual(matches.map(({ number }) => number), [story.number], words); // prettier-ignore
    }
    const [match] = (await asked((session) => session.search('capacitor', 10))).matches;
    assert.deepEqual([match!.place, match!.excerpt], ['output', 'I look at the flux capacitor']);
    assert.deepEqual((await asked((session) => session.search('nonsense', 10))).matches, []);
  });

  it('[P3, MQ11] every window knows what landed, and what stages, gates and agents took; a tree that was proven is gated once', async () => {
    const found = await asked((session) => session.statistics(ALWAYS));
    assert.deepEqual(found.landed.map(({ count }) => count), [1]); // prettier-ignore
    assert.deepEqual(found.gates.map(({ gate, passed, failed, flaky }) => [gate, passed, failed, flaky]), [['test', 1, 0, 0]]); // prettier-ignore
    assert.deepEqual(found.agents.map(({ agent, cold, warm, whyCold }) => [agent, cold, warm, whyCold.length]), [['writer', 1, 0, 1]]); // prettier-ignore
    for (const stage of ['Backlog', 'Coding', 'QA', 'Merge']) assert.ok(found.stages.some((one) => one.stage === stage), stage); // prettier-ignore
    assert.ok(found.gates[0]!.time!.median > 0 && found.agents[0]!.time!.median > 0);
  });

  it('[ST9] the history is read back in pages, of one story and of all, and no entry is missing or twice', async () => {
    for (const key of [story.key, null]) {
      const pages: HistoryEntry[][] = [];
      for (let before: number | null = null; ;) {
        const page = await asked((session) => session.timeline({ key, before, limit: 3 }));
        pages.push([...page.entries]);
        before = page.next;
        if (before === null) break;
      }
      const all = await leader.engine.history({ cursor: 0, limit: 999, ...(key !== null && { key }) });
      assert.deepEqual(pages.flat(), all.toReversed());
      assert.ok(pages.length > 1 && pages.slice(0, -1).every((page) => page.length === 3));
    }
  });

  it('[U9] the board of a moment is what was shown then, with nothing to be done on it', async () => {
    for (const { time, shown } of moments) {
      const past = await asked((session) => session.boardAt(time));
      assert.deepEqual([past.columns, past.mode], [shown.columns, 'past']);
      const told = ({ cards }: BoardModel): unknown => cards.map(({ key, number, title, stage, state, since, group }) => ({ key, number, title, stage, state, since, group })); // prettier-ignore
      assert.deepEqual(told(past), told(shown));
      assert.ok(past.cards.every((card) => card.actions.length + card.moves.length + card.primaryActions.length === 0));
      assert.equal(past.repository, shown.repository);
    }
    const before = await asked((session) => session.boardAt('2001-01-01T00:00:00.000Z'));
    assert.deepEqual(before.cards, []);
  });

  it('[U9] a board of the past shows the agent and the gate that were at work then', async () => {
    const history = await leader.engine.history({ cursor: 0, limit: 999, key: story.key });
    const at = (event: string): number => Date.parse(history.find((entry) => entry.event === event)!.at);
    const seen = new Set<string>();
    for (let time = at('Start'); time <= at('GatesPassed'); time += 5) {
      const board = await leader.session.boardAt(new Date(time).toISOString());
      const card = board.cards.find(({ key }) => key === story.key)!;
      seen.add(`${card.stage} ${card.state} ${card.agent ?? '-'}`);
    }
    assert.ok(seen.has('Coding working writer'), [...seen].join());
    assert.ok(seen.has('QA working -'), [...seen].join());
  });

  it('[U9] every window knows the words that must not be given away', async () => {
    const words = await asked((session) => session.privateWords());
    const has = (kind: string, text: string): boolean => words.some((word) => isDeepStrictEqual(word, { kind, text }));
    assert.ok(has('title', 'A machine for time') && has('text', 'It needs 1.21 gigawatts.'));
    assert.ok(has('branch', 'main') && words.some(({ kind, text }) => kind === 'branch' && text.startsWith('story/')));
    assert.ok(words.some(({ kind, text }) => kind === 'path' && text.includes(repository.path)));
    await waitFor('an identity', () => words.some(({ kind }) => kind === 'email'));
  });
});
