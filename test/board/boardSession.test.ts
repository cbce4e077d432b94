import assert from 'node:assert/strict';
import type { BoardModel } from '../../src/core/board/boardModel';
import { boardHtml } from '../../src/host/board/boardHtml';
import { BoardSession } from '../../src/host/board/boardSession';
import type { ToBoard } from '../../src/protocol/boardMessages';
import { makeModel, sampleCards, sampleNotices } from './support/sampleModel';

/** A session with everything around it faked, and a clock that only the test moves. */
function startSession(model: BoardModel | null = makeModel(sampleCards(), { notices: sampleNotices() })) {
  const posted: ToBoard[] = [];
  const done: string[] = [];
  const logged: string[] = [];
  const timers: { ms: number; callback: () => void }[] = [];
  let listeners: (() => void)[] = [];
  const note = (line: string) => void logged.push(line);
  const state = { model };
  const session = new BoardSession(
    {
      source: {
        model: () => state.model,
        onDidChange: (listener) => {
          listeners.push(listener);
          return { dispose: () => (listeners = listeners.filter((one) => one !== listener)) };
        },
      },
      commands: {
        newStory: () => void done.push('newStory'),
        open: (key) => void done.push(`open ${key}`),
        act: (key, action) => {
          done.push(`${action} ${key}`);
          return action === 'freeze' ? Promise.reject(new Error('the disk is full')) : Promise.resolve('It is done.');
        },
        move: (key, to) => Promise.resolve(done.push(`move ${key} ${to}`)).then(() => null),
        notice: (action) => void done.push(`notice ${action}`),
      },
      log: { debug: note, info: note, warn: note, error: note },
      strings: { 'New Story': 'Neue Story' },
    },
    (message) => void posted.push(message),
    (ms, callback) => {
      const timer = { ms, callback };
      timers.push(timer);
      return { dispose: () => void timers.splice(timers.indexOf(timer), 1) };
    },
  );
  const models = () => posted.filter(({ type }) => type === 'model').length;
  return {
    session, posted, done, logged, timers, state, models,
    change: () => listeners.forEach((listener) => listener()),
    listeners: () => listeners.length,
    runTimer: () => timers.shift()?.callback(),
  }; // prettier-ignore
}

describe('the host side of the board', () => {
  it('[U2] a page that is ready gets texts and model, each time it is loaded', async () => {
    const { session, posted } = startSession();
    await session.receive({ type: 'ready' });
    session.hidden();
    await session.receive({ type: 'ready' });
    assert.deepEqual(posted.map(({ type }) => type), ['strings', 'model', 'strings', 'model']); // prettier-ignore
  });

  it('[U2] changes are gathered, at most ten a second, and the last is always delivered', async () => {
    const { session, change, models, runTimer, timers } = startSession();
    await session.receive({ type: 'ready' });
    for (let turn = 0; turn < 50; turn += 1) change();
    assert.equal(models(), 2);
    assert.equal(timers[0]?.ms, 100);
    runTimer();
    assert.equal(models(), 3);
    runTimer();
    assert.equal(models(), 3);
    change();
    assert.equal(models(), 4);
  });

  it('[U2] a board of 10,000 stories is still brought up to date twice a second', async () => {
    const cards = Array.from({ length: 10_000 }, () => sampleCards()[0]!);
    const { session, change, timers } = startSession(makeModel(cards));
    await session.receive({ type: 'ready' });
    change();
    assert.equal(timers[0]?.ms, 500);
  });

  it('[U2] nothing is sent to a page that is loading or hidden, or without a model', async () => {
    const { session, change, posted, state } = startSession();
    change();
    assert.deepEqual(posted, []);
    state.model = null;
    await session.receive({ type: 'ready' });
    assert.deepEqual(posted.map(({ type }) => type), ['strings']); // prettier-ignore
    session.hidden();
    change();
    assert.equal(posted.length, 1);
  });

  it('[U2] a story to be shown waits until the page is ready', async () => {
    const { session, posted } = startSession();
    session.focus('key-31');
    await session.receive({ type: 'ready' });
    assert.deepEqual(posted.at(-1), { type: 'focusStory', key: 'key-31' });
  });

  it('[U2] what a card offers is done, and its result announced', async () => {
    const { session, done, posted } = startSession();
    await session.receive({ type: 'newStory' });
    await session.receive({ type: 'open', key: 'key-36' });
    await session.receive({ type: 'action', key: 'key-31', action: 'retryMerge' });
    await session.receive({ type: 'move', key: 'key-31', to: 'Merge' });
    await session.receive({ type: 'notice', action: 'setIdentity' });
    assert.deepEqual(done, ['newStory', 'open key-36', 'retryMerge key-31', 'move key-31 Merge', 'notice setIdentity']);
    assert.deepEqual(posted, [{ type: 'announce', text: 'It is done.' }]);
  });

  const refused: readonly [string, unknown][] = [
    ['a story that is not there', { type: 'open', key: 'key-999' }],
    ['an action that the story does not offer', { type: 'action', key: 'key-36', action: 'retryMerge' }],
    ['a stage that the story cannot reach', { type: 'move', key: 'key-36', to: 'Done' }],
    ['a notice that is not shown', { type: 'notice', action: 'manageTrust' }],
    ['an unknown action', { type: 'action', key: 'key-36', action: 'constructor' }],
    ['an unknown message', { type: 'run', command: 'rm -rf /' }],
    ['no message at all', null],
  ];
  for (const [what, message] of refused) {
    it(`[U2] ${what} is refused and logged, and nothing is done`, async () => {
      const { session, done, logged } = startSession();
      await session.receive(message);
      assert.deepEqual(done, []);
      assert.equal(logged.length, 1);
      assert.match(logged[0]!, /refused/);
    });
  }

  it('[U2] an action that fails is logged, and the board goes on', async () => {
    const { session, logged, done } = startSession();
    await session.receive({ type: 'action', key: 'key-31', action: 'freeze' });
    assert.deepEqual(logged, ['[board] action failed: the disk is full']);
    await session.receive({ type: 'newStory' });
    assert.equal(done.at(-1), 'newStory');
  });

  it("[U2] a page's problem is one short line of the log", async () => {
    const { session, logged } = startSession();
    await session.receive({ type: 'problem', text: `first\n2025-01-01 [error] forged\n${'x'.repeat(9_000)}` });
    assert.equal(logged.length, 1);
    assert.ok(logged[0]!.length < 520 && !logged[0]!.includes('\n'));
  });

  it('[U2] a closed board listens to nothing any more', async () => {
    const { session, change, listeners, timers, posted } = startSession();
    await session.receive({ type: 'ready' });
    change();
    session.dispose();
    change();
    assert.equal(listeners(), 0);
    assert.equal(timers.length, 0);
    assert.equal(posted.filter(({ type }) => type === 'model').length, 2);
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
