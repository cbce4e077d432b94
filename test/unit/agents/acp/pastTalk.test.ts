import assert from 'node:assert/strict';
import { PastReader, type PastTalk } from '../../../../src/agents/acp/pastTalk';
import type { KeptStream } from '../../../../src/ports/keptRuns';

type Said = readonly [KeptStream, object | string];

const text = (message: object | string): string => (typeof message === 'string' ? message : JSON.stringify(message));

/** What is read out of a talk. `cut`: how many characters come at once. */
function read(talk: readonly Said[], cut = Number.POSITIVE_INFINITY): { past: PastTalk | null; rest: string } {
  const reader = new PastReader();
  for (const [stream, message] of talk) {
    const line = `${text(message)}\n`;
    for (let at = 0; at < line.length; at += cut) reader.hear({ stream, text: line.slice(at, at + cut), at: 0 });
  }
  return reader.end();
}

const update = (said: string): object => ({
  method: 'session/update',
  params: { sessionId: 's', update: { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: said } } },
});
const prompt = (id: number, said: string): object => ({
  id,
  method: 'session/prompt',
  params: { sessionId: 's', prompt: [{ type: 'text', text: said }] },
});
const ask = (id: string): object => ({
  id,
  method: 'session/request_permission',
  params: { sessionId: 's', options: [{ optionId: 'y', kind: 'allow_once' }, { optionId: 'n', kind: 'reject_once' }] },
}); // prettier-ignore
const OPENED: readonly Said[] = [
  ['stdin', { id: 0, method: 'initialize' }],
  ['stdout', { id: 0, result: { agentCapabilities: { sessionCapabilities: { close: {} } } } }],
  ['stdin', { id: 1, method: 'session/load' }],
  ['stdout', update('of the load')],
  ['stdout', { id: 1, result: {} }],
];

describe('a talk that went on before', () => {
  it('[A8] is none as long as the agent was asked for nothing', () => {
    assert.equal(read(OPENED).past, null);
  });

  it('[A8] is read alike however it is cut, without what a session that was loaded replayed', () => {
    const talk: readonly Said[] = [
      ...OPENED,
      ['stdin', prompt(2, 'Do it')],
      ['stdout', 'a banner'],
      ['stdout', update('Yes')],
      ['stdout', ask('a')],
      ['stdin', { id: 'a', result: { outcome: { outcome: 'selected', optionId: 'y' } } }],
      ['stdout', ask('b')],
    ];
    const { past } = read(talk);
    assert.ok(past !== null);
    const { deeds, asks, ...rest } = past;
    assert.deepEqual(rest, { sessionId: 's', mode: 'warm', canClose: true, turn: { id: 2, text: 'Do it', answer: null }, lastId: 2 }); // prettier-ignore
    assert.deepEqual(
      deeds.filter(({ kind }) => kind !== 'raw').map((deed) => ('allowed' in deed ? deed.allowed : deed.kind)),
      ['prompt', 'noise', 'update', true],
    );
    assert.deepEqual(asks, [ask('b')]);
    for (const cut of [1, 7, 50]) assert.deepEqual(read(talk, cut), { past, rest: '' });
  });

  it('[A8] stands at its last turn, with how that ended, and at what the agent is in the middle of saying', () => {
    const reader = new PastReader();
    const opened = [['stdin', { id: 1, method: 'session/new' }], ['stdout', { id: 1, result: {} }]] as const; // prettier-ignore
    const turns = [['stdin', prompt(2, 'One')], ['stdout', { id: 2, result: { stopReason: 'end_turn' } }], ['stdin', prompt(7, 'Two')], ['stdout', { id: 7, error: { code: 1, message: 'No' } }]] as const; // prettier-ignore
    for (const [stream, message] of [...opened, ...turns]) reader.hear({ stream, text: `${text(message)}\n`, at: 0 });
    reader.hear({ stream: 'stdout', text: '{"jsonrpc', at: 0 });
    reader.hear({ stream: 'stderr', text: 'beside\n', at: 0 });
    const { past, rest } = reader.end();
    assert.deepEqual(past?.turn, { id: 7, text: 'Two', answer: { id: 7, error: { code: 1, message: 'No' } } });
    assert.deepEqual([past.mode, past.canClose, past.lastId, rest], ['cold', false, 7, '{"jsonrpc']);
  });
});
