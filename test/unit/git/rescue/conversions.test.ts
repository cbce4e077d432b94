import assert from 'node:assert/strict';
import { isSafeName, quoted } from '../../../../src/git/rescue/byteNames';
import { endingOf, isWritten } from '../../../../src/git/rescue/conversions';

const settings = (values: Record<string, string>): Map<string, string> => new Map(Object.entries(values));

describe('what a checkout writes', () => {
  it('[G7] the line ending of a text file follows attributes first, then settings, on each platform', () => {
    const none = settings({});
    assert.equal(endingOf('text eol=crlf', none, 'linux'), 'crlf');
    assert.equal(endingOf('text=auto eol=lf', settings({ 'core.autocrlf': 'true' }), 'win32'), 'asItIs');
    assert.equal(endingOf('-text', settings({ 'core.autocrlf': 'true' }), 'win32'), 'asItIs');
    assert.equal(endingOf('', settings({ 'core.autocrlf': 'true' }), 'linux'), 'crlf');
    assert.equal(endingOf('', settings({ 'core.autocrlf': 'input', 'core.eol': 'crlf' }), 'win32'), 'asItIs');
    assert.equal(endingOf('text=auto', none, 'win32'), 'crlf');
    assert.equal(endingOf('text=auto', none, 'linux'), 'asItIs');
    assert.equal(endingOf('text', settings({ 'core.eol': 'crlf' }), 'linux'), 'crlf');
    assert.equal(endingOf('', none, 'win32'), 'asItIs');
  });

  it('[G7] a file counts as written by a checkout only where its endings prove it', () => {
    assert.ok(isWritten({ inIndex: 'lf', onDisk: 'crlf', ending: 'crlf' }));
    assert.ok(isWritten({ inIndex: 'lf', onDisk: 'lf', ending: 'asItIs' }));
    assert.ok(isWritten({ inIndex: '-text', onDisk: '-text', ending: 'crlf' }));
    for (const onDisk of ['lf', 'mixed', 'none']) assert.ok(!isWritten({ inIndex: 'lf', onDisk, ending: 'crlf' }));
    assert.ok(!isWritten({ inIndex: 'mixed', onDisk: 'mixed', ending: 'asItIs' }));
  });

  it('[G7] no name from a commit leads out of the worktree or into a git dir', () => {
    for (const name of [
      '',
      '/x',
      '../x',
      'a/../b',
      'a//b',
      './a',
      '.git/config',
      'a/.GIT/x',
      '.git. ',
      'git~1',
      '.g\u00e2\u0080\u008cit/x',
      'a\0b',
    ])
      // prettier-ignore
      assert.ok(!isSafeName(name), JSON.stringify(name));
    for (const name of ['a', 'a/b', '.gitignore', '.github/x', 'caf\u00e9\n', '...']) assert.ok(isSafeName(name), name);
    assert.equal(quoted('a"\\\n\u00e9'), '"a\\"\\\\\\012\\351"');
  });
});
