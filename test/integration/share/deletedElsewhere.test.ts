import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { StoryRecord } from '../../../src/core/story/story';
import { expectError } from '../../support/mocha/unexpectedErrors';
import { hasty, patient } from '../../support/share/machine';
import { adaAndBob, type Team, type TeamMember } from '../../support/share/team';
import { inEnglish } from '../../../src/core/words/said';
import { waitFor } from '../../support/waitFor';

describe('a story that is deleted on one machine while another lands it', function () {
  this.timeout(300_000); // a busy machine is no failure

  let team: Team;
  let ada: TeamMember;
  let bob: TeamMember;

  adaAndBob((two) => void ({ team, ada, bob } = two), { clock: hasty, settings: { share: patient } });

  const isGone = ({ window }: TeamMember, { key }: StoryRecord) =>
    waitFor('it to be gone', () => window.engine.stories().every((one) => one.key !== key));
  const isKnown = ({ window }: TeamMember, { key }: StoryRecord) =>
    waitFor('it to be known', () => window.engine.stories().some((one) => one.key === key));
  const kept = async ({ window }: TeamMember, { key }: StoryRecord): Promise<string | undefined> => {
    const found = (await window.session.kept()).find(({ id }) => id === `story:${key}`);
    return found && inEnglish([found.holds]);
  };
  const told = async ({ window }: TeamMember): Promise<string[]> =>
    (await window.session.sharing()).notices.map(({ text }) => text);
  const subjects = () => team.there('log', '--first-parent', '--format=%s', 'main');

  async function remove({ window }: TeamMember, { key }: StoryRecord, what: 'delete' | 'purge'): Promise<void> {
    const [removed] = await window.session.remove({ keys: [key], what, large: 'refuse' });
    assert.equal(removed?.kind, 'done', removed?.message);
  }
  async function coded(title: string): Promise<StoryRecord> {
    const story = await ada.window.codedStory(title, { [`${title}.txt`]: 'By Ada\n' });
    await isKnown(bob, story);
    return story;
  }
  const queued = async (title: string) => ada.window.must(await coded(title), 'GatesStarted');
  async function cut(): Promise<void> {
    expectError(/cannot be reached; it is tried again/); // where a cut lasts for long
    for (const { proxy } of team.members) proxy.cut();
    for (const { window } of team.members)
      await waitFor('to be away', async () => (await window.session.sharing()).connection === 'away');
  }
  /** Bob removes it while Ada's push of it is under way, which then lands. */
  async function removedInPush(what: 'delete' | 'purge'): Promise<StoryRecord> {
    const pushes = team.holdPushes(ada);
    await team.share();
    const story = await queued('login');
    await pushes();
    await remove(bob, story, what);
    await isGone(ada, story);
    team.letPushesGo(ada);
    return story;
  }
  /** Ada lands what Bob removed while neither heard the other; then they do. */
  async function landedApart(story: StoryRecord): Promise<void> {
    await ada.window.must(story, 'GatesStarted');
    await ada.window.waitForStage(story, 'Done');
    await heal(story);
  }
  async function heal(story: StoryRecord): Promise<void> {
    for (const { proxy } of team.members) proxy.heal();
    await isGone(ada, story);
  }
  const isKeptAsDone = (story: StoryRecord) =>
    waitFor('it to be kept as Done', async () => (await kept(bob, story)) === 'The story in Done');
  async function acknowledge(): Promise<void> {
    const { notices } = await bob.window.session.sharing();
    await bob.window.session.share({ kind: 'noticed', ids: notices.map(({ id }) => id) });
  }
  /** Bob hears once that it landed; nobody else does, and both keep it as one that landed. */
  async function isToldOnce(story: StoryRecord, how: RegExp): Promise<void> {
    await waitFor('bob to be told', async () => (await told(bob)).length > 0, { seen: () => told(bob) });
    const [first, ...more] = await told(bob);
    assert.match(first ?? '', how);
    assert.deepEqual([more, await told(ada)], [[], []]);
    assert.equal(await kept(ada, story), 'The story in Done');
  }

  it('[Y4, S8] whose push was under way then is told to who deleted it, once; Restore… has it as Done, and it comes back so', async () => {
    const story = await removedInPush('delete');
    await isToldOnce(story, /^ada’s machine has landed #1 “login”, which you deleted meanwhile\. .*Restore….*Revert Story…/);
    assert.equal(await subjects(), 'login (#1)\nBegin');
    await isKeptAsDone(story);
    await acknowledge();
    assert.equal((await bob.window.session.restore(`story:${story.key}`)).kind, 'done');
    await ada.window.waitForStage(story, 'Done');
    await bob.window.waitForStage(story, 'Done');
    const stages = [ada, bob].map(({ window }) => JSON.stringify(window.now(story).stage));
    assert.equal(stages[0], stages[1]);
    assert.deepEqual(await told(bob), []);
    // What else Ada has goes on to land.
    await ada.window.waitForStage(await queued('next'), 'Done');
  }); // prettier-ignore

  it('[Y4, Y3, S8] that landed while neither heard the other is told to who deleted it, and after a restart is not told again', async () => {
    await team.share();
    const story = await coded('login');
    await cut();
    await remove(bob, story, 'delete');
    await landedApart(story);
    await isToldOnce(story, /^ada’s machine has landed #1 “login”, which you deleted meanwhile\./);
    await isKeptAsDone(story);
    await acknowledge();
    await bob.window.close();
    await bob.window.open();
    await team.met();
    assert.deepEqual([await told(bob), await kept(bob, story)], [[], 'The story in Done']);
  });

  it('[Y4, S8] that was abandoned before it was deleted is Done as well', async () => {
    await team.share();
    const story = await coded('login');
    await cut();
    await bob.window.must(story, 'Abandon');
    await remove(bob, story, 'delete');
    await landedApart(story);
    await isToldOnce(story, /^ada’s machine has landed #1 “login”, which you deleted meanwhile\./);
    await isKeptAsDone(story);
  });

  it('[Y4, S8] that somebody opened again knowingly in that moment is not Done once more, and nobody is told', async () => {
    await team.share();
    const story = await queued('login');
    for (const { window } of team.members) await window.waitForStage(story, 'Done');
    await cut();
    await remove(bob, story, 'delete');
    await ada.window.must(story, 'Reopen');
    const opened = ada.window.now(story).stage.name;
    await heal(story);
    for (const { window } of [bob, ada]) {
      await window.close();
      await window.open();
      await team.met();
    }
    assert.equal(await kept(ada, story), `The story in ${opened}`);
    assert.deepEqual([await told(ada), await told(bob)], [[], []]);
  });

  it('[Y4, S8] and that was purged at once is told as well, with nothing to restore', async () => {
    const story = await removedInPush('purge');
    await isToldOnce(story, /^ada’s machine has landed #1, which you deleted for good meanwhile\. Its commit \w{8} stays where it landed\.$/);
    assert.equal(await kept(bob, story), undefined);
    await acknowledge();
    // What is shared is fetched anew where it was damaged on disk: nothing of it is news then.
    await bob.window.close();
    const file = path.join(bob.repository.path, '.git', 'switchyard', 'shared.log');
    const bytes = readFileSync(file);
    bytes.fill(0xff, 40, 80);
    writeFileSync(file, bytes);
    await bob.window.open();
    await team.met();
    await isKnown(bob, await ada.window.newStory('Later'));
    assert.deepEqual(await told(bob), []);
  }); // prettier-ignore

  it('[Y4, P8] leaves no landing behind that holds the queue up, where its window was closed meanwhile', async () => {
    await team.share();
    const story = await coded('login');
    const before = await bob.window.codedStory('before', { 'before.txt': 'By Bob\n' });
    await bob.window.must(before, 'GatesStarted');
    await bob.window.waitForStage(before, 'Done');
    const runs = path.join(ada.repository.path, '.git', 'runs-of-the-gate');
    const gate = `const { appendFileSync, readFileSync } = require('fs'); appendFileSync(${JSON.stringify(runs)}, '.'); console.log('# tests 1'); if (readFileSync(${JSON.stringify(runs)}, 'utf8') === '..') setInterval(() => {}, 1000);`;
    const { settings } = ada.window;
    ada.window.settings = { ...settings, gates: [{ name: 'test', command: [process.execPath, '-e', gate] }] };
    await ada.window.must(story, 'GatesStarted');
    await waitFor('its landing to be at the gates', () => existsSync(runs) && readFileSync(runs, 'utf8') === '..');
    await ada.window.close();
    await remove(bob, story, 'delete');
    ada.window.settings = settings;
    await ada.window.open();
    await isGone(ada, story);
    await ada.window.waitForStage(await queued('next'), 'Done');
    assert.deepEqual(await told(bob), []);
    assert.equal(await kept(bob, story), 'The story in Merge');
  }); // prettier-ignore

  it('[Y1, S6] while its gates run is no error of those gates', async () => {
    await team.share();
    const story = await coded('login');
    const [begun, go] = ['begun', 'go'].map((name) => path.join(ada.repository.path, '.git', name)) as [string, string];
    const gate = `const { existsSync, writeFileSync } = require('fs'); writeFileSync(${JSON.stringify(begun)}, ''); setInterval(() => existsSync(${JSON.stringify(go)}) && process.exit(1), 20);`;
    ada.window.settings = { ...ada.window.settings, gates: [{ name: 'test', command: [process.execPath, '-e', gate] }] };
    await ada.window.must(story, 'GatesStarted');
    await waitFor('its gates', () => existsSync(begun));
    await remove(bob, story, 'delete');
    await isGone(ada, story);
    writeFileSync(go, '');
    const refused = (): boolean => ada.window.warnings.some((line) => line.includes('nothing was written to it'));
    await waitFor('what they printed to be refused', refused, { seen: () => ada.window.warnings });
    await ada.window.close();
    assert.deepEqual(ada.window.errors, []);
  }); // prettier-ignore
});
