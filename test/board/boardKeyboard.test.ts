import assert from 'node:assert/strict';
import type { BoardPage } from './support/boardPage';
import { frozenCard, makeCard, makeModel, sampleCards } from './support/sampleModel';
import { useBoard } from './support/useBoard';

describe('the board by keyboard', () => {
  const open = useBoard();

  async function openSample(): Promise<BoardPage> {
    const board = await open();
    await board.send({ type: 'model', model: makeModel([...sampleCards(), frozenCard()]) });
    return board;
  }

  async function press(board: BoardPage, ...keys: string[]): Promise<void> {
    for (const key of keys) await board.page.keyboard.press(key);
  }

  it('[U2] Tab reaches one card only, and then its own actions', async () => {
    const board = await openSample();
    assert.equal(await board.page.locator('.card[tabindex="0"]').count(), 1);
    await board.card(31).focus();
    await press(board, 'Tab', 'Tab');
    assert.equal(await board.page.evaluate(() => document.activeElement?.textContent), 'Fix Up');
    await press(board, 'Escape');
    assert.equal(await board.focusedKey(), 'key-31');
  });

  it('[U2] Tab goes from a column to the first card of the next', async () => {
    const board = await openSample();
    await board.card(38).focus();
    await press(board, 'Tab', 'Tab', 'Tab', 'Tab');
    assert.equal(await board.focusedKey(), 'key-34');
  });

  it('[U2] arrows move within a column and between columns; Home and End go to the ends', async () => {
    const board = await openSample();
    await board.card(36).focus();
    const visited: (string | null)[] = [];
    for (const key of ['ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowUp', 'ArrowRight', 'End', 'Home', 'ArrowLeft']) {
      await press(board, key);
      visited.push(await board.focusedKey());
    }
    const numbers = [37, 35, 33, 22, 24, 30, 24, 22];
    assert.deepEqual(visited, numbers.map((number) => `key-${number}`)); // prettier-ignore
  });

  it('[U2] an arrow finds the first card where nothing has the focus', async () => {
    const board = await openSample();
    await press(board, 'ArrowDown');
    assert.equal(await board.focusedKey(), 'key-36');
  });

  it('[U2] the focused card has a clear outline', async () => {
    const board = await openSample();
    await board.card(36).focus();
    const outline = await board.card(36).evaluate((card) => getComputedStyle(card).outline);
    assert.equal(outline, 'rgb(0, 120, 212) solid 2px');
  });

  it('[U2] Enter opens a story, n writes a new one', async () => {
    const board = await openSample();
    await board.card(36).focus();
    await press(board, 'Enter', 'n');
    assert.deepEqual((await board.sent()).slice(-2), [{ type: 'open', key: 'key-36' }, { type: 'newStory' }]);
  });

  it('[U2] m asks for the stage, moves there and announces it', async () => {
    const board = await openSample();
    await board.card(31).focus();
    await press(board, 'm');
    assert.deepEqual(await board.page.locator('.menu .label').allTextContents(), [
      'Merge',
      'Coding',
      'Frozen',
      'Blocked',
      'Archived',
    ]);
    await press(board, 'Enter');
    assert.deepEqual((await board.sent()).at(-1), { type: 'move', keys: ['key-31'], to: 'Merge' });
    assert.equal(await board.announced(), 'Moving #31 to Merge.');
    assert.equal(await board.focusedKey(), 'key-31');
  });

  it('[U2] Escape closes the menu and gives the focus back', async () => {
    const board = await openSample();
    await board.card(31).focus();
    await press(board, 'm', 'Escape');
    assert.equal(await board.page.getByRole('menu').count(), 0);
    assert.equal(await board.focusedKey(), 'key-31');
    assert.deepEqual(await board.sent(), [{ type: 'ready' }]);
  });

  it('[U2] Shift+F10 and the menu key open everything a card offers, with the stages one step further', async () => {
    const board = await openSample();
    for (const key of ['Shift+F10', 'ContextMenu']) {
      await board.card(22).focus();
      await press(board, key);
      const entries = await board.page.locator('.menu .label').allTextContents();
      assert.deepEqual(entries.slice(0, 5), ['Open', 'Open Diff', 'Approve', 'Reject…', 'Open Worktree…']);
      assert.ok(entries.includes('Move to Stage…') && entries.includes('Freeze'), entries.join());
      await press(board, 'm', 'Enter');
      assert.deepEqual(await board.page.locator('.menu .label').allTextContents(), [
        'Merge',
        'Coding',
        'Frozen',
        'Blocked',
        'Backlog',
        'Archived',
      ]);
      await press(board, 'Escape');
    }
  });

  it('[U2] in a menu arrows go round, Home and End to the ends, a letter to the next entry with it', async () => {
    const board = await openSample();
    await board.card(22).focus();
    await press(board, 'Shift+F10');
    const visited: (string | null)[] = [];
    for (const key of ['ArrowUp', 'ArrowDown', 'End', 'Home', 'o', 'o', 'f']) {
      await press(board, key);
      visited.push(await board.page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? null));
    }
    const expected = ['Delete…', 'Open', 'Delete…', 'Open', 'Open Diff', 'Open Worktree…', 'Freeze'];
    assert.deepEqual(visited, expected);
  });

  it('[U2] a right click opens the same menu; a click elsewhere closes it', async () => {
    const board = await openSample();
    await board.card(22).locator('.why').click({ button: 'right' });
    assert.equal(await board.page.locator('.menu .label').first().textContent(), 'Open');
    await board.page.locator('.lane').click({ position: { x: 4, y: 4 } });
    assert.equal(await board.page.getByRole('menu').count(), 0);
  });

  it('[U2] f freezes, or unfreezes what is frozen, and says so where neither can be', async () => {
    const board = await openSample();
    await board.card(31).focus();
    await press(board, 'f');
    assert.deepEqual((await board.sent()).at(-1), { type: 'action', keys: ['key-31'], action: 'freeze' });
    await board.column('Frozen').getByRole('button', { name: 'Frozen' }).click();
    await board.card(40).focus();
    await press(board, 'f');
    assert.deepEqual((await board.sent()).at(-1), { type: 'action', keys: ['key-40'], action: 'unfreeze' });
    await board.send({ type: 'model', model: makeModel([makeCard(1, { actions: ['showOutput'], moves: [] })]) });
    await board.card(1).focus();
    await press(board, 'f');
    assert.equal(await board.announced(), '#1 cannot be frozen now.');
    await press(board, 'm');
    assert.equal(await board.announced(), '#1 cannot be moved now.');
  });
});
