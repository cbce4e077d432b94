import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { makeSampleRepository } from '../support/sampleProject';
import { TemporaryFolder } from '../support/temporaryFolder';
import { inOrder } from '../support/mocha/inOrder';
import { waitFor } from '../support/waitFor';
import { openWorkbench } from '../support/workbench/open';
import type { Workbench } from '../support/workbench/workbench';
import { Stories } from './support/stories';

const execute = promisify(execFile);

describe('The view of stories where there is nothing to show', function () {
  inOrder(this);
  const folder = new TemporaryFolder();
  let workbench: Workbench;
  let stories: Stories;

  before(async () => {
    mkdirSync(folder.at('plain'));
    workbench = await openWorkbench({ folder: folder.at('plain') });
    stories = new Stories(workbench);
  });
  after(async () => {
    await workbench.close();
    folder.remove();
  });

  it('[U6] no repository, then no commit, then no story: each says what is missing and offers it', async () => {
    const none = await welcome(/not a git repository/);
    assert.match(none, /Initialize Repository\s+Clone Repository/);
    await workbench.screenshot('welcome-no-repository');
    assert.deepEqual(await offered(), []);

    await stories.tree.clickWelcomeButton('Initialize Repository');
    assert.match(await welcome(/no commit yet/), /Open Source Control/);
    await workbench.screenshot('welcome-no-commits');

    const identity = ['-c', 'user.name=Sam Sample', '-c', 'user.email=sam@example.com'];
    await execute('git', [...identity, 'commit', '--allow-empty', '--message', 'Begin'], { cwd: folder.at('plain') });
    await welcome(/No story yet/);
    await workbench.screenshot('welcome-no-story');
    assert.ok((await offered()).includes('New Story…'));
  });

  it('[U6] the four steps of setting up stand there, and each is ticked when it is done', async () => {
    const text = await welcome(/4\. Write the first story/);
    assert.match(
      text,
      /1\. Gates are the commands.*Set Up Gates….*2\. An agent.*Set Up Agent….*3\. Commands are approved once/s,
    );
    writeFileSync(folder.at('plain', 'package.json'), '{"scripts":{"test":"node --test","lint":"true"}}');
    await stories.tree.clickWelcomeButton('Set Up Gates…');
    await workbench.quickInput.waitForPrompt('What proves a story?');
    assert.deepEqual(
      (await workbench.quickInput.rows()).map(({ label, checked }) => [label, checked]),
      [
        ['lint', false],
        ['test', true],
      ],
    );
    await workbench.screenshot('welcome-gates');
    await workbench.quickInput.accept();
    await welcome(/1\. Gates are configured\./);
    await stories.tree.clickWelcomeButton('Review Commands…');
    assert.match(await workbench.dialog.text(), /Gate test: npm test/);
    await workbench.dialog.click('Allow');
    await welcome(/3\. The commands are approved\./);
    await workbench.screenshot('welcome-steps');
    await workbench.setTheme('light');
    await workbench.screenshot('welcome-steps-light');
  });

  it('[U6] Open Walkthrough opens it, with a picture for each step', async () => {
    await stories.command('Open Walkthrough');
    const page = workbench.page.locator('.gettingStartedContainer');
    await waitFor('the walkthrough', async () => /Get Started with Switchyard/.test(await page.innerText()));
    await waitFor('its picture', () => page.locator('.getting-started-media img').first().evaluate((image) => (image as HTMLImageElement).naturalWidth > 0)); // prettier-ignore
    const steps = page.locator('.getting-started-step .codicon.complete');
    await waitFor('the ticks of the gates and the approval', async () => (await steps.count()) >= 2);
    await workbench.screenshot('walkthrough');
  });

  it('[G1, U6] Git that is switched off is named, with the setting; switched on it goes on by itself', async () => {
    await workbench.changeSettings({ 'git.enabled': false });
    const text = await welcome(/Git extension, which is disabled/);
    assert.match(text, /git\.enabled.*Open Git Settings/s);
    await workbench.screenshot('welcome-git-disabled');
    assert.deepEqual(await offered(), []);
    await workbench.changeSettings({ 'git.enabled': true });
    await welcome(/No story yet/);
  });

  it('[U6] no folder at all: it offers to open one', async () => {
    await workbench.openFolder(null);
    assert.match(await welcome(/Open a folder with a git repository/), /Open Folder/);
    await workbench.screenshot('welcome-no-folder');
    assert.deepEqual(await offered(), []);
  });

  it('[G4] a checkout with a detached HEAD is as good as any', async () => {
    const repository = await makeSampleRepository(folder.at('detached'));
    await repository.git('checkout', '--quiet', '--detach');
    await workbench.openFolder(repository.folder);
    await welcome(/No story yet/);
    await stories.create({ title: 'Wave goodbye' });
    await stories.run('Start', 1);
    await stories.waitInGroup(1, 'Coding');
    assert.equal(await repository.git('rev-parse', 'story/1-wave-goodbye'), await repository.git('rev-parse', 'main'));
    await workbench.screenshot('welcome-detached');
  });

  it('[U11] Start in a large worktree says that it goes on, and Cancel leaves the story in Backlog', async () => {
    const top = folder.at('detached');
    const git = (...args: string[]) => execute('git', args, { cwd: top });
    const [filter, hold] = [folder.at('slow-filter'), folder.at('hold')];
    writeFileSync(hold, '');
    writeFileSync(filter, `#!/bin/sh\nwhile [ -e '${hold}' ]; do sleep 0.05; done\nexec cat\n`, { mode: 0o755 });
    await git('checkout', '--quiet', 'main');
    writeFileSync(path.join(top, '.gitattributes'), '*.big filter=slow\n');
    writeFileSync(path.join(top, 'z.big'), 'big\n');
    await git('add', '--all');
    await git('commit', '--quiet', '--message', 'Hold something large');
    await git('config', 'filter.slow.smudge', `'${filter}'`);
    await stories.create({ title: 'Be large' });
    await stories.run('Start', 2);
    const { buttons } = await workbench.notifications.waitFor('Making the worktree of #2');
    assert.deepEqual(buttons, ['Cancel']);
    await workbench.screenshot('welcome-worktree');
    await stories.waitInGroup(2, 'Backlog', /starting…/);
    await workbench.notifications.clickButton('Making the worktree of #2', 'Cancel');
    // Not before: what holds the filter back would go first, and the worktree would be made.
    await stories.waitInGroup(2, 'Backlog', /^(?!.*starting…)/);
    rmSync(hold);
    await stories.run('Start', 2);
    await stories.waitInGroup(2, 'Coding');
  });

  it('[U10, U11] a target that is not there is named with those that are, and one is chosen by a button', async () => {
    await workbench.changeSettings({ 'switchyard.target': 'release/9' });
    const notice = await workbench.notifications.waitFor('release/9');
    assert.deepEqual([notice.severity, notice.buttons], ['warning', ['Choose Target Branch']]);
    assert.match(notice.message, /release\/9 does not exist.*main/);
    await workbench.screenshot('welcome-target-missing');
    await workbench.notifications.clickButton('release/9', 'Choose Target Branch');
    await workbench.quickInput.waitForPrompt('Which branch do stories land on?');
    await workbench.quickInput.choose('main');
    await waitFor('the message above the tree to go', async () => !(await message()).includes('release/9'));
  });

  /** The text of the view once it is the one that is expected. */
  async function welcome(expected: RegExp): Promise<string> {
    await workbench.openActivity('Switchyard');
    const text = (): Promise<string> => stories.tree.welcomeText();
    await waitFor(`the welcome ${expected}`, async () => expected.test(await text()), { seen: text });
    return text();
  }

  /** Switchyard's commands in the palette, but those that only look. */
  async function offered(): Promise<string[]> {
    // Doctor and the bundle look at whatever there is, also where nothing works; what other extensions may is no repository's.
    const always = [
      'Focus on Stories View',
      'Open Settings',
      'Show Log',
      'Run Doctor',
      'Save Bug Bundle…',
      'Review Extensions…',
      'Open Sample Project…',
      'Open Walkthrough',
    ];
    const found = await workbench.findCommands('Switchyard:');
    return found.map((one) => one.replace('Switchyard: ', '')).filter((one) => !always.includes(one));
  }

  function message(): Promise<string> {
    return workbench.page.locator('.part.sidebar').innerText();
  }
});
