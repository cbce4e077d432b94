import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import titles from '../../package.nls.json';
import { inOrder } from '../support/mocha/inOrder';
import { projectRoot } from '../support/projectRoot';
import { RunScope } from '../support/runScope';
import { waitFor } from '../support/waitFor';
import { openBrowser } from '../support/workbench/chromium';
import { ExtensionHost } from '../support/workbench/extensionHost';
import { Workbench } from '../support/workbench/workbench';
import { fiveMinutes, type ReadmeStep } from '../ui/support/fiveMinutes';
import { isRowOf, Stories } from '../ui/support/stories';

describe('npm start, and the five minutes of the README in it', function () {
  inOrder(this);
  const steps = fiveMinutes();
  let scope: RunScope;
  let npm: ReturnType<typeof start>;
  let address: string;
  let workbench: Workbench;
  let stories: Stories;
  let step: ReadmeStep;

  before(() => {
    scope = new RunScope();
  });
  after(() => scope.close());

  it('opens the sample project with the extension in it', async () => {
    npm = start(scope);
    address = await waitFor('an address', () => /http:\/\/\S+/.exec(npm.output())?.[0], { seen: npm.output });
    assert.match(npm.output(), /^Building the extension …\nNot in desktop VS Code: .*\nVS Code .* with Switchyard: /);
    const browser = await openBrowser(scope);
    const page = browser.pages()[0] ?? (await browser.newPage());
    await page.goto(address);
    await page.locator('.explorer-folders-view .monaco-list-row[aria-label^="README.md"]').waitFor();
    await page.locator('.activitybar [aria-label^="Switchyard"]').first().waitFor();
    workbench = windowOf(page, decodeURIComponent(new URL(address).searchParams.get('folder') ?? ''));
    stories = new Stories(workbench);
  });

  it('[U6] before the first step: its commands are approved', async () => {
    begin('Before the first step');
    for (const elsewhere of ['Switchyard: Open Walkthrough', 'Switchyard: Open Sample Project…', 'npm start'])
      step.says(elsewhere);
    await stories.open();
    const welcome = (): Promise<string> => stories.tree.welcomeText();
    await waitFor('its commands to be read', async () => /Nothing runs before/.test(await welcome()), {
      seen: welcome,
    });
    await workbench.runCommand(step.says('Switchyard: Review Commands…'));
    await workbench.dialog.click('Allow');
    followed();
  });

  it('[U6] a story is written', async () => {
    begin('Write a story.');
    await stories.tree.clickWelcomeButton(`${step.says('New Story')}…`);
    await fillNewStory('Greet in Italian');
    await stories.waitInGroup(1, 'Backlog');
    await stories.document(1).waitForOpen();
    const pace = step.says('pace: 3s').replace('3s', '1ms');
    await stories.document(1).type(`${pace}\nuntil: ${held(1)}\n\n${step.says('- [ ] says Ciao')}`);
    await workbench.page.locator('.codelens-decoration :text("0 of 1 criteria")').first().waitFor();
    followed();
  });

  it('[U6] it is started above its text, and the agent begins at once', async () => {
    begin('Start it.');
    await workbench.page
      .locator(`.codelens-decoration a:text-is("${step.says('Start')}")`)
      .first()
      .click();
    await stories.waitInGroup(1, 'Coding', /sample · \d+ (s|min)\b/);
    const branch = step.says('story/1-…').replace('…', 'greet-in-italian');
    const worktree = await stories.worktree(1);
    assert.equal(readFileSync(path.join(worktree, '.git'), 'utf8').includes('1-greet-in-italian'), true);
    assert.ok(existsSync(path.join(workbench.repository.folder, '.git', 'refs', 'heads', ...branch.split('/'))));
    const menu = await stories.tree.contextMenu(isRowOf(1));
    assert.ok(menu.includes(step.says('Open Worktree…')), menu.join());
    // Without an agent alone; its test is another one's.
    assert.ok(Object.values(titles).includes(step.says('Ready for QA')));
    followed();
  });

  it('[U6] it lands by itself, the checkout follows, and it is told what happened', async () => {
    begin('Watch it land.');
    letGo(1);
    await done(1);
    assert.ok(existsSync(path.join(workbench.repository.folder, 'src', 'greet-in-italian.js')));
    await stories.tree.expand('Done');
    await stories.tree.chooseFromContextMenu(isRowOf(1), step.says('Show Output'));
    await workbench.output.waitForLine('Gate test passed.');
    await stories.run(step.says('Show Timeline'), 1);
    await workbench.waitForEditor(/^Timeline/);
    followed();
  });

  it('[U6] two stories conflict, and Fix Up settles it', async () => {
    begin('Make a conflict.');
    for (const [number, title] of [[2, 'Greet in Spanish'], [3, 'Greet in Danish']] as const) await stories.create({ title, details: `until: ${held(number)}` }); // prettier-ignore
    await stories.tree.click(isRowOf(2));
    await stories.tree.click(isRowOf(3), 'Control');
    await stories.tree.chooseFromContextMenu(isRowOf(3), step.says('Start'));
    for (const number of [2, 3]) await stories.waitInGroup(number, 'Coding', /sample · \d+ (s|min)\b/);
    letGo(2);
    await done(2);
    letGo(3);
    const why = step.says('Conflict in README.md with main. Nothing will happen until you act.');
    assert.ok(why.includes(step.says('main')));
    await stories.waitInGroup(3, 'Needs you', new RegExp(why.replaceAll('.', '\\.')));
    await stories.tree.click(isRowOf(3));
    const menu = await stories.tree.contextMenu(isRowOf(3));
    assert.ok(menu.includes(step.says('Resolve Conflicts…')), menu.join());
    await stories.tree.chooseFromContextMenu(isRowOf(3), step.says('Fix Up'));
    await done(3);
    const readme = readFileSync(path.join(workbench.repository.folder, 'README.md'), 'utf8');
    for (const language of ['Italian', 'Spanish', 'Danish'])
      assert.ok(readme.includes(`- Greet in ${language}: see`), readme);
    followed();
  });

  it('[U6, U13] one is reviewed: a comment goes to the agent, is answered, and it lands', async () => {
    begin('Review one.');
    for (const why of ['src/say-*', 'switchyard.review.paths']) step.says(why);
    const { page, quickInput } = workbench;
    const said = (text: string) => page.locator('.view-line', { hasText: text }).first().waitFor();
    await stories.create({ title: step.says('Say goodbye'), details: `until: ${held(4)}` });
    await stories.run('Start', 4);
    letGo(4);
    const group = step.says('Needs you');
    await stories.waitInGroup(4, group, /say-goodbye/);
    await stories.tree.chooseFromContextMenu(isRowOf(4), step.says('Open Diff'));
    await said('Why');
    await said('Say goodbye: see');
    const [before] = await workbench.editorTitles();
    await page.keyboard.press('Alt+F5');
    await workbench.runCommand(step.says('Switchyard: Comment on This Line…'));
    await quickInput.waitForPrompt('Comment on ');
    await quickInput.fill('And wave.');
    await quickInput.accept();
    await page.locator('.review-widget', { hasText: 'goes to the coder' }).waitFor();
    rmSync(held(4));
    await stories.run(step.says('Reject…'), 4);
    await quickInput.waitForPrompt('What should change in #4?');
    await quickInput.accept();
    await stories.waitInGroup(4, 'Coding', /sample · \d+ (s|min)\b/);
    letGo(4);
    await stories.waitInGroup(4, group, /say-goodbye/);
    await stories.run('Open Diff', 4);
    await waitFor('the changes as they are now', async () => {
      const [now] = await workbench.editorTitles();
      return now?.startsWith('#4 Say goodbye (') === true && now !== before;
    });
    await said(step.says('answered'));
    const approve = page
      .locator('.editor-actions')
      .getByRole('button', { name: new RegExp(`^${step.says('Approve')}`) });
    await approve.click();
    await done(4);
    assert.match(readFileSync(path.join(workbench.repository.folder, 'README.md'), 'utf8'), /And wave\./);
    followed();
  });

  it('[U6] one is set aside and goes on', async () => {
    begin('Set one aside.');
    await stories.create({ title: 'Greet in Welsh', details: `until: ${held(5)}` });
    await stories.run('Start', 5);
    await stories.waitInGroup(5, 'Coding', /sample · \d+ (s|min)\b/);
    await stories.tree.chooseFromContextMenu(isRowOf(5), step.says('Freeze'));
    await stories.waitInGroup(5, 'Frozen');
    await stories.tree.chooseFromContextMenu(isRowOf(5), step.says('Unfreeze'));
    await stories.waitInGroup(5, 'Coding', /sample · \d+ (s|min)\b/);
    followed();
  });

  it('[U6] one is deleted after one question, and comes back', async () => {
    begin('Delete one and get it back.');
    await stories.tree.chooseFromContextMenu(isRowOf(5), step.says('Delete…'));
    assert.match(await workbench.dialog.text(), /Removed: .*worktree.*branch/s);
    await workbench.dialog.click('Delete');
    await stories.tree.waitUntilGone(isRowOf(5));
    await workbench.runCommand(step.says('Switchyard: Restore…'));
    await workbench.quickInput.waitForPrompt('Enter brings it back');
    await workbench.quickInput.waitForRow(/#5 Greet in Welsh/);
    await workbench.quickInput.accept();
    await stories.waitInGroup(5, 'Frozen');
    assert.ok(existsSync(await stories.worktree(5)));
    await workbench.screenshot('five-minutes');
    followed();
  });

  it('an interrupt ends everything', async () => {
    assert.deepEqual(steps.map(({ title }) => title), taken, 'each step of the README has its test'); // prettier-ignore
    await workbench.page.context().close();
    npm.child.kill('SIGINT');
    const { child, output } = npm;
    await waitFor('npm start to end', () => child.exitCode !== null || child.signalCode !== null, { seen: output });
    await assert.rejects(fetch(address), 'the workbench no longer listens');
  });

  const taken: string[] = [];

  function begin(title: string): void {
    const found = steps.find((one) => one.title === title);
    if (found === undefined) throw new Error(`The README has no step "${title}".`);
    taken.push(title);
    step = found;
  }

  function followed(): void {
    assert.deepEqual(step.left(), [], `the README says more in "${step.title}"`);
  }

  async function fillNewStory(title: string): Promise<void> {
    const { quickInput } = workbench;
    await quickInput.waitForPrompt('New Story (1/2)');
    await quickInput.fill(title);
    await quickInput.accept();
    await quickInput.waitForPrompt('New Story (2/2)');
    await quickInput.accept();
  }

  /** So many stories have landed; those of a folded group are counted by its row. */
  async function done(count: number): Promise<void> {
    await stories.tree.waitForRow((row) => row.label === 'Done' && row.description === String(count));
  }

  function held(number: number): string {
    return scope.path('scratch', `go-on-${number}`);
  }

  function letGo(number: number): void {
    writeFileSync(held(number), '');
  }

  /** The window that `npm start` has opened, with what it keeps beside its sample project. */
  function windowOf(page: Workbench['page'], folder: string): Workbench {
    const beside = (name: string): string => path.join(path.dirname(folder), name);
    const server = {
      url: new URL(address).origin,
      pid: npm.child.pid ?? 0,
      vscodeVersion: '',
      userDataFolder: beside('user-data'),
      extensionsFolder: beside('extensions'),
      ended: new Promise<void>((resolve) => npm.child.once('exit', () => resolve())),
      log: () => Promise.resolve(npm.output()),
    };
    const repository = { folder, git: () => Promise.reject(new Error('It is left alone.')) };
    return new Workbench({ scope, page, server, host: new ExtensionHost(server), repository });
  }
});

function start(scope: RunScope): { child: ChildProcess; output: () => string } {
  let text = '';
  // Without the caller's display: this is about the lane that every machine has.
  const env = { ...scope.personsEnvironment(), DISPLAY: '', WAYLAND_DISPLAY: '' };
  const child = scope.start(process.execPath, [path.join('test', 'support', 'start.mjs')], {
    cwd: projectRoot,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { child, output: () => text };
}
