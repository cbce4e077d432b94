import assert from 'node:assert/strict';
import { headOf } from '../../src/core/board/boardHead';
import type { Card } from '../../src/core/board/card';
import { envelope } from '../support/envelope';
import { frozenCard, makeModel, sampleCards } from './support/sampleModel';
import { useBoard } from './support/useBoard';

/** The sample with one story proven, so that it stands in Done. */
function withDone(number: number): Card[] {
  const done = { stage: 'Done', column: 'Done', group: 'Done', state: 'proven' } as const;
  return sampleCards().map((card) => (card.number === number ? { ...card, ...done } : card));
}

describe('the board while things change', () => {
  const open = useBoard();

  it('[U2] a change is shown without loading the page anew, with a short motion', async () => {
    const board = await open();
    await board.send({ type: 'model', model: makeModel(sampleCards()) });
    await board.page.evaluate(() => document.body.setAttribute('data-same-page', ''));
    await board.send({ type: 'model', model: makeModel(withDone(29)) });
    assert.ok((await board.numbersIn('Done')).includes('#29'));
    await board.nextFrames();
    assert.ok((await board.page.evaluate(() => window.boardTest.animations)) > 0);
    assert.equal(await board.page.locator('body[data-same-page]').count(), 1);
    await board.page.locator('.travelling').waitFor({ state: 'detached' });
  });

  it('[U2] with reduced motion nothing moves on its own', async () => {
    const board = await open({ motion: 'reduced' });
    await board.send({ type: 'model', model: makeModel(sampleCards()) });
    await board.send({ type: 'model', model: makeModel(withDone(29)) });
    await board.nextFrames();
    assert.equal(await board.page.evaluate(() => window.boardTest.animations), 0);
    assert.equal(await board.page.evaluate(() => document.getAnimations().length), 0);
  });

  it("[U2] VS Code's own setting for reduced motion counts as well", async () => {
    const board = await open();
    await board.page.evaluate(() => document.body.classList.add('vscode-reduce-motion'));
    await board.send({ type: 'model', model: makeModel(sampleCards()) });
    await board.send({ type: 'model', model: makeModel(withDone(29)) });
    await board.nextFrames();
    assert.equal(await board.page.evaluate(() => window.boardTest.animations), 0);
  });

  it('[U2, U4] the focus stays on a story that moves to another column, and who cannot see it hears what has landed or waits for them', async () => {
    const board = await open();
    await board.send({ type: 'model', model: makeModel(sampleCards()) });
    await board.card(29).focus();
    await board.send({ type: 'model', model: makeModel(withDone(29)) });
    assert.equal(await board.focusedKey(), 'key-29');
    assert.equal(await board.announced(), '#29 has landed.');
    const stuck = { need: 'conflict', brief: 'Conflict in a.ts' } as const;
    await board.send({ type: 'model', model: makeModel(withDone(29).map((card) => (card.number === 37 ? { ...card, ...stuck } : card))) }); // prettier-ignore
    assert.equal(await board.announced(), '#37 needs you: Conflict in a.ts.');
  });

  it('[U2] when the focused story goes away its neighbour has the focus', async () => {
    const board = await open();
    await board.send({ type: 'model', model: makeModel(sampleCards()) });
    await board.card(37).focus();
    await board.send({ type: 'model', model: makeModel(sampleCards().filter(({ number }) => number !== 37)) });
    assert.equal(await board.focusedKey(), 'key-38');
  });

  it('[U2] a change never takes the focus away from the filter', async () => {
    const board = await open();
    await board.send({ type: 'model', model: makeModel(sampleCards()) });
    await board.page.keyboard.press('/');
    await board.send({ type: 'model', model: makeModel(withDone(29)) });
    assert.equal(await board.page.evaluate(() => document.activeElement?.id), 'filter');
  });

  it('[U2] an open menu stays open, and closes when its story is gone', async () => {
    const board = await open();
    await board.send({ type: 'model', model: makeModel(sampleCards()) });
    await board.card(37).focus();
    await board.page.keyboard.press('m');
    await board.send({ type: 'model', model: makeModel([...sampleCards(), frozenCard()]) });
    assert.equal(await board.page.getByRole('menu').count(), 1);
    await board.send({ type: 'model', model: makeModel([frozenCard()]) });
    assert.equal(await board.page.getByRole('menu').count(), 0);
  });

  it('[U2] what the host announces is read aloud, also the same text twice', async () => {
    const board = await open();
    await board.send({ type: 'announce', text: '#29 landed.' });
    const first = await board.page.locator('[role="log"] span').elementHandle();
    await board.send({ type: 'announce', text: '#29 landed.' });
    assert.equal(await board.announced(), '#29 landed.');
    assert.equal(await first.evaluate((node) => node.isConnected), false);
  });

  it('[U2] the host can show one story, even through a filter that hides it', async () => {
    const board = await open();
    await board.send({ type: 'model', model: makeModel(sampleCards()) });
    await board.page.getByRole('button', { name: 'Needs you' }).click();
    await board.send({ type: 'focusStory', key: 'key-36' });
    assert.equal(await board.focusedKey(), 'key-36');
  });

  const change = (delta: object): unknown => {
    const none = { head: {}, gone: [], added: [], changed: [], placed: [] };
    return envelope('model', { kind: 'change', revision: 2, delta: { ...none, ...delta } });
  };
  const malformed: readonly [string, unknown][] = [
    ['no object', 'model'],
    ['no envelope', { type: 'announce', text: 'Hello' }],
    ['an unknown name', envelope('navigate', { to: 'https://example.org' })],
    ['a board without cards', envelope('model', { kind: 'whole', revision: 2, head: headOf(makeModel([])) })],
    ['an unknown stage', change({ changed: [{ key: 'key-36', stage: 'Landed' }] })],
    ['an unknown action', change({ changed: [{ key: 'key-36', actions: ['rm'] }] })],
    ['a fact that is none', change({ changed: [{ key: 'key-36', facts: [{ html: '<b>' }] }] })],
    ['a text that is none', envelope('announce', { text: { html: '<b>' } })],
  ];
  for (const [what, message] of malformed) {
    it(`[U2] a message with ${what} changes nothing and is reported`, async () => {
      const board = await open();
      await board.send({ type: 'model', model: makeModel(sampleCards()) });
      const before = await board.page.locator('#root').innerHTML();
      await board.sendAnything(message);
      assert.equal(await board.page.locator('#root').innerHTML(), before);
      const reports = (await board.sent()).filter(({ type }) => type === 'problem');
      assert.equal(reports.length, 1);
      assert.match(JSON.stringify(reports[0]), /cannot read|there is no message/);
    });
  }

  it('[U2] a change that fits is shown, so that the ones above are refused for what is wrong with them', async () => {
    const board = await open();
    await board.send({ type: 'model', model: makeModel(sampleCards()) });
    await board.sendAnything(change({ changed: [{ key: 'key-36', title: 'Totals are right' }] }));
    assert.equal(await board.card(36).locator('.title').textContent(), 'Totals are right');
  });

  it('[U2] a page that missed a change asks for the whole board, and never shows half of one', async () => {
    const board = await open();
    await board.send({ type: 'model', model: makeModel(sampleCards()) });
    const before = await board.page.locator('#root').innerHTML();
    const late = { head: {}, gone: ['key-36'], added: [], changed: [], placed: [] };
    await board.sendAnything(envelope('model', { kind: 'change', revision: 3, delta: late }));
    await board.sendAnything(envelope('model', { kind: 'change', revision: 4, delta: late }));
    assert.equal(await board.page.locator('#root').innerHTML(), before);
    assert.deepEqual((await board.sent()).map(({ type }) => type), ['ready', 'resync']); // prettier-ignore
    const whole = { kind: 'whole', revision: 5, head: headOf(makeModel([])), cards: [frozenCard()] };
    await board.sendAnything(envelope('model', whole));
    assert.equal(await board.column('Frozen').locator('h2').textContent(), 'Frozen1');
  });

  it('[U2] ages stay true by themselves: seconds of work under way, minutes of the rest', async () => {
    const board = await open();
    await board.send({ type: 'model', model: makeModel(sampleCards()) });
    const work = board.card(29).locator('.age');
    assert.equal(await work.textContent(), '41 s');
    await board.page.clock.runFor(3_000);
    assert.equal(await work.textContent(), '44 s');
    assert.equal(await board.card(35).locator('.age').textContent(), '1 min');
    for (let passed = 0; passed < 60; passed += 4) await board.page.clock.runFor(4_000);
    assert.equal(await board.card(35).locator('.age').textContent(), '2 min');
  });

  it('[U2] a board whose host no longer answers says so and what helps, until there is an answer', async () => {
    const board = await open();
    await board.send({ type: 'model', model: makeModel(sampleCards()) });
    const notice = board.page.locator('.notice-error');
    await board.page.evaluate(() => (window.boardTest.host = 'gone'));
    await board.page.clock.runFor(6_000);
    assert.equal(await notice.count(), 0, 'a host that is busy for a moment is not gone');
    await board.page.clock.runFor(3_000);
    assert.match((await notice.textContent()) ?? '', /no longer hears from Switchyard.*Open Board/);
    // The page's own host could not open another: VS Code follows the link.
    const link = notice.getByRole('link', { name: 'Open Board' });
    assert.equal(await link.getAttribute('href'), 'command:switchyard.openBoard');
    const age = board.card(35).locator('.age');
    const before = await age.textContent();
    await board.page.clock.runFor(120_000);
    assert.equal(await age.textContent(), before, 'what is not heard of any more does not age');
    await board.answer('ping', {});
    assert.equal(await notice.count(), 0);
  });

  it('[U2] what came of an action is read aloud, and that it failed as well', async () => {
    const board = await open();
    await board.send({ type: 'model', model: makeModel(sampleCards()) });
    await board.card(36).getByRole('button', { name: 'Start' }).click();
    await board.answer('action', '#36 is in Coding.');
    assert.equal(await board.announced(), '#36 is in Coding.');
    await board.card(37).getByRole('button', { name: 'Start' }).click();
    await board.fail('action', 'EACCES');
    assert.match(await board.announced(), /did not work/);
  });
});
