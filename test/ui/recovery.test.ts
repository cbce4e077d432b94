import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { checkedBytes } from '../../src/store/content/checkedFile';
import { storeFolderIn } from '../../src/store/storeFolder';
import { leaveHalfWritten } from '../support/halfWritten';
import { inOrder } from '../support/mocha/inOrder';
import { waitFor } from '../support/waitFor';
import { openWorkbench } from '../support/workbench/open';
import type { TreeRow } from '../support/workbench/tree';
import type { Workbench } from '../support/workbench/workbench';
import { isRowOf, Stories } from './support/stories';

describe('Stories that were lost or deleted, and what is damaged, by palette', () => {
  let workbench: Workbench;
  let stories: Stories;

  // One window for all three: each makes stories of its own, beside those that are there by then.
  before(async () => {
    workbench = await openWorkbench();
    stories = new Stories(workbench);
    await workbench.setTheme('dark');
    await stories.open();
  });
  after(() => workbench.close());

  const worktreeOf = (name: string): string => path.join(`${workbench.repository.folder}.worktrees`, name);
  const numberOf = ({ label }: TreeRow): number => Number(/^#(\d+)/.exec(label)?.[1]);

  describe('Recovering half-written stories by palette', function () {
    inOrder(this);

    async function ask(numbers: string): Promise<void> {
      await stories.command('Recover Half-Written Stories…');
      await workbench.quickInput.waitForPrompt('Which numbers?');
      await workbench.quickInput.fill(numbers);
      await workbench.quickInput.accept();
    }

    it('[R1] where nothing was half-written it says so', async () => {
      await ask('');
      await workbench.notifications.waitFor('There are no half-written stories.');
    });

    it('[R1, R3, R4] they are listed with number, title, class, size and age; a number that is none is named', async () => {
      leaveHalfWritten(
        workbench.repository.folder,
        7,
        '# Wave $(bug) [goodbye](command:switchyard.newStory)\n\n- [ ] it waves\n',
      );
      leaveHalfWritten(workbench.repository.folder, 8, 'Say hello to everyone, in every language\n');
      leaveHalfWritten(workbench.repository.folder, 99, 'Not asked for');
      await stories.command('Recover Half-Written Stories…');
      await workbench.quickInput.waitForPrompt('Which numbers?');
      await workbench.quickInput.fill('seven');
      await waitFor('the reason', async () =>
        (await workbench.quickInput.message()).includes('"seven" is no story number'),
      );
      await workbench.quickInput.fill('7-10');
      await workbench.quickInput.accept();
      await workbench.quickInput.waitForPrompt('2 found');
      const rows = (await workbench.quickInput.rows()).filter((row) => row.label.startsWith('#'));
      assert.equal(rows.length, 2);
      assert.match(rows[0]?.label ?? '', /^#7 Wave/);
      assert.match(rows[1]?.label ?? '', /^#8 Say hello to everyone/);
      assert.match(rows[1]?.detail ?? '', /\d+ B · written \d+ (s|min) ago/);
      await workbench.screenshot('recovery-list');
    });

    it('[R4] the whole text of one is shown beside the list, and nothing is changed before it is ticked and confirmed', async () => {
      await workbench.quickInput.press('#8 Say hello to everyone, in every language', 'Show Its Text');
      await workbench.waitForEditor(/^#8 Say hello/);
      await workbench.screenshot('recovery-preview');
      await workbench.quickInput.toggle('#8 Say hello to everyone, in every language');
      await workbench.quickInput.accept();
      assert.match(await workbench.dialog.text(), /Recover this story\?.*Backlog under a fresh number/s);
      await workbench.screenshot('recovery-confirm');
      await workbench.dialog.click('Cancel');
      assert.deepEqual(await stories.tree.rows(), []);
    });

    it('[R2, R4] what is ticked becomes stories under fresh numbers, a report says so, and it is not found again', async () => {
      await ask('7, 8');
      await workbench.quickInput.waitForPrompt('2 found');
      for (const row of await workbench.quickInput.rows()) {
        if (row.label.startsWith('#')) await workbench.quickInput.toggle(row.label);
      }
      await workbench.quickInput.accept();
      await workbench.dialog.click('Recover');
      await workbench.waitForEditor('Recovered Stories');
      await stories.waitInGroup(100, 'Backlog');
      await stories.waitInGroup(101, 'Backlog');
      await workbench.screenshot('recovery-report');
      await ask('7, 8');
      await workbench.notifications.waitFor('There are no half-written stories with these numbers.');
    });

    it('[P1] Go Back to Earlier Text shows what a story said before, and puts it back', async () => {
      const store = storeFolderIn(path.join(workbench.repository.folder, '.git'));
      const earlier = path.join(store, 'content', 'lost-8-r', 'earlier');
      mkdirSync(earlier, { recursive: true });
      writeFileSync(
        path.join(earlier, `${Date.now() - 3_600_000}.checked`),
        checkedBytes('# What it said an hour ago\n'),
      );
      await stories.command('Go Back to Earlier Text…');
      await workbench.quickInput.waitForPrompt('Earlier text of which story?');
      await workbench.quickInput.fill('Say hello');
      await workbench.quickInput.waitForRow(/Say hello to everyone/);
      await workbench.quickInput.accept();
      await workbench.quickInput.waitForPrompt('Restore an Earlier Text of #101');
      const [row] = await workbench.quickInput.rows();
      assert.match(`${row?.label} ${row?.detail}`, /60 min ago|1 h ago.*What it said an hour ago/);
      await workbench.quickInput.accept();
      await workbench.waitForEditor('#101, Earlier Text');
      await workbench.screenshot('recovery-earlier-text');
      await workbench.dialog.click('Restore');
      const body = path.join(store, 'content', 'lost-8-r', 'body.checked');
      await waitFor('the earlier text', () => readFileSync(body, 'utf8').includes('What it said an hour ago'));
    });
  });

  describe('Deleting and restoring stories by palette', function () {
    inOrder(this);
    let wave = 0;
    let hello = 0;

    it('[S8, U4] Delete… takes two stories with one question that says what goes and what is kept', async () => {
      wave = numberOf(await stories.create({ title: 'Wave goodbye' }));
      hello = numberOf(await stories.create({ title: 'Say hello' }));
      for (const number of [wave, hello]) {
        await stories.run('Start', number);
        await stories.waitInGroup(number, 'Coding');
      }
      await stories.work(wave, { 'wave.js': '// waves\n' });
      writeFileSync(path.join(worktreeOf(`${wave}-wave-goodbye`), 'notes.txt'), 'not committed\n');
      await stories.command('Delete…');
      await workbench.quickInput.waitForPrompt('Delete: which stories?');
      await workbench.quickInput.accept();
      await workbench.notifications.waitFor('Nothing was ticked, so nothing was done.');
      await stories.command('Delete…');
      await workbench.quickInput.waitForPrompt('Delete: which stories?');
      await workbench.quickInput.toggle(`#${wave} Wave goodbye`);
      await workbench.quickInput.toggle(`#${hello} Say hello`);
      await workbench.screenshot('removal-pick');
      await workbench.quickInput.accept();
      const question = await workbench.dialog.text();
      assert.ok(question.includes(`Delete 2 stories (#${wave} and #${hello})?`), question);
      assert.match(question, /Removed: 2 worktrees, 2 branches\./);
      assert.ok(question.includes(`#${wave}: 1 commit and 1 untracked file (14 B)`), question);
      await workbench.screenshot('removal-question');
      await workbench.dialog.click('Delete');
      for (const number of [wave, hello]) await stories.tree.waitUntilGone(isRowOf(number));
      await waitFor(
        'no branch of them',
        async () => (await workbench.repository.git('branch', '--list', 'story/*')) === '',
      );
      assert.ok(!existsSync(worktreeOf(`${wave}-wave-goodbye`)) && !existsSync(worktreeOf(`${hello}-say-hello`)));
    });

    it('[S8, G7] Restore… lists both with what is in them, and brings one back with its branch, worktree and uncommitted file', async () => {
      await stories.command('Restore…');
      await workbench.quickInput.waitForPrompt('Enter brings it back');
      const rows = await waitFor('both rows', async () => {
        const shown = await workbench.quickInput.rows();
        return shown.length === 2 ? shown : undefined;
      });
      const row = rows.find(({ label }) => label.includes(`#${wave} Wave goodbye`));
      assert.match(
        row?.detail ?? '',
        /The story in Coding, with 1 commit and 1 untracked file\. Brings all of it back\./,
      );
      await workbench.screenshot('removal-restore');
      await workbench.quickInput.press(row?.label ?? '', 'Show Its Files');
      await workbench.waitForEditor(`Kept: #${wave} Wave goodbye (1 file)`);
      await workbench.page.locator('.view-line', { hasText: 'not committed' }).first().waitFor();
      await workbench.screenshot('removal-files');
      await workbench.quickInput.choose(row?.label ?? '');
      await workbench.notifications.waitFor(`#${wave} is back in Frozen, with its branch and worktree.`);
      await stories.waitInGroup(wave, 'Frozen', /was in Coding/);
      const folder = worktreeOf(`${wave}-wave-goodbye`);
      assert.equal(readFileSync(path.join(folder, 'notes.txt'), 'utf8'), 'not committed\n');
      assert.equal(readFileSync(path.join(folder, 'wave.js'), 'utf8'), '// waves\n');
      assert.equal(await workbench.repository.git('branch', '--list', 'story/*'), `+ story/${wave}-wave-goodbye`);
      await workbench.screenshot('removal-restored');
      await workbench.notifications.clickButton(`#${wave} is back in Frozen`, 'Unfreeze');
      await stories.waitInGroup(wave, 'Coding');
    });

    it('[S8, G7] Forget asks once, and then what was kept is in neither list nor repository', async () => {
      const { quickInput, dialog, repository } = workbench;
      const kept = (): Promise<string> => repository.git('for-each-ref', 'refs/switchyard/rescue');
      assert.ok((await kept()).includes(`rescue/${wave}/`));
      await stories.command('Restore…');
      await quickInput.waitForPrompt('Enter brings it back');
      await quickInput.waitForRow(new RegExp(`#${wave} Wave goodbye`));
      await quickInput.press(
        (await quickInput.rows()).find(({ label }) => label.includes(`#${wave} `))?.label ?? '',
        'Forget',
      );
      const question = await dialog.text();
      assert.ok(question.includes(`Forget what was kept of #${wave} Wave goodbye?`), question);
      assert.match(question, /nothing here brings it back/);
      await workbench.screenshot('removal-forget');
      await dialog.click('Forget');
      await waitFor(
        'no row of it',
        async () => (await quickInput.rows()).every(({ label }) => !label.includes(`#${wave} `)),
        {
          seen: () => quickInput.rows(),
        },
      );
      assert.ok(!(await kept()).includes(`rescue/${wave}/`));
      await workbench.screenshot('removal-forgotten');
      await quickInput.close();
      await stories.waitInGroup(wave, 'Coding');
    });

    it('[S8] Purge… wants the number typed, and then nothing of the text is left', async () => {
      await stories.command('Purge…');
      await workbench.quickInput.waitForPrompt('Purge (1/2)');
      await workbench.quickInput.toggle(`#${hello} Say hello`);
      await workbench.quickInput.accept();
      const question = await workbench.dialog.text();
      assert.ok(question.includes(`Delete #${hello} Say hello for good?`), question);
      assert.match(question, /cannot be brought back/);
      await workbench.screenshot('removal-purge');
      await workbench.dialog.click('Delete for Good');
      await workbench.quickInput.waitForPrompt('Purge (2/2)');
      await workbench.quickInput.fill('1');
      await waitFor('the refusal', async () =>
        (await workbench.quickInput.message()).includes(`That is not ${hello}.`),
      );
      await workbench.quickInput.fill(String(hello));
      await workbench.quickInput.accept();
      await stories.command('Restore…');
      await workbench.quickInput.waitForPrompt('Enter brings it back');
      await waitFor('no deleted story in the list', async () =>
        (await workbench.quickInput.rows()).every(({ detail }) => !detail.startsWith('The story')),
      );
      await workbench.quickInput.close();
    });
  });

  describe('Doctor by palette on a damaged repository', function () {
    inOrder(this);
    let number = 0;

    before(async () => {
      number = numberOf(await stories.create({ title: 'Shout hello' }));
      await stories.run('Start', number);
      await stories.waitInGroup(number, 'Coding');
      await workbench.changeSettings({ 'window.zoomLevel': -2 });
      const git = path.join(workbench.repository.folder, '.git');
      rmSync(path.join(storeFolderIn(git), 'content', 'lost-99'), { recursive: true });
      writeFileSync(path.join(git, 'refs', 'heads', 'torn'), '');
      const runs = path.join(storeFolderIn(git), 'runs');
      mkdirSync(runs, { recursive: true });
      const record = { id: 'left-1', label: `gate test of #${number}`, command: ['x'], startedAt: '2026-01-01T00:00:00.000Z', main: null }; // prettier-ignore
      writeFileSync(path.join(runs, 'left-1.json'), JSON.stringify(record));
    });

    /** The words of the lines that the editor shows. */
    async function shown(): Promise<string> {
      const lines = await workbench.page.locator('.editor-instance .view-lines .view-line').allInnerTexts();
      return lines.join('\n').replaceAll('\u00a0', ' ');
    }
    const waitForText = (text: RegExp): Promise<unknown> =>
      waitFor(`${text} in the report`, async () => text.test(await shown()), { seen: shown });
    const link = (label: string) => workbench.page.locator(`.codelens-decoration a:text-is("${label}")`);

    it('[P7, U4] Run Doctor shows a report with a summary, by severity, that looks good in both themes', async () => {
      await stories.command('Run Doctor');
      await workbench.waitForEditor(/^Switchyard Doctor/);
      await waitForText(/1 error, 3 notes/);
      await waitForText(/Branches and refs: A ref cannot be read/);
      await link('Repair: Remove This Record').waitFor();
      await workbench.screenshot('doctor-dark');
      await workbench.setTheme('light');
      await workbench.screenshot('doctor-light');
      await workbench.setTheme('dark');
    });

    it('[P7] a repair asks once with what exactly it does, and the report is made anew', async () => {
      await link('Repair: Remove This Record').click();
      assert.match(await workbench.dialog.text(), /Remove This Record\?.*no process of it lives/s);
      await workbench.screenshot('doctor-repair');
      await workbench.dialog.click('Remove This Record');
      await waitFor('the finding to go', async () => !/A run is on record/.test(await shown()), { seen: shown });
      await waitForText(/1 error/);
    });

    it('[P7] what does not work is one line in the view, without a notification', async () => {
      await stories.tree.waitForMessage('Doctor found 1 error: A ref cannot be read.');
      const said = await workbench.notifications.shown();
      assert.ok(said.every(({ message }) => !message.includes('Doctor')));
      await workbench.screenshot('doctor-line');
    });

    it('[P9] a worktree that was moved is offered to be linked again', async () => {
      const moved = worktreeOf('moved');
      renameSync(worktreeOf(`${number}-shout-hello`), moved);
      await stories.command('Run Doctor');
      await waitForText(/A worktree was moved/);
      await stories.command('Repair Moved Worktrees…');
      assert.match(await workbench.dialog.text(), /moved is the worktree that git has on record as .*\d-shout-hello/);
      await workbench.dialog.click('Repair');
      await waitFor('git to know its place', async () =>
        (await workbench.repository.git('worktree', 'list')).includes(moved),
      );
    });
  });
});
