import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { writeFileSync } from 'node:fs';
import { systemClock } from '../../src/base/systemClock';
import { TestWindow } from '../integration/engine/harness';
import { inOrder } from '../support/mocha/inOrder';
import { makeSampleRepository } from '../support/sampleProject';
import { TemporaryFolder } from '../support/temporaryFolder';
import { openWorkbench } from '../support/workbench/open';
import type { Workbench } from '../support/workbench/workbench';
import { heldTestGate, sampleAgent } from './support/settings';
import { readStory } from './support/runs';
import { SmallStore } from './support/smallStore';
import { isRowOf, Stories } from './support/stories';

describe('The packaged extension in a real workbench', function () {
  inOrder(this);
  const folder = new TemporaryFolder();
  let workbench: Workbench;
  let stories: Stories;
  let store: SmallStore;
  /** Ends what was begun, also where the rest of it could not be. */
  let close = (): Promise<void> => Promise.resolve();

  before(async () => {
    store = await SmallStore.make(32);
    close = () => Promise.resolve(store.dispose());
    const gate = heldTestGate(folder.at('record'), folder.at('proof'));
    [workbench] = await Promise.all([
      openWorkbench({ settings: { ...gate, ...sampleAgent }, builtIns: 'all' }),
      landedHoursAgo('Greet in Latin', 5),
    ]);
    close = () => {
      store.free();
      return workbench.close([/the disk is full|cannot be written to/]).finally(() => store.dispose());
    };
    stories = new Stories(workbench);
  });

  after(async () => {
    await close();
    folder.remove();
  });

  it('[U12] is activated from its .vsix once the window is up', async () => {
    await workbench.extensionHost.waitForActivation('switchyard.switchyard');
  });

  it('[U2] a dark, a light and a high-contrast window can be looked at', async () => {
    for (const theme of ['light', 'hc', 'dark'] as const) {
      await workbench.setTheme(theme);
      const file = await workbench.screenshot(`workbench-${theme}`);
      assert.ok((await stat(file)).size > 10_000, 'the picture shows something');
    }
  });

  it('[U15] a window on the worktree of a story shows that story, with its agent', async () => {
    await stories.open();
    await stories.create({ title: 'Wave goodbye', details: `until: ${folder.at('never')}` });
    await stories.approve();
    await stories.run('Start', 1);
    await stories.waitInGroup(1, 'Coding', /sample · \d+ (s|min)\b/);
    await workbench.openFolder(await stories.worktree(1));
    await workbench.statusBar.waitFor(/^#1 Coding · sample · \d+ (s|min)\b/);
    // Also where the view is opened after the story was found.
    await workbench.openActivity('Switchyard');
    await stories.tree.waitForRow((row) => isRowOf(1)(row) && row.selected);
    const whileAtWork = await workbench.statusBar.items();
    assert.ok(!whileAtWork.some(({ text }) => text === 'Ready for QA'), 'its agent says that itself');
    await workbench.screenshot('window-of-a-story');
  });

  it('[U15] Ready for QA stands in its status bar and in source control where a person codes, and then its gates', async () => {
    await stories.run('Take Over in Terminal', 1);
    await workbench.statusBar.waitFor('Ready for QA');
    await stories.work(1, { 'wave.js': 'export {};\n' });
    await workbench.openActivity('Source Control');
    await workbench.page.locator('.part.sidebar .actions-container [aria-label^="Ready for QA"]').first().click();
    await workbench.statusBar.waitFor(/^#1 QA · test/);
    await workbench.screenshot('window-of-a-story-scm');
    writeFileSync(folder.at('proof'), '');
    await workbench.statusBar.waitFor(/^#1 Done/);
  });

  it('[ST8, P6] a window that opens on a full disk shows what was Done five hours ago and says why nothing moves; with room it is archived by itself', async () => {
    store.fill();
    await workbench.changeSettings({ 'switchyard.gates': [], 'switchyard.agents': [] });
    await workbench.openFolder(store.folder);
    await workbench.openActivity('Switchyard');
    await stories.tree.waitForRow('Done');
    await stories.tree.expand('Done');
    await stories.waitInGroup(1, 'Done');
    await workbench.screenshot('disk-full-opened');
    await stories.tree.waitForMessage(/disk is full|cannot be written to/);
    store.free();
    await stories.tree.waitForRow('Archived');
    await stories.tree.waitUntilGone('Done');
  });

  it('[ST8, U4] it stands below Archived, and Reopen… takes it back from there', async () => {
    await stories.tree.expand('Archived');
    await stories.waitInGroup(1, 'Archived');
    await workbench.screenshot('archived-by-age');
    await stories.run('Reopen…', 1);
    await workbench.quickInput.waitForPrompt('Reopen #1');
    await workbench.quickInput.choose('Coding');
    await stories.waitInGroup(1, 'Coding');
  });

  it('[P6] a disk that is full is told once where one looks, refuses what cannot be kept, and all goes on by itself once there is room', async () => {
    const { quickInput, notifications } = workbench;
    await stories.run('Rename Story…', 1);
    await quickInput.waitForPrompt('Rename #1');
    await quickInput.fill('Greet in classical Latin');
    await quickInput.accept();
    await stories.tree.waitForRow((row) => row.spoken.startsWith('#1 Greet in classical Latin,'));
    store.fill();
    await stories.command('New Story…');
    await quickInput.waitForPrompt('New Story (1/2)');
    await quickInput.fill('Greet in Greek');
    await quickInput.accept();
    await quickInput.waitForPrompt('New Story (2/2)');
    await quickInput.accept();
    const why = /disk is full|cannot be written to/;
    const refused = await notifications.waitFor(why);
    assert.match(refused.message, /^The story was not saved: /);
    await stories.tree.waitForMessage(why);
    await workbench.screenshot('disk-full');
    assert.equal((await notifications.shown()).filter(({ message }) => why.test(message)).length, 1);
    store.free();
    await stories.tree.waitForMessage(why, 'gone');
    await stories.command('New Story…');
    await quickInput.waitForText('Greet in Greek');
    await quickInput.accept();
    await quickInput.waitForPrompt('New Story (2/2)');
    await quickInput.accept();
    const { label } = await stories.tree.waitForRow((row) => row.label.endsWith(' Greet in Greek'));
    await workbench.screenshot('disk-full-over');
    const stored = async (number: number): Promise<string> => (await readStory(store.folder, number)).story.title;
    assert.equal(await stored(1), 'Greet in classical Latin');
    assert.equal(await stored(Number(/^#(\d+)/.exec(label)?.[1])), 'Greet in Greek');
  });

  /** A story of another day, in a repository on a disk of its own. */
  async function landedHoursAgo(title: string, hours: number): Promise<void> {
    await makeSampleRepository(store.folder);
    const clock = { now: () => Date.now() - hours * 3_600_000, after: systemClock.after.bind(systemClock) };
    const before = new TestWindow({ path: store.folder }, { clock });
    await before.open();
    const story = await before.codedStory(title, { 'latin.js': 'export {};\n' });
    await before.must(story, 'GatesStarted');
    await before.waitForStage(story, 'Done');
    await before.close();
  }
});
