import assert from 'node:assert/strict';
import { waitFor } from '../support/waitFor';
import { openWorkbench } from '../support/workbench/open';
import type { Workbench } from '../support/workbench/workbench';
import { inOrder } from '../support/mocha/inOrder';
import type { StoryDocument } from './support/storyDocument';
import { Stories } from './support/stories';

describe('A story in the editor', function () {
  inOrder(this);
  let workbench: Workbench;
  let stories: Stories;
  let document: StoryDocument;

  before(async () => {
    const files = { 'src/todo.js': '// TODO: greet in Latin too\nexport {};\n' };
    workbench = await openWorkbench({ files, settings: { 'files.autoSave': 'off' } });
    stories = new Stories(workbench);
    await workbench.setTheme('dark');
    await stories.open();
  });
  after(() => workbench.close());

  const says = (text: RegExp): Promise<unknown> =>
    waitFor(`${text} in the editor`, async () => text.test((await document.lines()).join('\n')), {
      seen: () => document.lines(),
    });

  it('[S2, U4] by keyboard alone a selection becomes a story, quoted with its file and lines', async () => {
    const { page, quickInput } = workbench;
    await page.keyboard.press('Control+P');
    await quickInput.fill('src/greet.js');
    await quickInput.waitForRow('greet.js');
    await quickInput.accept();
    await page.locator('.tabs-container .tab[aria-label^="greet.js"]').waitFor();
    await page.locator('.monaco-editor .view-line').first().waitFor();
    await page.keyboard.press('Control+A');
    await stories.command('New Story from Selection…');
    await quickInput.waitForPrompt('New Story (1/2)');
    await quickInput.fill('Greet by name');
    await quickInput.accept();
    await quickInput.waitForPrompt('New Story (2/2)');
    await workbench.screenshot('story-document-type');
    await quickInput.waitForRow(/^\s*story$/);
    await quickInput.accept();
    document = stories.document(1);
    await document.waitForOpen();
    await says(/^---\ntitle: Greet by name\ntype: story\n.*From `src\/greet\.js:1-\d+`:\n\n```javascript\n/s);
    await waitFor('what can be done with it', async () => (await document.lenses()).includes('Start'), {
      seen: () => document.lenses(),
    });
    await workbench.screenshot('story-document');
  });

  it('[S4] what is written is saved, and what is wrong with the front matter is shown at its line', async () => {
    await document.type('It should say who is greeted.');
    await workbench.page.keyboard.press('Control+Home');
    for (let line = 0; line < 3; line++) await workbench.page.keyboard.press('ArrowDown');
    await workbench.page.keyboard.press('End');
    await workbench.page.keyboard.type('x');
    await workbench.page.locator('.squiggly-error').first().waitFor();
    await document.save();
    await workbench.screenshot('story-document-problem');
    await workbench.page.keyboard.press('Backspace');
    await workbench.page.locator('.squiggly-error').first().waitFor({ state: 'hidden' });
    await document.save();
    await says(/priority: 2\n.*\nIt should say who is greeted\./s);
  });

  it('[S4] it opens from its row in the tree', async () => {
    await workbench.page.keyboard.press('Control+K');
    await workbench.page.keyboard.press('Control+W');
    await stories.tree.click('#1 Greet by name');
    await document.waitForRows();
    await says(/It should say who is greeted\./);
  });

  it('[S4] what is changed elsewhere enters the editor that is being written in, and saving keeps both', async () => {
    const { quickInput } = workbench;
    await document.append('Nobody is left out.');
    await stories.run('Rename Story…', 1);
    await quickInput.waitForPrompt('Rename #1');
    await quickInput.fill('Greet everybody by name');
    await quickInput.accept();
    await says(/^---\ntitle: Greet everybody by name\n.*Nobody is left out\./s);
    assert.ok(await document.isDirty());
    await workbench.screenshot('story-document-two-writers');
    await document.save();
    await stories.tree.waitForRow('#1 Greet everybody by name');
    await says(/title: Greet everybody by name\n.*Nobody is left out\./s);
  });

  it('[S4, P5] two windows write in one body at once, and both keep what either wrote', async () => {
    const second = await workbench.openWindow(workbench.repository.folder);
    await second.openActivity('Switchyard');
    const there = new Stories(second);
    await there.tree.click('#1 Greet everybody by name');
    const theirs = there.document(1);
    await theirs.waitForRows();
    await document.append('\nWritten in this window.');
    await theirs.insert('It should say', '\nWritten in the other window.');
    assert.ok((await document.isDirty()) && (await theirs.isDirty()));
    await Promise.all([document.save(), theirs.save()]);
    const both = /Written in the other window\..*Nobody is left out\.\nWritten in this window\./s;
    for (const one of [document, theirs])
      await waitFor('both texts in each window', async () => both.test((await one.lines()).join('\n')), {
        seen: () => one.lines(),
      });
    await second.screenshot('story-document-other-window');
    await workbench.screenshot('story-document-this-window');
    await second.page.close();
    await says(both);
  });

  it('[S2, U4] a TODO becomes a story, with a way back between the questions; Write and Start a Story starts one as well', async () => {
    const { page, quickInput } = workbench;
    await page.keyboard.press('Control+P');
    await quickInput.fill('src/todo.js');
    await quickInput.waitForRow('todo.js');
    await quickInput.accept();
    await page.locator('.tabs-container .tab[aria-label^="todo.js"]').waitFor();
    await page.locator('.monaco-editor .view-line', { hasText: 'TODO' }).waitFor();
    await page.keyboard.press('Control+.');
    await page.locator('.action-widget', { hasText: 'New Story from This Comment…' }).waitFor();
    await workbench.screenshot('story-todo');
    await page.keyboard.press('Enter');
    await quickInput.waitForPrompt('New Story (1/2)');
    await quickInput.accept();
    await quickInput.waitForPrompt('New Story (2/2)');
    await quickInput.back();
    await quickInput.waitForPrompt('New Story (1/2)');
    await quickInput.waitForText('greet in Latin too');
    await quickInput.accept();
    await quickInput.waitForPrompt('New Story (2/2)');
    await quickInput.waitForRow(/^\s*story$/);
    await quickInput.accept();
    document = stories.document(2);
    await document.waitForOpen();
    await says(/^---\ntitle: greet in Latin too\n.*From `src\/todo\.js:/s);
    await stories.command('Write and Start a Story…');
    await quickInput.waitForPrompt('Write and Start a Story (1/2)');
    await quickInput.fill('Greet twice');
    await quickInput.accept();
    await quickInput.waitForPrompt('Write and Start a Story (2/2)');
    await quickInput.waitForRow(/^\s*story$/);
    await quickInput.accept();
    await stories.waitInGroup(3, 'Coding');
    await workbench.screenshot('story-create-and-start');
  });

  it('[S4] in a light theme it can be read as well', async () => {
    await workbench.setTheme('light');
    await workbench.screenshot('story-document-light');
    const started = stories.document(3);
    await waitFor('what can be done with it', async () => (await started.lenses()).length >= 2);
  });
});
