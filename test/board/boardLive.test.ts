import assert from 'node:assert/strict';
import type { Card } from '../../src/core/board/card';
import { frozenCard, makeCard, makeModel, sampleCards } from './support/sampleModel';
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

  it('[U2] the focus stays on a story that moves to another column', async () => {
    const board = await open();
    await board.send({ type: 'model', model: makeModel(sampleCards()) });
    await board.card(29).focus();
    await board.send({ type: 'model', model: makeModel(withDone(29)) });
    assert.equal(await board.focusedKey(), 'key-29');
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

  const malformed: readonly [string, unknown][] = [
    ['no object', 'model'],
    ['an unknown type', { type: 'navigate', to: 'https://example.org' }],
    ['a model without cards', { type: 'model', model: { ...makeModel([]), cards: undefined } }],
    ['an unknown stage', { type: 'model', model: makeModel([{ ...makeCard(1), stage: 'Landed' } as unknown as Card]) }],
    [
      'an unknown action',
      { type: 'model', model: makeModel([{ ...makeCard(1), actions: ['rm'] } as unknown as Card]) },
    ],
    ['a text that is none', { type: 'announce', text: { html: '<b>' } }],
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
      assert.match(JSON.stringify(reports[0]), /cannot read/);
    });
  }
});
