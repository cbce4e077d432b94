import assert from 'node:assert/strict';
import * as z from 'zod/mini';
import { MessageHandler, type Answers, type Transport } from '../../../src/protocol/messageHandler';

const hostSide = {
  requests: { double: { asks: z.number(), gives: z.number() }, wait: { asks: z.null(), gives: z.string() } },
  notifications: { note: z.object({ text: z.string() }) },
} as const;
const pageSide = { requests: {}, notifications: { show: z.string() } } as const;

/** Two ends of one way; what is sent arrives as JSON does, in order, a moment later. */
function wire(): { ends: [Transport, Transport]; sent: unknown[] } {
  const sent: unknown[] = [];
  const receivers: ((message: unknown) => void)[][] = [[], []];
  const end = (own: number): Transport => ({
    send: (message) => {
      sent.push(message);
      const text = JSON.stringify(message);
      queueMicrotask(() => receivers[1 - own]?.forEach((receive) => receive(JSON.parse(text))));
    },
    listen: (receive) => {
      receivers[own]?.push(receive);
      return { dispose: () => void receivers[own]?.splice(receivers[own].indexOf(receive), 1) };
    },
  });
  return { ends: [end(0), end(1)], sent };
}

function connect(change: Partial<Answers<typeof hostSide>['requests']> = {}) {
  const { ends, sent } = wire();
  const noted: string[] = [];
  const shown: string[] = [];
  const problems: string[] = [];
  const host = new MessageHandler({
    here: hostSide,
    there: pageSide,
    answers: {
      requests: { double: (number) => number * 2, wait: () => new Promise<string>(() => undefined), ...change },
      notifications: { note: ({ text }) => void noted.push(text) },
    },
    transport: ends[0],
    onProblem: (problem) => void problems.push(`host: ${problem}`),
  });
  const page = new MessageHandler({
    here: pageSide,
    there: hostSide,
    answers: { requests: {}, notifications: { show: (text) => void shown.push(text) } },
    transport: ends[1],
    onProblem: (problem) => void problems.push(`page: ${problem}`),
  });
  /** A request that was answered came after all that was sent before it. */
  const settled = (): Promise<unknown> => page.request('double', 0);
  return { host, page, ends, sent, noted, shown, problems, settled };
}

describe('messages between two sides', () => {
  it('[U2] each request gets its own answer, and notifications keep their order', async () => {
    const { host, page, noted, shown, problems } = connect();
    host.notify('show', 'a');
    host.notify('show', 'b');
    page.notify('note', { text: 'first' });
    const replies = await Promise.all([page.request('double', 4), page.request('double', 21)]);
    assert.deepEqual(replies, [
      { kind: 'answered', value: 8 },
      { kind: 'answered', value: 42 },
    ]);
    assert.deepEqual(noted, ['first']);
    assert.deepEqual(shown, ['a', 'b']);
    assert.deepEqual(problems, []);
  });

  const unreadable: readonly [string, unknown][] = [
    ['nothing', null],
    ['a text', 'show'],
    ['no envelope', { type: 'show', text: 'x' }],
    ['two arguments', { t: 'q', m: 'note', a: [{ text: 'x' }, 1] }],
    ['an unknown name', { t: 'q', m: 'run', a: ['rm -rf /'] }],
    ['a name of every object', { t: 'q', m: 'constructor', a: [{ text: 'x' }] }],
    ['a value that does not fit', { t: 'q', m: 'note', a: [{ text: 7 }] }],
    ['a reply with a foreign result', { t: 's', i: 7, r: 1 }],
  ];
  for (const [what, message] of unreadable) {
    it(`[U2] a message with ${what} changes nothing and is reported once`, async () => {
      const { ends, noted, problems, settled } = connect();
      ends[1].send(message);
      assert.deepEqual(await settled(), { kind: 'answered', value: 0 });
      assert.deepEqual(noted, []);
      assert.equal(problems.length, 1);
    });
  }

  it('[U2] a request that fails says why, and the way stays open', async () => {
    const { page, problems } = connect({ double: () => Promise.reject(new Error('the disk is full')) });
    assert.deepEqual(await page.request('double', 1), { kind: 'failed', message: 'the disk is full' });
    assert.deepEqual(await page.request('double', 1), { kind: 'failed', message: 'the disk is full' });
    assert.deepEqual(problems, ['host: double failed: the disk is full', 'host: double failed: the disk is full']);
  });

  it('[U2] an answer that does not fit is a failure, never a value', async () => {
    const { page, problems } = connect({ double: () => 'many' as unknown as number });
    const reply = await page.request('double', 1);
    assert.equal(reply.kind, 'failed');
    assert.match(problems.join('\n'), /^page: cannot read the answer to double/);
  });

  it('[U2] a message that does not fit is answered with what was expected', async () => {
    const { page } = connect();
    assert.deepEqual(await page.request('double', 'two' as unknown as number), {
      kind: 'failed',
      message: 'cannot read double: : Invalid input: expected number, received string',
    });
  });

  it('[U2] a closed way loses what waits, hears nothing more and takes no more requests', async () => {
    const { page, host, shown } = connect();
    const waiting = page.request('wait', null);
    page.dispose();
    host.notify('show', 'late');
    assert.deepEqual(await waiting, { kind: 'lost' });
    assert.deepEqual(await page.request('double', 1), { kind: 'lost' });
    assert.deepEqual(shown, []);
  });

  it('[U2] a way that breaks while sending loses the request instead of throwing', async () => {
    const broken: Transport = {
      send: () => {
        throw new Error('EPIPE');
      },
      listen: () => ({ dispose: () => undefined }),
    };
    const page = new MessageHandler({
      here: pageSide,
      there: hostSide,
      answers: { requests: {}, notifications: { show: () => undefined } },
      transport: broken,
      onProblem: () => assert.fail('a closed way is no problem of a message'),
    });
    page.notify('note', { text: 'x' });
    assert.deepEqual(await page.request('double', 1), { kind: 'lost' });
  });

  it('[U2] only what was asked for is taken as an answer', async () => {
    const { page, ends, settled } = connect();
    ends[0].send({ t: 's', i: 'guessed', r: { kind: 'answered', value: 1 } });
    await settled();
    assert.deepEqual(await page.request('double', 3), { kind: 'answered', value: 6 });
  });
});
