import assert from 'node:assert/strict';
import { gitEnvironment } from '../../../src/git/door/environment';
import type { IncomingChange } from '../../../src/git/landing/incoming';
import { parseConflict } from '../../../src/git/candidate/mergeTree';
import {
  coAuthors,
  trailersOf,
  withTrailers,
  commitMessage,
  landingReflog,
  storyTrailers,
} from '../../../src/git/candidate/message';
import { fullOid, fullRef } from '../../../src/git/door/names';
import { overlappingPaths } from '../../../src/git/landing/overlap';
import { changedLines } from '../../../src/git/read/patch';
import { parseCommit } from '../../../src/git/read/commits';
import { toPathspec } from '../../../src/git/read/review';
import { parseStatus, type StatusEntry } from '../../../src/git/read/status';
import { parseWorktrees } from '../../../src/git/read/worktrees';

const OID = 'a'.repeat(40);
const OTHER = 'b'.repeat(40);

describe('What git prints', () => {
  it('[MQ1] conflicts: names once, hostile ones whole, and only the messages that tell of conflicts', () => {
    const text =
      // The last one is what git makes of a file where the other side has a folder.
      `${OID}\0a\nb\0ü\0a\nb\0node~${OID}\0\0` +
      `1\0x\0Auto-merging\0Auto-merging x\n\0` +
      `2\0a\nb\0ü\0CONFLICT (rename/rename)\0CONFLICT: both\n\0`;
    assert.deepEqual(parseConflict(text), {
      kind: 'conflict',
      files: ['a\nb', 'ü', 'node'],
      message: 'CONFLICT: both',
    });
  });

  it('[MQ1] conflicts: without files and without messages it is still a conflict', () => {
    assert.deepEqual(parseConflict(`${OID}\0\0`), { kind: 'conflict', files: [], message: '' });
    assert.deepEqual(parseConflict(`${OID}\0`), { kind: 'conflict', files: [], message: '' });
  });

  it('[MQ9] status: every kind of entry, names with blanks and line ends', () => {
    const ordinary = `1 MD N... 100644 100755 100644 ${OID} ${OTHER} a b\nc`;
    const unmerged = `u UU N... 100644 100644 100644 100644 ${OID} ${OID} ${OID} d e`;
    assert.deepEqual(parseStatus(['# branch.oid x', ordinary, unmerged, '? new/', '! out x'].join('\0') + '\0'), [
      { path: 'a b\nc', kind: 'tracked', letters: 'MD', indexMode: '100755', indexOid: OTHER, workMode: '100644' },
      { path: 'd e', kind: 'unmerged', letters: 'UU', indexMode: '000000', indexOid: '', workMode: '000000' },
      { path: 'new', kind: 'untracked', letters: '??', indexMode: '000000', indexOid: '', workMode: '000000' },
      { path: 'out x', kind: 'ignored', letters: '!!', indexMode: '000000', indexOid: '', workMode: '000000' },
    ]);
  });

  it('[G4] worktrees: detached, locked with a reason, unborn, and a bare repository left out', () => {
    const text = [
      'worktree /r.git\0bare\0\0',
      `worktree /w/a b\nc\0HEAD ${OID}\0branch refs/heads/x\0\0`,
      `worktree /w/d\0HEAD ${'0'.repeat(40)}\0detached\0locked on a drive\0prunable gone\0\0`,
    ].join('');
    assert.deepEqual(parseWorktrees(text), [
      { path: '/w/a b\nc', head: OID, branch: 'refs/heads/x', isMain: false, locked: null },
      { path: '/w/d', head: null, branch: null, isMain: false, locked: 'on a drive' },
    ]);
  });

  it('[MQ2] commits: several parents, a signature in the header, Latin-1, no message', () => {
    const header = `tree ${OID}\nparent ${OID}\nparent ${OTHER}\nauthor J\xf6rg <j@x> 5 +0100\ncommitter C <c@x> 6 +0000\n`;
    const signature = 'gpgsig -----BEGIN-----\n parent of nothing\n -----END-----\n';
    const raw = Buffer.from(`${header}encoding ISO-8859-1\n${signature}\nGr\xfc\xdfe\n\ntree x\n`, 'latin1');
    assert.deepEqual(parseCommit(OTHER, raw), {
      oid: OTHER,
      tree: OID,
      parents: [OID, OTHER],
      author: { name: 'Jörg', email: 'j@x', date: '5 +0100' },
      committer: { name: 'C', email: 'c@x', date: '6 +0000' },
      message: 'Grüße\n\ntree x\n',
    });
    assert.equal(parseCommit(OTHER, Buffer.from(`tree ${OID}\nauthor  <> 1 +0000\n\n`)).author.name, '');
  });

  it('[MQ10] patches: content that looks like a header is content', () => {
    const patch = [
      'diff --git a/x b/x',
      '--- a/x',
      '+++ b/x',
      '@@ -1,2 +1,3 @@ f',
      '-a',
      '-b',
      '+diff --git a/y b/y',
      '+@@ -1 +1 @@',
      '+--- c',
      '\\ No newline at end of file',
      'diff --git a/z b/z',
      'old mode 100644',
      'new mode 100755',
      '',
    ].join('\n');
    assert.deepEqual(
      changedLines(patch).map((file) => file.added),
      [['diff --git a/y b/y', '@@ -1 +1 @@', '--- c'], []],
    );
  });
});

describe('What git is given', () => {
  it('[G2] full names and full ids pass, everything else throws', () => {
    for (const good of ['refs/heads/main', 'refs/heads/story/$(id)', 'refs/heads/-rf', 'refs/heads/ü@x'])
      assert.equal(fullRef(good), good);
    for (const bad of [
      'main',
      'HEAD',
      '',
      'refs/heads/',
      'refs/heads/a b',
      'refs/heads/a\0',
      'refs/heads/a\x7f',
      'refs/heads/a.',
      'refs/heads/.a',
      'refs/heads/a//b',
      'refs/heads/a.lock/b',
      'refs/heads/a@{1}',
      'refs/heads/*',
    ])
      assert.throws(() => fullRef(bad), /is not a full ref name/, bad);
    assert.equal(fullOid('0'.repeat(64)).length, 64);
    for (const bad of ['HEAD', 'abc', 'A'.repeat(40), `${OID}\n`, `--${'a'.repeat(38)}`])
      assert.throws(() => fullOid(bad), bad);
  });

  it('[G2] the environment keeps identity and settings files, and drops what points elsewhere or waits for a person', () => {
    const kept = {
      PATH: '/bin',
      GIT_AUTHOR_NAME: 'A',
      GIT_COMMITTER_EMAIL: 'c',
      GIT_CONFIG_GLOBAL: '/g',
      GIT_EXEC_PATH: '/e',
    };
    const dropped = {
      GIT_DIR: 'x',
      git_work_tree: 'x',
      GIT_INDEX_FILE: 'x',
      GIT_CONFIG_COUNT: '1',
      GIT_SSH_COMMAND: 'x',
      GIT_TRACE: '1',
      EDITOR: 'vi',
      PAGER: 'less',
      LANGUAGE: 'de',
    };
    const env = gitEnvironment({ ...kept, ...dropped, LC_ALL: 'de_DE', UNSET: undefined }, { GIT_DIR: '/own' });
    for (const [name, value] of Object.entries(kept)) assert.equal(env[name], value);
    for (const name of Object.keys(dropped)) assert.equal(env[name], name === 'GIT_DIR' ? '/own' : undefined, name);
    assert.equal(env['LC_ALL'], 'C');
    assert.equal(env['GIT_OPTIONAL_LOCKS'], '0');
    assert.equal(env['GIT_TERMINAL_PROMPT'], '0');
  });

  it('[MQ10] review patterns become case-blind globs; what leads out of the repository is left out', () => {
    assert.deepEqual(['ci/', '/ci', './a/**', ':(top)x', ' b '].flatMap(toPathspec), [
      ':(glob,icase)ci/',
      ':(glob,icase)ci',
      ':(glob,icase)a/**',
      ':(glob,icase):(top)x',
      ':(glob,icase)b',
    ]);
    assert.deepEqual(['', '/', '..', 'a/../../b', 'a\0b'].flatMap(toPathspec), []);
  });
});

describe('Commit messages', () => {
  it('[MQ2] a subject is one line and never empty; trailers stand last', () => {
    assert.equal(
      commitMessage(' a\r\nb\0c ', storyTrailers({ number: 7, storyKey: 'k' })),
      'a b c\n\nStory: #7\nStory-Key: k\n',
    );
    assert.match(commitMessage('\n', ['X: y']), /^Story\n\n/);
  });

  it('[MQ1] the reflog names the story of the candidate', () => {
    assert.equal(landingReflog('s\n\nStory: #12\nStory-Key: k\n'), 'switchyard: land #12');
    assert.equal(landingReflog('no trailers'), 'switchyard: land');
  });

  it('[MQ2] co-authors are named once, by address without case, and never the author', () => {
    const commit = (name: string, email: string, message = ''): Parameters<typeof coAuthors>[0][number] => ({
      oid: OID,
      tree: OID,
      parents: [],
      author: { name, email, date: '1 +0000' },
      committer: { name, email, date: '1 +0000' },
      message,
    });
    const author = { name: 'A', email: 'a@x', date: '1 +0000' };
    const commits = [
      commit('A', 'A@X'),
      commit('B', 'b@x', 'm\n\nCo-Authored-By: C <c@x>\n'),
      commit('B again', 'B@x'),
    ];
    assert.deepEqual(coAuthors(commits, author), ['Co-authored-by: B <b@x>', 'Co-authored-by: C <c@x>']);
  });
});

describe('Trailers', () => {
  const added = ['Story: #7', 'Story-Key: k'];

  it('[MQ2] go behind those that are there, else into a paragraph of their own', () => {
    assert.equal(withTrailers('s\n\nFixes: #1\n', added), 's\n\nFixes: #1\nStory: #7\nStory-Key: k\n');
    assert.equal(withTrailers('s\n\nWhy so.\n', added), 's\n\nWhy so.\n\nStory: #7\nStory-Key: k\n');
    assert.equal(withTrailers('fix: it', added), 'fix: it\n\nStory: #7\nStory-Key: k\n');
    assert.equal(withTrailers('s\n\nStory: #7\n\n', added), 's\n\nStory: #7\nStory-Key: k\n');
    assert.equal(withTrailers('s\n\nStory: #7\nStory-Key: k\n', added), 's\n\nStory: #7\nStory-Key: k\n');
  });

  it('[MQ2] are the last paragraph, as git reads it with no settings', () => {
    assert.deepEqual(trailersOf('s\n\nA: 1\n  more\nB: 2\n'), ['A: 1', '  more', 'B: 2']);
    assert.deepEqual(trailersOf('s\n\nA: 1\n\nand text\n'), []);
    assert.deepEqual(trailersOf('s\n\nsome text\nSigned-off-by: A <a@x>\n'), ['some text', 'Signed-off-by: A <a@x>']);
    assert.deepEqual(trailersOf('s\n\nsome text\nA: 1\n'), []);
    assert.deepEqual(trailersOf('A: 1\n'), []);
  });
});

describe('Local changes and a landing', () => {
  const incoming = (path: string, status = 'M', newOid = OID): IncomingChange => ({
    path,
    status,
    oldMode: status === 'A' ? '000000' : '100644',
    oldOid: status === 'A' ? '0'.repeat(40) : OID,
    newMode: status === 'D' ? '000000' : '100644',
    newOid,
  });
  const local = (path: string, letters = '.M', indexOid = OTHER): StatusEntry => ({
    path,
    letters,
    indexOid,
    indexMode: '100644',
    workMode: '100644',
    kind: letters === '??' ? 'untracked' : 'tracked',
  });

  it('[MQ9] meet in the same path, and where one path is a folder of the other', () => {
    const landing = [incoming('a'), incoming('dir/file', 'A'), incoming('flat', 'A')];
    const mine = ['a', 'ab', 'dir', 'dir/other', 'flat/x/y', 'di'].map((path) => local(path, '??'));
    assert.deepEqual(overlappingPaths(mine, landing), ['a', 'dir', 'flat/x/y']);
  });

  it('[MQ9] do not meet where the index already holds what lands and the file is as the index', () => {
    assert.deepEqual(overlappingPaths([local('a', 'M.', OID)], [incoming('a')]), []);
    assert.deepEqual(overlappingPaths([local('a', 'MM', OID)], [incoming('a')]), ['a']);
    assert.deepEqual(overlappingPaths([local('a', 'M.', OTHER)], [incoming('a')]), ['a']);
    assert.deepEqual(overlappingPaths([local('a', 'D.')], [incoming('a', 'D')]), []);
    assert.deepEqual(overlappingPaths([local('a', 'M.')], [incoming('a', 'D')]), ['a']);
  });
});
