import assert from 'node:assert/strict';
import { PastReader, type PastDeed, type PastTalk } from '../../../../src/agents/acp/pastTalk';
import { Questions } from '../../../../src/keeper/questions';
import type { KeptStream } from '../../../../src/ports/keptRuns';

type Said = readonly [KeptStream, object | string];

const text = (message: object | string): string => (typeof message === 'string' ? message : JSON.stringify(message));

interface Read {
  readonly past: PastTalk | null;
  readonly rest: string;
  readonly deeds: readonly PastDeed[];
}

/** What is read out of a talk. `cut`: how many characters come at once. */
function read(talk: readonly Said[], cut = Number.POSITIVE_INFINITY): Read {
  const deeds: PastDeed[] = [];
  const reader = new PastReader((deed) => deeds.push(deed));
  for (const [stream, message] of talk) {
    const line = `${text(message)}\n`;
    for (let at = 0; at < line.length; at += cut) reader.hear({ stream, text: line.slice(at, at + cut), at: 0 });
  }
  return { ...reader.end(), deeds };
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
    assert.deepEqual(read(OPENED), { past: null, rest: '', deeds: [] });
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
    const { past, deeds } = read(talk);
    assert.ok(past !== null);
    const { asks, ...rest } = past;
    assert.deepEqual(rest, { sessionId: 's', mode: 'warm', canClose: true, turns: 1, turn: { id: 2, text: 'Do it', told: [], isCancelled: false, answer: null }, lastId: 2 }); // prettier-ignore
    assert.deepEqual(
      deeds.filter(({ kind }) => kind !== 'raw').map((deed) => ('allowed' in deed ? deed.allowed : deed.kind)),
      ['prompt', 'noise', 'update', true],
    );
    assert.deepEqual(asks, [ask('b')]);
    for (const cut of [1, 7, 50]) assert.deepEqual(read(talk, cut), { past, rest: '', deeds });
  });

  it('[A8] stands at its last turn, with how that ended, and at what the agent is in the middle of saying', () => {
    const reader = new PastReader(() => undefined);
    const opened = [['stdin', { id: 1, method: 'session/new' }], ['stdout', { id: 1, result: {} }]] as const; // prettier-ignore
    const turns = [['stdin', prompt(2, 'One')], ['stdout', { id: 2, result: { stopReason: 'end_turn' } }], ['stdin', prompt(7, 'Two')], ['stdout', { id: 7, error: { code: 1, message: 'No' } }]] as const; // prettier-ignore
    for (const [stream, message] of [...opened, ...turns]) reader.hear({ stream, text: `${text(message)}\n`, at: 0 });
    reader.hear({ stream: 'stdout', text: '{"jsonrpc', at: 0 });
    reader.hear({ stream: 'stderr', text: 'beside\n', at: 0 });
    const { past, rest } = reader.end();
    assert.deepEqual(past?.turn, {
      id: 7,
      text: 'Two',
      told: [],
      isCancelled: false,
      answer: { id: 7, error: { code: 1, message: 'No' } },
    });
    assert.deepEqual([past.mode, past.canClose, past.lastId, rest], ['cold', false, 7, '{"jsonrpc']);
  });

  it('[A8] goes on from where it stood where its beginning is not on record, also in the middle of a line', () => {
    const questions = new Questions(() => undefined);
    const early: readonly Said[] = [...OPENED, ['stdin', prompt(2, 'Dö it')], ['stdout', ask('a')], ['stdout', ask('b')]];
    for (const [stream, message] of early) {
      const data = Buffer.from(`${text(message)}\n`);
      // A piece may end within a character.
      for (const part of [data.subarray(0, 81), data.subarray(81)])
        if (stream === 'stdin') questions.told(part);
        else questions.said(part);
    }
    const [begun, ended] = [text(update('half')).slice(0, 30), text(update('half')).slice(30)];
    questions.said(Buffer.from(begun));
    const deeds: PastDeed[] = [];
    const reader = new PastReader((deed) => deeds.push(deed));
    reader.hear({ stream: 'notice', text: 'left out', at: 0 });
    reader.hear({ stream: 'standing', text: JSON.stringify(questions.record), at: 0 });
    reader.hear({ stream: 'stdout', text: `${ended}\n${text({ method: '$/cancel_request', params: { requestId: 'a' } })}\n`, at: 0 });
    const { past } = reader.end();
    assert.deepEqual(past, { ...read(early).past, asks: [ask('b')] });
    assert.deepEqual(deeds.filter(({ kind }) => kind !== 'raw').map(({ kind }) => kind), ['beside', 'prompt', 'update']);
    // Of a line that was too long for the record the end is no noise.
    questions.said(Buffer.alloc(2_000_000, 'x'));
    reader.hear({ stream: 'standing', text: JSON.stringify(questions.record), at: 0 });
    deeds.length = 0;
    for (const rest of ['xxx', 'xx\n', `${text(update('whole'))}\n`]) reader.hear({ stream: 'stdout', text: rest, at: 0 });
    assert.deepEqual(deeds.map(({ kind }) => kind), ['raw', 'update']);
  }); // prettier-ignore

  it('[A6] has no question open that was taken back, or that its turn has ended without', () => {
    const changes: string[] = [];
    const questions = new Questions((what) => changes.push(what));
    const said = (message: object): void => questions.said(Buffer.from(`${text(message)}\n`));
    questions.told(Buffer.from(`${text(prompt(2, 'Do it'))}\n`));
    said(ask('a'));
    said({ method: '$/cancel_request', params: { requestId: 'other' } });
    assert.deepEqual([questions.isOpen, questions.dropped], [true, []]);
    said({ method: '$/cancel_request', params: { requestId: 'a' } });
    assert.deepEqual([questions.isOpen, questions.dropped], [false, ['a']]);
    questions.told(Buffer.from('{"id":"a","error":{"code":-32800,"message":"Request cancelled"}}\n'));
    said(ask('b'));
    said({ id: 2, result: { stopReason: 'end_turn' } });
    assert.deepEqual([questions.isOpen, questions.dropped], [false, ['b']]);
    assert.deepEqual(changes, [
      'turnBegan',
      'asked',
      'allAnswered',
      'dropped',
      'asked',
      'turnOver',
      'allAnswered',
      'dropped',
    ]);
  });
});
