import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { TemporaryFolder } from '../support/temporaryFolder';
import { inOrder } from '../support/mocha/inOrder';
import { waitFor } from '../support/waitFor';
import { openWorkbench } from '../support/workbench/open';
import type { Workbench } from '../support/workbench/workbench';
import { LandingGate } from './support/landingGate';
import { isRowOf, Stories } from './support/stories';
import { heldTestGate, sampleAgent } from './support/settings';

/** Commands for stories: none of them makes sense while there is no story. */
const forStories = ['Start', 'Ready for QA', 'Merge', 'Approve', 'Reject…', 'Fix Up', 'Freeze', 'Unfreeze', 'Reopen…'];

describe('A story by palette and tree', function () {
  inOrder(this);
  const folder = new TemporaryFolder();
  /** What is under way goes on when its file is written: no stage passes before it was looked at. */
  const codingMayGoOn = folder.at('coding');
  const gatesMayRun = folder.at('gates');
  const landing = new LandingGate(folder);
  let workbench: Workbench;
  let stories: Stories;

  before(async () => {
    workbench = await openWorkbench({
      settings: { ...heldTestGate(folder.at('gates.jsonl'), gatesMayRun), ...sampleAgent },
      machineSettings: { 'git.path': landing.path },
    });
    stories = new Stories(workbench);
    await workbench.setTheme('dark');
    await stories.open();
  });
  after(async () => {
    await workbench.close();
    folder.remove();
  });

  it('[U4, U6] without a story the view says how to begin, and the palette hides what cannot apply', async () => {
    assert.match(await stories.tree.welcomeText(), /own branch and worktree.*New Story/s);
    await workbench.screenshot('story-none');
    const offered = await workbench.findCommands('Switchyard:');
    assert.ok(offered.includes('Switchyard: New Story…') && offered.includes('Switchyard: Open Board'));
    assert.deepEqual(
      offered.filter((one) => forStories.includes(one.replace('Switchyard: ', ''))),
      [],
    );
  });

  it('[S2, U1, U4] New Story… by keyboard alone makes #1 in the backlog of tree and board', async () => {
    const row = await stories.create({ title: 'Wave goodbye', type: 'bug', details: `until: ${codingMayGoOn}` });
    assert.deepEqual([row.label, row.icon], ['#1 Wave goodbye', 'bug']);
    await stories.waitInGroup(1, 'Backlog');
    await stories.command('Open Board');
    const board = await workbench.webviewFrame('Switchyard Board');
    await board.locator('[data-column="Backlog"] .card[aria-label="#1 Wave goodbye, Backlog"]').waitFor();
  });

  it('[A11] nothing runs before the commands are approved; the dialog lists each of them', async () => {
    // On a slow machine it has slid away by now.
    await workbench.notifications.openCentre();
    const asked = await workbench.notifications.waitFor('wait for your approval');
    assert.deepEqual(asked.buttons, ['Review Commands']);
    await workbench.screenshot('story-approval-asked');
    await workbench.notifications.clickButton('wait for your approval', 'Review Commands');
    const question = await workbench.dialog.text();
    assert.match(question, /May Switchyard run these commands in this repository\?/);
    assert.match(question, /Gate test: .*node --test/);
    assert.match(question, /Agent sample \(coder\): .*sampleAgent\.mjs \{promptFile\}/);
    await workbench.screenshot('story-approval');
    await workbench.dialog.click('Allow');
  });

  it('[A1, A9, U3, U4] Start by keyboard alone: an agent works, with its output live, and the status bar counts it', async () => {
    await stories.run('Start', 1);
    const row = await stories.waitInGroup(1, 'Coding', /work going on, sample · \d+ (s|min)\b/);
    assert.equal(row.icon, 'loading');
    await workbench.statusBar.waitFor('1 agent running, 0 in the merge queue, nothing needs you');
    await stories.run('Show Output', 1);
    await workbench.output.waitForLine('Working on: Wave goodbye');
    await workbench.output.waitForChannel('Switchyard #1');
    await workbench.screenshot('story-coding');
    writeFileSync(codingMayGoOn, '');
    await workbench.output.waitForLine(/Committed [0-9a-f]+: Wave goodbye/);
  });

  it('[MQ1, MQ9, G1, U1, U3] its gates pass, it lands by itself, and tree, checkout and SCM view agree', async () => {
    await stories.waitInGroup(1, 'QA', /test 1\/1 · \d+ (s|min)\b/);
    writeFileSync(gatesMayRun, '');
    await landing.waitForLanding(1);
    await stories.waitInGroup(1, 'Merge');
    landing.letThrough();
    await stories.tree.waitForRow((row) => row.label === 'Done' && row.description === '1');
    await stories.tree.expand('Done');
    const git = (...args: string[]): Promise<string> => workbench.repository.git(...args);
    const commit = await git('rev-parse', 'main');
    const row = await stories.waitInGroup(1, 'Done', /landed/);
    assert.deepEqual([row.description, row.icon], [commit.slice(0, 8), 'pass-filled']);
    assert.equal(await git('rev-parse', 'main^2'), await git('rev-parse', 'story/1-wave-goodbye'));
    assert.match(
      await readFile(path.join(workbench.repository.folder, 'src', 'wave-goodbye.js'), 'utf8'),
      /waveGoodbye/,
    );
    await workbench.statusBar.waitFor('0 agents running, 0 in the merge queue, nothing needs you');
    await workbench.output.waitForLine('Gate test passed.');

    assert.equal(await git('status', '--porcelain'), '');
    await workbench.openActivity('Source Control');
    const scm = workbench.page.locator('.part.sidebar .monaco-list-row');
    await waitFor('the landing in the graph', async () => {
      const rows = await scm.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? ''));
      return rows.some((one) => one.startsWith('Wave goodbye (#1)')) && !rows.some((one) => one.includes('README.md'));
    });
    assert.equal(await workbench.activityBadge('Source Control'), '');
    await workbench.screenshot('story-landed-scm');
    await workbench.openActivity('Switchyard');
  });

  it('[B1, B2, B3, MQ7, MQ8, U1, U3] of two that write to one place the second fails to merge: red, first, counted, with its file', async () => {
    rmSync(codingMayGoOn);
    await stories.create({ title: 'Say hello twice', details: `until: ${codingMayGoOn}` });
    await stories.create({ title: 'Say hello thrice', details: `until: ${codingMayGoOn}` });
    await stories.tree.click(isRowOf(2));
    await stories.tree.click(isRowOf(3), 'Control');
    await stories.tree.chooseFromContextMenu(isRowOf(3), 'Start');
    await workbench.statusBar.waitFor('2 agents running');
    await workbench.screenshot('story-two-at-work');
    writeFileSync(codingMayGoOn, '');
    await workbench.statusBar.waitFor('1 needs you');
    await stories.tree.waitForRow('Needs you');
    const [first, stuck] = await stories.tree.rows();
    assert.ok(first?.label === 'Needs you' && stuck !== undefined);
    assert.match(stuck.label, /^#[23] /);
    assert.match(stuck.label, /^#[23] Conflict in README\.md$/, 'why it stands here is read first');
    assert.match(stuck.description, /^Say hello/);
    assert.deepEqual([stuck.icon, await workbench.activityBadge('Switchyard')], ['circle-filled', '1']);
    assert.match(stuck.spoken, /Failed merge, .*nothing will happen until you act/i);
    const tooltip = await stories.tree.tooltip(stuck.label);
    assert.match(tooltip, /Failed merge since .*Needs you.*README\.md.*Resolve Conflicts… · Fix Up · Freeze/s);
    assert.match(
      await workbench.statusBar.tooltip('1'),
      /1 needs you.*#[23] Say hello.*README\.md.*Next That Needs You/s,
    );
    await workbench.screenshot('story-conflict-dark');
    await workbench.setTheme('light');
    await workbench.screenshot('story-conflict-light');
  });

  it('[U3, U14] a click on the status bar lists what needs you; Next That Needs You opens it, with the steps', async () => {
    await workbench.statusBar.click('1');
    await workbench.quickInput.waitForPrompt('Needs You');
    await workbench.quickInput.waitForRow(/^\s*#[23] Say hello/);
    const [row] = (await workbench.quickInput.rows()).filter(({ label }) => /^\s*#[23] /.test(label));
    assert.match(`${row?.label} ${row?.description}: ${row?.detail}`, /Failed merge.*: Conflict in README\.md/);
    await workbench.screenshot('needs-you-list');
    await workbench.page.keyboard.press('Escape');
    await stories.command('Show What Needs You…');
    await workbench.quickInput.waitForPrompt('Needs You');
    await workbench.page.keyboard.press('Escape');
    await stories.command('Next That Needs You');
    const { buttons } = await workbench.notifications.waitFor('Nothing will happen until you act');
    assert.deepEqual(buttons, ['Resolve Conflicts…', 'Fix Up', 'Freeze']);
    await waitFor('the diff of the story', async () =>
      /^#[23] Say hello/.test(await workbench.page.locator('.tab.active .label-name').first().innerText()),
    );
    await workbench.screenshot('needs-you-next');
  });

  it('[ST4, ST5] Fix Up brings it back to Coding; Freeze stops its agent, and Unfreeze goes on', async () => {
    const stuck = (await stories.tree.rows()).find((row) => row.icon === 'circle-filled')!;
    const number = Number(/^#(\d+)/.exec(stuck.label)?.[1]);
    rmSync(codingMayGoOn);
    await stories.tree.clickInlineAction(stuck.label, 'Fix Up');
    await stories.waitInGroup(number, 'Coding', /work going on, .*sample/);
    assert.equal(await workbench.activityBadge('Switchyard'), '');
    // Both are still selected, and what is done to one of them would be done to both.
    await stories.tree.click(isRowOf(number));
    await stories.tree.chooseFromContextMenu(isRowOf(number), 'Freeze');
    const frozen = await stories.waitInGroup(number, 'Frozen', /was in Coding/);
    assert.equal(frozen.icon, 'debug-pause');
    assert.equal((await stories.tree.waitForRow('Frozen')).description, '1');
    await workbench.statusBar.waitFor('0 agents running');
    await workbench.screenshot('story-frozen');
    assert.ok((await workbench.findCommands('Switchyard:')).includes('Switchyard: Unfreeze'));
    await workbench.changeSettings({ 'switchyard.agents': [] });
    await stories.tree.waitForMessage('The configured commands wait for your approval.');
    await stories.approve();
    await stories.tree.chooseFromContextMenu(isRowOf(number), 'Unfreeze');
    // With no agent to take it, what came back waits for a person.
    await stories.waitInGroup(number, 'Needs you', /README\.md/);
  });

  it('[A1, MQ10, ST3] a person codes without an agent; red gates bring the story back to Coding with the output to read', async () => {
    await stories.create({ title: 'Be red' });
    await stories.run('Start', 4);
    await stories.waitInGroup(4, 'Coding');
    const red = "import { test } from 'node:test';\ntest('red', () => { throw new Error('it is red'); });\n";
    await stories.work(4, { 'test/red.test.js': red });
    await stories.tree.chooseFromContextMenu(isRowOf(4), 'Ready for QA');
    const back = await stories.waitInGroup(4, 'Needs you', /exited with code 1/);
    assert.equal(back.icon, 'bell', 'nothing but a person is waited for');
    await stories.tree.chooseFromContextMenu(isRowOf(4), 'Show Output');
    await workbench.output.waitForLine(/^Gate test exited with code 1: 1 of \d+ tests failed: red\./);
    await workbench.output.waitForChannel('Switchyard #4');
    await stories.tree.expand(isRowOf(4));
    await stories.tree.waitForRow(/Gates failed: QA → Coding (\d{4}-\d\d-\d\d )?\d\d:\d\d · gates/);
    await workbench.screenshot('story-red');
  });

  it('[U1, ST6] rows are dragged between stages; where one cannot go is said, with where it can', async () => {
    await stories.create({ title: 'Be dragged' });
    await stories.waitInGroup(5, 'Backlog');
    await stories.tree.drag(isRowOf(5), 'Done');
    const { message } = await workbench.notifications.waitFor('A story in Backlog cannot move to Done.');
    assert.match(message, /It can move to Coding, /);
    await stories.tree.drag(isRowOf(4), 'Backlog');
    await stories.waitInGroup(4, 'Backlog');
    await workbench.screenshot('story-dragged');
  });

  it('[U1] several rows are asked about once, and empty groups are not there', async () => {
    await stories.tree.click(isRowOf(4));
    await stories.tree.click(isRowOf(5), 'Control');
    await stories.tree.chooseFromContextMenu(isRowOf(5), 'Move to Stage…');
    await workbench.quickInput.waitForPrompt('Move 2 stories to which stage?');
    await workbench.quickInput.choose('Frozen');
    await stories.waitInGroup(4, 'Frozen');
    await stories.waitInGroup(5, 'Frozen');
    const groups = (await stories.tree.rows()).filter(({ level }) => level === 1).map(({ label }) => label);
    assert.ok(!groups.includes('Backlog') && !groups.includes('QA'), groups.join());
  });
});
