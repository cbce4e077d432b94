import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CHAT_ASKS, CHAT_MOVES, readChat } from '../../../../src/core/chat/chatRequest';

describe('what a person writes in a chat', () => {
  const asked = (command: string | null, prompt: string): unknown => {
    const read = readChat(command, prompt);
    return read.kind === 'asked' ? read.request : read.kind;
  };

  it('[U8] is read without a model: commands, and the same words as a sentence', () => {
    assert.deepEqual(asked('status', ''), { verb: 'status' });
    assert.deepEqual(asked(null, ''), { verb: 'status' });
    assert.deepEqual(asked(null, 'status please'), { verb: 'status' });
    assert.deepEqual(asked('create', 'Sign in\n- [ ] It opens'), { verb: 'create', title: 'Sign in', body: '- [ ] It opens', type: 'story' }); // prettier-ignore
    assert.deepEqual(asked(null, 'Create Sign in'), { verb: 'create', title: 'Sign in', body: '', type: 'story' });
    assert.deepEqual(asked('move', '#3 to QA'), { verb: 'move', number: 3, to: 'QA' });
    assert.deepEqual(asked(null, '/move 12 frozen.'), { verb: 'move', number: 12, to: 'Frozen' });
    assert.deepEqual(asked('why', 'is #7 stuck?'), { verb: 'why', number: 7 });
    for (const [command, prompt] of [
      ['create', ' '],
      ['move', '3'],
      ['move', 'QA'],
      ['why', 'so'],
      [null, 'make tea'],
    ] as const)
      // prettier-ignore
      assert.equal(asked(command, prompt), 'unclear', `${command} ${prompt}`);
  });

  it('[U8] approves nothing and lands nothing, whatever it is', () => {
    for (const stage of ['Merge', 'Done', 'Archived', 'ReviewHold', 'approve', 'skip'])
      assert.equal(asked('move', `3 ${stage}`), 'unclear', stage);
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.stringMatching(/^\/?(move|create|why|status) #?\d* ?\w*$/),
    );
    fc.assert(
      fc.property(fc.constantFrom(null, 'move', 'create', 'why', 'status', 'delete'), anything, (command, prompt) => {
        const read = readChat(command, prompt);
        if (read.kind === 'unclear') return assert.ok(read.said.text.length > 10);
        const { verb, ...rest } = read.request;
        if (verb === 'move') assert.ok(CHAT_MOVES.includes((rest as { to: never }).to));
        else assert.ok(Object.keys(rest).every((key) => key in CHAT_ASKS[verb].def.shape));
      }),
      { numRuns: 10_000 },
    );
  });
});
