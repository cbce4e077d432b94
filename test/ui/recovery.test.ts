import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { checkedBytes } from '../../src/store/content/checkedFile';
import { storeFolderIn } from '../../src/store/storeFolder';
import { leaveHalfWritten } from '../support/halfWritten';
import { inOrder } from '../support/mocha/inOrder';
import { waitFor } from '../support/waitFor';
import { openWorkbench } from '../support/workbench/open';
import type { Workbench } from '../support/workbench/workbench';
import { Stories } from './support/stories';

describe('Recovering half-written stories by palette', function () {
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

  it('[P1] Restore Earlier Text shows what a story said before, and puts it back', async () => {
    const store = storeFolderIn(path.join(workbench.repository.folder, '.git'));
    const earlier = path.join(store, 'content', 'lost-8-r', 'earlier');
    mkdirSync(earlier, { recursive: true });
    writeFileSync(
      path.join(earlier, `${Date.now() - 3_600_000}.checked`),
      checkedBytes('# What it said an hour ago\n'),
    );
    await stories.command('Restore Earlier Text…');
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
