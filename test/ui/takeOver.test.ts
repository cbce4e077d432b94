import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { inOrder } from '../support/mocha/inOrder';
import { makeSampleRepository } from '../support/sampleProject';
import { TeamServer } from '../support/share/teamServer';
import { TemporaryFolder } from '../support/temporaryFolder';
import { waitFor } from '../support/waitFor';
import { openWorkbench } from '../support/workbench/open';
import { Board } from './support/board';
import { Person } from './support/person';

const git = (cwd: string, ...args: string[]): string => execFileSync('git', args, { cwd, encoding: 'utf8', stdio: 'pipe' }).trim(); // prettier-ignore

describe('A story that another machine works on, in two windows on two clones', function () {
  inOrder(this);
  const home = new TemporaryFolder();
  const remote = home.at('greeter.git');
  let server: TeamServer;
  let ada: Person;
  let bob: Person;

  before(async () => {
    server = await TeamServer.start(home.path);
    const origin = await makeSampleRepository(home.at('origin'));
    await origin.git('clone', '--quiet', '--bare', '.', remote);
    const [here, there] = ['Ada', 'Bob'].map(cloneOf) as [string, string];
    const window = await openWorkbench({ folder: here, settings: { 'switchyard.merge.push': 'always' } });
    ada = new Person('Ada', window, here);
    bob = new Person('Bob', await window.openWindow(there), there);
    for (const { stories } of [ada, bob]) await stories.open();
  });
  after(async () => {
    await ada.window.close();
    await server.stop();
    home.remove();
  });

  it('[Y1] is asked about before it is taken over: where it is, what goes on here, and what that means there', async () => {
    await ada.stories.create({ title: 'Greet in Welsh' });
    for (const person of [ada, bob]) await person.share(server.url);
    await bob.stories.tree.waitForRow('#1 Greet in Welsh');
    await ada.stories.run('Start', 1);
    await commit(ada, { 'ada.txt': 'By Ada\n' });
    await bob.stories.waitInGroup(1, 'Coding', /with Ada/);
    for (const person of [ada, bob]) await person.openBoard();
    await bob.window.screenshot('take-over-before-light');
    await bob.stories.run('Take Over Story…', 1);
    const question = await bob.window.dialog.text();
    await bob.window.screenshot('take-over-question-light');
    assert.match(question, /^Take over #1 “Greet in Welsh” from Ada\?\n+Ada’s machine is connected\.\n/);
    assert.match(question, /Its commits are not here: .* begins anew on main\. It is in Coding then\.\n/);
    assert.match(question, /On Ada’s machine what runs for it ends .* Done here too\.$/);
    await bob.window.dialog.click('Cancel');
    assert.match((await bob.stories.waitInGroup(1, 'Coding')).spoken, /with Ada/);
  });

  it('[Y1] goes on here once that is agreed to, and its person there is told once', async () => {
    await bob.stories.run('Take Over Story…', 1);
    await bob.window.dialog.click('Take Over');
    await ada.waitForNotice(/^.*Bob has taken over #1 “Greet in Welsh”\. What ran for it here has ended/);
    await ada.stories.waitInGroup(1, 'Coding', /with Bob/);
    const row = await waitForRowOf(bob, (spoken) => !spoken.includes('with Ada'));
    assert.ok(!row.includes('with '), row);
    await ada.window.screenshot('take-over-told-light');
    await bob.window.screenshot('take-over-after-light');
  });

  it('[Y1, Y4] lands once, and is Done in both windows; what the machine before had stays there', async () => {
    await commit(bob, { 'bob.txt': 'By Bob\n' });
    await bob.stories.run('Ready for QA', 1);
    await bob.stories.waitInGroup(1, 'Needs you', /waits for your review/);
    await bob.stories.run('Approve', 1);
    for (const person of [ada, bob]) {
      const board = await Board.find(person.window);
      await board.waitForColumn(1, 'Done');
    }
    await ada.window.setTheme('dark');
    await ada.window.screenshot('take-over-landed-dark');
    await bob.window.screenshot('take-over-landed-bob');
    const landed = git(remote, 'log', '--first-parent', '--format=%s', 'main').split('\n');
    assert.deepEqual(landed, ['Greet in Welsh (#1)', 'Greet people in their own language']);
    assert.equal(git(remote, 'show', 'main:bob.txt'), 'By Bob');
    assert.equal(git(home.at('Ada'), 'show', 'story/1-greet-in-welsh:ada.txt'), 'By Ada');
    assert.equal((await ada.notices()).match(/#1/g)?.length, 1);
  });

  function cloneOf(name: string): string {
    const folder = home.at(name);
    git(home.path, 'clone', '--quiet', remote, folder);
    git(folder, 'config', 'user.name', name);
    git(folder, 'config', 'user.email', `${name.toLowerCase()}@example.com`);
    return folder;
  }

  /** Commits in the story's worktree beside the person's own clone. */
  async function commit(person: Person, files: Readonly<Record<string, string>>): Promise<void> {
    await person.stories.waitInGroup(1, 'Coding');
    await person.stories.work(1, files);
  }

  function waitForRowOf({ name, stories }: Person, holds: (spoken: string) => boolean): Promise<string> {
    const spoken = async () => (await stories.row(1))?.spoken ?? '';
    return waitFor(`the row of ${name}`, async () => ((await spoken()) !== '' && holds(await spoken()) ? spoken() : undefined), { seen: spoken }); // prettier-ignore
  }
});
