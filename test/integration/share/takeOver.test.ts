import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { StoryRecord } from '../../../src/core/story/story';
import { inEnglish } from '../../../src/core/words/said';
import { hasty, patient } from '../../support/share/machine';
import { rawPeer } from '../../support/share/rawPeer';
import { adaAndBob, type Team, type TeamMember } from '../../support/share/team';
import { expectError } from '../../support/mocha/unexpectedErrors';
import { waitFor } from '../../support/waitFor';

describe('a story that is taken over from another machine', function () {
  this.timeout(300_000); // a busy machine is no failure

  let team: Team;
  let ada: TeamMember;
  let bob: TeamMember;

  adaAndBob(
    (two) => {
      ({ team, ada, bob } = two);
      return team.share();
    },
    { clock: hasty, settings: { share: patient } },
  );

  const subjects = () => team.there('log', '--first-parent', '--format=%s', 'main');
  const knows = (story: StoryRecord, stage: string) =>
    bob.window.waitForCard(story, `bob to have it in ${stage}`, (card) => card.stage === stage);
  async function asked(story: StoryRecord): Promise<string> {
    const asks = await bob.window.session.askToReassign(story.key);
    return asks.kind === 'asks' ? [[asks.question], ...asks.detail].map(inEnglish).join('\n') : asks.message;
  }
  function shown({ engine }: TeamMember['window'], { key }: StoryRecord): string {
    const story = engine.stories().find((one) => one.key === key);
    return story === undefined ? '' : `${story.stage.name} ${story.worksAt?.name ?? 'here'}`;
  }
  async function apart(): Promise<void> {
    for (const { proxy } of team.members) proxy.cut();
    for (const { window, name } of team.members)
      await waitFor(`${name} to be away`, async () => (await window.session.sharing()).connection === 'away');
  }
  async function told({ window }: TeamMember): Promise<string> {
    return (await window.session.sharing()).notices.map(({ text }) => text).join('\n');
  }

  it('[Y1, Y4] whose machine is gone goes on here: the card says so and offers it, the question what it means, and nothing of either is lost', async () => {
    const story = await ada.window.codedStory('Sign in', { 'ada.txt': 'By Ada\n' });
    const folder = (await ada.window.engine.worktreeOf(story.key)) ?? '';
    writeFileSync(path.join(folder, 'notes.txt'), 'Not committed\n');
    await knows(story, 'Coding');
    assert.match(await asked(story), /^Take over #1 “Sign in” from ada\?\nada’s machine is connected\.\n/);
    const hers = await bob.window.waitForCard(story, 'that ada is at it', ({ facts }) => facts.includes('with ada'));
    assert.deepEqual(hers.primaryActions, []);
    await ada.window.close();
    const card = await bob.window.waitForCard(story, 'that ada is gone', ({ facts }) => facts.includes('with ada, not connected'));
    assert.ok(card.actions.includes('takeOverStory') && !card.actions.includes('takeOver'), card.actions.join());
    assert.match(await asked(story), /ada’s machine is not connected\.\n+Its commits are not here: .* begins anew on main\. It is in Coding then\.\n+On ada’s machine what runs for it ends/);
    await bob.window.must(story, 'Reassigned');
    assert.match(await asked(story), /^#1 is not worked on by another machine\.$/);
    await bob.window.commit(bob.window.now(story), { 'bob.txt': 'By Bob\n' });
    await bob.window.must(story, 'GatesStarted');
    await bob.window.waitForStage(story, 'Done');
    await ada.window.open();
    await team.met();
    await ada.window.waitForStage(story, 'Done');
    assert.match(await told(ada), /^bob’s machine has landed #1 “Sign in”\. What you have on its branch and in its worktree stays/);
    assert.deepEqual((await subjects()).split('\n'), ['Sign in (#1)', 'Begin']);
    assert.equal(await ada.repository.git('show', `${ada.window.now(story).branch}:ada.txt`), 'By Ada');
    assert.equal(readFileSync(path.join(folder, 'notes.txt'), 'utf8'), 'Not committed\n');
  }); // prettier-ignore

  it('[Y1, Y4] what was pushed of it goes on from there: the gates of this machine prove it anew, and it lands with those commits', async () => {
    ada.window.settings = { ...ada.window.settings, gates: [{ name: 'test', command: [process.execPath, '-e', 'setInterval(() => {}, 1000)'] }] };
    await ada.window.engine.settle();
    const story = await ada.window.codedStory('Sign in', { 'ada.txt': 'By Ada\n' });
    await ada.window.must(story, 'GatesStarted');
    const { branch } = ada.window.now(story);
    await ada.repository.git('push', '--quiet', 'origin', branch ?? '');
    await knows(story, 'QA');
    await waitFor('ada to be at work', async () => /connected, and at work on it now|is at work on it now/.test(await asked(story)), { seen: () => asked(story) });
    assert.match(await asked(story), /It goes on from story\/1-sign-in as origin has it, with 1 commit\. The gates of this machine prove it anew\./);
    await bob.window.must(story, 'Reassigned');
    await bob.window.waitForStage(story, 'Done');
    await ada.window.waitForStage(story, 'Done');
    await waitFor('the gates of ada to end', () => ada.window.engine.atWork().length === 0);
    await waitFor('ada to be told', async () => (await told(ada)) !== '');
    assert.match(await told(ada), /^bob has taken over #1 “Sign in”\. What ran for it here has ended; its branch and worktree here stay as they are\.$/);
    assert.equal(await told(bob), '');
    assert.equal(await team.there('show', 'main:ada.txt'), 'By Ada');
    assert.deepEqual((await subjects()).split('\n'), ['Sign in (#1)', 'Begin']);
  }); // prettier-ignore

  it('[Y1, Y3] what the machine before makes of it while it hears nobody never takes it back, and it can be taken back by its person', async () => {
    expectError(/cannot be reached; it is tried again/); // where a cut lasts for long
    // Of two who write one place at once the document keeps one: in one of the two directions that is the machine before.
    for (const [owner, taker] of [[ada, bob], [bob, ada]] as const) {
      const story = await owner.window.codedStory(`Of ${owner.name}`, { [`${owner.name}.txt`]: 'Begun\n' });
      const both = () => [owner, taker].map(({ window }) => shown(window, story)).join();
      await waitFor('both to have it', () => both() === `Coding here,Coding ${owner.name}`);
      await apart();
      await taker.window.must(story, 'Reassigned');
      await owner.window.must(story, 'Freeze');
      for (const { proxy } of team.members) proxy.heal();
      await team.met();
      await waitFor('both to know whose it is', () => both() === `Coding ${taker.name},Coding here`, { seen: both });
      await owner.window.must(story, 'Reassigned');
      await waitFor('both to know that it was taken back', () => both() === `Coding here,Coding ${owner.name}`, { seen: both });
      assert.match(await told(taker), new RegExp(`${owner.name} has taken over #${story.number} `));
    }
  }); // prettier-ignore

  it('[Y4] it lands once where the machine before lands it in the same moment, and is Done on both', async () => {
    const story = await ada.window.codedStory('Of both', { 'ada.txt': 'By Ada\n' });
    await knows(story, 'Coding');
    expectError(/cannot be reached; it is tried again/);
    await apart();
    await waitFor('both to land by themselves', () => team.turn('ada') === null && team.turn('bob') === null);
    await bob.window.must(story, 'Reassigned');
    await ada.window.must(story, 'GatesStarted');
    await ada.window.waitForStage(story, 'Done');
    await bob.window.commit(bob.window.now(story), { 'bob.txt': 'By Bob\n' });
    await bob.window.must(story, 'GatesStarted');
    await bob.window.waitForStage(story, 'Done');
    for (const { proxy } of team.members) proxy.heal();
    await team.met();
    const stages = () => [ada, bob].map(({ window }) => JSON.stringify(window.now(story).stage));
    await waitFor('both to say the same of it', () => new Set(stages()).size === 1, { seen: stages });
    assert.deepEqual((await subjects()).split('\n'), ['Of both (#1)', 'Begin']);
    await ada.window.must(story, 'Reopen');
    await waitFor('both to have it open again', () => [ada, bob].every(({ window }) => window.now(story).stage.name === 'Backlog'), { seen: stages });
  }); // prettier-ignore

  it('[Y5] a forged takeover is held, and put back', async () => {
    const story = await ada.window.codedStory('Sign in', { 'ada.txt': 'By Ada\n' });
    await knows(story, 'Coding');
    const peer = await rawPeer(team.server.url, 'stories');
    try {
      const fields = peer.doc.getMap('stories');
      await waitFor('the story', () => fields.has(story.key));
      (fields.get(story.key) as Map<string, unknown>).set('work.7', { stage: { name: 'Nowhere' } });
      const held = async () => (await bob.window.session.sharing()).held;
      await waitFor('it to be held', async () => (await held()) !== null);
      await bob.window.session.share({ kind: 'decide', decision: 'putBack' });
      await waitFor('nothing to be held', async () => (await held()) === null && (await ada.window.session.sharing()).held === null);
      assert.equal(bob.window.now(story).worksAt?.name, 'ada');
      assert.ok(!(fields.get(story.key) as Map<string, unknown>).has('work.7'));
    } finally {
      peer.close();
    }
  }); // prettier-ignore
});
