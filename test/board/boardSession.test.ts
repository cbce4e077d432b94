import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import type { BoardModel } from '../../src/core/board/boardModel';
import { ModelMirror } from '../../src/core/board/modelFeed';
import type { KeptFilter } from '../../src/core/board/keptFilters';
import { overviewOf } from '../../src/core/board/overview';
import type { Statistics } from '../../src/core/statistics/statistics';
import { boardHtml } from '../../src/host/board/boardHtml';
import { BoardSession } from '../../src/host/board/boardSession';
import { hostSide, pageSide } from '../../src/protocol/boardMessages';
import { MessageHandler, type Transport } from '../../src/protocol/messageHandler';
import { envelope } from '../support/envelope';
import { makeCard, makeModel, sampleCards, sampleModel, sampleNotices } from './support/sampleModel';

const FIGURES: Statistics = {
  range: { from: null, to: null },
  landed: [],
  sinceCreated: null,
  sinceCoding: null,
  stages: [],
  gates: [],
  agents: [],
};

/** Two ends of one way; what is sent arrives as VS Code brings it: whole, in order, a moment later. */
function wire(): [Transport, Transport] {
  const receivers: ((message: unknown) => void)[][] = [[], []];
  const end = (own: number): Transport => ({
    send: (message) => {
      const text = JSON.stringify(message);
      queueMicrotask(() => receivers[1 - own]?.forEach((receive) => receive(JSON.parse(text))));
    },
    listen: (receive) => {
      receivers[own]?.push(receive);
      return { dispose: () => void receivers[own]?.splice(receivers[own].indexOf(receive), 1) };
    },
  });
  return [end(0), end(1)];
}

/** A session and the page's end of its way, with a clock that only the test moves. */
function startSession(model: BoardModel | null = makeModel(sampleCards(), { notices: sampleNotices() })) {
  const heard: string[] = [];
  const announced: string[] = [];
  const overviews: string[] = [];
  const kept: string[][] = [];
  const done: string[] = [];
  const logged: string[] = [];
  const timers: { ms: number; callback: () => void }[] = [];
  const mirror = new ModelMirror();
  const bytes: number[] = [];
  let listeners: (() => void)[] = [];
  const note = (line: string) => void logged.push(line);
  const rows = ['app', 'lib'].map((name) => overviewOf([{ name, about: null, board: model, problem: null }]).rows[0]!);
  const state = { model, shown: 'app', filters: [] as readonly KeptFilter[] };
  const [hostEnd, pageEnd] = wire();
  const session = new BoardSession(
    {
      source: {
        model: () => state.model,
        overview: () => ({ rows, shown: state.shown }),
        filters: () => state.filters,
        onDidChange: (listener) => {
          listeners.push(listener);
          return { dispose: () => (listeners = listeners.filter((one) => one !== listener)) };
        },
      },
      commands: {
        newStory: () => void done.push('newStory'),
        keepFilters: (filters) => void (state.filters = filters),
        open: (key) => void done.push(`open ${key}`),
        act: (keys, action) => {
          done.push(`${action} ${keys.join()}`);
          return action === 'freeze' ? Promise.reject(new Error('the disk is full')) : Promise.resolve('It is done.');
        },
        move: (keys, to) => Promise.resolve(done.push(`move ${keys.join()} ${to}`)).then(() => null),
        prioritise: (keys, priority) => Promise.resolve(done.push(`P${priority} ${keys.join()}`)).then(() => null),
        statistics: (days) => Promise.resolve({ ...FIGURES, range: { from: days === null ? null : String(days), to: null } }), // prettier-ignore
        moments: () => Promise.resolve([{ at: '2025-03-14T11:00:00.000Z', text: '#36 was made' }]),
        boardAt: (time) => Promise.resolve({ ...sampleModel(), repository: time }),
        notice: (action) => void done.push(`notice ${action}`),
        showRepository: (name) => void done.push(`show ${name}`),
        openFirst: (name) => void done.push(`first of ${name}`),
      },
      log: { debug: note, info: note, warn: note, error: note },
      strings: { 'New Story': 'Neue Story' },
    },
    hostEnd,
    (ms, callback) => {
      const timer = { ms, callback };
      timers.push(timer);
      return { dispose: () => void timers.splice(timers.indexOf(timer), 1) };
    },
  );
  const page = new MessageHandler({
    here: pageSide,
    there: hostSide,
    answers: {
      requests: {},
      notifications: {
        strings: () => void heard.push('strings'),
        filters: ({ filters }) => void kept.push(filters.map(({ text }) => text)),
        model: (message) => {
          heard.push(message.kind);
          bytes.push(JSON.stringify(message).length);
          mirror.take(message);
        },
        announce: ({ text }) => void announced.push(text),
        focusStory: ({ key }) => void heard.push(`focus ${key}`),
        overview: ({ rows: shownRows, shown }) => void overviews.push(`${shownRows.length} ${shown}`),
        turnTo: ({ page }) => void overviews.push(page),
      },
    },
    transport: pageEnd,
    onProblem: (problem) => assert.fail(problem),
  });
  let turn = 0;
  const told = async (): Promise<void> => {
    listeners.forEach((listener) => listener());
    await setImmediate();
  };
  return {
    overviews, kept, session, page, pageEnd, mirror, heard, announced, done, logged, timers, state, bytes,
    /** Once all that was sent has arrived, and what it led to. */
    settled: () => setImmediate(),
    ready: async () => {
      page.notify('ready', {});
      await setImmediate();
    },
    /** One card says something else. */
    change: async () => {
      turn += 1;
      const [first, ...rest] = state.model?.cards ?? [];
      if (state.model !== null && first !== undefined) state.model = makeModel([{ ...first, title: `Turn ${turn}` }, ...rest], state.model); // prettier-ignore
      await told();
    },
    told,
    listeners: () => listeners.length,
    runTimer: async () => {
      timers.shift()?.callback();
      await setImmediate();
    },
  }; // prettier-ignore
}

describe('the host side of the board', () => {
  it('[U2] a page that is ready gets texts and the whole board, each time it is loaded', async () => {
    const { session, ready, heard } = startSession();
    await ready();
    session.hidden();
    await ready();
    assert.deepEqual(heard, ['strings', 'whole', 'strings', 'whole']);
  });

  it('[U2] changes are gathered, at most ten a second, and the last is always delivered', async () => {
    const { ready, change, heard, runTimer, timers, mirror, state } = startSession();
    await ready();
    for (let turn = 0; turn < 50; turn += 1) await change();
    assert.deepEqual(heard, ['strings', 'whole', 'change']);
    assert.equal(timers[0]?.ms, 100);
    await runTimer();
    assert.deepEqual(heard.slice(3), ['change']);
    assert.deepEqual(mirror.model, state.model);
    await runTimer();
    assert.equal(heard.length, 4);
    await change();
    assert.equal(heard.length, 5);
  });

  it('[U2] one change on a board of 10,000 stories is told in a few bytes, and still twice a second', async () => {
    const cards = Array.from({ length: 10_000 }, (_, index) => makeCard(index + 1));
    const { ready, change, timers, bytes, mirror, state } = startSession(makeModel(cards));
    await ready();
    await change();
    assert.equal(timers[0]?.ms, 500);
    assert.ok(bytes.length === 2 && (bytes[1] ?? 0) < 200, bytes.join(', '));
    assert.equal(mirror.model?.cards[0]?.title, state.model?.cards[0]?.title);
  });

  it('[U7] the repositories are told once, and the board of another one comes whole', async () => {
    const { ready, told, heard, overviews, runTimer, state, page, done, logged, session } = startSession();
    await ready();
    assert.deepEqual(overviews, ['2 app']);
    await told();
    state.shown = 'lib';
    await told();
    await runTimer();
    assert.deepEqual(
      [overviews, heard],
      [
        ['2 app', '2 lib'],
        ['strings', 'whole', 'whole'],
      ],
    );
    page.notify('showRepository', { repository: 'app' });
    page.notify('openFirst', { repository: 'lib' });
    page.notify('showRepository', { repository: '../other' });
    await setImmediate();
    assert.deepEqual(done, ['show app', 'first of lib']);
    assert.match(logged.join('\n'), /there is no repository "\.\.\/other"/);
    session.turnTo('overview');
    await setImmediate();
    assert.equal(overviews.at(-1), 'overview');
    session.hidden();
    session.turnTo('overview');
    await ready();
    assert.deepEqual(overviews.slice(-2), ['2 lib', 'overview']);
  });

  it('[U2] filters that a page keeps are there for the next one', async () => {
    const { ready, page, settled, session, kept, pageEnd, logged } = startSession();
    await ready();
    page.notify('keepFilters', { filters: [{ text: 'label:web', pill: 'needsYou' }] });
    pageEnd.send(envelope('keepFilters', { filters: Array.from({ length: 13 }, () => ({ text: 'x', pill: 'all' })) }));
    await settled();
    assert.match(logged.join(), /cannot read keepFilters/);
    session.hidden();
    await ready();
    assert.deepEqual(kept, [[], ['label:web']]);
  });

  it('[U2] a board that is as it was is not sent again', async () => {
    const { ready, heard, state, told, timers } = startSession();
    await ready();
    state.model = JSON.parse(JSON.stringify(state.model)) as BoardModel;
    await told();
    assert.deepEqual(heard, ['strings', 'whole']);
    assert.equal(timers.length, 1, 'it was looked at');
  });

  it('[U2] a page that missed a change gets the whole board', async () => {
    const { ready, change, page, settled, heard, mirror, state } = startSession();
    await ready();
    await change();
    page.notify('resync', {});
    await settled();
    assert.deepEqual(heard, ['strings', 'whole', 'change', 'whole']);
    assert.deepEqual(mirror.model, state.model);
  });

  it('[U2] nothing is sent to a page that is loading or hidden, or without a model', async () => {
    const { session, ready, change, heard, state } = startSession();
    await change();
    assert.deepEqual(heard, []);
    state.model = null;
    await ready();
    assert.deepEqual(heard, ['strings']);
    session.hidden();
    await change();
    assert.equal(heard.length, 1);
  });

  it('[U2] a story to be shown waits until the page is ready', async () => {
    const { session, ready, heard } = startSession();
    session.focus('key-31');
    await ready();
    assert.equal(heard.at(-1), 'focus key-31');
  });

  it('[U2] what a card offers is done, and its result is the answer', async () => {
    const { page, settled, done, announced } = startSession();
    page.notify('newStory', {});
    page.notify('open', { key: 'key-36' });
    const acted = await page.request('action', { keys: ['key-31'], action: 'retryMerge' });
    const moved = await page.request('move', { keys: ['key-31'], to: 'Merge' });
    await page.request('prioritise', { keys: ['key-36', 'key-37'], priority: 0 });
    page.notify('notice', { action: 'setIdentity' });
    await settled();
    assert.deepEqual(done, ['newStory', 'open key-36', 'retryMerge key-31', 'move key-31 Merge', 'P0 key-36,key-37', 'notice setIdentity']); // prettier-ignore
    assert.deepEqual([acted, moved], [{ kind: 'answered', value: 'It is done.' }, { kind: 'answered', value: null }]); // prettier-ignore
    assert.deepEqual(announced, []);
  });

  it('[U2, U9] figures, what happened, and a board of the past are given to the page that asks', async () => {
    const { page } = startSession();
    const figures = await page.request('statistics', { days: 7 });
    assert.deepEqual(figures, { kind: 'answered', value: { ...FIGURES, range: { from: '7', to: null } } });
    const moments = await page.request('moments', {});
    assert.deepEqual(moments, { kind: 'answered', value: [{ at: '2025-03-14T11:00:00.000Z', text: '#36 was made' }] });
    const then = await page.request('boardAt', { time: '2025-03-14T11:00:00.000Z' });
    assert.ok(then.kind === 'answered' && then.value.head.repository === '2025-03-14T11:00:00.000Z');
    assert.deepEqual(then.value.cards, sampleModel().cards);
  });

  const refused: readonly [string, string, object][] = [
    ['a story that is not there', 'open', { key: 'key-999' }],
    ['an action that the story does not offer', 'action', { keys: ['key-36'], action: 'retryMerge' }],
    ['a stage that the story cannot reach', 'move', { keys: ['key-36'], to: 'Done' }],
    ['an action that one of several does not offer', 'action', { keys: ['key-36', 'key-31'], action: 'start' }],
    ['a move of no story at all', 'move', { keys: [], to: 'Coding' }],
    ['a priority that there is not', 'prioritise', { keys: ['key-36'], priority: 7 }],
    ['a notice that is not shown', 'notice', { action: 'manageTrust' }],
    ['an unknown action', 'action', { keys: ['key-36'], action: 'constructor' }],
    ['an unknown message', 'run', { command: 'rm -rf /' }],
  ];
  for (const [what, name, value] of refused) {
    it(`[U2] ${what} is refused and logged, and nothing is done`, async () => {
      const { pageEnd, settled, done, logged } = startSession();
      pageEnd.send(envelope(name, value));
      await settled();
      assert.deepEqual(done, []);
      assert.equal(logged.length, 1);
      assert.match(logged[0] ?? '', /refused|cannot read|there is no message/);
    });
  }

  it('[U2] what is refused is said to who asked for it', async () => {
    const { page, settled, announced } = startSession();
    const reply = await page.request('action', { keys: ['key-36'], action: 'retryMerge' });
    assert.match(JSON.stringify(reply), /no longer possible/);
    page.notify('open', { key: 'key-999' });
    await settled();
    assert.match(announced.join(), /no longer possible/);
  });

  it('[U2] an action that fails is logged and answered as failed, and the board goes on', async () => {
    const { page, settled, logged, done } = startSession();
    const reply = await page.request('action', { keys: ['key-31'], action: 'freeze' });
    assert.deepEqual(reply, { kind: 'failed', message: 'the disk is full' });
    assert.deepEqual(logged, ['[board] action failed: the disk is full']);
    page.notify('newStory', {});
    await settled();
    assert.equal(done.at(-1), 'newStory');
  });

  it("[U2] a page's problem is one short line of the log", async () => {
    const { page, settled, logged } = startSession();
    page.notify('problem', { text: `first\n2025-01-01 [error] forged\n${'x'.repeat(9_000)}` });
    await settled();
    assert.equal(logged.length, 1);
    assert.ok((logged[0] ?? '').length < 520 && !logged[0]?.includes('\n'));
  });

  it('[U2] a page is answered that asks whether there is anybody', async () => {
    const { page } = startSession();
    assert.deepEqual(await page.request('ping', {}), { kind: 'answered', value: {} });
  });

  it('[U2] a closed board listens to nothing any more', async () => {
    const { session, ready, change, page, settled, listeners, timers, heard, done } = startSession();
    await ready();
    await change();
    session.dispose();
    await change();
    page.notify('newStory', {});
    await settled();
    assert.equal(listeners(), 0);
    assert.equal(timers.length, 0);
    assert.deepEqual(heard, ['strings', 'whole', 'change']);
    assert.deepEqual(done, []);
  });

  it('[U2] the page may run our script only: no inline code or style, no other source', () => {
    const html = boardHtml({ cspSource: 'https://webview', nonce: 'abc', script: 'board.js?"><script>', styles: ['a.css'], title: '<b>', language: 'en' }); // prettier-ignore
    assert.match(
      html,
      /default-src 'none'; style-src https:\/\/webview; font-src https:\/\/webview; script-src 'nonce-abc'/,
    );
    assert.doesNotMatch(html, /unsafe|style=|<style|<b>/);
    assert.equal(html.match(/<script/g)?.length, 1);
  });
});
