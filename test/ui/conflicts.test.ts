import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { inOrder } from '../support/mocha/inOrder';
import { openWorkbench } from '../support/workbench/open';
import type { Workbench } from '../support/workbench/workbench';
import { Stories } from './support/stories';
import { testGate } from './support/settings';

describe('Conflicts in a workbench', function () {
  inOrder(this);
  let workbench: Workbench;
  let stories: Stories;

  before(async () => {
    // A merge editor that saves by itself would write over what is written beside it.
    workbench = await openWorkbench({ settings: { ...testGate, 'files.autoSave': 'off' } });
    stories = new Stories(workbench);
    await workbench.setTheme('dark');
    await stories.open();
  });
  after(() => workbench.close());

  const readme = (): string => path.join(workbench.repository.folder, 'README.md');

  /** A story that adds a line to the README where main gets another one meanwhile. */
  async function conflicting(number: number): Promise<void> {
    const before = await readFile(readme(), 'utf8');
    await stories.run('Start', number);
    await stories.waitInGroup(number, 'Coding');
    await stories.work(number, { 'README.md': `${before}\n- Line of #${number}\n` });
    await writeFile(readme(), `${before}\n- Line of main beside #${number}\n`);
    await workbench.repository.git('commit', '--quiet', '--all', '--message', 'Beside it');
    await stories.run('Ready for QA', number);
  }

  it('[MQ8, U1, U4] Resolve Conflicts… opens the conflict of the story’s worktree in the merge editor', async () => {
    await stories.create({ title: 'Say it once' });
    await stories.approve();
    await conflicting(1);
    await stories.waitInGroup(1, 'Needs you', /Conflict in README\.md/);
    await stories.run('Resolve Conflicts…', 1);
    await workbench.notifications.waitFor('#1 conflicts in README.md');
    await workbench.page.locator('.merge-editor').waitFor();
    await workbench.page.getByText('Complete Merge').first().waitFor();
    await stories.waitInGroup(1, 'Needs you', /You are solving it in its worktree\. Still open: README\.md/);
    await workbench.screenshot('conflict-merge-editor');
  });

  it('[MQ8, U1] the commit that concludes it is proven and lands by itself', async () => {
    const worktree = await stories.worktree(1);
    const file = path.join(worktree, 'README.md');
    await writeFile(file, `${await readFile(readme(), 'utf8')}- Line of #1\n`);
    await workbench.repository.git('-C', worktree, 'commit', '--quiet', '--all', '--message', 'Both lines');
    await stories.tree.waitForRow((row) => row.label === 'Done' && row.description === '1');
    const landed = await readFile(readme(), 'utf8');
    assert.ok(landed.includes('- Line of #1') && landed.includes('- Line of main beside #1'));
  });
});
