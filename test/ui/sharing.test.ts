import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { inOrder } from '../support/mocha/inOrder';
import { makeSampleRepository } from '../support/sampleProject';
import { Proxy } from '../support/share/proxy';
import { rawPeer, type RawPeer } from '../support/share/rawPeer';
import { TeamServer } from '../support/share/teamServer';
import { TemporaryFolder } from '../support/temporaryFolder';
import { waitFor } from '../support/waitFor';
import { openWorkbench } from '../support/workbench/open';
import { Board } from './support/board';
import { Person } from './support/person';

const git = (cwd: string, ...args: string[]): string => execFileSync('git', args, { cwd, encoding: 'utf8', stdio: 'pipe' }).trim(); // prettier-ignore

describe('Stories of a team in two windows on two clones', function () {
  inOrder(this);
  const home = new TemporaryFolder();
  const remote = home.at('greeter.git');
  let server: TeamServer;
  let proxy: Proxy;
  let ada: Person;
  let bob: Person;
  let peer: RawPeer | null = null;

  before(async () => {
    server = await TeamServer.start(home.path);
    proxy = await Proxy.start(() => server.port);
    const origin = await makeSampleRepository(home.at('origin'));
    await origin.git('clone', '--quiet', '--bare', '.', remote);
    const [here, there] = ['Ada', 'Bob'].map(cloneOf) as [string, string];
    const window = await openWorkbench({ folder: here, settings: { 'switchyard.merge.push': 'always' } });
    ada = new Person('Ada', window, here);
    bob = new Person('Bob', await window.openWindow(there), there);
    for (const { stories } of [ada, bob]) await stories.open();
  });
  after(async () => {
    peer?.close();
    await ada.window.close();
    await proxy.close();
    await server.stop();
    home.remove();
  });

  it('[Y1] each says once where and as whom, and then the stories, who is there and who works on what are on both sides', async () => {
    await ada.stories.create({ title: 'Sign in' });
    await ada.share(proxy.url);
    await ada.window.notifications.waitFor(/shared through .* Nobody else is connected yet/);
    await bob.share(server.url);
    await bob.window.notifications.waitFor(/shared through .* with Ada/);
    await bob.stories.tree.waitForRow('#1 Sign in');
    await ada.openBoard();
    await ada.waitUntilSaid('with Bob');
    assert.match(await ada.window.statusBar.tooltip('0'), /Shared with Bob as the board “team” on 127\.0\.0\.1:\d+\./);
    await bob.stories.run('Start', 1);
    await ada.stories.waitInGroup(1, 'Coding', /with Bob/);
    const card = (await ada.board()).locator('.card[aria-label^="#1 "]');
    await waitFor('the card to say so', async () => (await card.innerText()).includes('with Bob'));
    assert.ok(!(await lane(ada)).includes('agree on who lands'), 'nothing waits to land');
    await ada.window.screenshot('sharing-together-light');
  });

  it('[Y3, S9] offline that is said quietly, and of two stories with one number both people are told once they meet', async () => {
    proxy.cut();
    await ada.waitUntilSaid('offline');
    await ada.window.screenshot('sharing-offline');
    await ada.stories.create({ title: 'Of Ada' });
    await bob.stories.create({ title: 'Of Bob' });
    proxy.heal();
    for (const { stories } of [ada, bob]) await stories.tree.waitForRow('#3 Of Bob');
    for (const person of [ada, bob]) {
      await person.openBoard();
      await person.waitForNotice(/Two stories were made as #2 .* “Of Bob” is #3/);
    }
    await ada.waitUntilSaid('with Bob');
    await ada.window.setTheme('dark');
    await ada.window.screenshot('sharing-renumbered-dark');
  });

  it('[Y5, U11] what makes no sense is held and shown, and is put back for everyone by the person who looks', async () => {
    peer = await rawPeer(server.url, 'team');
    const stories = peer.doc.getMap('stories');
    await waitFor('the stories', () => stories.size === 3);
    stories.delete([...stories.keys()][0] ?? '');
    await ada.waitForNotice(/What others sent is held/);
    await ada.window.notifications.waitFor(/What others sent is held/);
    await ada.waitUntilSaid('held');
    await ada.window.screenshot('sharing-held-dark');
    await ada.stories.command('Share Stories…');
    await ada.window.quickInput.waitForRow(/Put Back for Everyone…$/);
    await ada.window.screenshot('sharing-choices');
    await ada.window.quickInput.accept();
    await ada.window.dialog.click('Put Back');
    await waitFor('the story to be there again', () => stories.size === 3);
    await ada.waitUntilSaid('with Bob');
    await waitFor('no notice', async () => (await ada.notices()) === '', { seen: () => ada.notices() });
    for (const { window } of [ada, bob]) {
      const shown = async () => (await window.notifications.shown()).map(({ message }) => message);
      await waitFor(
        'no notification of it on the screen',
        async () => !(await shown()).some((text) => text.includes('is held')),
        { seen: shown },
      );
    }
  });

  it('[Y4] a person lets this machine land without waiting for its turn, sees that it does, and ends that', async () => {
    await ada.stories.command('Share Stories…');
    await ada.window.quickInput.waitForRow(/Land without Waiting for the Turn/);
    await ada.window.quickInput.choose(' Land without Waiting for the Turn');
    await ada.waitForNotice(/This machine lands without waiting for its turn/);
    assert.doesNotMatch(await bob.notices(), /without waiting/);
    await ada.stories.command('Share Stories…');
    await ada.window.quickInput.choose(' Land in Turn Again');
    await waitFor('no notice', async () => (await ada.notices()) === '', { seen: () => ada.notices() });
  });

  it('[Y1] a story of another machine is asked about before it is taken over: where it is, what goes on here, and what that means there', async () => {
    await ada.stories.create({ title: 'Greet in Welsh' });
    await bob.stories.tree.waitForRow('#4 Greet in Welsh');
    await ada.stories.run('Start', 4);
    await commit(ada, { 'ada.txt': 'By Ada\n' });
    await bob.stories.waitInGroup(4, 'Coding', /with Ada/);
    for (const person of [ada, bob]) await person.openBoard();
    await bob.window.screenshot('take-over-before-light');
    await bob.stories.run('Take Over Story…', 4);
    const question = await bob.window.dialog.text();
    await bob.window.screenshot('take-over-question-light');
    assert.match(question, /^Take over #4 “Greet in Welsh” from Ada\?\n+Ada’s machine is connected\.\n/);
    assert.match(question, /Its commits are not here: .* begins anew on main\. It is in Coding then\.\n/);
    assert.match(question, /On Ada’s machine what runs for it ends .* Done here too\.$/);
    await bob.window.dialog.click('Cancel');
    assert.match((await bob.stories.waitInGroup(4, 'Coding')).spoken, /with Ada/);
  });

  it('[Y1] it goes on here once that is agreed to, and its person there is told once', async () => {
    await bob.stories.run('Take Over Story…', 4);
    await bob.window.dialog.click('Take Over');
    await ada.waitForNotice(/^.*Bob has taken over #4 “Greet in Welsh”\. What ran for it here has ended/);
    await ada.stories.waitInGroup(4, 'Coding', /with Bob/);
    const row = await waitForRowOf(bob, (spoken) => !spoken.includes('with Ada'));
    assert.ok(!row.includes('with '), row);
    await ada.window.screenshot('take-over-told-dark');
    await bob.window.screenshot('take-over-after-light');
  });

  it('[Y1, Y4] it lands once, and is Done in both windows; what the machine before had stays there', async () => {
    await commit(bob, { 'bob.txt': 'By Bob\n' });
    await bob.stories.run('Ready for QA', 4);
    await bob.stories.waitInGroup(4, 'Needs you', /waits for your review/);
    await bob.stories.run('Approve', 4);
    for (const person of [ada, bob]) {
      const board = await Board.find(person.window);
      await board.waitForColumn(4, 'Done');
    }
    await ada.window.screenshot('take-over-landed-dark');
    await bob.window.screenshot('take-over-landed-bob');
    const landed = git(remote, 'log', '--first-parent', '--format=%s', 'main').split('\n');
    assert.deepEqual(landed, ['Greet in Welsh (#4)', 'Greet people in their own language']);
    assert.equal(git(remote, 'show', 'main:bob.txt'), 'By Bob');
    assert.equal(git(home.at('Ada'), 'show', 'story/4-greet-in-welsh:ada.txt'), 'By Ada');
    assert.equal((await ada.notices()).match(/#4/g)?.length, 1);
  });

  it('[Y1] Stop Sharing leaves the stories in place', async () => {
    await ada.stories.command('Stop Sharing Stories');
    await ada.window.notifications.waitFor(/no longer shared/);
    await waitFor('nothing said of sharing', async () => (await ada.said()) === '', { seen: () => ada.said() });
    const rows = await ada.stories.tree.rows();
    const numbers = rows.flatMap(({ label }) => /^#(\d)/.exec(label)?.[1] ?? []);
    assert.deepEqual(numbers.sort(), ['1', '2', '3']);
    assert.ok(rows.some((one) => one.label === 'Done' && one.description === '1'));
    await ada.window.screenshot('sharing-stopped');
  });

  it('[Y1, U4] a server that refuses is told of in one notification, whose button offers another token first', async () => {
    const { notifications, quickInput } = ada.window;
    await ada.window.runCommand('Notifications: Clear All Notifications');
    await new Person('Ada', ada.window, home.at('Ada'), 'team').share(proxy.url, 'wrong');
    await ada.waitForNotice(/refuses the token/);
    await notifications.waitFor(/refuses the token/);
    const alike = (await notifications.shown()).filter(({ message }) => message.includes('refuses the token'));
    assert.equal(alike.length, 1, JSON.stringify(alike));
    await ada.window.screenshot('sharing-refused');
    await notifications.clickButton(/refuses the token/, 'Sharing…');
    await quickInput.waitForRow(/Change Server or Token…$/);
    assert.match((await quickInput.rows())[0]?.label ?? '', /Change Server or Token…$/);
    await quickInput.close();
  });

  async function lane(person: Person): Promise<string> {
    return (await (await person.board()).locator('.lane').allTextContents()).join(' ');
  }

  function cloneOf(name: string): string {
    const folder = home.at(name);
    git(home.path, 'clone', '--quiet', remote, folder);
    git(folder, 'config', 'user.name', name);
    git(folder, 'config', 'user.email', `${name.toLowerCase()}@example.com`);
    return folder;
  }

  /** Commits in the story's worktree beside the person's own clone. */
  async function commit(person: Person, files: Readonly<Record<string, string>>): Promise<void> {
    await person.stories.waitInGroup(4, 'Coding');
    await person.stories.work(4, files);
  }

  function waitForRowOf({ name, stories }: Person, holds: (spoken: string) => boolean): Promise<string> {
    const spoken = async () => (await stories.row(4))?.spoken ?? '';
    return waitFor(`the row of ${name}`, async () => ((await spoken()) !== '' && holds(await spoken()) ? spoken() : undefined), { seen: spoken }); // prettier-ignore
  }
});
