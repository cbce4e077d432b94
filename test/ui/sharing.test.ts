import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { inOrder } from '../support/mocha/inOrder';
import { Proxy } from '../support/share/proxy';
import { rawPeer, type RawPeer } from '../support/share/rawPeer';
import { TeamServer } from '../support/share/teamServer';
import { TemporaryFolder } from '../support/temporaryFolder';
import { waitFor } from '../support/waitFor';
import { openWorkbench } from '../support/workbench/open';
import type { Workbench } from '../support/workbench/workbench';
import { Stories } from './support/stories';

interface Person {
  readonly name: string;
  readonly window: Workbench;
  readonly stories: Stories;
}

describe('Stories of a team in two windows on two clones', function () {
  inOrder(this);
  const home = new TemporaryFolder();
  let server: TeamServer;
  let proxy: Proxy;
  let ada: Person;
  let bob: Person;
  let peer: RawPeer | null = null;

  before(async () => {
    server = await TeamServer.start(home.path);
    proxy = await Proxy.start(() => server.port);
    const window = await openWorkbench();
    ada = { name: 'Ada', window, stories: new Stories(window) };
    const clone = home.at('clone');
    execFileSync('git', ['clone', '-q', window.repository.folder, clone]);
    for (const [key, value] of [['name', 'Bob'], ['email', 'bob@example.com']] as const)
      execFileSync('git', ['-C', clone, 'config', `user.${key}`, value]);
    const other = await window.openWindow(clone);
    bob = { name: 'Bob', window: other, stories: new Stories(other) };
    for (const { stories } of [ada, bob]) await stories.open();
  }); // prettier-ignore
  after(async () => {
    peer?.close();
    await ada.window.close();
    await proxy.close();
    await server.stop();
    home.remove();
  });

  it('[Y1] each says once where and as whom, and then the stories, who is there and who works on what are on both sides', async () => {
    await ada.stories.create({ title: 'Sign in' });
    await share(ada, proxy.url);
    await ada.window.notifications.waitFor(/shared through .* Nobody else is connected yet/);
    await share(bob, server.url);
    await bob.window.notifications.waitFor(/shared through .* with Ada/);
    await bob.stories.tree.waitForRow('#1 Sign in');
    await openBoard(ada);
    await says(ada, 'with Bob');
    assert.match(await ada.window.statusBar.tooltip('0'), /Shared with Bob as the board “team” on 127\.0\.0\.1:\d+\./);
    await bob.stories.run('Start', 1);
    await ada.stories.waitInGroup(1, 'Coding', /with Bob/);
    const card = (await board(ada)).locator('.card[aria-label^="#1 "]');
    await waitFor('the card to say so', async () => (await card.innerText()).includes('with Bob'));
    assert.ok(!(await lane(ada)).includes('agree on who lands'), 'nothing waits to land');
    await ada.window.screenshot('sharing-together-light');
  });

  it('[Y3, S9] offline that is said quietly, and of two stories with one number both people are told once they meet', async () => {
    proxy.cut();
    await says(ada, 'offline');
    await ada.window.screenshot('sharing-offline');
    await ada.stories.create({ title: 'Of Ada' });
    await bob.stories.create({ title: 'Of Bob' });
    proxy.heal();
    for (const { stories } of [ada, bob]) await stories.tree.waitForRow('#3 Of Bob');
    for (const person of [ada, bob]) {
      await openBoard(person);
      await notice(person, /Two stories were made as #2 .* “Of Bob” is #3/);
    }
    await says(ada, 'with Bob');
    await ada.window.setTheme('dark');
    await ada.window.screenshot('sharing-renumbered-dark');
  });

  it('[Y5, U11] what makes no sense is held and shown, and is put back for everyone by the person who looks', async () => {
    peer = await rawPeer(server.url, 'team');
    const stories = peer.doc.getMap('stories');
    await waitFor('the stories', () => stories.size === 3);
    stories.delete([...stories.keys()][0] ?? '');
    await notice(ada, /What others sent is held/);
    await ada.window.notifications.waitFor(/What others sent is held/);
    await says(ada, 'held');
    await ada.window.screenshot('sharing-held-dark');
    await ada.stories.command('Share Stories…');
    await ada.window.quickInput.waitForRow(/Put Back for Everyone…$/);
    await ada.window.screenshot('sharing-choices');
    await ada.window.quickInput.accept();
    await ada.window.dialog.click('Put Back');
    await waitFor('the story to be there again', () => stories.size === 3);
    await says(ada, 'with Bob');
    const notices = async () => (await board(ada)).locator('.notices').allTextContents();
    await waitFor('no notice', async () => (await notices()).join('') === '', { seen: notices });
    for (const { window } of [ada, bob]) {
      const shown = async () => (await window.notifications.shown()).map(({ message }) => message);
      await waitFor(
        'no notification of it on the screen',
        async () => !(await shown()).some((text) => text.includes('is held')),
        { seen: shown },
      );
    }
  });

  it('[Y1] Stop Sharing leaves the stories in place', async () => {
    await ada.stories.command('Stop Sharing Stories');
    await ada.window.notifications.waitFor(/no longer shared/);
    await waitFor('nothing said of sharing', async () => (await said(ada)) === '', { seen: () => said(ada) });
    const numbers = (await ada.stories.tree.rows()).flatMap(({ label }) => /^#(\d)/.exec(label)?.[1] ?? []);
    assert.deepEqual(numbers.sort(), ['1', '2', '3']);
    await ada.window.screenshot('sharing-stopped');
  });

  async function share({ name, window, stories }: Person, url: string): Promise<void> {
    const { quickInput } = window;
    await stories.command('Share Stories…');
    for (const [asked, answer] of [
      ['address', url],
      ['Your token', 'secret'],
      ['name of the board', 'team'],
      ['call you', name],
    ] as const) {
      await quickInput.waitForPrompt(asked);
      await quickInput.fill(answer);
      await quickInput.accept();
    }
  }

  /** It takes the focus once it is there: until then no other box may be opened. */
  async function openBoard(person: Person): Promise<void> {
    await person.stories.command('Open Board');
    await (await board(person)).locator('.card').first().waitFor();
  }

  async function board({ window }: Person) {
    return window.webviewFrame('Switchyard Board');
  }

  /** What stands of sharing in the head of the board. */
  async function said(person: Person): Promise<string> {
    return (await (await board(person)).locator('.tool.sharing').allTextContents()).join(' ');
  }

  async function lane(person: Person): Promise<string> {
    return (await (await board(person)).locator('.lane').allTextContents()).join(' ');
  }

  async function says(person: Person, words: string): Promise<void> {
    const head = () => said(person);
    await waitFor(`“${words}” in the head of ${person.name}’s board`, async () => (await head()).includes(words), {
      seen: head,
    });
  }

  async function notice(person: Person, text: RegExp): Promise<void> {
    const shown = async (): Promise<string> => (await (await board(person)).locator('.notices').allTextContents()).join('\n'); // prettier-ignore
    await waitFor(`the notice of ${person.name}`, async () => text.test(await shown()), { seen: shown });
  }
});
