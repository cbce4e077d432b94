import assert from 'node:assert/strict';
import { removalDetail } from '../../../../src/core/rescue/removalText';
import { english, say } from '../../../../src/core/words/said';
import { englishIn } from '../../../support/words/englishIn';
import { translate } from '../../../support/words/german';
import type { RemovalPreview } from '../../../../src/core/rescue/removalView';

function preview(number: number, change: Partial<RemovalPreview> = {}): RemovalPreview {
  const counts = { commits: 0, staged: 0, changed: 0, untracked: 0 };
  const worktree = { folder: `/greeter.worktrees/${number}`, branch: `story/${number}` };
  const story = { key: `k${number}`, number, title: `Story ${number}`, stage: 'Coding' } as const;
  return { ...story, ...worktree, counts, bytes: 0, large: [], obstacles: [], stays: [], ...change };
}

describe('what is said before stories are removed', () => {
  it('[S8, G7] says what goes, that it comes back, and what does not: files that git ignores', () => {
    assert.equal(
      removalDetail([preview(1), preview(2)], 'delete', english),
      'Removed: 2 worktrees, 2 branches. Restore… brings the stories back. Files that git ignores are not kept.',
    );
    assert.equal(
      removalDetail([preview(1)], 'worktree', english),
      'Removed: 1 worktree. Files that git ignores are not kept.',
    );
    assert.equal(removalDetail([preview(1, { folder: null, branch: null })], 'delete', english), 'Restore… brings the story back.'); // prettier-ignore
  });

  it('[S8] names the agent, the gates or the landing that is stopped first, and nobody where nothing is at work', () => {
    const coding = { key: 'k1', agent: 'sample', state: 'asks', stage: 'Coding' } as const;
    const proven = { key: 'k2', agent: null, state: 'working', stage: 'QA' } as const;
    const landing = { key: 'k3', agent: null, state: 'working', stage: 'Merge' } as const;
    const idle = { key: 'k4', agent: null, state: 'idle', stage: 'Backlog' } as const;
    const said = (...previews: RemovalPreview[]): string => removalDetail(previews, 'delete', english, [landing, idle, proven, coding]); // prettier-ignore
    assert.match(said(preview(1), preview(2), preview(4)), /^At work, and stopped first: agent sample of #1 and the gates of #2\.\n\nRemoved: /); // prettier-ignore
    assert.match(said(preview(3)), /^At work, and stopped first: the landing of #3\.\n\nRemoved: /);
    assert.match(removalDetail([preview(4)], 'delete', english, [idle, coding]), /^Removed: /);
  });

  it('[S8] of one story as of several, that its text is gone for good and its number is not free', () => {
    const gone = { folder: null, branch: null };
    assert.equal(
      removalDetail([preview(1, gone)], 'purge', english),
      'Removed: 1 text and its outputs. The text cannot be brought back; the number stays used.',
    );
    assert.match(
      removalDetail([preview(1, gone), preview(2, gone)], 'purge', english),
      /2 texts .* the numbers stay used\.$/,
    );
  });

  it('[S8, G7] says story by story what is kept, what stays, and why one is left out', () => {
    const counts = { commits: 1, staged: 0, changed: 0, untracked: 1 };
    const held = preview(1, { counts, bytes: 14, stays: [say('The branch is yours and stays.')] });
    assert.equal(
      removalDetail([held, preview(2, { obstacles: [say('An agent is at work.')] })], 'worktree', english)
        .split('\n\n')
        .slice(1)
        .join('\n'),
      'Kept first, for Restore…:\n#1: 1 commit and 1 untracked file (14 B)\n#1: The branch is yours and stays.\n#2 is left out: An agent is at work.',
    );
  });

  it('[S8, U10] a German window says it all in German', () => {
    const counts = { commits: 1, staged: 2, changed: 1, untracked: 3 };
    const held = (number: number): RemovalPreview =>
      preview(number, {
        counts,
        bytes: number === 1 ? 0 : 14,
        stays: [say('{0} is a branch that you made, so it stays.', 'x')],
      });
    const out = preview(2, { obstacles: [say('{0} is open in a window of VS Code. Close that window or folder first.', '/x')] }); // prettier-ignore
    const cards = ['Coding', 'Merge', 'QA'].map((stage, at) => ({
      ...{ key: `k${at + 3}`, stage, state: 'working', agent: at === 0 ? 'pi' : null },
    })) as NonNullable<Parameters<typeof removalDetail>[3]>;
    const many = Array.from({ length: 12 }, (_, at) => held(at + 3));
    for (const what of ['delete', 'purge', 'worktree'] as const)
      for (const previews of [[held(1), out], [...many, out], [preview(1, { folder: null, branch: null })]])
        assert.deepEqual(englishIn(removalDetail(previews, what, translate, cards).split('\n')), []);
    assert.match(removalDetail([held(1)], 'delete', translate), /^#1: 1 Commit, 2 Dateien im Index, 1 geänderte Datei und 3 neue Dateien$/m); // prettier-ignore
  });
});
