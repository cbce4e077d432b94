import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { RunMembers } from '../../src/keeper/runFolder';
import { isAlive } from '../support/isAlive';
import { inOrder } from '../support/mocha/inOrder';
import { TemporaryFolder } from '../support/temporaryFolder';
import { waitFor } from '../support/waitFor';
import { openWorkbench } from '../support/workbench/open';
import type { Workbench } from '../support/workbench/workbench';
import { isRowOf, Stories } from './support/stories';
import { sampleAgent, testGate } from './support/settings';

describe('An agent whose window is reloaded and killed, and what was, by palette', function () {
  inOrder(this);
  const folder = new TemporaryFolder();
  const mayGoOn = folder.at('coding');
  let workbench: Workbench;
  let stories: Stories;
  let agent: number;

  before(async () => {
    workbench = await openWorkbench({ settings: { ...testGate, ...sampleAgent } });
    stories = new Stories(workbench);
    await stories.open();
    await stories.create({ title: 'Wave goodbye', details: `until: ${mayGoOn}` });
    await stories.approve();
    await stories.tree.chooseFromContextMenu(isRowOf(1), 'Start');
    agent = await waitFor('the agent', agentAtWork);
    await stories.waitInGroup(1, 'Coding', /work going on, sample · \d+ (s|min)\b/);
  });
  after(async () => {
    await workbench.close();
    folder.remove();
  });

  it('[A8, P5] it goes on when the window is reloaded, and the tree shows it at work', async () => {
    await workbench.reload();
    await stories.waitInGroup(1, 'Coding', /work going on, sample · \d+ /);
    assert.equal(agentAtWork(), agent);
    assert.ok(isAlive(agent));
    await workbench.screenshot('agent-after-reload');
  });

  it('[A8, A9] it goes on when the extension host is killed; its output is whole and its work lands', async () => {
    await workbench.killExtensionHost();
    await stories.waitInGroup(1, 'Coding', /work going on, sample · \d+ /);
    assert.equal(agentAtWork(), agent);
    await stories.run('Show Output', 1);
    await workbench.output.waitForLine('Working on: Wave goodbye');
    assert.equal(await shown(/^Working on: /), 1);
    writeFileSync(mayGoOn, '');
    await stories.tree.waitForRow((row) => row.label === 'Done' && row.description === '1');
    // A panel that opens for the first time may not tell VS Code that it is looked at; asking for the output once more does.
    await stories.run('Show Output', 1);
    await workbench.output.waitForLine('Gate test passed.');
    await workbench.screenshot('agent-landed');
    await workbench.output.toTop();
    await workbench.output.waitForLine(/^Committed [0-9a-f]+: Wave goodbye$/);
    assert.equal(await shown(/^Working on: /), 1);
    assert.equal(isAlive(agent), false);
  });

  /** All lines of the document in front, without what the editor draws around it. */
  async function document(title: RegExp): Promise<string> {
    await workbench.waitForEditor(title);
    const lines = workbench.page.locator('.part.editor .editor-instance .view-lines .view-line');
    // The editor draws lines by their place, not in their order, and blanks as ones that do not break.
    const shown = await lines.evaluateAll((all) =>
      all
        .map((one) => ({ top: Number.parseFloat((one as HTMLElement).style.top), text: one.textContent }))
        .sort((a, b) => a.top - b.top),
    );
    return shown.map(({ text }) => text.replaceAll('\u00a0', ' ')).join('\n');
  }

  const waitForText = (title: RegExp, text: RegExp): Promise<string> =>
    waitFor(`a document that says ${text}`, async () => {
      const shown = await document(title);
      return text.test(shown) ? shown : undefined;
    }, { seen: () => document(title) }); // prettier-ignore

  it('[P3, U4, U17] Search Stories… finds while one types, by text and by output, and opens the story', async () => {
    const { quickInput, page } = workbench;
    // The editors get the room of the output.
    await workbench.runCommand('View: Hide Panel');
    await page.locator('.part.panel').waitFor({ state: 'hidden' });
    await stories.create({ title: 'Sing loud', details: 'with a theremin $(flame) [loud](command:x)' });
    await stories.command('Search Stories…');
    await quickInput.waitForPrompt('Search Stories');
    await quickInput.waitForRow(/^\s*#2 Sing loud$/);
    await quickInput.fill('theremin');
    await waitFor('the story with a theremin', async () => {
      const [row, ...more] = await quickInput.rows();
      return more.length === 0 && row?.label.trim() === '#2 Sing loud' && row.detail.includes('with a theremin $\u200b(flame) [loud]');
    }, { seen: () => quickInput.rows() }); // prettier-ignore
    await quickInput.fill('committed');
    await waitFor('the story whose agent committed', async () => {
      const [row, ...more] = await quickInput.rows();
      return more.length === 0 && row?.label.trim() === '#1 Wave goodbye' && /in its output/.test(row.description);
    }, { seen: () => quickInput.rows() }); // prettier-ignore
    await workbench.screenshot('past-search');
    await quickInput.fill('zzzz');
    await quickInput.waitForRow('No story has these words.');
    await quickInput.fill('goodbye');
    await quickInput.waitForRow(/^\s*#1 Wave goodbye$/);
    await quickInput.accept();
    const active = page.locator('.tabs-container .tab.active');
    await waitFor('the story as a document in front', async () => /^#1\b/.test((await active.innerText()).trim()), { seen: () => active.innerText() }); // prettier-ignore
  });

  it('[ST9] Show Timeline says when, who and what, from the beginning to the landing', async () => {
    await stories.run('Show Timeline', 1);
    await workbench.waitForEditor(/^Timeline of #1/);
    await workbench.screenshot('past-timeline');
    const text = await waitForText(/^Timeline of #1/, /This is the beginning/);
    assert.match(text, /^#1 Wave goodbye: what happened$/m);
    assert.match(text, /merge queue: merge succeeded {2}Merge → Done\n {4}landed as [0-9a-f]{8}/);
    assert.match(text, /gates: gates passed {2}QA → Merge/);
    assert.match(text, /person: created in Backlog/);
    await workbench.screenshot('past-timeline');
  });

  it('[P3] Show Statistics… has the stages, the gate and the agent of what just landed', async () => {
    await stories.command('Show Statistics…');
    await workbench.quickInput.waitForPrompt('Statistics for which period?');
    await workbench.quickInput.choose('The last 7 days');
    const text = await waitForText(/^Statistics/, /^sample +0 +1 /m);
    assert.match(text, /1 story on 1 day\./);
    assert.match(text, /^test +1 +1 +0 /m);
    assert.match(text, /^Coding +1 /m);
    await workbench.screenshot('past-statistics');
  });

  it('[U9] Show Board at a Past Moment… shows the board before the landing, and says that it is the past', async () => {
    await stories.command('Show Board at a Past Moment…');
    await workbench.quickInput.waitForPrompt('The board at which moment?');
    await workbench.quickInput.choose('After #1: created');
    const text = await waitForText(/^Board at /, /This is the past/);
    assert.match(text, /Backlog \(1\)\n\n {2}#1 Wave goodbye/);
    assert.doesNotMatch(text, /Done|Sing/);
    await workbench.screenshot('past-board');
  });

  it('[U9] Save Bug Bundle… shows all that it would save, and nothing of the person’s own is in it', async () => {
    await stories.command('Save Bug Bundle…');
    const text = await waitForText(/^Bug Bundle/, /"versions"/);
    const asked = await workbench.notifications.waitFor('Read it before you give it away');
    assert.deepEqual(asked.buttons, ['Save…']);
    assert.match(text, /"switchyard": "0\.1\.0"/);
    await workbench.screenshot('past-bundle');
    await workbench.notifications.clickButton('Read it before you give it away', 'Save…');
    await workbench.quickInput.waitForPrompt('Save Bug Bundle');
    await workbench.quickInput.waitForText('switchyard-bug.json');
    const { folder } = workbench.repository;
    const file = `${folder}/bundle.json`;
    await workbench.quickInput.fillPath(file);
    // The box takes a name once it has looked into the folder.
    await workbench.quickInput.waitForRow(/^\s*src$/);
    await workbench.quickInput.accept();
    const saved = await waitFor('the file', () => readFile(file, 'utf8').catch(() => undefined));
    const bundle = JSON.parse(saved) as { history: unknown[]; log: string[]; board: { cards: unknown[] } };
    assert.ok(bundle.history.length > 5 && bundle.log.length > 3 && bundle.board.cards.length === 2);
    for (const own of ['goodbye', 'theremin', folder, 'greeter', 'sampleAgent', 'node --test']) assert.ok(!saved.includes(own), own); // prettier-ignore
  });

  it('[S8, G7, U4] Remove Worktrees of Landed Stories… shows sizes and what would be kept, and removes what stays ticked', async () => {
    const folder = `${workbench.repository.folder}.worktrees/1-wave-goodbye`;
    await writeFile(`${folder}/note.txt`, 'not committed\n');
    await stories.command('Remove Worktrees of Landed Stories…');
    await workbench.quickInput.waitForPrompt('Remove Worktrees of Landed Stories: 1,');
    const [row] = await workbench.quickInput.rows();
    assert.match(row?.description ?? '', /^\d+(?:\.\d+)? k?B · Done$/);
    assert.match(row?.detail ?? '', /^keeps 1 untracked file/);
    await workbench.screenshot('past-worktrees');
    await workbench.quickInput.accept();
    assert.match(await workbench.dialog.text(), /Remove the worktree of #1 [^?]*\?.*1 untracked file/s);
    await workbench.screenshot('past-worktrees-question');
    await workbench.dialog.click('Remove');
    await waitFor('no such worktree', async () => !(await workbench.repository.git('worktree', 'list')).includes('1-wave-goodbye')); // prettier-ignore
    assert.match(await workbench.repository.git('for-each-ref', '--format=%(refname)', 'refs/switchyard/rescue'), /rescue\/1\//); // prettier-ignore
  });

  it('[ST8, U4] Show Archived Stories… has a story that is done with, and takes it back to the backlog', async () => {
    const { quickInput } = workbench;
    await stories.run('Archive', 1);
    await waitFor('#1 to be done with', async () => !(await stories.tree.rows()).some(isRowOf(1)));
    await stories.command('Show Archived Stories…');
    await quickInput.waitForPrompt('Archived Stories');
    await quickInput.waitForRow(/^#1 /);
    await workbench.screenshot('past-archived');
    await quickInput.accept();
    await quickInput.waitForRow(/Reopen in Backlog/);
    await workbench.screenshot('past-archived-offers');
    await quickInput.fill('Reopen in Backlog');
    await quickInput.accept();
    await stories.waitInGroup(1, 'Backlog');
  });

  async function shown(what: RegExp): Promise<number> {
    return (await workbench.output.lines()).filter((line) => what.test(line)).length;
  }

  /** Process id of the only agent that is kept; 0 where there is none yet. */
  function agentAtWork(): number {
    const runs = path.join(workbench.repository.folder, '.git', 'switchyard', 'agents');
    const [run] = readdirSync(runs);
    const members = JSON.parse(readFileSync(path.join(runs, run ?? '', 'members.json'), 'utf8')) as RunMembers;
    return members.main?.pid ?? 0;
  }
});
