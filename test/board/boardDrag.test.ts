import assert from 'node:assert/strict';
import type { BoardPage } from './support/boardPage';
import { makeModel, sampleCards, sampleModel } from './support/sampleModel';
import { useBoard } from './support/useBoard';

describe('moving cards on the board', () => {
  const open = useBoard();

  async function openSample(): Promise<BoardPage> {
    const board = await open();
    await board.send({ type: 'model', model: sampleModel() });
    return board;
  }

  /** Takes a card with the pointer and holds it over the middle of a column, or of a card. */
  async function hold(board: BoardPage, number: number, over: string | number, at: 'top' | 'middle' = 'middle') {
    const from = await board.card(number).locator('.head').boundingBox();
    const to = await (typeof over === 'number' ? board.card(over) : board.column(over)).boundingBox();
    const { mouse } = board.page;
    await mouse.move(from!.x + 40, from!.y + 10);
    await mouse.down();
    await mouse.move(from!.x + 60, from!.y + 14);
    await mouse.move(to!.x + to!.width / 2, at === 'top' ? to!.y + 4 : to!.y + to!.height / 2);
  }

  async function requests(board: BoardPage): Promise<object[]> {
    return (await board.sent()).filter(({ type }) => type !== 'ready');
  }

  it('[U2] a card that is dropped on a column it can go to is moved there, and says at once that it is asked', async () => {
    const board = await openSample();
    await hold(board, 36, 'Coding');
    const marks = await board.page.locator('.column').evaluateAll((all) => all.map((one) => one.dataset['drop']));
    assert.deepEqual(marks, ['legal', 'legal', 'illegal', 'illegal', 'illegal', 'legal', 'legal']);
    assert.equal(await board.page.locator('.travelling.held').count(), 1);
    await board.screenshot('drag');
    await board.page.mouse.up();
    assert.deepEqual(await requests(board), [{ type: 'move', keys: ['key-36'], to: 'Coding' }]);
    assert.equal(await board.card(36).getAttribute('aria-busy'), 'true');
    assert.equal(await board.page.locator('.travelling, [data-drop]').count(), 0);
  });

  it('[U2] a column that a card cannot go to says why, and a drop there asks for nothing', async () => {
    const board = await openSample();
    await hold(board, 36, 'QA');
    const why = '#36 is in Backlog. From there it can go to Coding, Frozen, Archived.';
    assert.equal(await board.column('QA').locator('.drop-words').textContent(), why);
    await board.page.mouse.up();
    assert.equal(await board.announced(), why);
    await hold(board, 29, 'Done');
    await board.page.mouse.up();
    assert.equal(await board.announced(), 'A story gets to Done by landing, never by hand.');
    assert.deepEqual(await requests(board), []);
  });

  it('[U2] Escape, or a card that is held where it was, changes nothing, and no click is left over', async () => {
    const board = await openSample();
    await hold(board, 36, 'Coding');
    await board.page.keyboard.press('Escape');
    await board.page.mouse.up();
    assert.equal(await board.page.locator('.travelling, [data-drop]').count(), 0);
    await hold(board, 36, 36);
    await board.page.mouse.up();
    assert.deepEqual(await requests(board), []);
  });

  it('[U2] within its column a card gets the priority that brings it where it is dropped', async () => {
    const board = await openSample();
    await hold(board, 38, 36, 'top');
    assert.equal(await board.column('Backlog').locator('.drop-words').textContent(), 'Priority P0');
    assert.equal(await board.card(36).getAttribute('data-line'), 'before');
    await board.page.mouse.up();
    assert.deepEqual(await requests(board), [{ type: 'prioritise', keys: ['key-38'], priority: 0 }]);
  });

  it('[U2] by keyboard a card is picked up, carried over the columns and put down', async () => {
    const board = await openSample();
    const press = (key: string) => board.page.keyboard.press(key);
    await board.card(34).focus();
    await press('Space');
    assert.match(await board.announced(), /^#34 picked up in Coding\./);
    await press('ArrowRight');
    assert.equal(await board.announced(), 'QA: Enter puts it here.');
    await press('ArrowRight');
    await press('ArrowRight');
    assert.match(await board.announced(), /^Done: A story gets to Done by landing/);
    await press('Escape');
    assert.equal(await board.announced(), 'Nothing is moved.');
    await press('Space');
    await press('ArrowRight');
    await press('Enter');
    assert.deepEqual(await requests(board), [{ type: 'move', keys: ['key-34'], to: 'QA' }]);
    assert.equal(await board.focusedKey(), 'key-34');
  });

  it('[U2] by keyboard a held card gets another priority, and its place is shown', async () => {
    const board = await openSample();
    await board.card(39).focus();
    for (const key of ['Space', 'ArrowUp']) await board.page.keyboard.press(key);
    assert.equal(await board.announced(), 'Priority P1');
    assert.equal(await board.card(34).getAttribute('data-line'), 'before');
    await board.page.keyboard.press('Enter');
    assert.deepEqual(await requests(board), [{ type: 'prioritise', keys: ['key-39'], priority: 1 }]);
  });

  it('[U2] several cards are selected by click, range and key, and move together with one request', async () => {
    const board = await openSample();
    await board.card(36).locator('.head').click();
    await board
      .card(38)
      .locator('.head')
      .click({ modifiers: ['Shift'] });
    await board
      .card(37)
      .locator('.head')
      .click({ modifiers: ['ControlOrMeta'] });
    const bar = board.page.getByRole('toolbar', { name: 'What is selected' });
    assert.match((await bar.textContent()) ?? '', /^2 stories are selected/);
    assert.match((await board.card(36).getAttribute('aria-label')) ?? '', /, selected$/);
    await hold(board, 38, 'Frozen');
    await board.page.mouse.up();
    assert.deepEqual(await requests(board), [{ type: 'move', keys: ['key-38', 'key-36'], to: 'Frozen' }]);
    await board.card(36).focus();
    for (const key of ['Escape', 'x', 'Shift+ArrowDown']) await board.page.keyboard.press(key);
    assert.match((await bar.textContent()) ?? '', /^2 stories are selected/);
    await board.page.keyboard.press('ControlOrMeta+a');
    assert.match((await bar.textContent()) ?? '', /^3 stories are selected/);
    await board.screenshot('selected');
    await bar.getByRole('button', { name: 'Clear Selection' }).click();
    assert.equal(await bar.count(), 0);
  });

  it('[U2] the menu of several cards offers what each of them offers, and asks for it once', async () => {
    const board = await openSample();
    await board.card(36).focus();
    await board.page.keyboard.press('x');
    await board
      .card(34)
      .locator('.head')
      .click({ modifiers: ['ControlOrMeta'] });
    await board.page.keyboard.press('Shift+F10');
    const labels = await board.page.locator('.menu .label').allTextContents();
    assert.ok(labels.includes('Freeze') && labels.includes('Set Labels…'), labels.join());
    for (const single of ['Open', 'Start', 'Rename Story…', 'Show Output', 'Ready for QA']) assert.ok(!labels.includes(single)); // prettier-ignore
    await board.page.getByRole('menuitem', { name: 'Freeze' }).click();
    assert.deepEqual(await requests(board), [{ type: 'action', keys: ['key-34', 'key-36'], action: 'freeze' }]);
    assert.equal(await board.announced(), 'Freeze requested for 2 stories.');
  });

  it('[U2] what is selected and gone is selected no more', async () => {
    const board = await openSample();
    await board.card(36).focus();
    await board.page.keyboard.press('x');
    const rest = sampleCards().filter(({ number }) => number !== 36);
    await board.send({ type: 'model', model: makeModel(rest) });
    assert.equal(await board.page.getByRole('toolbar').count(), 0);
  });
});
