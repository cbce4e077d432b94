import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { inOrder } from '../support/mocha/inOrder';
import { openWorkbench } from '../support/workbench/open';
import type { Workbench } from '../support/workbench/workbench';
import { testGate } from './support/settings';
import { Stories } from './support/stories';

const RED = "import { test } from 'node:test';\ntest('the answer', () => { throw new Error('it is 41'); });\n";

describe('What holds a landing up, in a workbench', () => {
  let workbench: Workbench;
  let stories: Stories;

  // One window for both: the second begins where one story of the first has landed and one waits.
  before(async () => {
    // A merge editor that saves by itself would write over what is written beside it.
    workbench = await openWorkbench({ settings: { ...testGate, 'files.autoSave': 'off' } });
    stories = new Stories(workbench);
    await workbench.setTheme('dark');
    await stories.open();
  });
  after(() => workbench.close());

  describe('A target that somebody turned red', function () {
    inOrder(this);

    before(async () => {
      await stories.create({ title: 'Wave goodbye' });
      await stories.approve();
      await stories.run('Start', 1);
      await stories.waitInGroup(1, 'Coding');
      await commitOnMain('Answer', (file) => writeFileSync(file, RED));
      await stories.work(1, { 'src/wave.js': 'export const wave = () => 1;\n' });
    });

    async function decide(label: string): Promise<void> {
      await workbench.quickInput.fill(label);
      await workbench.quickInput.waitForRow(new RegExp(`^\\s*${label}$`));
      await workbench.quickInput.accept();
    }

    /** A person's own commit on the target. */
    async function commitOnMain(message: string, change: (file: string) => void): Promise<void> {
      change(path.join(workbench.repository.folder, 'test', 'answer.test.js'));
      await workbench.repository.git('add', '--all');
      await workbench.repository.git('commit', '--quiet', '--message', message);
    }

    it('[MQ7, MQ11, B3, U3] its commit is named, no story is blamed, and tree, board and status bar say so', async () => {
      await stories.run('Ready for QA', 1);
      await stories.tree.waitForMessage(/main is red since [0-9a-f]{7} \(Answer\)/);
      await stories.waitInGroup(1, 'Merge', /main is red/);
      await workbench.statusBar.waitFor(/, main is red/);
      assert.match(await workbench.statusBar.tooltip('1'), /main is red.*What to Do about a Red Target/s);
      await stories.command('Open Board');
      const board = await workbench.webviewFrame('Switchyard Board');
      await board.locator('.notices', { hasText: /main is red since/ }).waitFor();
      await board.locator('.notices button', { hasText: 'What to Do' }).waitFor();
      await board.locator('.card', { hasText: '#1' }).locator('button', { hasText: 'Resume or Repair' }).waitFor();
      await workbench.screenshot('red-target-board');
    });

    it('[MQ7] Create Bug Story makes one that may land, once: then it is opened', async () => {
      await stories.command('What to Do about a Red Target…');
      await workbench.quickInput.waitForPrompt('main is red since');
      await workbench.screenshot('red-target-choices');
      await decide('Create Bug Story');
      await stories.tree.waitForRow(/^#2 main is red: gate test fails since/);
      await stories.command('What to Do about a Red Target…');
      await workbench.quickInput.waitForRow(/^\s*Open #2/);
      await workbench.quickInput.close();
    });

    it('[MQ7, MQ1] Resume tries the story again, which is red there too and says what helps', async () => {
      await stories.command('What to Do about a Red Target…');
      await workbench.quickInput.waitForPrompt('main is red since');
      await decide('Resume');
      await stories.waitInGroup(1, 'Merge', /tried again after Resume/);
      await workbench.screenshot('red-target-resumed');
    });

    it('[MQ7, B3] a commit of the person’s that makes it green is enough: the story lands by itself, and nothing is red any more', async () => {
      await commitOnMain('Mend it', (file) => rmSync(file));
      await stories.tree.waitForRow((row) => row.label === 'Done' && row.description === '1');
      await stories.tree.waitForMessage(/main is red/, 'gone');
      await workbench.statusBar.waitFor(/nothing needs you$/);
      await workbench.notifications.waitFor(
        /^main (moved to|is green again).*The queue goes on\. Made to repair it and still here: #2\./,
      );
      await stories.waitInGroup(2, 'Backlog', /main is not red any more/);
      await workbench.screenshot('red-target-over');
      assert.equal(await workbench.repository.git('status', '--porcelain'), '');
    });
  });

  describe('Conflicts in a workbench', function () {
    inOrder(this);

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
      await conflicting(3);
      await stories.waitInGroup(3, 'Needs you', /Conflict in README\.md/);
      await stories.run('Resolve Conflicts…', 3);
      await workbench.page.locator('.merge-editor').waitFor();
      await workbench.page.getByText('Complete Merge').first().waitFor();
      await stories.waitInGroup(3, 'Needs you', /You are solving it in its worktree\. Still open: README\.md/);
      const told = await workbench.notifications.shown();
      assert.ok(!told.some(({ message }) => message.includes('#3')), 'nothing lies over Complete Merge');
      await workbench.screenshot('conflict-merge-editor');
    });

    it('[MQ8, U1] the commit that concludes it is proven and lands by itself', async () => {
      const worktree = await stories.worktree(3);
      const file = path.join(worktree, 'README.md');
      await writeFile(file, `${await readFile(readme(), 'utf8')}- Line of #3\n`);
      await workbench.repository.git('-C', worktree, 'commit', '--quiet', '--all', '--message', 'Both lines');
      await stories.tree.waitForRow((row) => row.label === 'Done' && row.description === '2');
      const landed = await readFile(readme(), 'utf8');
      assert.ok(landed.includes('- Line of #3') && landed.includes('- Line of main beside #3'));
    });
  });
});
