import assert from 'node:assert/strict';
import type { BoardPage } from './support/boardPage';
import { FIGURES, MOMENTS, NO_FIGURES, pastOf } from './support/sampleFigures';
import { NOW, sampleCards, sampleModel } from './support/sampleModel';
import { useBoard } from './support/useBoard';

describe('the figures and the past on the board', () => {
  const open = useBoard();

  async function openFlow(options = {}): Promise<BoardPage> {
    const board = await open(options);
    await board.send({ type: 'model', model: sampleModel() });
    await board.page.getByRole('button', { name: 'Flow' }).click();
    await board.answer('statistics', FIGURES);
    return board;
  }

  it('[U2] Flow shows what landed and what stages, gates and starts took, each with all of its figures as a table', async () => {
    const board = await openFlow();
    assert.deepEqual((await board.sent()).at(-1), { type: 'statistics', days: 30 });
    const figures = board.page.getByRole('figure');
    assert.deepEqual(await figures.locator('h3').allTextContents(), ['Landed', 'Time in each stage', 'Gates', 'Cold starts']); // prettier-ignore
    const days = board.page.getByRole('img', { name: 'From 2025-03-07 to 2025-03-13, at most 5 a day' });
    assert.equal(await days.locator('rect').count(), 7, 'a week at least, and also the days on which nothing landed');
    assert.match((await figures.nth(1).textContent()) ?? '', /Merge340 ms.*Failed merge7\.0 min/);
    assert.match((await figures.nth(2).locator('li').nth(1).textContent()) ?? '', /test1.5 min · flaky on 2 of 30/);
    for (const one of await figures.locator('summary').all()) await one.click();
    const row = figures.nth(2).getByRole('row', { name: 'test' });
    assert.deepEqual(await row.getByRole('cell').allTextContents(), ['1.5 min', '3.8 min', '42', '6', '2 of 30']);
    assert.deepEqual(await figures.nth(3).getByRole('cell').allTextContents(), ['3', '9', '$1.50', 'first run (3)']);
    await board.screenshot('flow');
    const range = { from: new Date(NOW - 29 * 86_400_000).toISOString(), to: null };
    await board.page.getByRole('button', { name: '30 days' }).click();
    await board.answer('statistics', { ...FIGURES, range });
    const month = board.page.getByRole('img', { name: 'From 2025-02-13 to 2025-03-14, at most 5 a day' });
    assert.equal(await month.locator('rect').count(), 30, 'what was chosen, also where nothing landed');
    await board.page.getByRole('button', { name: '7 days' }).click();
    assert.deepEqual((await board.sent()).at(-1), { type: 'statistics', days: 7 });
    await board.page.getByRole('button', { name: 'Back to the Board' }).click();
    assert.equal(await board.page.locator('.flow').count(), 0);
    assert.ok(await board.card(36).isVisible());
  });

  it('[U2] figures of a repository in which nothing happened yet say so', async () => {
    const board = await openFlow();
    await board.answer('statistics', NO_FIGURES);
    await board.page.getByRole('button', { name: 'Everything on record' }).click();
    await board.answer('statistics', NO_FIGURES);
    assert.match(
      (await board.page.locator('.charts').textContent()) ?? '',
      /Nothing landed in this time\..*No gate ran/,
    );
    assert.equal(await board.page.locator('.charts svg').count(), 0);
  });

  it('[U9] a slider shows the board after each change, on which nothing can be done, and leads back to now', async () => {
    const board = await open();
    await board.send({ type: 'model', model: sampleModel() });
    await board.page.getByRole('button', { name: 'Past' }).click();
    await board.answer('moments', MOMENTS);
    assert.deepEqual((await board.sent()).at(-1), { type: 'boardAt', time: MOMENTS[2]!.at });
    await board.answer('boardAt', pastOf('As it was'));
    assert.deepEqual(await board.page.locator('.card .open').allTextContents(), ['As it was']);
    assert.equal(await board.page.locator('.card .actions').count(), 0);
    const slider = board.page.getByRole('slider', { name: 'Moment' });
    assert.match((await slider.getAttribute('aria-valuetext')) ?? '', /: #3 was started$/);
    await slider.focus();
    await board.page.keyboard.press('ArrowLeft');
    await board.page.keyboard.press('ArrowLeft');
    assert.deepEqual((await board.sent()).at(-1), { type: 'boardAt', time: MOMENTS[1]!.at });
    await board.answer('boardAt', pastOf('Before that'));
    assert.deepEqual((await board.sent()).at(-1), { type: 'boardAt', time: MOMENTS[0]!.at }, 'the latest wish follows');
    await board.answer('boardAt', pastOf('At first'));
    assert.deepEqual(await board.page.locator('.card .open').allTextContents(), ['At first']);
    await board.screenshot('past');
    const now = sampleCards().length;
    await board.send({ type: 'model', model: sampleModel({ repository: 'changed meanwhile' }) });
    assert.equal(await board.page.locator('.card').count(), 1, 'what happens now does not disturb');
    await board.page.getByRole('button', { name: 'Back to Now' }).click();
    assert.equal(await board.page.locator('.card').count(), now);
    assert.equal(await board.announced(), 'The board is as it is now.');
  });
});
