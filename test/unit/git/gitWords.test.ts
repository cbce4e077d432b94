import assert from 'node:assert/strict';
import { readGitWords } from '../../../src/git/door/gitWords';

const reasonOf = (stderr: string) => readGitWords(stderr).reason;

describe('What git says', () => {
  it('[G2] the reason is the first line that names a cause, without its prefix', () => {
    assert.equal(reasonOf('fatal: Needed a single revision\n'), 'Needed a single revision');
    assert.equal(reasonOf('warning: a\nPreparing worktree\nfatal: b\nfatal: c\n'), 'b');
    assert.equal(
      reasonOf('error: gpg failed to sign the data:\ngpg: no key\nfatal: failed to write commit object\n'),
      'gpg failed to sign the data',
    );
    const filter =
      "error: external filter 'x y' failed 1\nerror: external filter 'x y' failed\nfatal: a b.txt: smudge filter 'crypt' failed\n";
    assert.equal(reasonOf(filter), "a b.txt: smudge filter 'crypt' failed");
    assert.equal(reasonOf('\r\nSomething else\r\n'), 'Something else');
    assert.equal(reasonOf('warning: only this'), 'only this');
    assert.equal(reasonOf(''), null);
  });

  it('[G2] files that are named below a line belong to it', () => {
    const stderr =
      'error: Your local changes would be overwritten by merge:\n\ta b.txt\n\tc.txt\nPlease commit them.\nAborting\n';
    assert.equal(reasonOf(stderr), 'Your local changes would be overwritten by merge: a b.txt, c.txt');
    assert.deepEqual(readGitWords(stderr).more, ['Please commit them', 'Aborting']);
  });

  it('[G5] advice that would throw work away is never passed on', () => {
    const stderr = [
      'fatal: it failed',
      'hint: Look at it.',
      "hint: You can run 'git reset --hard' and try again.",
      'hint: git clean -fd helps',
      "You can run 'git  reset --hard' to get rid of it.",
      'use git checkout --force or git push --force',
    ].join('\n');
    assert.deepEqual(readGitWords(stderr), { reason: 'it failed', more: [], advice: 'Look at it.' });
  });
});
