import assert from 'node:assert/strict';
import type { Frame, Page } from 'playwright-core';
import { inOrder } from '../support/mocha/inOrder';
import { waitFor } from '../support/waitFor';
import { openWorkbench } from '../support/workbench/open';
import type { Workbench } from '../support/workbench/workbench';
import { sampleAgent, testGate } from './support/settings';

/** So many presses of a key lead to anything there is. */
const MOST_PRESSES = 80;

describe('A story from New to Done by keyboard and spoken words alone', function () {
  inOrder(this);
  let workbench: Workbench;
  let page: Page;

  before(async () => {
    workbench = await openWorkbench({ settings: { ...testGate, ...sampleAgent, 'switchyard.review.paths': ['**'] } });
    page = workbench.page;
    await workbench.extensionHost.waitForActivation('switchyard.switchyard');
  });
  after(() => workbench.close());

  const key = (keys: string): Promise<void> => page.keyboard.press(keys);

  /** What a screen reader says of what has the focus, in the workbench or in a page within it. */
  const spoken = async (): Promise<string> => {
    for (const frame of page.frames().toReversed()) {
      const words = await frame
        .evaluate(() => {
          const active = document.activeElement;
          if (active === null || active === document.body || active.tagName === 'IFRAME' || !document.hasFocus()) return '';
          const id = active.getAttribute('aria-activedescendant');
          const said = (id === null ? null : document.getElementById(id)) ?? active;
          return said.getAttribute('aria-label') ?? said.textContent;
        })
        .catch(() => '');
      if (words !== '') return words.trim();
    }
    return '';
  }; // prettier-ignore

  const waitToHear = (words: RegExp): Promise<string> =>
    waitFor(`to hear ${words}`, async () => {
      const heard = await spoken();
      return words.test(heard) ? heard : undefined;
    }, { seen: spoken }); // prettier-ignore

  /** Presses a key until what is wanted has the focus. */
  const goTo = async (words: RegExp, by: string): Promise<string> => {
    const heard: string[] = [];
    for (let press = 0; press < MOST_PRESSES; press++) {
      const now = await spoken();
      if (words.test(now)) return now;
      heard.push(now);
      await key(by);
    }
    throw new Error(`${by} never led to ${words}, only to: ${heard.join(' | ')}`);
  };

  const command = async (title: string): Promise<void> => {
    await key('F1');
    await workbench.quickInput.waitForPrompt('Type the name of a command');
    await page.keyboard.type(title);
    await waitToHear(new RegExp(`^${title.replace(/[.…]+$/, '')}`));
    await key('Enter');
  };

  /** A press of a mouse's button anywhere from now on is noted. */
  const noteMouse = (frame: Frame): Promise<void> =>
    frame.evaluate(() => document.addEventListener('pointerdown', () => (document.title = 'a mouse was used'), true));
  const assertNoMouse = async (frame: Frame): Promise<void> =>
    assert.notEqual(await frame.evaluate(() => document.title), 'a mouse was used');

  it('[U4] New Story by its key, with what each box asks said; it stands in the view of stories', async () => {
    await noteMouse(page.mainFrame());
    await command('Switchyard: Focus on Stories View');
    const welcome = (): Promise<string> => workbench.tree('Stories').welcomeText();
    await waitFor('the view to be ready', async () => /No story yet/.test(await welcome()), { seen: welcome });
    await key('Control+k');
    await key('Alt+y');
    await waitToHear(/What should be different when it is done.*New Story/);
    await page.keyboard.type('Wave goodbye');
    await key('Enter');
    await waitToHear(/story, something new for a user/);
    await key('Enter');
    await waitToHear(/^#1 Wave goodbye\.md/);
    await storyInTree();
  });

  it('[A11, U4] the commands are read and allowed, and Enter alone does not allow them', async () => {
    await command('Switchyard: Review Commands');
    await workbench.dialog.text();
    assert.doesNotMatch(await spoken(), /^Allow/);
    await goTo(/^Allow/, 'Tab');
    await key('Enter');
  });

  it('[U1, U4] Start from the menu of its row; it is coded, gated and waits for review, which its row says', async () => {
    await storyInTree();
    await key('Shift+F10');
    await page.locator('.monaco-menu').last().waitFor();
    await goTo(/^Start$/, 'ArrowDown');
    await key('Enter');
    const tree = workbench.tree('Stories');
    await waitFor('the story in review', async () => (await tree.rows()).some(({ spoken: words }) => /waits for your review/.test(words)), { seen: () => tree.rows() }); // prettier-ignore
    assert.match(await storyInTree(), /^#1 Wave goodbye, Review, waits for your review, .*It touches README\.md/);
  });

  it('[U2, U13] on the board Tab leads to its card, its menu to Approve, and the card keeps the focus and says that it is Done', async () => {
    await command('Switchyard: Open Board');
    const board = await workbench.webviewFrame('Switchyard Board');
    await noteMouse(board);
    await board.locator('.card').first().waitFor();
    await goTo(/^#1 Wave goodbye, Review/, 'Tab');
    await workbench.screenshot('keyboard-card');
    await key('Shift+F10');
    await waitToHear(/^Open$/);
    await goTo(/^Approve$/, 'ArrowDown');
    await key('Enter');
    await waitFor('the landing', async () => /^Wave goodbye/.test(await workbench.repository.git('log', '-1', '--format=%s', 'main')));
    await waitToHear(/^#1 Wave goodbye, Done/);
    await workbench.screenshot('keyboard-landed');
    for (const frame of [page.mainFrame(), board]) await assertNoMouse(frame);
  }); // prettier-ignore

  async function storyInTree(): Promise<string> {
    await command('Switchyard: Focus on Stories View');
    await key('Home');
    return goTo(/^#1 Wave goodbye/, 'ArrowDown');
  }
});
