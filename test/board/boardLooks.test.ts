import assert from 'node:assert/strict';
import { frozenCard, makeCard, makeModel, sampleCards, sampleModel, sampleNotices } from './support/sampleModel';
import type { ThemeName } from './support/themes';
import { useBoard } from './support/useBoard';

/** The colour of a card's border, which tells the themes apart. */
const borders: Readonly<Record<ThemeName, string>> = {
  dark: 'rgb(49, 49, 49)',
  light: 'rgb(229, 229, 229)',
  hcDark: 'rgb(111, 195, 223)',
  hcLight: 'rgb(15, 74, 133)',
  dark2026: 'rgb(42, 43, 44)',
  light2026: 'rgb(226, 226, 229)',
};

describe('what the board looks like', () => {
  const open = useBoard();

  for (const [theme, border] of Object.entries(borders) as [ThemeName, string][]) {
    it(`[U2] it follows the theme ${theme}`, async () => {
      const board = await open({ theme, width: 1250 });
      await board.send({ type: 'model', model: makeModel(sampleCards()) });
      await board.card(34).focus();
      await board.screenshot(theme);
      const look = (number: number) =>
        board.card(number).evaluate((card) => {
          const { borderTopColor, outlineStyle } = getComputedStyle(card);
          return { borderTopColor, outlineStyle };
        });
      assert.equal((await look(36)).borderTopColor, border);
      await board.page.keyboard.press('Shift+ArrowDown');
      // A theme of high contrast has no fill for what is selected, and a colour alone is not enough.
      assert.equal((await look(34)).outlineStyle, theme.startsWith('hc') ? 'double' : 'solid');
    });
  }

  for (const width of [1400, 900]) {
    it(`[U2] at ${width} pixels every column of the line is in reach, and a bar says when there is more to the side`, async () => {
      const board = await open({ width, height: width === 1400 ? 900 : 700 });
      await board.send({ type: 'model', model: sampleModel({ notices: sampleNotices() }) });
      const { bar, hidden } = await board.page.locator('div.columns').evaluate((columns: HTMLElement) => {
        return { bar: columns.offsetHeight - columns.clientHeight, hidden: columns.scrollWidth - columns.clientWidth };
      });
      assert.equal(bar > 0, hidden > 0);
      const further = board.page.getByTitle('More columns');
      assert.equal(await further.count(), hidden > 0 ? 1 : 0);
      await board.screenshot(`${width}`);
      while ((await further.count()) > 0) {
        const before = await board.page.locator('div.columns').evaluate((columns) => columns.scrollLeft);
        await further.click();
        await board.page.waitForFunction((left) => document.querySelector('div.columns')!.scrollLeft > left, before);
      }
      await board.page.locator('div.columns').evaluate((columns) => (columns.scrollLeft = 0));
      if (width === 1400) assert.equal(hidden, 0);
      const shown = await board.page.locator('.column.wide').evaluateAll((all) => all.map((one) => one.clientWidth));
      assert.ok(shown.length === 5 && shown.every((one) => one >= 190), shown.join());
      assert.ok(await board.page.locator('.target').isVisible());
    });
  }

  it('[U2] a full column gets the room of the empty ones', async () => {
    const board = await open({ width: 900, height: 700 });
    await board.send({ type: 'model', model: makeModel([makeCard(1), makeCard(2)]) });
    const width = async (name: string) => (await board.column(name).boundingBox())?.width ?? 0;
    assert.ok((await width('Backlog')) > 2.5 * (await width('QA')));
    const hidden = await board.page.locator('.columns').evaluate((all) => all.scrollWidth - all.clientWidth);
    assert.equal(hidden, 0);
    await board.screenshot('one-full');
  });

  it('[U2] a narrow board scrolls sideways and keeps its columns readable', async () => {
    const board = await open({ width: 420, height: 700 });
    await board.send({
      type: 'model',
      model: makeModel([...sampleCards(), frozenCard()], { notices: sampleNotices() }),
    });
    const widths = await board.page.locator('.column.wide').evaluateAll((all) => all.map((one) => one.clientWidth));
    assert.ok(widths.length === 5 && widths.every((width) => width >= 190));
    assert.equal(await board.page.evaluate(() => document.body.scrollWidth <= window.innerWidth), true);
    const [pills, button] = await Promise.all(
      ['.pills', '.primary'].map((part) => board.page.locator(part).boundingBox()),
    );
    await board.screenshot('narrow');
    assert.ok(pills!.x + pills!.width < button!.x, 'pills and New Story share a row');
    assert.equal(await board.page.getByRole('button', { name: 'Past' }).isVisible(), true, 'the word is still spoken');
    await board.card(31).focus();
    await board.screenshot('narrow-scrolled');
  });

  it('[U2] a card under the pointer shows its menu button', async () => {
    const board = await open({ theme: 'light', width: 1250 });
    await board.send({ type: 'model', model: makeModel(sampleCards()) });
    await board.card(22).hover();
    await board.screenshot('hover');
    await board.card(22).getByRole('button', { name: 'More actions for #22' }).click();
    assert.equal(await board.page.getByRole('menu').getAttribute('aria-label'), 'Actions for #22');
    await board.screenshot('menu-button');
  });

  it('[U2] an empty board says what would come into each column', async () => {
    const board = await open();
    await board.screenshot('waiting');
    await board.send({ type: 'model', model: makeModel([]) });
    assert.match((await board.column('Backlog').textContent()) ?? '', /New stories start here/);
    await board.screenshot('empty');
  });

  it('[U2] hostile texts are shown as texts and stay inside their card', async () => {
    const board = await open({ width: 1250 });
    const titles = [
      '<img src=x onerror="document.title=1"><script>alert(1)</script>',
      '\u202eevil\u202c right to left \u2066isolated',
      'x'.repeat(200),
      '👩‍👩‍👧‍👦 family 🚂'.repeat(12),
      'שלום עולם, כותרת בעברית',
    ];
    const cards = titles.map((title, index) => makeCard(index + 1, { title, labels: [title], facts: [title], state: 'waiting', why: title })); // prettier-ignore
    await board.send({ type: 'model', model: makeModel(cards) });
    assert.deepEqual(await board.page.locator('.title .open').allTextContents(), titles);
    assert.equal(await board.page.locator('img, .card script').count(), 0);
    assert.equal(await board.page.title(), 'Switchyard Board');
    const overflowing = await board.page
      .locator('.card')
      .evaluateAll((all) => all.filter((card) => card.scrollWidth > card.clientWidth).length);
    assert.equal(overflowing, 0);
    await board.screenshot('hostile');
  });
});
