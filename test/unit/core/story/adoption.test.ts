import assert from 'node:assert/strict';
import { describeWork, storyOfWork, type FoundWork } from '../../../../src/core/story/adoption';

const work = (given: Partial<FoundWork> = {}): FoundWork => ({
  branch: 'refs/heads/feature/sign-in',
  folder: '/repo/tree',
  head: 'a'.repeat(40),
  place: 'worktree',
  commitsAhead: 2,
  uncommitted: 0,
  subject: 'Second',
  at: '2026-01-01T00:00:00.000Z',
  busy: null,
  ...given,
});

describe('a story made of found work', () => {
  it('[S11] one commit gives the title; several give the branch’s words', () => {
    assert.equal(storyOfWork(work({ commitsAhead: 1 }), ['Let people sign in']).title, 'Let people sign in');
    assert.equal(storyOfWork(work(), ['Second', 'First']).title, 'Sign in');
  });

  it('[S11] the kind comes from how branch or commit begin', () => {
    const typeOf = (branch: string, commit = 'x') =>
      storyOfWork(work({ branch: `refs/heads/${branch}` }), [commit, 'y']).type;
    assert.deepEqual(
      ['fix/a', 'hotfix-1', 'spike/x', 'chore/y', 'fixture/z', 'feature/a'].map((branch) => typeOf(branch)),
      ['bug', 'bug', 'spike', 'refactor', 'story', 'story'],
    );
    assert.equal(typeOf('whatever', 'fix: crash at start'), 'bug');
  });

  it('[S11] a name that gives no title, or far too long a one, still makes a story', () => {
    const titleOf = (given: Partial<FoundWork>, commits: string[]) => storyOfWork(work(given), commits).title;
    assert.equal(titleOf({ branch: 'refs/heads/---', subject: 'What it does' }, ['a', 'b']), 'What it does');
    assert.equal(titleOf({ branch: null, subject: '' }, []), 'Adopted work');
    assert.equal(titleOf({ commitsAhead: 1 }, ['x'.repeat(500)]).length, 100);
  });

  it('[S11] its text quotes the commits and says how many more there are', () => {
    const { body } = storyOfWork(work({ commitsAhead: 5 }), ['- [ ] not a criterion', 'First']);
    assert.equal(
      body,
      'Adopted from `feature/sign-in`, which held:\n\n> - [ ] not a criterion\n> First\n> … and 3 more\n',
    );
    assert.equal(
      storyOfWork(work({ branch: null, commitsAhead: 0 }), []).body,
      'Adopted from a worktree without a branch.\n',
    );
  });

  it('[S11] the list says what is there in words', () => {
    assert.equal(describeWork(work({ uncommitted: 1 })), '2 commits, 1 uncommitted file');
    const here = work({ commitsAhead: 0, branch: null, place: 'ownCheckout' });
    assert.equal(describeWork(here), 'no commit of its own, on no branch, checked out in your own folder');
  });
});
