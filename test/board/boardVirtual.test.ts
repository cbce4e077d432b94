import assert from 'node:assert/strict';
import type { Card } from '../../src/core/board/card';
import type { BoardPage } from './support/boardPage';
import { makeCard, makeModel } from './support/sampleModel';
import { useBoard } from './support/useBoard';

const many = 10_000;

/** Cards of many heights, as a real backlog has them. */
function manyCards(first = 1): Card[] {
  return Array.from({ length: many }, (_, index) => {
    const number = first + index;
    const title = `Story ${number}${' with a longer title than others have'.repeat(number % 3)}`;
    const why = number % 5 === 0 ? 'Waits for a free agent (3 of 3 at work), as many others do.' : null;
    return makeCard(number, { title, why, state: why === null ? 'idle' : 'waiting', facts: number % 2 ? ['P1'] : [] });
  });
}

/** The first card that is wholly visible in Backlog, with its distance from the top. */
async function topCard(board: BoardPage): Promise<{ key: string; top: number }> {
  return board.column('Backlog').locator('.cards').evaluate((list) => {
    const top = list.getBoundingClientRect().top;
    const cards = [...list.querySelectorAll('.card')].map((card) => ({
      key: card.getAttribute('data-key') ?? '',
      top: card.getBoundingClientRect().top - top,
    }));
    return cards.find((card) => card.top >= 0)!;
  }); // prettier-ignore
}

/** Does the visible part show cards from top to bottom, without a hole? */
async function holes(board: BoardPage): Promise<number> {
  return board.column('Backlog').locator('.cards').evaluate((list) => {
    const view = list.getBoundingClientRect();
    const gaps = [...list.querySelectorAll('.gap')].map((gap) => gap.getBoundingClientRect());
    return gaps.filter((gap) => gap.bottom > view.top + 1 && gap.top < view.bottom - 1).length;
  }); // prettier-ignore
}

async function scrollTo(board: BoardPage, top: number): Promise<void> {
  await board.column('Backlog').locator('.cards').evaluate((list, to) => (list.scrollTop = to), top); // prettier-ignore
  await board.nextFrames();
}

describe('the board with 10,000 stories', () => {
  const open = useBoard();

  it('[U2] only the cards near the visible part are in the page', async () => {
    const board = await open();
    await board.send({ type: 'model', model: makeModel(manyCards()) });
    assert.match((await board.column('Backlog').locator('h2').textContent()) ?? '', /10000$/);
    assert.ok((await board.page.locator('.card').count()) < 40);
    assert.ok((await board.page.locator('*').count()) < 800);
    assert.equal(await board.card(1).getAttribute('aria-setsize'), String(many));
  });

  it('[U2] scrolling shows the right cards, without a hole', async () => {
    const board = await open();
    await board.send({ type: 'model', model: makeModel(manyCards()) });
    for (const top of [300, 5_000, 400_000, 123_456, 0]) {
      await scrollTo(board, top);
      assert.equal(await holes(board), 0);
      const numbers = (await board.numbersIn('Backlog')).map((text) => Number(text.slice(1)));
      const near = numbers.filter((number) => number > 1);
      assert.deepEqual(near, near.map((_, index) => near[0]! + index)); // prettier-ignore
      assert.ok((await board.page.locator('.card').count()) < 60);
    }
    await board.screenshot('10000');
  });

  it('[U2] arrows, Home and End work through cards that are not in the page', async () => {
    const board = await open();
    await board.send({ type: 'model', model: makeModel(manyCards()) });
    await board.card(1).focus();
    await board.page.keyboard.press('End');
    assert.equal(await board.focusedKey(), `key-${many}`);
    await board.nextFrames();
    assert.equal(await holes(board), 0);
    for (let step = 0; step < 25; step += 1) await board.page.keyboard.press('ArrowUp');
    assert.equal(await board.focusedKey(), `key-${many - 25}`);
    assert.ok(await isVisible(board, many - 25));
    await board.page.keyboard.press('Home');
    assert.equal(await board.focusedKey(), 'key-1');
    for (let step = 0; step < 25; step += 1) await board.page.keyboard.press('ArrowDown');
    assert.equal(await board.focusedKey(), 'key-26');
    assert.ok(await isVisible(board, 26));
  });

  it('[U2] the focused card keeps the focus while it is scrolled away', async () => {
    const board = await open();
    await board.send({ type: 'model', model: makeModel(manyCards()) });
    await board.card(3).focus();
    await scrollTo(board, 200_000);
    assert.equal(await board.focusedKey(), 'key-3');
    assert.equal(await holes(board), 0);
  });

  it('[U2] stories that come in above do not move what is being read', async () => {
    const board = await open();
    const cards = manyCards(1_000);
    await board.send({ type: 'model', model: makeModel(cards) });
    await scrollTo(board, 50_000);
    const before = await topCard(board);
    const above = Array.from({ length: 30 }, (_, index) => makeCard(index + 1));
    await board.send({ type: 'model', model: makeModel([...above, ...cards]) });
    await board.nextFrames();
    const after = await topCard(board);
    assert.equal(after.key, before.key);
    assert.ok(Math.abs(after.top - before.top) < 1.5, `${before.top} → ${after.top}`);
    assert.equal(await holes(board), 0);
  });

  it('[U2] the scroll position is there again after a reload', async () => {
    const board = await open();
    await board.send({ type: 'model', model: makeModel(manyCards()) });
    await scrollTo(board, 50_000);
    const before = await topCard(board);
    await board.page.waitForFunction(() => (sessionStorage.getItem('state') ?? '').includes('Backlog'));
    await board.page.reload();
    await board.send({ type: 'model', model: makeModel(manyCards()) });
    await board.nextFrames();
    assert.equal((await topCard(board)).key, before.key);
  });

  async function isVisible(board: BoardPage, number: number): Promise<boolean> {
    return board.card(number).evaluate((card) => {
      const box = card.getBoundingClientRect();
      const view = card.parentElement!.getBoundingClientRect();
      return box.top >= view.top - 3 && box.bottom <= view.bottom + 3;
    });
  }
});
