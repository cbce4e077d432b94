import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import { headOf } from '../../src/core/board/boardHead';
import { pastBoard } from '../../src/core/board/pastBoard';
import type { Statistics } from '../../src/core/statistics/statistics';
import { STAGES, storyIn } from '../support/storyFixtures';
import type { BoardPage } from './support/boardPage';
import { sampleCards, sampleModel } from './support/sampleModel';
import { useBoard } from './support/useBoard';

const MIN = 60_000;
const spread = (median: number, count = 12) => ({ count, median, p90: median * 2.5, longest: median * 4 });
const known = { sum: 1.5, of: 9 };
const FIGURES: Statistics = {
  range: { from: null, to: null },
  landed: [
    { day: '2025-03-10', count: 2 },
    { day: '2025-03-13', count: 5 },
  ],
  sinceCreated: spread(180 * MIN),
  sinceCoding: spread(50 * MIN),
  stages: [
    { stage: 'Coding', time: spread(40 * MIN) },
    { stage: 'QA', time: spread(4 * MIN) },
    { stage: 'Merge', time: spread(7 * MIN) },
  ],
  gates: [
    { gate: 'lint', runs: 30, passed: 29, failed: 1, trees: 28, flaky: 0, time: spread(20_000) },
    { gate: 'test', runs: 42, passed: 36, failed: 6, trees: 30, flaky: 2, time: spread(90_000) },
  ],
  agents: [
    { agent: 'opencode', cold: 3, warm: 9, whyCold: [{ why: 'first run', count: 3 }], time: spread(300_000), turns: known, tokens: known, costUsd: known },
  ],
}; // prettier-ignore

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
    const days = board.page.getByRole('img', { name: 'From 2025-03-10 to 2025-03-13, at most 5 a day' });
    assert.equal(await days.locator('rect').count(), 4, 'also the days on which nothing landed');
    assert.match((await figures.nth(1).textContent()) ?? '', /Merge: wait in the queue7 min/);
    assert.match((await figures.nth(2).locator('li').nth(1).textContent()) ?? '', /test1 min · flaky on 2 of 30/);
    for (const one of await figures.locator('summary').all()) await one.click();
    const row = figures.nth(2).getByRole('row', { name: 'test' });
    assert.deepEqual(await row.getByRole('cell').allTextContents(), ['1 min', '3 min', '42', '6', '2 of 30']);
    assert.deepEqual(await figures.nth(3).getByRole('cell').allTextContents(), ['3', '9', '$1.50', 'first run (3)']);
    await board.screenshot('flow');
    await board.page.getByRole('button', { name: '7 days' }).click();
    assert.deepEqual((await board.sent()).at(-1), { type: 'statistics', days: 7 });
    await board.page.getByRole('button', { name: 'Back to the Board' }).click();
    assert.equal(await board.page.locator('.flow').count(), 0);
    assert.ok(await board.card(36).isVisible());
  });

  it('[U2] the figures have nothing that axe finds serious, in light and in high contrast', async () => {
    for (const theme of ['light', 'hcDark'] as const) {
      const board = await openFlow({ theme });
      for (const one of await board.page.locator('summary').all()) await one.click();
      const { violations } = await new AxeBuilder({ page: board.page }).include('.flow').analyze();
      assert.deepEqual(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical'), []); // prettier-ignore
      await board.screenshot(`flow-${theme}`);
    }
  });

  it('[U2] figures of a repository in which nothing happened yet say so', async () => {
    const board = await openFlow();
    const nothing = {
      ...FIGURES,
      landed: [],
      stages: [],
      gates: [],
      agents: [],
      sinceCreated: null,
      sinceCoding: null,
    };
    await board.answer('statistics', nothing);
    await board.page.getByRole('button', { name: 'Everything on record' }).click();
    await board.answer('statistics', nothing);
    assert.match(
      (await board.page.locator('.charts').textContent()) ?? '',
      /Nothing landed in this time\..*No gate ran/,
    );
    assert.equal(await board.page.locator('.charts svg').count(), 0);
  });

  const moments = [10, 11, 12].map((minute, index) => ({
    at: `2025-03-14T11:${minute}:00.000Z`,
    text: `#${index + 1} was started`,
  }));
  const boardOf = (title: string) => {
    const story = storyIn(STAGES.Coding, { key: 'key-1', number: 1, title });
    const model = pastBoard({ time: '2025-03-14T11:12:00.000Z', stories: [story], runs: new Map(), repository: 'greeter' }); // prettier-ignore
    return { head: headOf(model), cards: model.cards };
  };

  it('[U9] a slider shows the board after each change, on which nothing can be done, and leads back to now', async () => {
    const board = await open();
    await board.send({ type: 'model', model: sampleModel() });
    await board.page.getByRole('button', { name: 'Past' }).click();
    await board.answer('moments', moments);
    assert.deepEqual((await board.sent()).at(-1), { type: 'boardAt', time: moments[2]!.at });
    await board.answer('boardAt', boardOf('As it was'));
    assert.deepEqual(await board.page.locator('.card .open').allTextContents(), ['As it was']);
    assert.equal(await board.page.locator('.card .actions').count(), 0);
    const slider = board.page.getByRole('slider', { name: 'Moment' });
    assert.match((await slider.getAttribute('aria-valuetext')) ?? '', /: #3 was started$/);
    await slider.focus();
    await board.page.keyboard.press('ArrowLeft');
    await board.page.keyboard.press('ArrowLeft');
    assert.deepEqual((await board.sent()).at(-1), { type: 'boardAt', time: moments[1]!.at });
    await board.answer('boardAt', boardOf('Before that'));
    assert.deepEqual((await board.sent()).at(-1), { type: 'boardAt', time: moments[0]!.at }, 'the latest wish follows');
    await board.answer('boardAt', boardOf('At first'));
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
