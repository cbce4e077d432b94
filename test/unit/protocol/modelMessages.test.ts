import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CARD_STATES } from '../../../src/core/board/card';
import { ModelFeed, type ModelMessage } from '../../../src/core/board/modelFeed';
import { modelMessageSchema } from '../../../src/protocol/modelMessages';
import { arbitraryBoard } from '../../support/arbitraryBoards';

describe('the schema of a board that is sent on', () => {
  it('[U2] takes every message as it is', () => {
    fc.assert(
      fc.property(fc.array(arbitraryBoard, { minLength: 1, maxLength: 3 }), (boards) => {
        const feed = new ModelFeed();
        const messages = boards.flatMap((board) => feed.next(board) ?? []);
        for (const message of messages) assert.deepEqual(modelMessageSchema.parse(message), message);
      }),
    );
  });

  const change = (delta: object): unknown => ({
    kind: 'change',
    revision: 2,
    delta: { head: {}, gone: [], added: [], changed: [], placed: [], ...delta },
  });
  const wrong: readonly [string, unknown][] = [
    ['a revision that counts from nothing', { ...(change({}) as ModelMessage), revision: 0 }],
    ['a state that there is not', change({ changed: [{ key: 'k1', state: 'landed' }] })],
    ['a field without a value', change({ changed: [{ key: 'k1', why: undefined }] })],
    ['a change of no card', change({ changed: [{ why: null }] })],
    ['a card that lacks its fields', change({ added: [{ key: 'k1' }] })],
    ['a place beside nothing', change({ placed: [{ key: 'k1' }] })],
  ];
  for (const [what, message] of wrong) {
    it(`[U2] refuses ${what}`, () => assert.equal(modelMessageSchema.safeParse(message).success, false));
  }

  it('[U2] knows every state that a card can have', () => {
    for (const state of CARD_STATES) assert.ok(modelMessageSchema.safeParse(change({ changed: [{ key: 'k', state }] })).success); // prettier-ignore
  });
});
