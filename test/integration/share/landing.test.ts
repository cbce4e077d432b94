import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { reportInLanguage } from '../../../src/core/words/saidReport';
import type { StoryRecord } from '../../../src/core/story/story';
import { adaAndBob, type Team, type TeamMember } from '../../support/share/team';
import { waitFor } from '../../support/waitFor';

describe('stories of a team that land on one target', function () {
  this.timeout(300_000); // a busy machine is no failure

  let team: Team;
  let ada: TeamMember;
  let bob: TeamMember;

  adaAndBob((two) => void ({ team, ada, bob } = two));

  /** A story in the merge queue of this machine, as far as its gates let it. */
  async function ready({ window }: TeamMember, title: string, file: string): Promise<StoryRecord> {
    const story = await window.codedStory(title, { [file]: `${title}\n` });
    return window.must(story, 'GatesStarted');
  }
  const turn = (name: string) => team.turn(name)?.kind ?? 'by itself';
  const turns = (wanted: string) =>
    waitFor(wanted, () => `${turn('ada')}, ${turn('bob')}` === wanted, {
      seen: () => [team.turn('ada'), team.turn('bob'), ada.window.warnings, bob.window.warnings],
    });
  const subjects = () => team.there('log', '--first-parent', '--format=%s', 'main');

  /** Whatever a machine shows as Done is on the remote in that moment. */
  function watchDone({ window }: TeamMember): () => Promise<void> {
    const looks: Promise<void>[] = [];
    const watch = window.session.onDidChange(() => {
      for (const { stage } of window.session.engine()?.stories() ?? [])
        if (stage.name === 'Done')
          looks.push(team.there('merge-base', '--is-ancestor', stage.mergeCommit, 'main').then(() => undefined));
    });
    return async () => {
      watch.dispose();
      await Promise.all(looks);
    };
  }

  it('[Y4] one machine lands at a time, says whose turn it is, hands on, and the other takes over when it is gone', async () => {
    const pushes = team.holdPushes(ada);
    await team.share();
    const [doneAda, doneBob] = [watchDone(ada), watchDone(bob)];
    const first = await ready(ada, 'Of Ada', 'ada.txt');
    await pushes();
    await turns('mine, theirs');
    const second = await ready(bob, 'Of Bob', 'bob.txt');
    const third = await ready(ada, 'Second of Ada', 'ada2.txt');
    await bob.window.waitForCard(second, 'why it waits', ({ why }) => why === 'ada’s machine lands on main now; the turn of this one comes after.');
    await bob.window.waitForCard(first, 'where it lands', ({ facts }) => facts.includes('lands on ada’s machine'));
    assert.match(reportInLanguage((await bob.window.engine.questions.whyNotLanded(second.key)) ?? []), /Who lands \(Y4\)/);
    await ada.window.waitForStage(third, 'Merge');
    await turns('giving, theirs');
    team.letPushesGo(ada);
    await ada.window.waitForStage(first, 'Done');
    await bob.window.waitForStage(second, 'Done');
    await ada.window.waitForStage(third, 'Done');
    assert.deepEqual((await subjects()).split('\n'), ['Second of Ada (#3)', 'Of Bob (#2)', 'Of Ada (#1)', 'Begin']);
    await turns('mine, theirs');
    await ada.window.close();
    const last = await ready(bob, 'Second of Bob', 'bob2.txt');
    await bob.window.waitForStage(last, 'Done');
    assert.equal(turn('bob'), 'mine');
    await doneAda();
    await doneBob();
  }); // prettier-ignore

  it('[Y4] without a lease the one that comes second builds on what the first landed, and never shows Done before', async () => {
    const pushes = [team.holdPushes(ada), team.holdPushes(bob)];
    await team.share();
    // Nobody hears the other any more, and each lands by itself.
    for (const { proxy } of team.members) proxy.cut();
    await turns('by itself, by itself');
    const [doneAda, doneBob] = [watchDone(ada), watchDone(bob)];
    const [first, second] = [await ready(ada, 'Of Ada', 'ada.txt'), await ready(bob, 'Of Bob', 'bob.txt')];
    for (const begun of pushes) await begun();
    team.letPushesGo(ada);
    await ada.window.waitForStage(first, 'Done');
    team.letPushesGo(bob);
    await bob.window.waitForStage(second, 'Done');
    assert.deepEqual((await subjects()).split('\n'), ['Of Bob (#1)', 'Of Ada (#1)', 'Begin']);
    for (const { proxy } of team.members) proxy.heal();
    await team.met();
    await doneAda();
    await doneBob();
  }); // prettier-ignore

  it('[Y4] a story that two began while they did not hear each other lands once, and is Done on both; the work of the other stays on its branch', async () => {
    await team.share();
    const story = await ada.window.newStory('Of both');
    await waitFor('bob to have it', () => bob.window.engine.stories().length === 1);
    for (const { proxy } of team.members) proxy.cut();
    await turns('by itself, by itself');
    for (const { window, name } of [ada, bob]) {
      const started = await window.must(story, 'Start');
      await window.commit(started, { [`${name}.txt`]: `By ${name}\n` });
      await window.must(started, 'GatesStarted');
      await window.waitForStage(story, 'Done');
    }
    assert.deepEqual((await subjects()).split('\n'), ['Of both (#1)', 'Begin']);
    const { branch } = bob.window.now(story);
    assert.equal(await bob.repository.git('show', `${branch}:bob.txt`), 'By bob');
    for (const { proxy } of team.members) proxy.heal();
    await team.met();
    const stages = () => [ada, bob].map(({ window }) => JSON.stringify(window.now(story).stage));
    await waitFor('both to say the same of it', () => new Set(stages()).size === 1, { seen: stages });
    assert.equal(ada.window.now(story).stage.name, 'Done');
  });

  it('[Y4, MQ26] a landing that waits for a remote which does not answer is taken back at once, and holds nothing else up', async () => {
    await team.share();
    const fetches = await team.holdFetches(ada);
    const frozen = await ready(ada, 'Frozen', 'frozen.txt');
    await fetches();
    await ada.window.must(frozen, 'Freeze');
    assert.deepEqual(ada.window.engine.atWork(), []);
    const deleted = await ready(ada, 'Deleted', 'deleted.txt');
    await ada.window.waitForStage(deleted, 'Merge');
    await waitFor('its landing to begin', () => ada.window.engine.atWork().length === 1);
    await waitFor('bob to have it', () => bob.window.engine.stories().some(({ key }) => key === deleted.key));
    const [removed] = await bob.window.session.remove({ keys: [deleted.key], what: 'delete', large: 'refuse' });
    assert.equal(removed?.kind, 'done', removed?.message);
    await waitFor('it to be gone', () => ada.window.engine.stories().every(({ key }) => key !== deleted.key));
    await waitFor('its landing to be over', () => ada.window.engine.atWork().length === 0);
    const before = await ada.repository.git('rev-parse', 'main');
    team.letPushesGo(ada);
    const last = await ready(ada, 'Last', 'last.txt');
    await ada.window.waitForStage(last, 'Done');
    assert.equal((await subjects()).split('\n').length, 2);
    assert.equal(await ada.repository.git('rev-parse', 'main~1'), before);
  }); // prettier-ignore

  it('[Y4, MQ26] a landing whose push does not answer is taken back at once; where it got there all the same, the story is Done', async () => {
    await team.share();
    const pushes = team.holdPushes(ada);
    const frozen = await ready(ada, 'Frozen', 'frozen.txt');
    await pushes();
    const before = await ada.repository.git('rev-parse', 'main');
    await ada.window.must(frozen, 'Freeze');
    assert.deepEqual(ada.window.engine.atWork(), []);
    assert.equal(ada.window.now(frozen).stage.name, 'Frozen');
    assert.equal(await ada.repository.git('rev-parse', 'main'), before);
    team.letPushesGo(ada);
    const last = await ready(ada, 'Last', 'last.txt');
    await ada.window.waitForStage(last, 'Done');
    const { mergeCommit } = await ada.window.waitForStage(frozen, 'Done');
    assert.equal(await ada.repository.git('rev-parse', 'main~1'), mergeCommit);
    assert.deepEqual((await subjects()).split('\n'), ['Last (#2)', 'Frozen (#1)', 'Begin']);
  });

  it('[G13, MQ26] a landing whose program does not answer holds no round up, though another machine deleted its story', async () => {
    await team.share();
    const { repository, window } = ada;
    const [begun, go, program] = ['begun', 'go', 'sign'].map((one) => path.join(repository.folder, one)) as [string, string, string];
    writeFileSync(program, `#!/bin/sh\n: > '${begun}'\nwhile [ -e '${begun}' ] && [ ! -e '${go}' ]; do sleep 0.02; done\nexit 1\n`, { mode: 0o755 });
    const [deleted, other] = [
      await window.codedStory('Deleted', { 'deleted.txt': 'x\n' }),
      await window.codedStory('Other', { 'other.txt': 'x\n' }),
    ];
    await repository.git('config', 'gpg.program', program);
    await repository.git('config', 'commit.gpgsign', 'true');
    await window.must(deleted, 'QaSkipped');
    await waitFor('its landing to sign', () => existsSync(begun));
    await repository.git('config', 'commit.gpgsign', 'false');
    await waitFor('bob to have it', () => bob.window.engine.stories().some(({ key }) => key === deleted.key));
    const [removed] = await bob.window.session.remove({ keys: [deleted.key], what: 'delete', large: 'refuse' });
    assert.equal(removed?.kind, 'done', removed?.message);
    await waitFor('it to be gone', () => window.engine.stories().every(({ key }) => key !== deleted.key));
    await window.must(other, 'GatesStarted');
    await window.waitForStage(other, 'Done');
    await waitFor('nothing to be at work', () => window.engine.atWork().length === 0);
    writeFileSync(go, '');
    assert.deepEqual((await subjects()).split('\n'), ['Other (#2)', 'Begin']);
  }); // prettier-ignore
});
