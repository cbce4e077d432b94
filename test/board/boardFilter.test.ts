import assert from 'node:assert/strict';
import type { BoardPage } from './support/boardPage';
import { makeCard, makeModel, sampleCards } from './support/sampleModel';
import { useBoard } from './support/useBoard';

describe('the filter of the board', () => {
  const open = useBoard();

  async function openSample(): Promise<BoardPage> {
    const board = await open();
    await board.send({ type: 'model', model: makeModel(sampleCards()) });
    return board;
  }

  async function shown(board: BoardPage): Promise<string[]> {
    return board.page.locator('.card .number').allTextContents();
  }

  it('[U2] / goes to the filter, and typing shows what matches', async () => {
    const board = await openSample();
    await board.page.keyboard.press('/');
    await board.page.keyboard.type('session');
    assert.deepEqual(await shown(board), ['#26', '#31', '#29']);
    assert.equal(await board.announced(), '3 stories shown');
    assert.match((await board.column('Merge').locator('h2').textContent()) ?? '', /3 of 5$/);
    assert.equal(await board.column('QA').textContent(), 'QA0 of 2');
    const cut = await board.page.locator('.column:not(.folded) h2 button').evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth).length); // prettier-ignore
    assert.equal(cut, 0, 'each head is read whole');
  });

  it('[U2] with a filter a column without a match has room for its name and count alone, and no head is cut', async () => {
    const board = await open({ width: 900, height: 700 });
    const coding = { stage: 'Coding', column: 'Coding', group: 'Coding' } as const;
    const cards = [makeCard(1), makeCard(2, { ...coding, title: 'A needle' }), makeCard(3, coding)];
    await board.send({ type: 'model', model: makeModel(cards, { agents: { atWork: 1, most: 3 } }) });
    await board.page.keyboard.press('/');
    await board.page.keyboard.type('needle');
    assert.deepEqual(await shown(board), ['#2']);
    const narrow = await board.page.locator('.column.narrow').evaluateAll((all) => all.map((one) => one.clientWidth));
    assert.ok(narrow.length >= 4 && narrow.every((width) => width <= 140), narrow.join());
    assert.equal(await board.column('Coding').locator('h2').textContent(), 'Coding1 of 2');
    await board.screenshot('filter-one-match');
  });

  it('[U2] a filter that nothing matches is said once, with the way out', async () => {
    const board = await openSample();
    await board.page.keyboard.press('/');
    await board.page.keyboard.type('nobody wrote this');
    assert.equal(await board.page.getByText('No story matches').count(), 1);
    assert.equal(await board.page.locator('.column').count(), 0);
    await board.page.getByRole('button', { name: 'Show All' }).click();
    assert.equal((await shown(board)).length, sampleCards().length);
  });

  it('[U2] Escape empties the filter first and leaves it then', async () => {
    const board = await openSample();
    await board.page.keyboard.press('/');
    await board.page.keyboard.type('#34');
    await board.page.keyboard.press('Escape');
    assert.equal((await shown(board)).length, sampleCards().length);
    await board.page.keyboard.press('Escape');
    assert.equal(await board.focusedKey(), 'key-34');
  });

  it('[U2] the keys of the board are plain letters inside the filter', async () => {
    const board = await openSample();
    await board.page.keyboard.press('/');
    await board.page.keyboard.type('n/m f');
    assert.equal(await board.page.locator('#filter').inputValue(), 'n/m f');
    assert.deepEqual(await board.sent(), [{ type: 'ready' }]);
  });

  it('[U2] the pills count, and show just what they count', async () => {
    const board = await openSample();
    assert.deepEqual(await board.page.locator('.pill').allTextContents(), ['All', 'Needs you 2', 'Running 4']);
    await board.page.getByRole('button', { name: 'Needs you' }).click();
    assert.deepEqual(await shown(board), ['#22', '#31']);
    await board.page.getByRole('button', { name: 'Running' }).click();
    assert.deepEqual(await shown(board), ['#34', '#33', '#24', '#29']);
  });

  it('[U2] filter, pill and selection are there again after a reload', async () => {
    const board = await openSample();
    await board.page.keyboard.press('/');
    await board.page.keyboard.type('e');
    await board.page.getByRole('button', { name: 'Running' }).click();
    await board.card(24).focus();
    await board.page.reload();
    assert.deepEqual(await board.sent(), [{ type: 'ready' }]);
    await board.send({ type: 'model', model: makeModel(sampleCards()) });
    assert.equal(await board.page.locator('#filter').inputValue(), 'e');
    assert.equal(await board.page.getByRole('button', { name: 'Running' }).getAttribute('aria-pressed'), 'true');
    assert.equal(await board.card(24).getAttribute('tabindex'), '0');
  });

  it('[U2] a filter is kept by its star, is a button beside the quick filters from then on, and is forgotten again', async () => {
    const board = await openSample();
    const { page } = board;
    assert.equal(await page.getByRole('group', { name: 'Kept filters' }).count(), 0);
    await page.keyboard.press('/');
    assert.equal(await page.getByRole('button', { name: 'Keep this filter' }).count(), 0, 'there is nothing to keep');
    await page.keyboard.type('session');
    await page.getByRole('button', { name: 'Running' }).click();
    await page.getByRole('button', { name: 'Keep this filter' }).click();
    const filters = [{ text: 'session', pill: 'running' }];
    assert.deepEqual((await board.sent()).at(-1), { type: 'keepFilters', filters });
    assert.equal(await board.announced(), 'The filter is kept.');
    const kept = page.getByRole('group', { name: 'Kept filters' }).getByRole('button');
    assert.deepEqual(await kept.allTextContents(), ['session · Running']);
    assert.equal(await kept.getAttribute('aria-pressed'), 'true');
    await kept.click();
    assert.equal((await shown(board)).length, sampleCards().length, 'a second press shows all again');
    await kept.press('Enter');
    assert.deepEqual(await shown(board), ['#29']);
    assert.equal(await page.locator('#filter').inputValue(), 'session');
    await page.getByRole('button', { name: 'Forget this filter' }).click();
    assert.deepEqual((await board.sent()).at(-1), { type: 'keepFilters', filters: [] });
    assert.equal(await kept.count(), 0);
  });

  it('[U2] filters that were kept before are there when the board is opened, long ones cut off with a way to read them', async () => {
    const board = await openSample();
    const text = 'a filter that says very much about very little';
    await board.send({ type: 'filters', filters: [{ text, pill: 'all' }] });
    const kept = board.page.getByRole('button', { name: text });
    assert.ok(((await kept.boundingBox())?.width ?? 0) <= 220);
    assert.equal(await kept.getAttribute('title'), text);
  });

  it('[U2] a saved state that cannot be read is as good as none', async () => {
    const board = await open();
    await board.page.evaluate(() => sessionStorage.setItem('state', '{"text":7}'));
    await board.page.reload();
    await board.send({ type: 'model', model: makeModel(sampleCards()) });
    assert.equal((await shown(board)).length, sampleCards().length);
  });
});
