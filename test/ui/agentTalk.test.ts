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

describe('An agent that is talked with, by palette and keyboard', function () {
  inOrder(this);
  const folder = new TemporaryFolder();
  const mayGoOn = folder.at('go-on');
  let workbench: Workbench;
  let stories: Stories;

  before(async () => {
    const script = [
      'say I begin.',
      'ask run npm install',
      `until ${mayGoOn}`,
      'write hello.txt hello',
      'commit Say hello',
    ];
    const env = { ACP_AGENT: JSON.stringify({ state: folder.at('agent'), close: true, script: script.join('\n') }) };
    const command = [process.execPath, path.join(projectRoot, 'test', 'support', 'acpAgent.mjs')];
    workbench = await openWorkbench({
      settings: {
        ...testGate,
        'switchyard.agents': [{ name: 'scripted', role: 'coder', transport: 'acp', command, env }],
      },
    });
    stories = new Stories(workbench);
    await stories.open();
  });
  after(async () => {
    await workbench.close();
    folder.remove();
  });

  it('[A11, U14] what it asks stands in tree, board and a notification, and is allowed by the palette', async () => {
    await stories.create({ title: 'Say hello' });
    await stories.approve();
    await stories.run('Start', 1);
    const row = await stories.waitInGroup(1, 'Needs you', /scripted asks to run `npm install`/);
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
    await stories.waitInGroup(1, 'Needs you', /scripted asks to run `npm install`/);
    await workbench.screenshot('agent-asks-again');
    await stories.run('Allow Once', 1);
    await stories.waitInGroup(1, 'Coding', /scripted/);
    const log = readFileSync(path.join(folder.at('agent'), 'log'), 'utf8').split('\n');
    assert.deepEqual(
      log.map((line) => line.split(' ')[0]).filter((word) => word !== ''),
      ['initialize', 'new', 'prompt', 'answer'],
    );
  });

  it('[A13] what is written to it is read at the end of its turn, and the story lands', async () => {
    const { quickInput, repository } = workbench;
    const { words } = storeFolder(storeFolderIn(path.join(repository.folder, '.git')));
    await stories.run('Write to Agent…', 1);
    await quickInput.waitForPrompt('What should the agent of #1 know?');
    await quickInput.fill('use the helper');
    await quickInput.accept();
    await quickInput.waitForPrompt('When should #1 read it?');
    await quickInput.accept();
    await waitFor('the message to be on record', () => existsSync(words) && readFileSync(words, 'utf8').includes('use the helper')); // prettier-ignore
    writeFileSync(mayGoOn, '');
    await stories.tree.waitForRow((one) => one.label === 'Done' && one.description === '1');
    const git = (...args: string[]): Promise<string> => workbench.repository.git(...args);
    assert.equal(await git('show', 'main:said.txt'), 'use the helper');
    assert.equal(await git('show', 'main:hello.txt'), 'hello');
    await stories.run('Show Output', 1);
    await workbench.output.waitForLine('Gate test passed.');
    await workbench.screenshot('agent-talked');
  });
});
