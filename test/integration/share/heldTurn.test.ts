import assert from 'node:assert/strict';
import { systemClock } from '../../../src/base/systemClock';
import { OVERDUE_MS } from '../../../src/core/sharing/queueLease';
import { reportInLanguage } from '../../../src/core/words/saidReport';
import type { StoryRecord } from '../../../src/core/story/story';
import { rawPeer, type RawPeer } from '../../support/share/rawPeer';
import { adaAndBob, type Team, type TeamMember } from '../../support/share/team';
import { waitFor } from '../../support/waitFor';

describe('a peer that keeps the turn to land', function () {
  this.timeout(300_000); // a busy machine is no failure

  const target = 'refs/heads/main';
  let ahead = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + ahead };
  let team: Team;
  let ada: TeamMember;
  let bob: TeamMember;
  let eve: RawPeer;

  adaAndBob(
    async (two) => {
      ({ team, ada, bob } = two);
      ahead = 0;
      await team.share();
      eve = await rawPeer(team.server.url, 'stories');
    },
    { clock },
  );
  afterEach(() => eve.close());

  const put = (epoch: number) => eve.doc.getMap('leases').set(target, { machine: 'eve', name: 'Eve', epoch });
  function hold(): void {
    eve.appear('eve', [target]);
    put(1);
  }
  async function queued({ window, name }: TeamMember): Promise<StoryRecord> {
    const story = await window.codedStory(`Of ${name}`, { [`${name}.txt`]: `By ${name}\n` });
    return window.must(story, 'GatesStarted');
  }
  /** Long after, with something that makes it look. */
  async function isToldOf({ window }: TeamMember, story: StoryRecord, why: RegExp): Promise<void> {
    ahead += OVERDUE_MS;
    window.engine.poke();
    await window.waitForCard(story, 'since when it waits, and for whom', (card) => why.test(card.why ?? ''));
    const notices = () => window.session.model()?.notices.filter(({ action }) => action?.id === 'shareStories') ?? [];
    assert.deepEqual(notices().map(({ severity }) => severity), ['warning']);
    assert.match(notices()[0]?.text ?? '', why);
  } // prettier-ignore
  const landAlone = ({ window }: TeamMember, isOn: boolean) => window.session.share({ kind: 'landAlone', isOn });
  const subjects = () => team.there('log', '--first-parent', '--format=%s', 'main');

  it('[Y4, MQ26] and never lands: who waits is told since when and for whom, and a person lets this machine land all the same', async () => {
    hold();
    const [first, second] = [await queued(ada), await queued(bob)];
    await bob.window.waitForCard(second, 'whose turn it is', ({ why }) => why === 'Eve’s machine lands on main now; the turn of this one comes after.');
    await isToldOf(bob, second, /^This machine has waited since \d{4}-\d\d-\d\d \d\d:\d\d for its turn to land on main, which Eve’s machine has\. Share Stories… lets it land all the same\.$/);
    assert.match(reportInLanguage((await bob.window.engine.questions.whyNotLanded(second.key)) ?? []), /which Eve’s machine has\..*Who lands \(Y4\)/s);
    await landAlone(bob, true);
    await bob.window.waitForStage(second, 'Done');
    assert.equal(await subjects(), `Of bob (#${second.number})\nBegin`);
    // What one person decided is that machine's alone, and holds after a restart.
    assert.equal(ada.window.now(first).stage.name, 'Merge');
    await bob.window.close();
    await bob.window.open();
    assert.equal((await bob.window.session.sharing()).landsAlone, true);
    await landAlone(ada, true);
    await ada.window.waitForStage(first, 'Done');
    assert.equal(await subjects(), `Of ada (#${first.number})\nOf bob (#${second.number})\nBegin`);
  }); // prettier-ignore

  it('[Y4, MQ26] under ever higher epochs: who waits is told as well, and lands in turn again once that has ended', async () => {
    hold();
    const story = await queued(bob);
    await bob.window.waitForCard(story, 'whose turn it is', ({ why }) => why?.startsWith('Eve’s machine lands') === true);
    ahead += OVERDUE_MS - 1;
    for (const epoch of [2, 3, 4, 999_999_999]) put(epoch);
    await isToldOf(bob, story, /for its turn to land on main, which Eve’s machine has\. /);
    await landAlone(bob, true);
    await bob.window.waitForStage(story, 'Done');
    eve.close();
    await landAlone(bob, false);
    const next = await bob.window.codedStory('Next', { 'next.txt': 'By bob\n' });
    await bob.window.waitForStage(await bob.window.must(next, 'GatesStarted'), 'Done');
    assert.deepEqual(team.turn('bob'), { kind: 'mine' });
  }); // prettier-ignore

  it('[Y4] a machine that lands without waiting keeps no turn from others', async () => {
    const story = await queued(ada);
    await ada.window.waitForStage(story, 'Done');
    assert.deepEqual(team.turn('ada'), { kind: 'mine' });
    await landAlone(ada, true);
    await bob.window.waitForStage(await queued(bob), 'Done');
    assert.deepEqual(team.turn('bob'), { kind: 'mine' });
  });

  it('[Y4, Y5] a machine on which a change of others is held keeps no turn from those who took it, until it has decided too', async () => {
    await ada.window.waitForStage(await queued(ada), 'Done');
    assert.deepEqual(team.turn('ada'), { kind: 'mine' });
    for (const title of ['1', '2', '3', '4', '5']) await ada.window.newStory(title);
    const all = () => bob.window.engine.stories().filter(({ stage }) => stage.name === 'Backlog');
    await waitFor('bob to have them', () => all().length === 5);
    for (const { key, number, createdAt } of all())
      eve.doc.getMap('graves').set(key, { claim: number, createdAt, at: createdAt });
    for (const { window } of [ada, bob])
      await waitFor('it to be held', async () => (await window.session.sharing()).held?.why === 'removes');
    await bob.window.session.share({ kind: 'decide', decision: 'take' });
    await bob.window.waitForStage(await queued(bob), 'Done');
    assert.deepEqual([team.turn('ada'), team.turn('bob')], [null, { kind: 'mine' }]);
    await ada.window.session.share({ kind: 'decide', decision: 'take' });
    const next = await ada.window.codedStory('Next', { 'next.txt': 'By ada\n' });
    await ada.window.waitForStage(await ada.window.must(next, 'GatesStarted'), 'Done');
    await waitFor('bob to see whose turn it is', () => team.turn('bob')?.kind === 'theirs');
    assert.deepEqual(team.turn('ada'), { kind: 'mine' });
  }); // prettier-ignore
});
