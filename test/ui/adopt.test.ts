import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { makeSampleRepository, type SampleRepository } from '../support/sampleProject';
import { TemporaryFolder } from '../support/temporaryFolder';
import { inOrder } from '../support/mocha/inOrder';
import { openWorkbench } from '../support/workbench/open';
import type { Workbench } from '../support/workbench/workbench';
import { Stories } from './support/stories';

describe('Adopting branches and worktrees in the workbench', function () {
  inOrder(this);
  const folder = new TemporaryFolder();
  let repository: SampleRepository;
  let workbench: Workbench;
  let stories: Stories;

  before(async () => {
    repository = await makeSampleRepository(folder.at('hello'));
    await repository.git('worktree', 'add', '--quiet', '-b', 'fix/greeting', folder.at('other-tool'), 'main');
    writeFileSync(folder.at('other-tool/notes.md'), 'half a thought\n');
    await repository.git(
      'branch',
      'idea',
      await repository.git('commit-tree', '-p', 'HEAD', '-m', 'An idea', 'HEAD^{tree}'),
    );
    await repository.git('switch', '--quiet', '-c', 'mine');
    workbench = await openWorkbench({ folder: repository.folder });
    stories = new Stories(workbench);
    await stories.open();
  });
  after(async () => {
    await workbench.close();
    folder.remove();
  });

  it('[S11, U4] by palette, several at once; the branch of your own window is asked about first', async () => {
    const { quickInput, dialog } = workbench;
    await stories.command('Adopt Branch or Worktree…');
    await quickInput.waitForPrompt('Adopt Branch or Worktree');
    await quickInput.waitForRow(/fix\/greeting/);
    const rows = (await quickInput.rows()).map(
      ({ label, description, detail }) => `${label.trim()}: ${description} | ${detail}`,
    );
    assert.equal(rows.length, 3, rows.join('\n'));
    assert.match(rows.join('\n'), /fix\/greeting: no commit of its own, 1 uncommitted file.* \| .*other-tool/);
    assert.match(rows.join('\n'), /idea: 1 commit/);
    assert.match(rows.join('\n'), /mine: .*checked out in your own folder/);
    await workbench.screenshot('adopt-list');
    for (const { label } of await quickInput.rows()) await quickInput.toggle(label);
    await quickInput.accept();
    assert.match(await dialog.text(), /mine is checked out in your own folder\. Make it a story there\?/);
    await workbench.screenshot('adopt-own-checkout');
    await dialog.click('Cancel');
    await stories.tree.waitForRow(({ label }) => /^#\d An idea$/.test(label));
    await stories.tree.waitForRow(({ label }) => /^#\d Greeting$/.test(label));
    assert.equal((await stories.tree.rows()).filter(({ label }) => label.startsWith('#')).length, 2);
    await workbench.screenshot('adopted');
    assert.equal(await repository.git('-C', folder.at('other-tool'), 'status', '--porcelain'), '?? notes.md');
  });
});
