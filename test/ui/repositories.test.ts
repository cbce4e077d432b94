import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Frame } from 'playwright-core';
import { inOrder } from '../support/mocha/inOrder';
import { makeSampleRepository } from '../support/sampleProject';
import { TeamServer } from '../support/share/teamServer';
import { TemporaryFolder } from '../support/temporaryFolder';
import { waitFor } from '../support/waitFor';
import { openWorkbench } from '../support/workbench/open';
import type { Tree, TreeRow } from '../support/workbench/tree';
import type { Workbench } from '../support/workbench/workbench';
import { Person } from './support/person';

const git = (cwd: string, ...args: string[]): unknown =>
  execFileSync('git', ['-c', 'user.name=S', '-c', 'user.email=s@example.com', '-c', 'protocol.file.allow=always', ...args], { cwd, stdio: 'pipe' }); // prettier-ignore

describe('A window of several repositories', function () {
  inOrder(this);
  const home = new TemporaryFolder();
  const workspace = home.at('team.code-workspace');
  let workbench: Workbench;
  let tree: Tree;

  before(async () => {
    for (const name of ['app', 'api']) await makeSampleRepository(home.at(name));
    mkdirSync(home.at('lib-origin'));
    git(home.at('lib-origin'), 'init', '-q', '-b', 'main');
    git(home.at('lib-origin'), 'commit', '-q', '--allow-empty', '-m', 'Begin');
    git(home.at('app'), 'submodule', '--quiet', 'add', home.at('lib-origin'), 'lib');
    for (const [name, value] of [['name', 'Sam Sample'], ['email', 'sam@example.com']] as const)
      git(home.at('app', 'lib'), 'config', `user.${name}`, value); // prettier-ignore
    git(home.at('app'), 'commit', '-qm', 'Use lib');
    git(home.at('app'), 'worktree', 'add', '-q', home.at('app-fix'));
    const folders = ['app-fix', 'app', 'app/lib', 'api'].map((name) => ({ path: home.at(name) }));
    writeFileSync(workspace, JSON.stringify({ folders, settings: {} }));
    workbench = await openWorkbench({ folder: workspace });
    tree = workbench.tree('Stories');
    await workbench.extensionHost.waitForActivation('switchyard.switchyard');
    await workbench.openActivity('Switchyard');
  });
  after(async () => {
    await workbench.close();
    home.remove();
  });

  it('[U7] each repository has a row: a worktree is its repository, and a submodule is named as such', async () => {
    await repositories(['app', 'lib', 'api']);
    const about = Object.fromEntries((await roots()).map(({ label, description }) => [label, description]));
    assert.match(about['app'] ?? '', /^also open: its worktree app-fix · no story yet/);
    assert.match(about['lib'] ?? '', /^submodule of app · no story yet/);
    assert.equal(about['api'], 'no story yet');
  });

  it('[U7] a command asks which only where it is not clear: a row says it, and so does a story', async () => {
    await workbench.runCommand('Switchyard: New Story…');
    await workbench.quickInput.waitForPrompt('in which repository?');
    await workbench.quickInput.fill('api');
    await workbench.quickInput.waitForRow(/^\s*api$/);
    await workbench.quickInput.accept();
    await makeStory('Answer quickly');
    await tree.clickInlineAction('lib', 'New Story');
    await makeStory('Parse faster');
    await tree.clickInlineAction('app', 'New Story');
    await makeStory('Wave goodbye');
    const numbers = (await tree.rows()).filter(({ label }) => label.startsWith('#')).map(({ label }) => label);
    assert.deepEqual(
      numbers,
      ['#1 Wave goodbye', '#1 Parse faster', '#1 Answer quickly'],
      'each has numbers of its own',
    );
    await workbench.runCommand('Switchyard: Block…');
    await workbench.quickInput.waitForPrompt('which story?');
    await workbench.quickInput.fill('Parse faster');
    await workbench.quickInput.waitForRow(/^#1 Parse faster/);
    await workbench.quickInput.accept();
    await workbench.quickInput.waitForPrompt('Why is #1 blocked?');
    await workbench.quickInput.fill('Waits for the library');
    await workbench.quickInput.accept();
    await tree.waitForRow((row) => row.label === 'lib' && /1 Needs you/.test(row.description));
    assert.equal((await roots()).find(({ label }) => label === 'lib')?.icon, 'circle-filled');
    await waitFor('the badge', async () => (await workbench.activityBadge('Switchyard')) === '1');
    await workbench.statusBar.waitFor(/0 agents running, 0 in the merge queue, 1 needs you/);
  });

  it('[U7, B2] the overview says of each what its row says, and leads to its board and to what needs the person', async () => {
    await workbench.runCommand('Switchyard: Show Overview of Repositories');
    const board = await workbench.webviewFrame('Switchyard Board');
    const row = (name: string): Promise<string> => textOf(board, `[data-repository="${name}"]`);
    await waitFor('the mark in the overview', async () => /Needs you|#1 /.test(await row('lib')), {
      seen: () => row('lib'),
    });
    assert.match(await row('lib'), /submodule of app · lands on main.*#1 Parse faster: /s);
    assert.match(await row('api'), /Nothing needs you\./);
    assert.equal(
      await board.locator('[data-repository="lib"] [aria-label="Needs you"].codicon-circle-filled').count(),
      1,
    );
    for (const theme of ['dark', 'light'] as const) {
      await workbench.setTheme(theme);
      await workbench.screenshot(`overview-${theme}`);
    }
    await board.getByRole('button', { name: 'api', exact: true }).click();
    await board.locator('.card[aria-label^="#1 Answer quickly"]').waitFor();
    await board.getByRole('combobox', { name: 'Repository' }).selectOption('lib');
    await board.locator('.card[aria-label^="#1 Parse faster"]').waitFor();
    assert.equal(await board.locator('.card').count(), 1);
    await workbench.screenshot('overview-board');
  });

  it('[U7] gates are written into the settings of the folder whose repository they are for', async () => {
    writeFileSync(home.at('app', 'lib', 'package.json'), '{"scripts":{"test":"node --test"}}');
    await workbench.runCommand('Switchyard: Set Up Gates…');
    await workbench.quickInput.waitForPrompt('What proves a story?');
    await workbench.quickInput.accept();
    const written = (): string => {
      const file = home.at('app', 'lib', '.vscode', 'settings.json');
      return existsSync(file) ? readFileSync(file, 'utf8') : '';
    };
    await waitFor('the settings of the folder', () => written().includes('npm test'), { seen: written });
    assert.doesNotMatch(readFileSync(workspace, 'utf8'), /switchyard/);
  });

  it('[U7, U14, A11] what holds up a repository is said in its row and stands first below it, where a click acts on it', async () => {
    mkdirSync(home.at('api', '.vscode'), { recursive: true });
    writeFileSync(home.at('api', '.vscode', 'settings.json'), JSON.stringify({ 'switchyard.gates': [{ name: 'test', command: 'npm test' }] })); // prettier-ignore
    for (const name of ['lib', 'api'])
      await tree.waitForRow((row) => row.label === name && /Waits until you approve the configured commands/.test(row.description)); // prettier-ignore
    const asked = (await tree.rows()).filter(({ label }) => label === 'Review Commands');
    assert.equal(asked.length, 2, 'one in each');
    await workbench.statusBar.waitFor(/something holds up lib and api$/);
    await workbench.screenshot('repositories-held');
    await workbench.runCommand('Switchyard: Show Overview of Repositories');
    const board = await workbench.webviewFrame('Switchyard Board');
    await waitFor('the overview', async () => /wait for your approval/.test(await textOf(board, '[data-repository="lib"]'))); // prettier-ignore
    assert.doesNotMatch(await textOf(board, '[data-repository="lib"]'), /nothing waits|queue is empty/i);
    // The second time it is the one that is shown already.
    for (let time = 1; time <= 2; time++) {
      await workbench.runCommand('Switchyard: Show Overview of Repositories');
      await board.locator('.overview').waitFor();
      await workbench.runCommand('Switchyard: Show Repository on Board…');
      await workbench.quickInput.waitForPrompt('Show which repository?');
      await choose('api');
      await board.locator('.notices', { hasText: /wait for your approval/ }).waitFor();
    }
    await board.getByRole('combobox', { name: 'Repository' }).selectOption('lib');
    await board.locator('.card[aria-label^="#1 Parse faster"]').waitFor();
    await tree.click('Review Commands');
    assert.match(await workbench.dialog.text(), /npm test/);
    await workbench.dialog.click('Cancel');
  });

  it('[U7] a folder that goes ends its engine, and one that comes starts one', async () => {
    await workbench.runCommand('Workspaces: Remove Folder from Workspace...');
    await workbench.quickInput.choose('api');
    await repositories(['app', 'lib']);
    await addFolder('api');
    await repositories(['app', 'lib', 'api']);
    await tree.waitForRow('#1 Answer quickly');
  });

  it('[U7] what the board in front decides for a command stands in its heading', async () => {
    await workbench.runCommand('Switchyard: Open Board');
    await workbench.webviewFrame('Switchyard Board');
    for (const [command, heading] of [
      ['New Story…', 'lib: New Story (1/2)'],
      ['Search Stories…', 'lib: Search Stories'],
      ['Share Stories…', 'lib: Share Stories'],
    ] as const) {
      await workbench.runCommand(`Switchyard: ${command}`);
      await workbench.quickInput.waitForPrompt(heading);
      await workbench.screenshot('repositories-heading');
      await workbench.quickInput.close();
    }
  });

  it('[U7, Y1] each is shared by itself, none with the board of another, and only what is shared can be stopped', async () => {
    const { quickInput, notifications } = workbench;
    const server = await TeamServer.start(home.path);
    const share = async (name: string, offered: string): Promise<void> => {
      await workbench.runCommand('Switchyard: Share Stories…');
      await ask('Share Stories', name);
      await new Person('Sam', workbench, undefined, offered).answerSharing(server.url);
    };
    try {
      await workbench.runCommand('View: Close All Editors');
      await share('app', 'app');
      await notifications.waitFor(/app: .* shared through .* Nobody else is connected yet/);
      await workbench.runCommand('Notifications: Clear All Notifications');
      await share('lib', 'lib-origin');
      await notifications.waitFor(/The board “team” has the stories of another repository/);
      const shown = (await notifications.shown()).map(({ message }) => message);
      assert.ok(!shown.some((text) => text.includes('are shared through')), shown.join('\n'));
      await workbench.screenshot('repositories-other-board');
      await workbench.runCommand('Notifications: Clear All Notifications');
      const stories = (await tree.rows()).filter(({ label }) => label.startsWith('#'));
      assert.equal(stories.length, 3, 'nothing went from one to the other');
      await workbench.runCommand('Switchyard: Stop Sharing Stories');
      await quickInput.waitForPrompt('in which repository?');
      const offered = (await quickInput.rows()).map(({ label }) => label.trim().split(',')[0]).sort();
      assert.deepEqual(offered, ['app', 'lib'], 'api shares nothing');
      await workbench.screenshot('repositories-stop-sharing');
      await ask('Stop Sharing Stories', 'lib');
      await notifications.waitFor(/no longer shared/);
      await workbench.runCommand('Notifications: Clear All Notifications');
      await workbench.runCommand('Switchyard: Stop Sharing Stories');
      await notifications.waitFor(/no longer shared/);
    } finally {
      await server.stop();
    }
  });

  it('[U7, U10] what is to be deleted says in which repository', async () => {
    await workbench.runCommand('Notifications: Clear All Notifications');
    await workbench.runCommand('Switchyard: Delete…');
    await workbench.quickInput.waitForPrompt('Delete: which stories?');
    await workbench.quickInput.toggle('#1 Answer quickly');
    await workbench.quickInput.accept();
    assert.match(await workbench.dialog.text(), /api: Delete #1 Answer quickly\?/);
    await workbench.screenshot('repositories-delete');
    await workbench.dialog.click('Cancel');
    await tree.waitForRow('#1 Answer quickly');
  });

  it('[U7] a repository where nothing can be done yet says why instead of doing nothing', async () => {
    mkdirSync(home.at('fresh'));
    git(home.at('fresh'), 'init', '-q', '-b', 'main');
    await addFolder('fresh');
    await repositories(['app', 'lib', 'api', 'fresh']);
    await workbench.runCommand('View: Close All Editors');
    for (const command of ['New Story…', 'Search Stories…']) {
      await workbench.runCommand('Notifications: Clear All Notifications');
      await workbench.runCommand(`Switchyard: ${command}`);
      await workbench.quickInput.waitForPrompt('in which repository?');
      if (command === 'New Story…') await workbench.screenshot('repositories-which');
      await workbench.quickInput.fill('fresh');
      await workbench.quickInput.waitForRow(/^\s*fresh$/);
      await workbench.quickInput.accept();
      await workbench.notifications.waitFor('fresh: This repository has no commit yet.');
    }
  });

  async function ask(command: string, name: string): Promise<void> {
    await workbench.quickInput.waitForPrompt(`${command}: in which repository?`);
    await choose(name);
  }

  async function choose(name: string): Promise<void> {
    const row = await waitFor(`the row of ${name}`, async () =>
      (await workbench.quickInput.rows()).find(({ label }) => new RegExp(`^\\s*${name}\\b`).test(label)),
    );
    await workbench.quickInput.choose(row.label);
  }

  async function addFolder(name: string): Promise<void> {
    await workbench.runCommand('Workspaces: Add Folder to Workspace...');
    // The box of the palette is another one, and what is typed into the dialog is looked up before it can be taken.
    await workbench.quickInput.waitForPrompt('Add Folder to Workspace');
    await workbench.quickInput.fillPath(`${home.at(name)}/`);
    await workbench.quickInput.waitForRow('.git');
    await workbench.quickInput.accept();
  }

  async function roots(): Promise<TreeRow[]> {
    return (await tree.rows()).filter(({ level }) => level === 1);
  }

  async function repositories(names: readonly string[]): Promise<void> {
    const labels = async (): Promise<string> => (await roots()).map(({ label }) => label).join();
    await waitFor(`the repositories ${names.join()}`, async () => (await labels()) === names.join(), { seen: labels });
  }

  async function textOf(frame: Frame, selector: string): Promise<string> {
    return (await frame.locator(selector).first().textContent()) ?? '';
  }

  async function makeStory(title: string): Promise<void> {
    const { quickInput } = workbench;
    await quickInput.waitForPrompt('New Story (1/2)');
    await quickInput.fill(title);
    await quickInput.accept();
    await quickInput.waitForPrompt('New Story (2/2)');
    await quickInput.accept();
    await tree.waitForRow((one) => one.label.endsWith(` ${title}`));
  }
});
