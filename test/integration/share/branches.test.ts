import assert from 'node:assert/strict';
import { adaAndBob, type Team, type TeamMember } from '../../support/share/team';
import { waitFor } from '../../support/waitFor';

describe('branches of a team', function () {
  this.timeout(300_000); // a busy machine is no failure

  let team: Team;
  let ada: TeamMember;
  let bob: TeamMember;

  adaAndBob((two) => void ({ team, ada, bob } = two));

  it('[S9, S8, S11] two stories that were begun under one branch name before their machines met have nothing of each other', async () => {
    const first = await ada.window.codedStory('Sign in', { 'ada.txt': 'By Ada\n' });
    const second = await bob.window.codedStory('Sign in', { 'bob.txt': 'By Bob\n' });
    assert.equal(first.branch, second.branch);
    const branch = second.branch ?? '';
    await team.share();
    const both = () => [ada, bob].map(({ window }) => window.engine.stories().length).join();
    await waitFor('both to have both', () => both() === '2,2', { seen: both });

    assert.equal(await bob.window.engine.worktreeOf(first.key), null);
    assert.equal(await ada.window.engine.worktreeOf(second.key), null);
    const asked = await bob.window.engine.perform(first.key, { event: 'GatesStarted' });
    assert.equal(asked.kind, 'refused');
    // What is said of it there does not take its branch from it.
    await bob.window.engine.writing.describe(first.key, { priority: 0 });
    await waitFor('Ada to hear of it', () => ada.window.now(first).priority === 0);
    assert.equal(ada.window.now(first).branch, branch);

    // Worked on here as well, it gets a branch that is not the other's.
    await bob.window.must(first, 'Demote');
    const started = await bob.window.must(first, 'Start');
    assert.notEqual(started.branch, branch);
    const [removed] = await bob.window.engine.remove({ keys: [first.key], what: 'delete', large: 'keep' });
    assert.equal(removed?.kind, 'done', removed?.message);
    assert.equal(await bob.repository.git('show', `${branch}:bob.txt`), 'By Bob');
    const left = await bob.window.engine.worktreeOf(second.key);
    assert.notEqual(left, null, 'its own worktree is as it was');
    assert.equal(await ada.repository.git('show', `${branch}:ada.txt`), 'By Ada');
  });
});
