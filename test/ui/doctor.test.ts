import assert from 'node:assert/strict';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { storeFolderIn } from '../../src/store/storeFolder';
import { inOrder } from '../support/mocha/inOrder';
import { waitFor } from '../support/waitFor';
import { openWorkbench } from '../support/workbench/open';
import type { Workbench } from '../support/workbench/workbench';
import { Stories } from './support/stories';

describe('Doctor by palette on a damaged repository', function () {
  inOrder(this);
  let workbench: Workbench;
  let stories: Stories;
  let torn = '';

  before(async () => {
    workbench = await openWorkbench();
    stories = new Stories(workbench);
    await workbench.setTheme('dark');
    await stories.open();
    await stories.create({ title: 'Wave goodbye' });
    await stories.run('Start', 1);
    await workbench.changeSettings({ 'window.zoomLevel': -1 });
    const git = path.join(workbench.repository.folder, '.git');
    torn = path.join(git, 'refs', 'heads', 'torn');
    writeFileSync(torn, '');
    const runs = path.join(storeFolderIn(git), 'runs');
    mkdirSync(runs, { recursive: true });
    const record = { id: 'left-1', label: 'gate test of #1', command: ['x'], startedAt: '2026-01-01T00:00:00.000Z', main: null }; // prettier-ignore
    writeFileSync(path.join(runs, 'left-1.json'), JSON.stringify(record));
  });
  after(() => workbench.close());

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
    await waitForText(/1 error, 2 notes/);
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
    const home = `${workbench.repository.folder}.worktrees`;
    renameSync(path.join(home, '1-wave-goodbye'), path.join(home, 'moved'));
    await stories.command('Run Doctor');
    await waitForText(/A worktree was moved/);
    await stories.command('Repair Moved Worktrees…');
    assert.match(await workbench.dialog.text(), /moved is the worktree that git has on record as .*1-wave-goodbye/);
    await workbench.dialog.click('Repair');
    await waitFor('git to know its place', async () =>
      (await workbench.repository.git('worktree', 'list')).includes(path.join(home, 'moved')),
    );
  });
});
