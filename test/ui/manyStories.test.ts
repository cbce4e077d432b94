import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inOrder } from '../support/mocha/inOrder';
import { makeSampleRepository, type SampleRepository } from '../support/sampleProject';
import { TemporaryFolder } from '../support/temporaryFolder';
import { waitFor } from '../support/waitFor';
import { openWorkbench } from '../support/workbench/open';
import type { Workbench } from '../support/workbench/workbench';
import { Board } from './support/board';
import { isRowOf, Stories } from './support/stories';

const LIST = `# Next

- Sign in
  With a password.

  - [ ] it works
- [ ] Sign out
- [x] Think about it
`;

describe('Many stories, what they depend on and what they are called, in the workbench', function () {
  inOrder(this);
  const folder = new TemporaryFolder();
  let repository: SampleRepository;
  let workbench: Workbench;
  let stories: Stories;

  before(async () => {
    repository = await makeSampleRepository(folder.at('hello'));
    writeFileSync(path.join(repository.folder, 'ideas.md'), LIST);
    mkdirSync(folder.at('plans'));
    writeFileSync(folder.at('plans/1-greet.md'), '---\nname: Greet\nlabels: [ui]\n---\n\nSay hello.\n');
    writeFileSync(
      folder.at('plans/2-wave.md'),
      '---\nname: Wave\ntype: epic\ndepends_on: [greet, Sign in]\n---\n\nAfter #1.\n',
    );
    workbench = await openWorkbench({ folder: repository.folder });
    stories = new Stories(workbench);
    await stories.open();
  });
  after(async () => {
    await workbench.close();
    folder.remove();
  });

  it('[S2, U4] a list that is selected becomes stories, after one look at what would be made', async () => {
    const { page, quickInput } = workbench;
    await quickInput.openPalette();
    await quickInput.fill('ideas.md');
    await quickInput.waitForRow('ideas.md');
    await quickInput.accept();
    await workbench.waitForEditor(/^ideas/);
    await page.locator('.monaco-editor .view-line', { hasText: 'Sign out' }).click();
    await page.keyboard.press('Control+A');
    await stories.command('Create Stories from List…');
    await quickInput.waitForPrompt('Create Stories from List');
    const rows = await quickInput.rows();
    assert.deepEqual(rows.map(({ label, checked }) => [label.trim(), checked]), [
      ['Sign in', true],
      ['Sign out', true],
      ['Think about it', false],
    ]); // prettier-ignore
    assert.match(await quickInput.title(), /1 other line left out/);
    await workbench.screenshot('many-list');
    await quickInput.accept();
    await stories.tree.waitForRow(({ label }) => label === '#2 Sign out');
    await workbench.notifications.waitFor('2 stories created in the backlog: #1–#2.');
    assert.ok(!(await stories.tree.rows()).some(({ label }) => label.includes('Think about it')));
  });

  it('[S1, U4] labels and priority are set from the palette, a new label by typing it', async () => {
    const { quickInput } = workbench;
    await stories.run('Set Labels…', 1);
    await quickInput.waitForPrompt('Labels of #1');
    await quickInput.fill('needs design');
    await quickInput.waitForRow('needs design');
    await quickInput.accept();
    await stories.waitInGroup(1, 'Backlog', /needs design/);
    await stories.run('Set Labels…', 2);
    await quickInput.waitForPrompt('Labels of #2');
    // Each that is typed is shown, and one that there is already is meant as well.
    await quickInput.fill('later, Needs Design');
    await quickInput.waitForRow('later');
    await quickInput.accept();
    await stories.waitInGroup(2, 'Backlog', /later(, | · )needs design|needs design(, | · )later/);
    await stories.run('Set Labels…', 1);
    await quickInput.waitForPrompt('Labels of #1');
    // Typed to find it, and then ticked: that is no new label.
    await quickInput.fill('lat');
    await quickInput.waitForRow('lat');
    await quickInput.toggle('later');
    await quickInput.accept();
    await stories.waitInGroup(1, 'Backlog', /later/);
    const rowOfOne = (await stories.tree.rows()).find(({ label }) => label.startsWith('#1 '));
    assert.doesNotMatch(rowOfOne?.spoken ?? '', /\blat\b/);
    await stories.run('Set Labels…', 1);
    await quickInput.waitForPrompt('Labels of #1');
    await quickInput.toggle('later');
    await quickInput.accept();
    await stories.run('Set Priority…', 1);
    await quickInput.waitForPrompt('Priority of #1');
    await quickInput.choose('P0');
    await stories.waitInGroup(1, 'Backlog', /P0 · needs design|P0, needs design/);
    await stories.run('Rename Story…', 2);
    await quickInput.waitForPrompt('Rename #2');
    await quickInput.fill('Sign out everywhere');
    await quickInput.accept();
    await stories.tree.waitForRow('#2 Sign out everywhere');
  });

  it('[S10, U4] what depends on another cannot start, says why on both, and Start offers the way out', async () => {
    const { quickInput, notifications } = workbench;
    await stories.run('Depends On…', 2);
    await quickInput.waitForPrompt('#2: which stories have to land before?');
    await quickInput.toggle('#1 Sign in');
    await quickInput.accept();
    await stories.waitInGroup(2, 'Backlog', /Waits for #1 \(in Backlog\)/);
    await stories.waitInGroup(1, 'Backlog', /#2 waits for this/);
    await stories.run('Start', 2);
    const refused = await notifications.waitFor('#2 cannot start yet. Waits for #1 (in Backlog).');
    assert.ok(refused.buttons.includes('Depends On…'), refused.buttons.join());
    await workbench.screenshot('depends-refused');
    await stories.command('Open Board');
    const board = await workbench.webviewFrame('Switchyard Board');
    await board.locator('.card', { hasText: 'Waits for #1 (in Backlog).' }).waitFor();
    await workbench.screenshot('depends-board');
    await board.locator('input').fill('label:later');
    await waitFor('only the labelled story', async () => (await board.locator('.card').count()) === 1);
    await board.locator('input').fill('');
    const tooltip = await stories.tree.tooltip(isRowOf(2));
    assert.match(tooltip, /Depends on #1 \(Backlog\)/);
  });

  it('[S10] a dependency that would go in a circle is refused with the circle spelled out', async () => {
    const { quickInput, notifications } = workbench;
    await stories.run('Depends On…', 1);
    await quickInput.waitForPrompt('#1: which stories have to land before?');
    await quickInput.toggle('#2 Sign out everywhere');
    await quickInput.accept();
    await notifications.waitFor('That would go in a circle: #1 → #2 → #1. Nothing was changed.');
  });

  it('[S2, S3] a folder is imported after a preview with its warnings, and exported again', async () => {
    const { quickInput } = workbench;
    await stories.command('Import Stories…');
    await quickInput.waitForPrompt('Import stories from where?');
    await quickInput.fill('A Folder');
    await quickInput.waitForRow(/A Folder…/);
    await quickInput.accept();
    await quickInput.chooseFolder(folder.at('plans'), 'Preview Stories');
    await quickInput.waitForPrompt('Import Stories (2 files, 1 warning)');
    const rows = await quickInput.rows();
    const wave = rows.find(({ label }) => label.includes('Wave'));
    assert.match(wave?.detail ?? '', /2-wave\.md:3 “epic” is not a type/);
    await workbench.screenshot('many-import');
    await quickInput.accept();
    await stories.tree.waitForRow(({ label }) => / Wave$/.test(label));
    const row = (await stories.tree.rows()).find(({ label }) => label.endsWith(' Wave'));
    assert.match(row?.description ?? '', /Waits for #3 \(in Backlog\) and #1 \(in Backlog\)/);

    mkdirSync(folder.at('out'));
    await stories.command('Export Stories…');
    await quickInput.waitForPrompt('Export Stories');
    await quickInput.accept();
    await quickInput.chooseFolder(folder.at('out'), 'Export Here');
    await workbench.notifications.waitFor('4 stories written to');
    assert.deepEqual(readdirSync(folder.at('out')).sort(), [
      '1-sign-in.md',
      '2-sign-out-everywhere.md',
      '3-greet.md',
      '4-wave.md',
    ]);
    const text = readFileSync(folder.at('out/4-wave.md'), 'utf8');
    assert.match(
      text,
      /^---\ntitle: Wave\ntype: story\npriority: 2\nlabels: \[\]\ndepends_on: \[3, 1\]\n---\n\nAfter #1\.\n$/,
    );
    await workbench.screenshot('many-exported');
  });

  it('[S2, U4] a list that was copied becomes stories too, and what is there already is marked and not ticked', async () => {
    const { page, quickInput } = workbench;
    await page.locator('.tabs-container .tab[aria-label^="ideas.md"]').click();
    await page.locator('.monaco-editor .view-line', { hasText: 'Sign out' }).click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('- [ ] Sign up');
    await page.keyboard.press('Control+A');
    await page.keyboard.press('Control+C');
    await page.keyboard.press('ArrowRight');
    await stories.command('Create Stories from List…');
    await quickInput.waitForPrompt('Create Stories from List');
    const rows = await quickInput.rows();
    assert.deepEqual(rows.map(({ label, checked }) => [label.trim(), checked]), [
      ['Sign in', false],
      ['Sign out', true],
      ['Think about it', false],
      ['Sign up', true],
    ]); // prettier-ignore
    assert.match(rows[0]?.description ?? '', /^there already: #1/);
    await workbench.screenshot('many-copied');
    await quickInput.toggle(rows[1]?.label ?? '');
    await quickInput.accept();
    await workbench.notifications.waitFor('1 story created in the backlog: #5.');
    await stories.tree.waitForRow('#5 Sign up');
  });

  it('[S10, S8, U4] what was abandoned or deleted holds up what depends on it, which says so on its row and on its card', async () => {
    await stories.run('Abandon…', 3);
    await workbench.dialog.click('Abandon');
    await stories.command('Delete…');
    await workbench.quickInput.waitForPrompt('Delete: which stories?');
    await workbench.quickInput.toggle('#1 Sign in');
    await workbench.quickInput.accept();
    await workbench.dialog.click('Delete');
    const abandoned = 'It depends on #3, which was abandoned. Reopen #3, or take it out of Depends On.';
    const deleted = 'It depends on #1, which was deleted. Restore #1, or take it out of Depends On.';
    await stories.waitInGroup(4, 'Backlog', new RegExp(`${abandoned}.*${deleted}`));
    await stories.waitInGroup(2, 'Backlog', new RegExp(deleted));
    await stories.command('Open Board');
    const board = await Board.find(workbench);
    await waitFor('both reasons on the card', async () => {
      const spoken = (await board.cards()).find(({ number }) => number === 4)?.spoken ?? '';
      return spoken.includes(abandoned) && spoken.includes(deleted);
    }, { seen: () => board.cards() }); // prettier-ignore
    await workbench.screenshot('depends-gone');
    await stories.run('Start', 4);
    const refused = await workbench.notifications.waitFor(`#4 cannot start yet. ${abandoned}`);
    assert.ok(refused.buttons.includes('Depends On…'), refused.buttons.join());
  });

  it('[S11, U4] branches and worktrees are adopted by palette, several at once; the branch of your own window is asked about first', async () => {
    const { quickInput, dialog } = workbench;
    await repository.git('worktree', 'add', '--quiet', '-b', 'fix/greeting', folder.at('other-tool'), 'main');
    writeFileSync(folder.at('other-tool/notes.md'), 'half a thought\n');
    const idea = await repository.git('commit-tree', '-p', 'HEAD', '-m', 'An idea', 'HEAD^{tree}');
    await repository.git('branch', 'idea', idea);
    await repository.git('switch', '--quiet', '-c', 'mine');
    const count = async (): Promise<number> =>
      (await stories.tree.rows()).filter(({ label }) => label.startsWith('#')).length;
    const before = await count();
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
    assert.equal(await count(), before + 2);
    await workbench.screenshot('adopted');
    assert.equal(await repository.git('-C', folder.at('other-tool'), 'status', '--porcelain'), '?? notes.md');
  });
});
