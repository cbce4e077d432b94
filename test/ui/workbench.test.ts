import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { writeFileSync } from 'node:fs';
import { inOrder } from '../support/mocha/inOrder';
import { TemporaryFolder } from '../support/temporaryFolder';
import { openWorkbench } from '../support/workbench/open';
import type { Workbench } from '../support/workbench/workbench';
import { heldTestGate, sampleAgent } from './support/settings';
import { isRowOf, Stories } from './support/stories';

describe('The packaged extension in a real workbench', function () {
  inOrder(this);
  const folder = new TemporaryFolder();
  let workbench: Workbench;
  let stories: Stories;

  before(async () => {
    const gate = heldTestGate(folder.at('record'), folder.at('proof'));
    workbench = await openWorkbench({ settings: { ...gate, ...sampleAgent } });
    stories = new Stories(workbench);
  });

  after(async () => {
    await workbench.close();
    folder.remove();
  });

  it('[U12] is activated from its .vsix once the window is up', async () => {
    await workbench.extensionHost.waitForActivation('switchyard.switchyard');
  });

  it('[U2] a dark, a light and a high-contrast window can be looked at', async () => {
    for (const theme of ['light', 'hc', 'dark'] as const) {
      await workbench.setTheme(theme);
      const file = await workbench.screenshot(`workbench-${theme}`);
      assert.ok((await stat(file)).size > 10_000, 'the picture shows something');
    }
  });

  it('[U15] a window on the worktree of a story shows that story, with its agent', async () => {
    await stories.open();
    await stories.create({ title: 'Wave goodbye', details: `until: ${folder.at('never')}` });
    await stories.approve();
    await stories.run('Start', 1);
    await stories.waitInGroup(1, 'Coding', /sample · \d+ (s|min)\b/);
    await workbench.openFolder(await stories.worktree(1));
    await workbench.statusBar.waitFor(/^#1 Coding · sample · \d+ (s|min)\b/);
    // Also where the view is opened after the story was found.
    await workbench.openActivity('Switchyard');
    await stories.tree.waitForRow((row) => isRowOf(1)(row) && row.selected);
    const whileAtWork = await workbench.statusBar.items();
    assert.ok(!whileAtWork.some(({ text }) => text === 'Ready for QA'), 'its agent says that itself');
    await workbench.screenshot('window-of-a-story');
  });

  it('[U15] Ready for QA stands in its status bar and in source control where a person codes, and then its gates', async () => {
    await stories.run('Take Over in Terminal', 1);
    await workbench.statusBar.waitFor('Ready for QA');
    await stories.work(1, { 'wave.js': 'export {};\n' });
    await workbench.openActivity('Source Control');
    await workbench.page.locator('.part.sidebar .actions-container [aria-label^="Ready for QA"]').first().click();
    await workbench.statusBar.waitFor(/^#1 QA · test/);
    await workbench.screenshot('window-of-a-story-scm');
    writeFileSync(folder.at('proof'), '');
    await workbench.statusBar.waitFor(/^#1 Done/);
  });
});
