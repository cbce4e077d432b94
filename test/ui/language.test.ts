import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { inOrder } from '../support/mocha/inOrder';
import { makeSampleRepository } from '../support/sampleProject';
import { TemporaryFolder } from '../support/temporaryFolder';
import { openWorkbench } from '../support/workbench/open';
import { waitFor } from '../support/waitFor';
import type { Workbench } from '../support/workbench/workbench';
import { englishIn } from '../support/words/englishIn';
import { testGate } from './support/settings';
import { shownTexts } from './support/shownTexts';
import { isRowOf, Stories } from './support/stories';

/** Where Switchyard speaks in a window; the palette’s second line has the English title of a command on purpose. */
const OURS = [
  '.part.sidebar .pane-body .label-name',
  '.part.sidebar .pane-body .label-description',
  '.part.sidebar .pane-body .monaco-list-row',
  '.part.sidebar .pane-body .message',
  '.part.sidebar .welcome-view-content',
  '.statusbar-item[id*="switchyard" i]',
  '.quick-input-title',
  '.quick-input-list-row',
  '.notification-list-item-message',
  '.notification-list-item-buttons-container',
  '.dialog-message-text',
  '.dialog-message-detail',
].join(', ');
/** What VS Code itself says of ours. */
const NOT_OURS = /^Actions for /;

/** What is said in English in a German window; nothing. */
async function assertGerman({ page }: Workbench): Promise<void> {
  const shown = (await shownTexts(page, OURS)).filter((text) => !NOT_OURS.test(text));
  assert.deepEqual(englishIn(shown), []);
}

describe('A German window', function () {
  inOrder(this);
  const home = new TemporaryFolder();
  let workbench: Workbench;
  let stories: Stories;

  before(async () => {
    workbench = await openWorkbench({ settings: testGate, language: 'de' });
    stories = new Stories(workbench);
  });
  after(async () => {
    await workbench.close();
    home.remove();
  });

  it('[U6, U10] view, status bar and New Story speak German', async () => {
    await workbench.extensionHost.waitForActivation('switchyard.switchyard');
    await workbench.openActivity('Switchyard');
    await waitFor('the welcome', async () => /Noch keine Story/.test(await stories.tree.welcomeText()));
    await workbench.statusBar.waitFor('0 Agenten laufen, 0 in der Merge-Warteschlange, in greeter hält etwas auf');
    await assertGerman(workbench);
    const { quickInput } = workbench;
    await workbench.runCommand('Switchyard: Neue Story …');
    await quickInput.waitForPrompt('Neue Story (1/2)');
    await assertGerman(workbench);
    await quickInput.fill('Winke zum Abschied');
    await quickInput.accept();
    await quickInput.waitForPrompt('Neue Story (2/2)');
    await quickInput.waitForRow(/Story$/);
    await assertGerman(workbench);
    await quickInput.accept();
    await stories.tree.waitForRow(isRowOf(1));
  });

  it('[A11, U10] so do the commands that wait for an approval, in view, notification and dialog', async () => {
    const { buttons } = await workbench.notifications.waitFor('warten auf Ihre Genehmigung');
    assert.deepEqual(buttons, ['Befehle prüfen']);
    await assertGerman(workbench);
    await workbench.notifications.clickButton('warten auf Ihre Genehmigung', 'Befehle prüfen');
    assert.match(await workbench.dialog.text(), /Darf Switchyard diese Befehle in diesem Repository ausführen\?/);
    await assertGerman(workbench);
    await workbench.dialog.click('Erlauben');
  });

  it('[U2, U10] and the board, and what Switchyard refuses', async () => {
    await workbench.runCommand('Switchyard: Board öffnen');
    const board = await workbench.webviewFrame('Switchyard-Board');
    await board.locator('.card').first().waitFor();
    assert.deepEqual(englishIn(await shownTexts(board, 'body')), []);
    for (const command of ['Starten', 'Bereit für QA']) {
      await workbench.runCommand(`Switchyard: ${command}`);
      await workbench.quickInput.waitForRow(/^#1 /);
      await workbench.quickInput.accept();
      if (command === 'Starten') await stories.waitInGroup(1, 'Coding');
    }
    await workbench.notifications.waitFor('#1 hat keinen Commit, der main fehlt.');
    await assertGerman(workbench);
    assert.deepEqual(englishIn(await shownTexts(board, 'body')), []);
    await workbench.screenshot('german');
  });

  it('[MQ19, MQ24, U10] and why a story is stuck: its row and card, its page, Why Not Landed, What If, timeline and statistics', async () => {
    const red = "require('node:test')('adds', () => { throw new Error('no'); });\n";
    await stories.work(1, { 'red.test.js': red });
    await onFirst('Bereit für QA');
    const isStuck = async (): Promise<boolean> => (await stories.row(1))?.label === '#1 Gates rot';
    await waitFor('its red gate in German', isStuck, { seen: () => stories.tree.rows() });
    await assertGerman(workbench);
    const board = await workbench.webviewFrame('Switchyard-Board');
    assert.deepEqual(englishIn(await shownTexts(board, 'body')), []);
    await workbench.screenshot('german-board-stuck');
    await onFirst('Seite einer Story zeigen …');
    const page = await workbench.webviewFrame('#1 Winke zum Abschied');
    await page.getByText('Gate test endete').first().waitFor();
    assert.deepEqual(englishIn(await shownTexts(page, 'body')), []);
    await workbench.screenshot('german-story-page');
    const texts = [
      ['Warum nicht gelandet?', 'Warum #1', true],
      ['Was wäre, wenn …', 'Was auf main landen wird', false],
      ['Zeitlinie zeigen', 'Gate test endete', true],
      ['Statistik zeigen …', 'Statistik:', false],
    ] as const;
    for (const [command, begin, ofOne] of texts) {
      if (ofOne) await onFirst(command);
      else {
        await workbench.runCommand(`Switchyard: ${command}`);
        await workbench.quickInput.waitForRow(/^(?:Alles|Die letzten 7 Tage)/);
        await workbench.quickInput.accept();
      }
      const lines = workbench.page.locator('.editor-instance .view-lines');
      await lines
        .filter({ hasText: begin.replaceAll(' ', '\u00a0') })
        .first()
        .waitFor();
      assert.deepEqual(englishIn(await shownTexts(workbench.page, '.editor-instance .view-line')), []);
      await workbench.screenshot(`german-${command.split(' ')[0]?.replace(/\W/g, '') ?? ''}`);
    }
  });

  it('[U7, U10] with several repositories it says in German how each of them stands, in the view, in lists and in the overview', async () => {
    for (const name of ['app', 'api']) await makeSampleRepository(home.at(name));
    const folder = home.at('team.code-workspace');
    writeFileSync(folder, JSON.stringify({ folders: ['app', 'api'].map((path) => ({ path })), settings: {} }));
    await workbench.changeSettings({ 'switchyard.gates': [] });
    await workbench.openFolder(folder);
    await workbench.openActivity('Switchyard');
    const tree = workbench.tree('Stories');
    for (const name of ['app', 'api'])
      await tree.waitForRow((row) => row.label === name && row.description === 'noch keine Story');
    await assertGerman(workbench);
    await workbench.runCommand('Switchyard: Neue Story …');
    await workbench.quickInput.waitForPrompt('in welchem Repository?');
    await assertGerman(workbench);
    await workbench.quickInput.close();
    await workbench.runCommand('Switchyard: Überblick über Repositorys zeigen');
    const board = await workbench.webviewFrame('Switchyard-Board');
    await board.locator('[data-repository="api"]', { hasText: 'Warteschlange ist leer' }).waitFor();
    assert.deepEqual(englishIn(await shownTexts(board, 'body')), []);
  });

  /** Runs a command of the palette on the first story. */
  async function onFirst(command: string): Promise<void> {
    await workbench.runCommand(`Switchyard: ${command}`);
    await workbench.quickInput.waitForRow(/^#1 /);
    await workbench.quickInput.accept();
  }
});
