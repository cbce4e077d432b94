import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { storeFolder, storeFolderIn } from '../../src/store/storeFolder';
import { inOrder } from '../support/mocha/inOrder';
import { projectRoot } from '../support/projectRoot';
import { TemporaryFolder } from '../support/temporaryFolder';
import { waitFor } from '../support/waitFor';
import { openWorkbench } from '../support/workbench/open';
import type { Workbench } from '../support/workbench/workbench';
import { testGate } from './support/settings';
import { Stories } from './support/stories';

describe('Agents that race, and one that is talked with, by palette and keyboard', function () {
  inOrder(this);
  const folder = new TemporaryFolder();
  const mayGoOn = folder.at('go-on');
  const mayLand = folder.at('land');
  let workbench: Workbench;
  let stories: Stories;

  /** An agent that waits until it may go on, then writes these lines into hello.txt and commits them. */
  const agent = (name: string, lines: readonly string[]): object => {
    const script = `
      const { existsSync, writeFileSync } = require('node:fs');
      const git = (...words) => require('node:child_process').execFileSync('git', words);
      const work = () => {
        if (!existsSync(${JSON.stringify(mayGoOn)})) return setTimeout(work, 50);
        writeFileSync('hello.txt', ${JSON.stringify(`${lines.join('\n')}\n`)});
        git('add', '-A');
        git('commit', '-qm', 'Say hello');
      };
      work();`;
    return { name, role: 'coder', command: [process.execPath, '-e', script] };
  };

  before(async () => {
    const solves = { ...agent('solver', []), role: 'mergemaster' };
    const script = [
      'say I begin.',
      'ask run npm install',
      `until ${mayLand}`,
      'write hello.txt hello',
      'commit Say hello',
    ];
    const env = { ACP_AGENT: JSON.stringify({ state: folder.at('agent'), close: true, script: script.join('\n') }) };
    const command = [process.execPath, path.join(projectRoot, 'test', 'support', 'acpAgent.mjs')];
    const scripted = { name: 'scripted', role: 'coder', transport: 'acp', command, env };
    // In a terminal it notes how it was started, and waits for whoever sits there.
    const line = path.join(projectRoot, 'test', 'support', 'talkingAgent.mjs');
    const started = `echo "$PWD $*" > '${folder.at('terminal')}'; exec cat`;
    writeFileSync(folder.at('claude'), `#!/bin/sh\nif test -t 0; then ${started}; fi\nexec '${process.execPath}' '${line}' "$@"\n`, { mode: 0o755 }); // prettier-ignore
    const talking = { TALKING_HOME: folder.at('talking'), TALKING_SCRIPT: 'hang work' };
    const claude = { name: 'claude', role: 'coder', preset: 'claude', command: [folder.at('claude'), '{prompt}'], env: talking }; // prettier-ignore
    const agents = [agent('terse', ['hello']), agent('wordy', ['hello', 'dear', 'world']), scripted, claude, solves, { ...solves, name: 'other' }]; // prettier-ignore
    workbench = await openWorkbench({ settings: { ...testGate, 'switchyard.agents': agents } });
    stories = new Stories(workbench);
    await stories.open();
  });
  after(async () => {
    await workbench.close();
    folder.remove();
  });

  it('[A14] two agents are started on one story, each in a worktree of its own', async () => {
    const { quickInput } = workbench;
    await stories.create({ title: 'Say hello' });
    await stories.approve();
    await stories.run('Race Agents…', 1);
    await quickInput.waitForPrompt('Which agents race on #1?');
    const rows = await quickInput.rows();
    assert.deepEqual(rows.map(({ label, checked }) => [label.trim(), checked]), [['terse', true], ['wordy', true], ['scripted', true], ['claude', true]]); // prettier-ignore
    await quickInput.toggle('scripted');
    await quickInput.toggle('claude');
    await workbench.screenshot('race-start');
    await quickInput.accept();
    await stories.waitInGroup(1, 'Coding', /races #2.*terse/);
    const beside = await stories.waitInGroup(2, 'Coding', /races #1.*wordy/);
    assert.match(beside.label, /^#2 Say hello \(wordy\)/);
  });

  it('[A14, U14] both are proven and none lands; the race is asked about once and read side by side', async () => {
    writeFileSync(mayGoOn, '');
    await stories.waitInGroup(2, 'QA', /It races #1/);
    await stories.waitInGroup(1, 'Needs you', /It races #2/);
    await stories.run('Compare Race', 2);
    await workbench.waitForEditor(/^Race of #1/);
    const lines = workbench.page.locator('.editor-instance .view-lines .view-line');
    const text = async (): Promise<string> => (await lines.allInnerTexts()).join('\n').replaceAll('\u00a0', ' ');
    await waitFor('the race side by side', async () => /1\. #1 terse +2\. #2 wordy/.test(await text()), { seen: text });
    assert.match(await text(), /Gate test +passed.* +passed/);
    await workbench.screenshot('race-compared');
    assert.equal(await workbench.repository.git('log', '--format=%s', '--grep=Story:', 'main'), '');
  });

  it('[A14] the one that is kept lands as the story, and the other can be restored', async () => {
    await stories.run('Keep This One…', 2);
    const asked = await workbench.dialog.text();
    assert.match(asked, /Keep what wordy made\?[^]*What terse made is saved first/);
    await workbench.dialog.click('Keep This One');
    await stories.tree.waitForRow((one) => one.label === 'Done' && one.description === '1');
    assert.equal(await workbench.repository.git('show', 'main:hello.txt'), 'hello\ndear\nworld');
    assert.ok(!(await stories.tree.rows()).some(({ label }) => label.startsWith('#2 ')));
    const rescued = await workbench.repository.git('for-each-ref', '--format=%(refname)', 'refs/switchyard/rescue/');
    const [ref = ''] = rescued.split('\n');
    assert.equal(await workbench.repository.git('show', `${ref}:hello.txt`), 'hello');
    await workbench.screenshot('race-decided');
  });

  it('[A2] who codes a story is chosen when it starts, in a list that begins on who does now; its row says so', async () => {
    const { quickInput } = workbench;
    await stories.create({ title: 'Say it again' });
    await stories.run('Choose Agent…', 3);
    await quickInput.waitForPrompt('Which agent is to do what on #3?');
    const all = await quickInput.rows();
    assert.deepEqual(all.map(({ label, description }) => [label.trim(), description]), [
      ['terse', 'coder · the first in the settings · as it is now'],
      ['wordy', 'coder'],
      ['scripted', 'coder'],
      ['claude', 'coder'],
      ['solver', 'mergemaster · the first in the settings · as it is now'],
      ['other', 'mergemaster'],
    ]); // prettier-ignore
    await workbench.screenshot('choose-agent');
    await quickInput.acceptRow('wordy');
    await stories.waitInGroup(3, 'Backlog', /coded by wordy/);
    await stories.run('Start With…', 3);
    await quickInput.waitForPrompt('Which agent codes #3?');
    const rows = await quickInput.rows();
    assert.deepEqual(rows.map(({ label, description }) => [label.trim(), description]), [['terse', 'the first in the settings'], ['wordy', 'as it is now'], ['scripted', ''], ['claude', '']]); // prettier-ignore
    await workbench.screenshot('start-with');
    // The list begins on who codes it now.
    await quickInput.accept();
    // It has nothing to write that is not there already.
    await stories.waitInGroup(3, 'Needs you', /coded by wordy, wordy: /);
    await workbench.screenshot('start-with-chosen');
  });

  it('[A11, U14] what one asks that is talked with stands in tree, board and a notification, and is allowed by the palette', async () => {
    const { quickInput } = workbench;
    await stories.create({ title: 'Say hello to one' });
    await stories.run('Start With…', 4);
    await quickInput.waitForPrompt('Which agent codes #4?');
    await quickInput.acceptRow('scripted');
    const row = await stories.waitInGroup(4, 'Needs you', /scripted asks to run `npm install`/);
    assert.match(row.spoken, /Denied by itself at \d\d:\d\d\./);
    const told = await workbench.notifications.waitFor('asks to run `npm install`');
    assert.deepEqual(told.buttons, ['Allow Once', 'Allow for This Story', 'Deny']);
    await stories.command('Open Board');
    const board = await workbench.webviewFrame('Switchyard Board');
    await board.locator('.card', { hasText: 'asks to run' }).first().waitFor();
    await workbench.screenshot('agent-asks');
  });

  it('[A8, A11] it waits while the window is reloaded, and is answered in the window that comes', async () => {
    await workbench.reload();
    await stories.waitInGroup(4, 'Needs you', /scripted asks to run `npm install`/);
    await workbench.screenshot('agent-asks-again');
    await stories.run('Allow Once', 4);
    await stories.waitInGroup(4, 'Coding', /scripted/);
    const log = readFileSync(path.join(folder.at('agent'), 'log'), 'utf8').split('\n');
    assert.deepEqual(
      log.map((line) => line.split(' ')[0]).filter((word) => word !== ''),
      ['initialize', 'new', 'prompt', 'answer'],
    );
  });

  it('[A13] what is written to it is read at the end of its turn, and the story lands', async () => {
    const { quickInput, repository } = workbench;
    const { words } = storeFolder(storeFolderIn(path.join(repository.folder, '.git')));
    await stories.run('Write to Agent…', 4);
    await quickInput.waitForPrompt('What should the agent of #4 know?');
    await quickInput.fill('use the helper');
    await quickInput.accept();
    await quickInput.waitForPrompt('When should #4 read it?');
    await quickInput.accept();
    await waitFor('the message to be on record', () => existsSync(words) && readFileSync(words, 'utf8').includes('use the helper')); // prettier-ignore
    writeFileSync(mayLand, '');
    await stories.tree.waitForRow((one) => one.label === 'Done' && one.description === '2');
    const git = (...args: string[]): Promise<string> => workbench.repository.git(...args);
    assert.equal(await git('show', 'main:said.txt'), 'use the helper');
    assert.equal(await git('show', 'main:hello.txt'), 'hello');
    await stories.run('Show Output', 4);
    await workbench.output.waitForLine('Gate test passed.');
    await workbench.screenshot('agent-talked');
  });

  it('[A13] a story is taken over in a terminal, in the agent’s own conversation, and given back; its agent goes on', async () => {
    const { quickInput } = workbench;
    await stories.create({ title: 'Say goodbye' });
    await stories.run('Start With…', 5);
    await quickInput.waitForPrompt('Which agent codes #5?');
    await quickInput.acceptRow('claude');
    await stories.waitInGroup(5, 'Coding', /claude: I will hang/);
    await stories.run('Take Over in Terminal', 5);
    const begun = (): string => (existsSync(folder.at('terminal')) ? readFileSync(folder.at('terminal'), 'utf8') : '');
    await waitFor('its program in the terminal', () => begun().endsWith('\n'), { seen: begun });
    const starts = (): { mode: string; session: string }[] =>
      readFileSync(path.join(folder.at('talking'), 'starts'), 'utf8').trim().split('\n').map((one) => JSON.parse(one) as { mode: string; session: string }); // prettier-ignore
    assert.equal(begun(), `${await stories.worktree(5)} --resume ${starts()[0]?.session ?? ''}\n`);
    await stories.waitInGroup(5, 'Coding', /Yours to work on/);
    await workbench.screenshot('agent-taken-over');
    await stories.run('Give Back', 5);
    await stories.tree.waitForRow((one) => one.label === 'Done' && one.description === '3');
    assert.deepEqual(starts().map(({ mode }) => mode), ['cold', 'warm']); // prettier-ignore
  });
});
