import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inOrder } from '../support/mocha/inOrder';
import { waitFor } from '../support/waitFor';
import { openWorkbench } from '../support/workbench/open';
import type { Workbench } from '../support/workbench/workbench';
import { Stories } from './support/stories';

describe('Deleting and restoring stories by palette', function () {
  inOrder(this);
  let workbench: Workbench;
  let stories: Stories;

  before(async () => {
    workbench = await openWorkbench();
    stories = new Stories(workbench);
    await workbench.setTheme('dark');
    await stories.open();
  });
  after(() => workbench.close());

  const worktreeOf = (name: string): string => path.join(`${workbench.repository.folder}.worktrees`, name);
  const emptied = (): Promise<unknown> =>
    waitFor('no story in the tree', async () => (await stories.tree.rows()).length === 0, {
      seen: () => stories.tree.rows(),
    });

  it('[S8, U4] Delete… takes two stories with one question that says what goes and what is kept', async () => {
    for (const title of ['Wave goodbye', 'Say hello']) await stories.create({ title });
    for (const number of [1, 2]) {
      await stories.run('Start', number);
      await stories.waitInGroup(number, 'Coding');
    }
    await stories.work(1, { 'wave.js': '// waves\n' });
    writeFileSync(path.join(worktreeOf('1-wave-goodbye'), 'notes.txt'), 'not committed\n');
    await stories.command('Delete…');
    await workbench.quickInput.waitForPrompt('Delete: which stories?');
    await workbench.quickInput.accept();
    await workbench.notifications.waitFor('Nothing was ticked, so nothing was done.');
    await stories.command('Delete…');
    await workbench.quickInput.waitForPrompt('Delete: which stories?');
    await workbench.quickInput.toggle('#1 Wave goodbye');
    await workbench.quickInput.toggle('#2 Say hello');
    await workbench.screenshot('removal-pick');
    await workbench.quickInput.accept();
    const question = await workbench.dialog.text();
    assert.match(
      question,
      /Delete 2 stories \(#1 and #2\)\?.*Removed: 2 worktrees, 2 branches\..*#1: 1 commit and 1 untracked file \(14 B\)/s,
    );
    await workbench.screenshot('removal-question');
    await workbench.dialog.click('Delete');
    await emptied();
    await waitFor(
      'no branch of them',
      async () => (await workbench.repository.git('branch', '--list', 'story/*')) === '',
    );
    assert.ok(!existsSync(worktreeOf('1-wave-goodbye')) && !existsSync(worktreeOf('2-say-hello')));
  });

  it('[S8, G7] Restore… lists both with what is in them, and brings one back with its branch, worktree and uncommitted file', async () => {
    await stories.command('Restore…');
    await workbench.quickInput.waitForPrompt('Enter brings it back');
    const rows = await waitFor('both rows', async () => {
      const shown = await workbench.quickInput.rows();
      return shown.length === 2 ? shown : undefined;
    });
    const row = rows.find(({ label }) => label.includes('#1 Wave goodbye'));
    assert.match(
      row?.detail ?? '',
      /The story in Coding, with 1 commit and 1 untracked file\. Brings all of it back\./,
    );
    await workbench.screenshot('removal-restore');
    await workbench.quickInput.press(row?.label ?? '', 'Show Its Files');
    await workbench.waitForEditor('Kept: #1 Wave goodbye (1 file)');
    await workbench.page.locator('.view-line', { hasText: 'not committed' }).first().waitFor();
    await workbench.screenshot('removal-files');
    await workbench.quickInput.choose(row?.label ?? '');
    await workbench.notifications.waitFor('#1 is back in Frozen, with its branch and worktree.');
    await stories.waitInGroup(1, 'Frozen', /was in Coding/);
    const folder = worktreeOf('1-wave-goodbye');
    assert.equal(readFileSync(path.join(folder, 'notes.txt'), 'utf8'), 'not committed\n');
    assert.equal(readFileSync(path.join(folder, 'wave.js'), 'utf8'), '// waves\n');
    assert.match(await workbench.repository.git('branch', '--list', 'story/*'), /^\+ story\/1-wave-goodbye$/);
    await workbench.screenshot('removal-restored');
    await workbench.notifications.clickButton('#1 is back in Frozen', 'Unfreeze');
    await stories.waitInGroup(1, 'Coding');
  });

  it('[S8, G7] Forget asks once, and then what was kept is in neither list nor repository', async () => {
    const { quickInput, dialog, repository } = workbench;
    const kept = (): Promise<string> => repository.git('for-each-ref', 'refs/switchyard/rescue');
    assert.match(await kept(), /rescue\/1\//);
    await stories.command('Restore…');
    await quickInput.waitForPrompt('Enter brings it back');
    await quickInput.waitForRow(/#1 Wave goodbye/);
    await quickInput.press((await quickInput.rows()).find(({ label }) => label.includes('#1 '))?.label ?? '', 'Forget');
    assert.match(await dialog.text(), /Forget what was kept of #1 Wave goodbye\?.*nothing here brings it back/s);
    await workbench.screenshot('removal-forget');
    await dialog.click('Forget');
    await waitFor('no row of it', async () => (await quickInput.rows()).every(({ label }) => !label.includes('#1 ')), {
      seen: () => quickInput.rows(),
    });
    assert.doesNotMatch(await kept(), /rescue\/1\//);
    await workbench.screenshot('removal-forgotten');
    await quickInput.close();
    await stories.waitInGroup(1, 'Coding');
  });

  it('[S8] Purge… wants the number typed, and then nothing of the text is left', async () => {
    await stories.command('Purge…');
    await workbench.quickInput.waitForPrompt('Purge (1/2)');
    await workbench.quickInput.toggle('#2 Say hello');
    await workbench.quickInput.accept();
    assert.match(await workbench.dialog.text(), /Delete #2 Say hello for good\?.*cannot be brought back/s);
    await workbench.screenshot('removal-purge');
    await workbench.dialog.click('Delete for Good');
    await workbench.quickInput.waitForPrompt('Purge (2/2)');
    await workbench.quickInput.fill('1');
    await waitFor('the refusal', async () => (await workbench.quickInput.message()).includes('That is not 2.'));
    await workbench.quickInput.fill('2');
    await workbench.quickInput.accept();
    await stories.command('Restore…');
    await workbench.quickInput.waitForPrompt('Enter brings it back');
    await waitFor('no deleted story in the list', async () =>
      (await workbench.quickInput.rows()).every(({ detail }) => !detail.startsWith('The story')),
    );
    await workbench.quickInput.close();
  });
});
