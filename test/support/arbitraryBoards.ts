import fc from 'fast-check';
import { ACTION_IDS } from '../../src/core/board/actions';
import { arrangeCards } from '../../src/core/board/arrangeCards';
import type { BoardHead, BoardModel } from '../../src/core/board/boardModel';
import { COLUMN_NAMES, GROUP_NAMES } from '../../src/core/board/boardNames';
import type { Card } from '../../src/core/board/card';
import { NEEDS } from '../../src/core/board/needs';
import { STAGE_NAMES, STORY_TYPES } from '../../src/core/story/stageNames';
import { say } from '../../src/core/words/said';

/** Objects as JSON has them. */
const plain = <T>(parts: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record(parts, { noNullPrototype: true });

const arbitrarySaid = fc.option(
  fc.constantFrom([{ text: 'Waits.', values: [] }], [{ text: 'Waits for {0}.', values: [{ names: ['#1'] }, 2] }]),
);

const arbitraryCard: fc.Arbitrary<Omit<Card, 'key' | 'number'>> = plain({
  type: fc.constantFrom(...STORY_TYPES),
  title: fc.constantFrom('A', 'B', '<b>', ''),
  labels: fc.subarray(['billing', 'research', 'labels']),
  priority: fc.nat(3),
  dependsOn: fc.subarray([
    { key: 'k1', number: 1, state: 'QA' },
    { key: 'k9', number: null, state: 'missing' },
  ]),
  neededBy: fc.subarray([3, 4]),
  conflicts: fc.subarray([
    { number: 7, files: ['a.ts'] },
    { number: null, files: [] },
  ]),
  said: plain({
    why: arbitrarySaid,
    brief: arbitrarySaid,
    facts: fc.constantFrom([], [null, { text: '1 commit', values: [] }]),
  }),
  stage: fc.constantFrom(...STAGE_NAMES),
  column: fc.option(fc.constantFrom(...COLUMN_NAMES)),
  group: fc.constantFrom(...GROUP_NAMES),
  state: fc.constantFrom('idle', 'working', 'waiting', 'cold'),
  mark: fc.option(fc.constantFrom('running', 'queued', 'cold')),
  since: fc.constantFrom('2026-01-02T12:00:00.000Z', '2026-01-02T13:00:00.000Z'),
  agent: fc.option(fc.constantFrom('opencode', 'claude')),
  question: fc.option(
    fc.constantFrom({
      id: 'q1',
      text: 'claude asks to run `npm install`.',
      forStory: null,
      deniedAt: '2026-01-02T13:00:00.000Z',
    }),
  ),
  facts: fc.array(fc.oneof(fc.constantFrom('test 1/2', 'behind #7'), plain({ since: fc.nat(9) })), { maxLength: 2 }),
  why: fc.option(fc.constantFrom('Waits for a free agent.', '')),
  brief: fc.option(fc.constantFrom('Waits for a free agent', '')),
  primaryActions: fc.subarray([...ACTION_IDS], { maxLength: 3 }),
  actions: fc.subarray([...ACTION_IDS]),
  moves: fc.subarray([...STAGE_NAMES]),
  need: fc.option(fc.constantFrom(...NEEDS)),
});

const LANE: BoardHead['queue'] = {
  policy: 'one at a time',
  why: 'because',
  stopped: null,
  candidates: [{ key: 'k1', since: '2026-01-02T12:00:00.000Z', at: 9, progress: { done: 1, total: 3 } }],
  more: 0,
  out: [{ key: 'k3', since: '2026-01-02T12:00:00.000Z' }],
};

const arbitraryHead: fc.Arbitrary<BoardHead> = plain({
  repository: fc.constantFrom('greeter', 'sample'),
  target: fc.option(plain({ name: fc.constant('main'), tip: fc.constantFrom('a'.repeat(40), 'b'.repeat(40)) })),
  mode: fc.constantFrom('leading', 'following'),
  notices: fc.subarray<BoardHead['notices'][number]>([
    { severity: 'error', text: 'The disk is full.', action: null },
    { severity: 'info', text: 'Choose.', action: { id: 'setTarget', label: 'Choose Target Branch' } },
  ]),
  agents: fc.constantFrom(null, { atWork: 1, most: 3 }),
  counts: plain({ running: fc.nat(3), queued: fc.nat(3), stuck: fc.nat(3), needsYou: fc.nat(3) }),
  queue: fc.constantFrom(null, LANE, { ...LANE, stopped: 'main is red.', candidates: [], more: 3 }),
  sharing: fc.constantFrom(null, {
    state: 'together',
    words: 'with Ada',
    line: 'Shared with Ada.',
    said: { words: [say('with {0}', { names: ['Ada'] })], line: null },
  }),
});

/** A board as no story makes it: some of twenty cards with anything on them, in any order. */
export const arbitraryBoard: fc.Arbitrary<BoardModel> = plain({
  head: arbitraryHead,
  numbers: fc.shuffledSubarray(Array.from({ length: 20 }, (_, index) => index + 1)),
  cards: fc.array(arbitraryCard, { minLength: 20, maxLength: 20 }),
}).map(({ head, numbers, cards }) =>
  arrangeCards(
    head,
    numbers.flatMap((number) => {
      const card = cards[number - 1];
      return card === undefined ? [] : [{ ...card, key: `k${number}`, number }];
    }),
  ),
);

/** The same board with few things changed, as the next moment has it. */
export const arbitraryChange: fc.Arbitrary<readonly [BoardModel, BoardModel]> = fc
  .tuple(arbitraryBoard, arbitraryBoard, fc.nat(20), fc.nat(20))
  .map(([before, other, from, to]) => {
    const cards = [...before.cards];
    const [moved] = cards.splice(from, 1);
    const replaced = other.cards.find((card) => card.key === moved?.key) ?? moved;
    if (replaced !== undefined) cards.splice(to, 0, replaced);
    return [before, arrangeCards(before, cards)];
  });
