import assert from 'node:assert/strict';
import fc from 'fast-check';
import { arrangeCards } from '../../../../src/core/board/arrangeCards';
import { applyDelta, diffModel, isEmptyDelta } from '../../../../src/core/board/boardDelta';
import type { BoardModel } from '../../../../src/core/board/boardModel';
import { ModelFeed, ModelMirror, type ModelMessage } from '../../../../src/core/board/modelFeed';
import { arbitraryBoard, arbitraryChange } from '../../../support/arbitraryBoards';

/** As it arrives on the other side. */
function sent<T>(message: T): T {
  return JSON.parse(JSON.stringify(message)) as T;
}

describe('what changed on a board', () => {
  it('[U2] brings any board to any other', () => {
    const pair = fc.tuple(arbitraryBoard, arbitraryBoard);
    fc.assert(
      fc.property(fc.oneof(pair, arbitraryChange), ([before, after]) => {
        assert.deepEqual(applyDelta(before, sent(diffModel(before, after))), after);
      }),
      { numRuns: 400 },
    );
  });

  it('[U2] says nothing of a board that is as it was', () => {
    fc.assert(fc.property(arbitraryBoard, (board) => isEmptyDelta(diffModel(board, sent(board)))));
  });

  it('[U2] says of one card that moves only where it stands now, and of one that changes only what changed', () => {
    fc.assert(
      fc.property(arbitraryChange, ([before, after]) => {
        const { gone, added, changed, placed } = diffModel(before, after);
        assert.equal(gone.length + added.length, 0);
        assert.ok(changed.length <= 1 && placed.length <= 1, JSON.stringify({ changed, placed }));
      }),
    );
    const [a, b] = fc.sample(arbitraryBoard, 1)[0]?.cards ?? [];
    if (a === undefined || b === undefined) return;
    const head = {
      repository: 'r',
      target: null,
      mode: 'leading',
      notices: [],
      agents: null,
      sharing: null,
      counts: ZERO,
      queue: null,
    } as const;
    const { changed } = diffModel(arrangeCards(head, [a, b]), arrangeCards(head, [a, { ...b, why: 'It waits.' }]));
    assert.deepEqual(changed, [{ key: b.key, why: 'It waits.' }]);
  });

  it('[U2] what is said of another board is refused whole', () => {
    const [board] = fc.sample(
      arbitraryBoard.filter(({ cards }) => cards.length > 2),
      1,
    );
    assert.ok(board !== undefined);
    const none = { head: {}, gone: [], added: [], changed: [], placed: [] };
    const key = board.cards[0]?.key ?? '';
    const wrong = [
      { ...none, gone: ['k99'] },
      { ...none, changed: [{ key: 'k99', why: null }] },
      { ...none, placed: [{ key: 'k99', after: null }] },
      { ...none, placed: [{ key, after: 'k99' }] },
      { ...none, placed: [{ key, after: key }] },
      { ...none, placed: [{ key, after: null }, { key, after: key }] }, // prettier-ignore
      { ...none, added: [{ ...board.cards[0], key: 'k99' }] as BoardModel['cards'] },
    ];
    for (const delta of wrong) assert.equal(applyDelta(board, delta), null, JSON.stringify(delta));
  });
});

const ZERO = { running: 0, queued: 0, stuck: 0, needsYou: 0 };

describe('a board that is sent on', () => {
  it('[U2] the receiver shows each board of the sender, whatever came before', () => {
    fc.assert(
      fc.property(fc.array(arbitraryBoard, { minLength: 1, maxLength: 6 }), (boards) => {
        const [feed, mirror] = [new ModelFeed(), new ModelMirror()];
        for (const board of boards) {
          const message = feed.next(board);
          if (message !== null) assert.equal(mirror.take(sent(message)), 'shown');
          assert.deepEqual(mirror.model, board);
        }
        assert.equal(feed.next(boards.at(-1)!), null);
      }),
    );
  });

  it('[U2] a message that is lost is noticed once, and the sender starts over', () => {
    const boards = fc.sample(arbitraryBoard, { numRuns: 5, seed: 7 });
    const [feed, mirror] = [new ModelFeed(), new ModelMirror()];
    const messages: ModelMessage[] = boards.flatMap((board) => feed.next(board) ?? []);
    assert.equal(messages.length, 5);
    const [first, , third, fourth] = messages;
    assert.equal(mirror.take(first!), 'shown');
    assert.equal(mirror.take(third!), 'gap');
    assert.equal(mirror.take(fourth!), 'behind');
    assert.deepEqual(mirror.model, boards[0], 'it shows what it had, never half of a change');
    feed.startOver();
    assert.equal(mirror.take(feed.next(boards[4]!)!), 'shown');
    assert.deepEqual(mirror.model, boards[4]);
  });
});
