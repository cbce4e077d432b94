import assert from 'node:assert/strict';
import { inOrder } from '../support/mocha/inOrder';
import { waitFor } from '../support/waitFor';
import { openWorkbench } from '../support/workbench/open';
import type { Workbench } from '../support/workbench/workbench';
import { seriousInThemes } from './support/axe';
import { Board } from './support/board';
import { Stories } from './support/stories';
import { testGate } from './support/settings';

describe('A review by keyboard', function () {
  inOrder(this);
  let workbench: Workbench;
  let stories: Stories;

  before(async () => {
    workbench = await openWorkbench({ settings: { ...testGate, 'switchyard.review.paths': ['src/**'] } });
    stories = new Stories(workbench);
    await workbench.setTheme('dark');
    await stories.open();
    await stories.create({ title: 'Wave goodbye', details: 'People leave.\n\n- [ ] It waves `<b>twice</b>`' });
    await stories.approve();
    await stories.run('Start', 1);
    await stories.waitInGroup(1, 'Coding');
    await stories.work(1, { 'src/wave.js': 'export function wave() {\n  return "bye";\n}\n' });
    await stories.run('Ready for QA', 1);
    await stories.waitInGroup(1, 'Needs you');
  });
  after(() => workbench.close());

  const press = (...keys: string[]): Promise<void> =>
    keys.reduce((before, key) => before.then(() => workbench.page.keyboard.press(key)), Promise.resolve());
  const shownThreads = (): Promise<string[]> =>
    workbench.page.locator('.review-widget').evaluateAll((all) => all.map((one) => (one as HTMLElement).innerText));

  it('[U5] the page says why it waits and what helps first, and a criterion is ticked with the space bar', async () => {
    await stories.openPage(1);
    const page = await workbench.webviewFrame('#1 Wave goodbye');
    await page.locator('h1', { hasText: 'Wave goodbye' }).waitFor();
    assert.match((await page.locator('.why').textContent()) ?? '', /src\/wave\.js/);
    assert.equal((await page.locator('button.first').textContent())?.trim(), 'Open Diff');
    await workbench.screenshot('story-page-dark');
    assert.equal(await page.locator('.criterion code').textContent(), '<b>twice</b>');
    await page.locator('input[type=checkbox]').focus();
    await press('Space');
    await waitFor('the tick on the page', () => page.locator('input[type=checkbox]:checked').count());
    const shown = { name: 'story-page', frame: page, root: 'main', seen: 'People leave.' };
    const found = await seriousInThemes(workbench, shown, ['light', 'hc', 'hcLight', 'dark']);
    const size = workbench.page.viewportSize()!;
    await workbench.page.setViewportSize({ width: 900, height: 700 });
    const narrow = { ...shown, name: 'story-page-narrow' };
    assert.deepEqual([...found, ...(await seriousInThemes(workbench, narrow, ['dark']))], []);
    await workbench.page.setViewportSize(size);
  });

  it('[U13, U14] Next That Needs You opens the diff, which says why first, and nothing lies over it; a comment on a line there says that it goes to the coder, and can be changed', async () => {
    await stories.command('Next That Needs You');
    await waitFor('the changes', async () => (await workbench.editorTitles())[0]?.startsWith('#1 Wave goodbye ('));
    await workbench.page.locator('.view-line', { hasText: 'Why' }).first().waitFor();
    await workbench.page.locator('.view-line', { hasText: 'function' }).first().waitFor();
    const told = await workbench.notifications.shown();
    assert.ok(!told.some(({ message }) => message.includes('#1')), JSON.stringify(told));
    await press('Alt+F5');
    await stories.command('Comment on This Line…');
    await workbench.quickInput.waitForPrompt('Comment on src/wave.js, line 1');
    await workbench.quickInput.fill('Wave with a hand.');
    await workbench.quickInput.accept();
    await waitFor(
      'the comment',
      async () => (await shownThreads()).some((text) => /goes to the coder[^]*Wave with a hand\./.test(text)),
      { seen: shownThreads },
    );
    const thread = workbench.page.locator('.review-widget', { hasText: 'goes to the coder' });
    const button = (name: string) => thread.getByRole('button', { name });
    const change = async (text: string): Promise<void> => {
      await thread.locator('.edit-container .view-line').click();
      await press('Control+A');
      await workbench.page.keyboard.type(text);
    };
    await thread.locator('.review-comment').hover();
    await button('Edit Comment').click();
    await change('Wave with a foot.');
    await workbench.screenshot('review-edit-dark');
    // At once, before VS Code has told the window of the first.
    await button('Cancel').click();
    await button('Edit Comment').click();
    await thread.locator('.edit-container .view-line', { hasText: 'Wave with a hand.' }).waitFor();
    await change('Wave with both hands.');
    await button('Save').click();
    await thread.locator('.comment-body', { hasText: 'Wave with both hands.' }).waitFor();
    await workbench.screenshot('review-dark');
    await workbench.setTheme('light');
    await workbench.screenshot('review-light');
    await workbench.setTheme('dark');
  });

  it('[U13] a comment is put aside, and one is deleted, by the buttons of its thread', async () => {
    const thread = workbench.page.locator('.review-widget');
    await thread.getByRole('button', { name: 'Put Aside' }).first().click();
    await waitFor('it to be out of sight', async () => (await shownThreads()).length === 0, { seen: shownThreads });
    await stories.command('Comment on This Line…');
    await workbench.quickInput.waitForPrompt('Comment on src/wave.js, line 1');
    await workbench.quickInput.fill('Or with a hat.');
    await workbench.quickInput.accept();
    await waitFor('the other', async () => (await shownThreads()).some((text) => text.includes('with a hat')));
    await thread.locator('.body', { hasText: 'with a hat' }).hover();
    await thread.getByRole('button', { name: 'Delete Comment' }).first().click();
    await waitFor('none', async () => (await shownThreads()).every((text) => !text.includes('with a hat')));
  });

  it('[U13] Approve asks once while a comment is open', async () => {
    await stories.command('Comment on This Line…');
    await workbench.quickInput.waitForPrompt('Comment on src/wave.js, line 1');
    await workbench.quickInput.fill('Or with a scarf.');
    await workbench.quickInput.accept();
    await waitFor('the comment', async () => (await shownThreads()).some((text) => text.includes('with a scarf')));
    await stories.run('Approve', 1);
    assert.match(await workbench.dialog.text(), /Approve #1 with a comment that is open\?/);
    await workbench.screenshot('review-open-comment');
    await workbench.dialog.click('Show Comments');
    await waitFor('it to be shown', async () => (await shownThreads()).some((text) => text.includes('with a scarf')));
  });

  it('[U2, U13] the board leads to it, approves it and tells of its landing, by keys and by what a screen reader says alone', async () => {
    await stories.command('Open Board');
    const { frame } = await Board.find(workbench);
    // Without the focus a page still remembers which of its elements had it.
    const focused = () =>
      frame.evaluate(() => (document.hasFocus() && document.activeElement?.getAttribute('aria-label')) || '');
    const reach = (what: RegExp, key: string) =>
      waitFor(`the focus on ${what}`, async () => what.test(await focused()) || (await press(key), false), {
        seen: focused,
      });
    await reach(/^#1 Wave goodbye, .*review/i, 'ArrowDown');
    await press('Shift+F10');
    await reach(/^Approve$/, 'a');
    await press('Enter');
    // A comment is open, so it is asked about; after that the board hears keys again.
    assert.match(await workbench.dialog.text(), /Approve #1 with a comment that is open\?/);
    await press('Enter');
    await reach(/^#1 Wave goodbye, Done/, 'Home');
    await workbench.screenshot('review-landed');
  });

  it('[U13] the changes of what has landed offer no approval any more', async () => {
    const title = workbench.page.locator('.editor-actions');
    await workbench.page.getByRole('tab', { name: /^#1 Wave goodbye \(/ }).click();
    await title.getByRole('button', { name: /^Next Review/ }).waitFor();
    await waitFor(
      'no Approve',
      async () => (await title.getByRole('button', { name: /^(?:Approve|Reject)/ }).count()) === 0,
      {
        seen: () => title.allInnerTexts(),
      },
    );
    const said = workbench.page.locator('.view-line', { hasText: /Approve,/ });
    await waitFor('no word of it', async () => (await said.count()) === 0);
    await workbench.screenshot('review-landed-changes');
  });
});
