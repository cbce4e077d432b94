import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFile,
  chmod,
  lstat,
  mkdir,
  readFile,
  readdir,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { GitPort } from '../../../../src/ports/git';
import { findOwnTree, MARK, treeRunId } from '../../../../src/git/trees/ownTree';
import { snapshotFiles, TemporaryRepository } from '../../../support/temporaryRepository';
import { projectRoot } from '../../../support/projectRoot';
import { openRepository, portFor, quietLog } from '../fixture';

const FIRST = { 'a.txt': 'a\n', 'src/b.txt': 'b\n', '.gitignore': 'node_modules\n*.log\n', 'ü "q"\n.txt': 'q\n' };

describe('Gate trees', () => {
  let repository: TemporaryRepository;
  let port: GitPort;
  let folder: string;
  let one: string;
  let two: string;

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    port = portFor(repository.path);
    folder = path.join(repository.folder, 'repository.worktrees', 'agents-gate-1');
    one = await repository.commit(FIRST, 'One');
    two = await repository.commit({ 'a.txt': 'a2\n', 'src/b.txt': null, 'c.txt': 'c\n' }, 'Two');
  });
  afterEach(() => repository.dispose());

  const at = (...parts: string[]): string => path.join(folder, ...parts);
  const gitDir = (...parts: string[]): string =>
    path.join(repository.path, '.git', 'worktrees', 'agents-gate-1', ...parts);

  /** The tree must be what a fresh checkout of the commit is, with nothing more and nothing less. */
  async function assertEquals(commit: string, kept: readonly string[] = []): Promise<void> {
    const fresh = path.join(repository.folder, `fresh-${process.hrtime.bigint()}`);
    await repository.git('worktree', 'add', '--quiet', '--detach', fresh, commit);
    const found = new Map(Object.entries(await snapshotFiles(folder)));
    for (const name of kept) assert.ok(found.delete(name), name);
    assert.deepEqual(found, new Map(Object.entries(await snapshotFiles(fresh))));
    assert.equal(await repository.gitIn(folder, 'rev-parse', 'HEAD'), commit);
    await assert.rejects(repository.gitIn(folder, 'symbolic-ref', '--quiet', 'HEAD'));
    assert.equal(await repository.gitIn(folder, 'write-tree'), await repository.git('rev-parse', `${commit}^{tree}`));
    await repository.git('worktree', 'remove', '--force', fresh);
  }

  it('[MQ1] equals the commit on first use, again, and at another commit', async () => {
    for (const commit of [one, one, two, one]) {
      await port.prepareGateTree({ folder, commit });
      await assertEquals(commit);
    }
  });

  it('[MQ1] whatever a gate left behind is gone: files, index, branch, flags, nested repositories, submodules', async () => {
    await port.prepareGateTree({ folder, commit: one });
    await writeFile(at('a.txt'), 'changed\n');
    await rm(at('src'), { recursive: true });
    await writeFile(at('src'), 'a file now\n');
    await mkdir(at('node_modules', 'x'), { recursive: true });
    await writeFile(at('node_modules', 'x', 'index.js'), 'x');
    await writeFile(at('out.log'), 'x');
    await repository.gitIn(folder, 'init', '--quiet', 'nested');
    await writeFile(at('nested', 'x'), 'x');
    await repository.gitIn(folder, 'switch', '--quiet', '--create', 'made-by-a-gate');
    await repository.gitIn(folder, 'add', 'out.log', '--force');
    await symlink(repository.path, at('link'));
    const files = await snapshotFiles(repository.path);
    await port.prepareGateTree({ folder, commit: two });
    await assertEquals(two);
    assert.equal(await repository.git('rev-parse', 'made-by-a-gate'), one);
    assert.deepEqual(await snapshotFiles(repository.path), files);
  });

  for (const flag of ['--assume-unchanged', '--skip-worktree']) {
    it(`[MQ1] a file that a gate changed and hid from git (${flag}) is made right again`, async () => {
      await port.prepareGateTree({ folder, commit: one });
      await repository.gitIn(folder, 'update-index', flag, 'a.txt');
      await writeFile(at('a.txt'), 'hidden\n');
      await port.prepareGateTree({ folder, commit: one });
      await assertEquals(one);
    });
  }

  it('[MQ1] a file with new contents of the same size, changed in the same moment, is made right again', async () => {
    await port.prepareGateTree({ folder, commit: one });
    await writeFile(at('a.txt'), 'A\n');
    await port.prepareGateTree({ folder, commit: one });
    await writeFile(at('a.txt'), 'B\n');
    await port.restoreGateTree({ folder, commit: one });
    await assertEquals(one);
  });

  it('[MQ1] changed attributes rewrite files whose contents did not change', async () => {
    await port.prepareGateTree({ folder, commit: two });
    const crlf = await repository.commit({ '.gitattributes': '*.txt text eol=crlf\n' }, 'CRLF');
    await port.prepareGateTree({ folder, commit: crlf });
    assert.equal(await readFile(at('a.txt'), 'utf8'), 'a2\r\n');
    await assertEquals(crlf);
    await port.prepareGateTree({ folder, commit: two });
    assert.equal(await readFile(at('a.txt'), 'utf8'), 'a2\n');
  });

  it('[MQ1] a stray .gitattributes that a gate left does not decide how files are written', async () => {
    await port.prepareGateTree({ folder, commit: one });
    await writeFile(at('.gitattributes'), '*.txt text eol=crlf\n');
    await port.restoreGateTree({ folder, commit: two });
    await assertEquals(two);
    await writeFile(at('.gitattributes'), '*.txt text eol=crlf\n');
    await repository.gitIn(folder, 'add', '.gitattributes');
    await port.prepareGateTree({ folder, commit: one });
    await assertEquals(one);
  });

  it('[MQ1] what only the old commit ignored does not stay as a leftover', async () => {
    await port.prepareGateTree({ folder, commit: one });
    await writeFile(at('out.log'), 'x');
    const unignored = await repository.commit({ '.gitignore': 'node_modules\n' }, 'Logs are files now');
    await port.restoreGateTree({ folder, commit: unignored });
    await assertEquals(unignored);
  });

  it('[MQ1] a repository that is dirty right after a clone (CRLF under a text attribute) still has a gate tree', async () => {
    await repository.commit({ '.gitattributes': '*.txt text eol=lf\n' }, 'Attributes');
    const crlf = await repository.blob('one\r\ntwo\r\n');
    await repository.git('update-index', '--add', '--cacheinfo', `100644,${crlf},win.txt`);
    await repository.git('commit', '--quiet', '-m', 'CRLF in the object');
    const commit = await repository.git('rev-parse', 'HEAD');
    await port.prepareGateTree({ folder, commit });
    await writeFile(at('win.txt'), 'one\r\ntwo\r\n');
    await port.prepareGateTree({ folder, commit });
    assert.equal(await readFile(at('win.txt'), 'utf8'), 'one\r\ntwo\r\n');
  });

  it('[MQ10, G8] a gate that fills the pointers of Git LFS changes nothing, and the gates after it find them filled', async () => {
    const big = 'x'.repeat(5000);
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${createHash('sha256').update(big).digest('hex')}\nsize 5000\n`;
    const commit = await repository.commit({ '.gitattributes': '*.big filter=lfs -text\n', 'a.big': pointer }, 'Big');
    await port.prepareGateTree({ folder, commit });
    assert.equal(await readFile(at('a.big'), 'utf8'), pointer);
    await writeFile(at('a.big'), big);
    // As `git lfs pull` does.
    await repository.gitIn(folder, 'update-index', '--refresh', '-q').catch(() => undefined);
    assert.deepEqual(await port.lookAtGateTree({ folder, commit, files: 'all' }), { kind: 'asCommit' });
    await port.restoreGateTree({ folder, commit });
    assert.equal(await readFile(at('a.big'), 'utf8'), big);
    await writeFile(at('a.big'), big.replace('x', 'y'));
    const found = { kind: 'changed', tracked: ['a.big'], meddled: [] };
    assert.deepEqual(await port.lookAtGateTree({ folder, commit, files: 'all' }), found);
    await port.restoreGateTree({ folder, commit });
    assert.equal(await readFile(at('a.big'), 'utf8'), pointer);
  });

  it('[MQ1] a filled submodule is emptied, as in a fresh worktree', async () => {
    const inner = await TemporaryRepository.create();
    try {
      await inner.commit({ 'in.txt': 'in\n' }, 'Inner');
      await repository.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.path, 'sub');
      const commit = await repository.commit({}, 'Add a submodule');
      await port.prepareGateTree({ folder, commit });
      await repository.gitIn(folder, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'update', '--init');
      assert.deepEqual(await readdir(at('sub')), ['.git', 'in.txt']);
      await port.prepareGateTree({ folder, commit });
      assert.deepEqual(await readdir(at('sub')), []);
      assert.equal(await repository.read('sub/in.txt'), 'in\n');
    } finally {
      await inner.dispose();
    }
  });

  it('[G9] what one gate fetched into a submodule is there for the next gate, and gone for the next run', async () => {
    const inner = await TemporaryRepository.create();
    try {
      await inner.commit({ 'in.txt': 'in\n' }, 'Inner');
      await repository.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.path, 'lib/sub');
      const commit = await repository.commit({}, 'Add a submodule');
      await port.prepareGateTree({ folder, commit });
      await repository.gitIn(folder, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'update', '--init');
      assert.deepEqual(await port.lookAtGateTree({ folder, commit, files: 'all' }), { kind: 'asCommit' });
      await writeFile(at('a.txt'), 'changed\n');
      await port.restoreGateTree({ folder, commit });
      assert.equal(await readFile(at('lib', 'sub', 'in.txt'), 'utf8'), 'in\n');
      await port.prepareGateTree({ folder, commit: one });
      await assertEquals(one);
      await port.prepareGateTree({ folder, commit });
      assert.deepEqual(await readdir(at('lib', 'sub')), []);
      assert.equal(await repository.read('lib/sub/in.txt'), 'in\n');
    } finally {
      await inner.dispose();
    }
  });

  it('[MQ10, G9] a submodule that a gate moved to another commit is a change, and the next gate finds it at its own', async () => {
    const inner = await TemporaryRepository.create();
    try {
      await inner.commit({ 'in.txt': 'in\n' }, 'Inner');
      await repository.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.path, 'sub');
      const commit = await repository.commit({}, 'Add a submodule');
      await inner.commit({ 'in.txt': 'later\n' }, 'Later');
      await port.prepareGateTree({ folder, commit });
      await repository.gitIn(folder, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'update', '--init');
      await writeFile(at('sub', 'made.txt'), 'made\n');
      for (const files of ['all', 'tracked'] as const)
        assert.deepEqual(await port.lookAtGateTree({ folder, commit, files }), { kind: 'asCommit' });
      await repository.gitIn(at('sub'), 'checkout', '--quiet', 'origin/main');
      for (const files of ['all', 'tracked'] as const) {
        const moved = { kind: 'changed', tracked: ['sub'], meddled: [] };
        assert.deepEqual(await port.lookAtGateTree({ folder, commit, files }), moved);
      }
      await port.restoreGateTree({ folder, commit });
      assert.deepEqual(await readdir(at('sub')), ['.git', 'in.txt', 'made.txt']);
      assert.equal(await readFile(at('sub', 'in.txt'), 'utf8'), 'in\n');
      assert.deepEqual(await port.lookAtGateTree({ folder, commit, files: 'all' }), { kind: 'asCommit' });
    } finally {
      await inner.dispose();
    }
  });

  for (const [how, change] of [
    ['changed', (sub: string) => writeFile(path.join(sub, 'in.txt'), 'other\n')],
    ['took away', (sub: string) => rm(path.join(sub, 'in.txt'))],
    ['changed and staged', async (sub: string) => {
      await writeFile(path.join(sub, 'in.txt'), 'other\n');
      await repository.gitIn(sub, 'add', '-A');
    }],
    ['changed unseen (assume-unchanged)', async (sub: string) => {
      await repository.gitIn(sub, 'update-index', '--assume-unchanged', 'in.txt');
      await writeFile(path.join(sub, 'in.txt'), 'other\n');
    }],
    ['changed unseen (skip-worktree)', async (sub: string) => {
      await repository.gitIn(sub, 'update-index', '--skip-worktree', 'in.txt');
      await writeFile(path.join(sub, 'in.txt'), 'other\n');
    }],
    ['left out (sparse)', (sub: string) => repository.gitIn(sub, 'sparse-checkout', 'set', '--no-cone', '/none')],
  ] as const)
    it(`[MQ10, G9] a tracked file in a submodule that a gate ${how} is a change, and the next gate finds it as the commit has it`, async () => {
      const inner = await TemporaryRepository.create();
      try {
        await inner.commit({ 'in.txt': 'in\n' }, 'Inner');
        await repository.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.path, 'sub');
        await repository.git('config', '-f', '.gitmodules', 'submodule.sub.ignore', 'all');
        const commit = await repository.commit({}, 'Add a submodule');
        await port.prepareGateTree({ folder, commit });
        await repository.gitIn(folder, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'update', '--init');
        assert.deepEqual(await port.lookAtGateTree({ folder, commit, files: 'tracked' }), { kind: 'asCommit' });
        await change(at('sub'));
        for (const files of ['all', 'tracked'] as const)
          assert.deepEqual(await port.lookAtGateTree({ folder, commit, files }), { kind: 'changed', tracked: ['sub'], meddled: [] }); // prettier-ignore
        await port.restoreGateTree({ folder, commit });
        assert.deepEqual(await readdir(at('sub')), ['.git', 'in.txt']);
        assert.equal(await readFile(at('sub', 'in.txt'), 'utf8'), 'in\n');
        assert.deepEqual(await port.lookAtGateTree({ folder, commit, files: 'all' }), { kind: 'asCommit' });
      } finally {
        await inner.dispose();
      }
    }); // prettier-ignore

  it('[G4, G9, G5] what a set-up patched in submodules is put back for the gates, what it made there stays, and no other folder is written to', async () => {
    const [inner, deep] = [await TemporaryRepository.create(), await TemporaryRepository.create()];
    const allow = ['-c', 'protocol.file.allow=always'];
    try {
      await deep.commit({ 'deep.txt': 'deep\n' }, 'Deep');
      await inner.commit({ 'in.txt': 'in\n', '.gitignore': 'built\n' }, 'Inner');
      await inner.git(...allow, 'submodule', '--quiet', 'add', '--name', 'a/deep', deep.path, 'lib/deep');
      await inner.commit({}, 'Add a submodule');
      await repository.git(...allow, 'submodule', '--quiet', 'add', inner.path, 'sub');
      const commit = await repository.commit({}, 'Add a submodule');
      await port.prepareGateTree({ folder, commit });
      await repository.gitIn(folder, ...allow, 'submodule', '--quiet', 'update', '--init', '--recursive');
      await writeFile(at('sub', 'in.txt'), 'patched\n');
      await writeFile(at('sub', 'lib', 'deep', 'deep.txt'), 'patched\n');
      await writeFile(at('sub', 'built'), 'built\n');
      await port.restoreGateTree({ folder, commit });
      const read = (...names: string[]) => readFile(at('sub', ...names), 'utf8');
      assert.deepEqual([await read('in.txt'), await read('lib', 'deep', 'deep.txt'), await read('built')], ['in\n', 'deep\n', 'built\n']);
      assert.deepEqual(await port.lookAtGateTree({ folder, commit, files: 'all' }), { kind: 'asCommit' });
      await writeFile(at('sub', 'in.txt'), 'patched\n');
      await repository.gitIn(at('sub'), 'config', 'core.worktree', inner.path);
      await inner.commit({ 'in.txt': 'later\n' }, 'Later');
      await port.restoreGateTree({ folder, commit });
      assert.equal(await inner.read('in.txt'), 'later\n');
      assert.notEqual(await read('in.txt').catch(() => ''), 'patched\n');
    } finally {
      await inner.dispose();
      await deep.dispose();
    }
  }); // prettier-ignore

  it('[MQ10, G9] a submodule that git cannot look into any more is a change, and the next gate finds it empty', async () => {
    const inner = await TemporaryRepository.create();
    try {
      await inner.commit({ 'in.txt': 'in\n' }, 'Inner');
      await repository.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.path, 'sub');
      const commit = await repository.commit({}, 'Add a submodule');
      await port.prepareGateTree({ folder, commit });
      await repository.gitIn(folder, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'update', '--init');
      await writeFile(at('sub', '.git'), 'gitdir: /nowhere\n');
      assert.equal((await port.lookAtGateTree({ folder, commit, files: 'tracked' })).kind, 'changed');
      await port.restoreGateTree({ folder, commit });
      assert.deepEqual(await readdir(at('sub')), []);
    } finally {
      await inner.dispose();
    }
  });

  it('[MQ10] tracked files that a gate changed are named, also where it staged, committed or hid them', async () => {
    const changes: [string, () => Promise<unknown>][] = [
      ['a.txt', () => writeFile(at('a.txt'), 'A\n')],
      ['a.txt', () => chmod(at('a.txt'), 0o755)],
      ['src/b.txt', () => rm(at('src', 'b.txt'))],
      ['a.txt', async () => [await writeFile(at('a.txt'), 'b\n'), await repository.gitIn(folder, 'add', '-A')]],
      [
        'a.txt',
        async () => [
          await repository.gitIn(folder, 'update-index', '--assume-unchanged', 'a.txt'),
          await writeFile(at('a.txt'), 'hidden\n'),
        ],
      ],
      [
        'a.txt',
        async () => [await writeFile(at('a.txt'), 'c\n'), await repository.gitIn(folder, 'commit', '-qam', 'Mine')],
      ],
    ];
    for (const [name, change] of changes) {
      await port.prepareGateTree({ folder, commit: one });
      assert.deepEqual(await port.lookAtGateTree({ folder, commit: one, files: 'all' }), { kind: 'asCommit' });
      await change();
      assert.deepEqual(await port.lookAtGateTree({ folder, commit: one, files: 'all' }), {
        kind: 'changed',
        tracked: [name],
        meddled: [],
      });
      await port.restoreGateTree({ folder, commit: one });
      await assertEquals(one);
    }
  });

  /** What makes git take `a.txt` for what it was, whatever is in it, and write it as it likes. */
  async function plantFilter(): Promise<void> {
    await writeFile(gitDir('attributes'), 'a.txt filter=x\n');
    await mkdir(gitDir('info'), { recursive: true });
    await writeFile(gitDir('info', 'sparse-checkout'), '/c.txt\n');
    for (const [key, value] of [
      ['core.attributesFile', gitDir('attributes')],
      ['filter.x.clean', `git --git-dir="${path.join(repository.path, '.git')}" cat-file blob ${one}:a.txt`],
      ['filter.x.smudge', 'echo planted'],
    ] as const)
      await repository.gitIn(folder, 'config', '--worktree', key, value);
  }

  it('[MQ1] settings that a gate leaves for its worktree decide neither what the next gates see nor what is said of it', async () => {
    await repository.git('config', 'extensions.worktreeConfig', 'true');
    await repository.git('config', '--worktree', 'user.name', 'Only here');
    await port.prepareGateTree({ folder, commit: one });
    for (const again of [
      () => port.prepareGateTree({ folder, commit: two }),
      () => port.restoreGateTree({ folder, commit: two }),
    ]) {
      await plantFilter();
      await again();
      await assertEquals(two);
      assert.deepEqual(
        (await readdir(gitDir())).filter((name) => ['config.worktree', 'info', 'attributes'].includes(name)),
        [],
      );
    }
    await port.prepareGateTree({ folder, commit: one });
    await plantFilter();
    await writeFile(at('a.txt'), 'planted\n');
    assert.deepEqual(await port.lookAtGateTree({ folder, commit: one, files: 'all' }), {
      kind: 'changed',
      tracked: ['a.txt'],
      meddled: ['config.worktree', 'info'],
    });
  });

  it('[MQ1] an index that a gate puts in the place of the kept one is not believed', async () => {
    for (const again of ['prepareGateTree', 'restoreGateTree'] as const) {
      await port.prepareGateTree({ folder, commit: one });
      await repository.gitIn(folder, 'update-index', '--assume-unchanged', 'a.txt');
      await writeFile(gitDir('switchyard-index'), await readFile(gitDir('index')));
      await writeFile(at('a.txt'), 'hidden\n');
      assert.equal((await port.lookAtGateTree({ folder, commit: one, files: 'all' })).kind, 'changed');
      await port[again]({ folder, commit: one });
      await assertEquals(one);
    }
  });

  it('[MQ1] a HEAD that a gate moved to another commit with the same files is a change', async () => {
    await port.prepareGateTree({ folder, commit: one });
    await repository.gitIn(folder, 'commit', '--quiet', '--allow-empty', '-m', 'Mine');
    assert.deepEqual(await port.lookAtGateTree({ folder, commit: one, files: 'all' }), {
      kind: 'changed',
      tracked: [],
      meddled: [],
    });
    await port.restoreGateTree({ folder, commit: one });
    await assertEquals(one);
  });

  it('[MQ1] a link that a gate put in the place of a submodule’s folder is a change', async () => {
    await repository.git('update-index', '--add', '--cacheinfo', `160000,${one},sub`);
    await repository.git('commit', '--quiet', '-m', 'Add a submodule');
    const commit = await repository.git('rev-parse', 'HEAD');
    await port.prepareGateTree({ folder, commit });
    assert.deepEqual(await port.lookAtGateTree({ folder, commit, files: 'all' }), { kind: 'asCommit' });
    await rm(at('sub'), { recursive: true });
    await symlink(repository.path, at('sub'));
    assert.equal((await port.lookAtGateTree({ folder, commit, files: 'all' })).kind, 'changed');
  });

  for (const { what, put } of [
    { what: 'a folder in the place of HEAD', put: 'rm HEAD; mkdir -p HEAD/x' },
    { what: 'a folder in the place of the index', put: 'rm index; mkdir -p index/x' },
    { what: 'a folder in the place of the kept index', put: 'rm switchyard-index; mkdir -p switchyard-index/x' },
    { what: 'a link in the place of HEAD', put: 'rm HEAD; ln -s "$REPO/.git/HEAD" HEAD' },
    { what: 'no common git dir', put: 'echo /nowhere > commondir' },
    { what: 'a folder in the place of its own folder’s name', put: 'rm gitdir; mkdir gitdir' },
    { what: 'the name of another folder', put: 'echo /nowhere/.git > gitdir' },
    { what: 'no mark', put: 'rm switchyard-own-tree switchyard-folder' },
    { what: 'a folder in the place of the mark', put: 'rm switchyard-own-tree; mkdir switchyard-own-tree' },
    { what: 'no mark, and a repository of its own', put: 'rm switchyard-*; cd "$TREE"; rm .git; git init -q' },
    { what: 'no private git dir', put: 'rm -r "$PWD"' },
    { what: 'a link in the place of the private git dir', put: 'mv "$PWD" "$MINE"; ln -s "$MINE" "$PWD"' },
    { what: 'a link in the place of the tree', put: 'mv "$TREE" "$MINE"; ln -s "$MINE" "$TREE"' },
  ])
    it(`[MQ3] a gate does not stop the next ones by leaving ${what}`, async () => {
      const mine = path.join(repository.folder, 'mine');
      const env = { ...process.env, REPO: repository.path, TREE: folder, MINE: mine };
      await port.prepareGateTree({ folder, commit: one });
      await promisify(execFile)('sh', ['-ec', put], { cwd: gitDir(), env });
      const moved = await snapshotFiles(mine).catch(() => null);
      assert.equal(
        (await port.lookAtGateTree({ folder, commit: one, files: 'all' })).kind === 'asCommit',
        /^rm (?:index|switchyard-index)/.test(put),
      );
      await port.restoreGateTree({ folder, commit: one });
      await assertEquals(one);
      await port.prepareGateTree({ folder, commit: two });
      await assertEquals(two);
      assert.deepEqual(await snapshotFiles(mine).catch(() => null), moved);
    });

  describe('is made equal again by few git calls', () => {
    const calls: string[] = [];
    let counted: GitPort;
    const callsOf = async (work: () => Promise<unknown>): Promise<string[]> => {
      calls.length = 0;
      await work();
      return [...calls];
    };

    beforeEach(async () => {
      const debug = (line: string): number => calls.push(line.split(' ')[1] ?? '');
      counted = portFor(repository.path, { ...quietLog, debug });
      await counted.prepareGateTree({ folder, commit: one });
    });

    it('[MQ1] by four where a gate left nothing, and looked at by one', async () => {
      const prepare = () => counted.prepareGateTree({ folder, commit: two });
      assert.deepEqual(await callsOf(prepare), ['diff-tree', 'checkout', 'status', 'clean']);
      await assertEquals(two);
      const look = () => counted.lookAtGateTree({ folder, commit: two, files: 'all' });
      assert.deepEqual(await callsOf(async () => assert.deepEqual(await look(), { kind: 'asCommit' })), ['status']);
      assert.deepEqual(await callsOf(prepare), ['status', 'clean']);
    });

    it('[MQ1] by three where a look has shown that files of the commit are changed', async () => {
      await appendFile(at('a.txt'), 'x');
      await counted.lookAtGateTree({ folder, commit: one, files: 'all' });
      const restore = () => counted.restoreGateTree({ folder, commit: one });
      assert.deepEqual(await callsOf(restore), ['clean', 'checkout', 'status']);
      await assertEquals(one);
    });

    it('[MQ1] by four where gates leave files, once that was seen', async () => {
      const leave = () => writeFile(at('out.log'), 'x');
      await leave();
      const [there, back] = [two, one].map((commit) => () => counted.prepareGateTree({ folder, commit }));
      assert.ok(there !== undefined && back !== undefined);
      const first = ['diff-tree', 'checkout', 'status', 'clean', 'clean', 'status'];
      assert.deepEqual(await callsOf(there), first);
      await assertEquals(two);
      await leave();
      assert.deepEqual(await callsOf(back), ['diff-tree', 'clean', 'checkout', 'status']);
      await assertEquals(one);
      assert.deepEqual(await callsOf(there), ['diff-tree', 'clean', 'checkout', 'status']);
      assert.deepEqual(await callsOf(back), ['diff-tree', 'checkout', 'status', 'clean']);
    });
  });

  it('[MQ1] what a gate changed unseen since the last look is found, whatever was expected', async () => {
    const changes: (() => Promise<unknown>)[] = [
      () => writeFile(at('a.txt'), 'A\n'),
      () => rm(at('src', 'b.txt')),
      () => repository.gitIn(folder, 'switch', '--quiet', '--create', 'mine'),
      () => repository.gitIn(folder, 'rm', '--quiet', '--cached', 'a.txt'),
      () => writeFile(at('.gitattributes'), '* text eol=crlf\n'),
      () => Promise.all([writeFile(at('.gitattributes'), '* text eol=crlf\n'), appendFile(at('.gitignore'), 'x\n')]),
      () => mkdir(at('dist', 'nothing'), { recursive: true }),
      () => utimes(gitDir('index'), new Date(), new Date()),
    ];
    await port.prepareGateTree({ folder, commit: one });
    for (const change of changes) {
      await change();
      await port.prepareGateTree({ folder, commit: two });
      await assertEquals(two);
      assert.deepEqual((await readdir(folder)).sort(), ['.git', '.gitignore', 'a.txt', 'c.txt', 'ü "q"\n.txt'].sort());
      await port.prepareGateTree({ folder, commit: one });
      await assertEquals(one);
    }
  });

  it('[MQ1] a commit that turns files into folders and folders into files comes whole', async () => {
    const begin = await repository.commit({ 'src/b.txt': 'b\n', 'src/c/d.txt': 'd\n' }, 'Folders');
    await port.prepareGateTree({ folder, commit: begin });
    await repository.git('rm', '--quiet', '-r', 'a.txt', 'src');
    const turned = await repository.commit(
      { 'a.txt/deep/x.txt': 'x\n', src: 'a file\n', '[x]*?.txt': 'odd\n' },
      'Turn',
    );
    await port.prepareGateTree({ folder, commit: turned });
    await assertEquals(turned);
    await port.prepareGateTree({ folder, commit: begin });
    await assertEquals(begin);
  });

  it('[G13] a git call that outlived the engine that began it is ended before its tree is filled', async () => {
    await port.prepareGateTree({ folder, commit: one });
    const { commonDir } = await openRepository(repository.path);
    const tree = await findOwnTree(commonDir, folder);
    assert.ok(tree !== null);
    const other = path.join(repository.folder, 'repository.worktrees', 'agents-gate-9');
    await port.prepareGateTree({ folder: other, commit: one });
    const own = await findOwnTree(commonDir, other);
    assert.ok(own !== null);
    // Only a process that has not looked before: a window that starts anew.
    const script = `
      const { createGitPort } = require(${JSON.stringify(path.join(projectRoot, 'src/git/gitPort.ts'))});
      const log = { debug() {}, info() {}, warn() {}, error() {} };
      createGitPort({ folder: ${JSON.stringify(repository.path)}, binary: 'git', log, clock: { now: Date.now, after: () => ({ dispose() {} }) } })
        .prepareGateTree({ folder: ${JSON.stringify(folder)}, commit: ${JSON.stringify(two)} });`;
    const late = spawn('sleep', ['600'], { env: { ...process.env, SWITCHYARD_RUN: treeRunId(tree) } });
    const unrelated = spawn('sleep', ['600'], { env: { ...process.env, SWITCHYARD_RUN: treeRunId(own) } });
    try {
      const ended = new Promise((resolve) => late.once('exit', (_, signal) => resolve(signal)));
      await promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=commonjs', '-e', script], {
        cwd: projectRoot,
      });
      assert.equal(await ended, 'SIGTERM');
      assert.equal(unrelated.exitCode ?? unrelated.signalCode, null);
      await assertEquals(two);
    } finally {
      late.kill('SIGKILL');
      unrelated.kill('SIGKILL');
    }
  });

  it('[G13] after a call in a tree failed, what may still be at work there is looked for again', async () => {
    await port.prepareGateTree({ folder, commit: one });
    const { commonDir } = await openRepository(repository.path);
    const tree = await findOwnTree(commonDir, folder);
    assert.ok(tree !== null);
    const late = spawn('sleep', ['600'], { env: { ...process.env, SWITCHYARD_RUN: treeRunId(tree) } });
    try {
      const ended = new Promise((resolve) => late.once('exit', (_, signal) => resolve(signal)));
      await assert.rejects(port.prepareGateTree({ folder, commit: '1'.repeat(40) }));
      await port.prepareGateTree({ folder, commit: two });
      late.kill('SIGKILL');
      assert.equal(await ended, 'SIGTERM');
    } finally {
      late.kill('SIGKILL');
    }
  });

  for (const { what, overlay } of [
    {
      what: 'a repository of its own',
      overlay: 'rm -rf .git; git init -q; git add -A; git -c user.name=a -c user.email=a@b commit -qm Mine',
    },
    { what: 'nothing but a repository', overlay: 'rm -rf .git * .gitignore; git init -q' },
    { what: 'a link to another repository', overlay: 'rm -rf .git; ln -s "$OTHER/.git" .git' },
    { what: 'the words of another repository', overlay: 'echo "gitdir: $OTHER/.git" > .git' },
  ])
    it(`[MQ3] a tree in which a run left ${what} is ours still, and is made anew`, async () => {
      const other = await TemporaryRepository.create();
      try {
        await other.commit({ 'mine.txt': 'mine\n' }, 'Other');
        const before = [await snapshotFiles(other.path), await other.git('show-ref', '--head')];
        await port.prepareGateTree({ folder, commit: one });
        await promisify(execFile)('sh', ['-ec', overlay], { cwd: folder, env: { ...process.env, OTHER: other.path } });
        await port.restoreGateTree({ folder, commit: one });
        await assertEquals(one);
        await port.prepareGateTree({ folder, commit: two });
        await assertEquals(two);
        assert.deepEqual([await snapshotFiles(other.path), await other.git('show-ref', '--head')], before);
        assert.deepEqual(await readdir(path.dirname(folder)), ['agents-gate-1']);
      } finally {
        await other.dispose();
      }
    });

  // Only root may mount; the rule itself is proven for everybody with a list of mounts.
  if (process.getuid?.() === 0 && process.platform === 'linux')
    it('[G14] a tree in which something is mounted is not emptied, and the place is named', async () => {
      await port.prepareGateTree({ folder, commit: one });
      const precious = path.join(repository.folder, 'precious');
      await mkdir(precious);
      await writeFile(path.join(precious, 'mine.txt'), 'mine\n');
      await mkdir(at('node_modules', 'with blank'), { recursive: true });
      const mount = promisify(execFile);
      await mount('mount', ['--bind', precious, at('node_modules', 'with blank')]);
      try {
        await assert.rejects(
          port.prepareGateTree({ folder, commit: two }),
          /node_modules\/with blank .*is a mount point/,
        );
        await assert.rejects(port.restoreGateTree({ folder, commit: one }), /is a mount point/);
        assert.equal(await readFile(path.join(precious, 'mine.txt'), 'utf8'), 'mine\n');
      } finally {
        await mount('umount', [at('node_modules', 'with blank')]);
      }
      await port.prepareGateTree({ folder, commit: two });
      await assertEquals(two);
      assert.equal(await readFile(path.join(precious, 'mine.txt'), 'utf8'), 'mine\n');
    });

  it('[MQ1] a sparse checkout of the person’s does not thin the gate tree', async () => {
    await repository.git('sparse-checkout', 'set', '--no-cone', '/a.txt');
    await port.prepareGateTree({ folder, commit: one });
    await assertWhole();
    await repository.gitIn(folder, 'sparse-checkout', 'set', '--no-cone', '/a.txt');
    await port.prepareGateTree({ folder, commit: one });
    await assertWhole();
  });
  const assertWhole = async (): Promise<void> =>
    assert.deepEqual(Object.keys(await snapshotFiles(folder)).sort(), Object.keys(FIRST).sort());

  it('[MQ1] between gates ignored files stay, everything else is as the commit', async () => {
    await port.prepareGateTree({ folder, commit: one });
    await mkdir(at('node_modules'));
    await writeFile(at('node_modules', 'x.js'), 'x');
    await writeFile(at('out.log'), 'x');
    await writeFile(at('loose.txt'), 'x');
    await appendFile(at('a.txt'), 'x');
    await port.restoreGateTree({ folder, commit: one });
    await assertEquals(one, ['node_modules/x.js', 'out.log']);
    await port.prepareGateTree({ folder, commit: one });
    await assertEquals(one);
  });

  describe('after a kill in the middle of making or filling one', () => {
    const cuts: { what: string; cut: () => Promise<unknown> }[] = [
      {
        what: 'lock files of a killed git',
        cut: () => Promise.all(['index.lock', 'HEAD.lock'].map((name) => writeFile(gitDir(name), ''))),
      },
      { what: 'a lock as initializing', cut: () => writeFile(gitDir('locked'), 'initializing') },
      { what: 'no HEAD', cut: () => rm(gitDir('HEAD')) },
      { what: 'a HEAD of zeros', cut: () => writeFile(gitDir('HEAD'), `${'0'.repeat(40)}\n`) },
      { what: 'a torn HEAD', cut: () => writeFile(gitDir('HEAD'), 'ref') },
      { what: 'no index', cut: () => rm(gitDir('index')) },
      {
        what: 'half of the files',
        cut: () => Promise.all([rm(gitDir('index')), rm(gitDir('switchyard-index')), writeFile(at('a.txt'), 'hal')]),
      },
      { what: 'no folder', cut: () => rm(folder, { recursive: true }) },
      {
        what: 'no folder, and a lock',
        cut: () => Promise.all([rm(folder, { recursive: true }), writeFile(gitDir('locked'), 'initializing')]),
      },
      {
        what: 'an empty folder',
        cut: async () => {
          await rm(folder, { recursive: true });
          await mkdir(folder);
        },
      },
      { what: 'no mark, no files yet', cut: unmarkedAndBare },
      {
        what: 'no mark, no HEAD, no files yet',
        cut: async () => {
          await unmarkedAndBare();
          await rm(gitDir('HEAD'));
        },
      },
    ];
    async function unmarkedAndBare(): Promise<void> {
      for (const name of await readdir(folder)) if (name !== '.git') await rm(at(name), { recursive: true });
      for (const name of [MARK, 'index', 'switchyard-index']) await rm(gitDir(name));
    }
    for (const { what, cut } of cuts) {
      it(`[MQ3] it is whole again: ${what}`, async () => {
        await port.prepareGateTree({ folder, commit: one });
        await cut();
        await port.prepareGateTree({ folder, commit: two });
        await assertEquals(two);
      });
    }

    it('[MQ3] a folder that lost its .git file is set aside, not emptied', async () => {
      await port.prepareGateTree({ folder, commit: one });
      await rm(at('.git'));
      await writeFile(at('precious.txt'), 'x');
      await port.prepareGateTree({ folder, commit: two });
      await assertEquals(two);
      assert.equal(await readFile(path.join(`${folder}-set-aside-1`, 'precious.txt'), 'utf8'), 'x');
    });
  });

  describe('never touch what is not their own', () => {
    /** Preparing must be refused, and neither a file nor a ref may change. */
    async function assertRefused(place: string, why: RegExp): Promise<void> {
      const look = async (): Promise<unknown> => [
        await snapshotFiles(place).catch(() => null),
        await snapshotFiles(repository.path),
        await repository.git('show-ref', '--head'),
        await repository.git('worktree', 'list', '--porcelain'),
      ];
      const before = await look();
      await assert.rejects(port.prepareGateTree({ folder: place, commit: one }), why);
      await assert.rejects(port.restoreGateTree({ folder: place, commit: one }), why);
      assert.deepEqual(await look(), before);
    }

    it('[G5] a person’s folder of that name', async () => {
      await mkdir(folder, { recursive: true });
      await writeFile(at('mine.txt'), 'mine\n');
      await assertRefused(folder, /was not made by Switchyard/);
    });

    it('[G5] a person’s worktree of that name', async () => {
      await repository.git('worktree', 'add', '--quiet', '--detach', folder, one);
      await writeFile(at('a.txt'), 'mine\n');
      await assertRefused(folder, /was not made by Switchyard/);
    });

    it('[G5] a person’s worktree of that name from which they removed every file', async () => {
      await repository.git('worktree', 'add', '--quiet', '--detach', folder, one);
      for (const name of await readdir(folder)) if (name !== '.git') await rm(at(name), { recursive: true });
      const index = await readFile(gitDir('index'));
      await assertRefused(folder, /was not made by Switchyard/);
      assert.deepEqual(await readFile(gitDir('index')), index);
    });

    it('[G5] a person’s worktree of that name whose drive is away', async () => {
      await repository.git('worktree', 'add', '--quiet', '-b', 'mine', folder, one);
      await rename(folder, `${folder}-away`);
      await assertRefused(folder, /a worktree of yours on record/);
    });

    it('[G5] the person’s checkout, or a folder inside it or inside .git', async () => {
      await writeFile(path.join(repository.path, 'a.txt'), 'mine\n');
      for (const place of ['', 'agents-gate-1', '.git/agents-gate-1'])
        await assertRefused(path.join(repository.path, place), /needs a folder outside the repository/);
      await assertRefused(path.join(repository.folder, 'gate'), /agents-gate-/);
    });

    it('[G5] a copy of a gate tree, and a link that leads to another folder', async () => {
      await port.prepareGateTree({ folder, commit: one });
      const copy = path.join(repository.folder, 'agents-gate-2');
      await mkdir(copy);
      await writeFile(path.join(copy, '.git'), await readFile(at('.git')));
      await writeFile(path.join(copy, 'mine.txt'), 'mine\n');
      await assertRefused(copy, /was not made by Switchyard/);
      const link = path.join(repository.folder, 'agents-gate-3');
      await symlink(repository.path, link);
      await assertRefused(link, /was not made by Switchyard/);
    });

    it('[G5] a gate tree of another repository', async () => {
      const other = await TemporaryRepository.create();
      try {
        await other.commit({ x: 'x' }, 'Other');
        const place = path.join(other.folder, 'agents-gate-1');
        await portFor(other.path).prepareGateTree({ folder: place, commit: await other.git('rev-parse', 'HEAD') });
        await writeFile(path.join(place, 'mine.txt'), 'mine\n');
        await assertRefused(place, /was not made by Switchyard/);
      } finally {
        await other.dispose();
      }
    });

    it('[G5] a work tree that a gate put into the tree’s own settings', async () => {
      await port.prepareGateTree({ folder, commit: one });
      await repository.write('a.txt', 'mine\n');
      await repository.git('config', 'extensions.worktreeConfig', 'true');
      await repository.gitIn(folder, 'config', '--worktree', 'core.worktree', repository.path);
      const before = await snapshotFiles(repository.path);
      await port.prepareGateTree({ folder, commit: two });
      assert.deepEqual(await snapshotFiles(repository.path), before);
      assert.equal(await readFile(at('a.txt'), 'utf8'), 'a2\n');
    });

    for (const { what, link } of [
      { what: 'its parent', link: 'libs' },
      { what: 'itself', link: 'libs/sub' },
    ])
      it(`[G5] a folder that a gate linked into the place of a submodule (${what}) is not emptied`, async () => {
        await repository.write('.gitignore', 'libs\n');
        await repository.git('add', '.gitignore');
        await repository.git('update-index', '--add', '--cacheinfo', `160000,${one},libs/sub`);
        await repository.git('commit', '--quiet', '-m', 'Add a submodule');
        const commit = await repository.git('rev-parse', 'HEAD');
        const precious = path.join(repository.folder, 'precious');
        await mkdir(path.join(precious, 'sub', 'deep'), { recursive: true });
        await writeFile(path.join(precious, 'sub', 'deep', 'mine.txt'), 'mine\n');
        const before = await snapshotFiles(precious);
        for (const again of ['restoreGateTree', 'prepareGateTree'] as const) {
          await port.prepareGateTree({ folder, commit });
          await rm(at(link), { recursive: true });
          await symlink(precious, at(link));
          await port[again]({ folder, commit });
          assert.deepEqual(await snapshotFiles(precious), before);
          assert.ok((await lstat(at('libs'))).isDirectory());
          assert.deepEqual(await readdir(at('libs', 'sub')), []);
        }
        await assertEquals(commit);
      });

    it('[G5] a file that a gate linked into the place of HEAD or the index', async () => {
      const mine = path.join(repository.folder, 'mine.txt');
      for (const name of ['HEAD', 'index']) {
        await port.prepareGateTree({ folder, commit: one });
        await writeFile(mine, await readFile(gitDir(name)));
        if (name === 'HEAD') await writeFile(mine, 'mine\n');
        const before = await readFile(mine);
        await rm(gitDir(name));
        await symlink(mine, gitDir(name));
        await port.prepareGateTree({ folder, commit: two });
        assert.deepEqual(await readFile(mine), before);
        await assertEquals(two);
      }
    });

    it('[G5] a proof is worth nothing once the mark is gone', async () => {
      await port.prepareGateTree({ folder, commit: one });
      const opened = await openRepository(repository.path);
      const tree = await findOwnTree(opened.commonDir, folder);
      assert.ok(tree !== null);
      await rm(gitDir(MARK));
      await assert.rejects(opened.git.runInOwnTree(tree, 'clean', ['-ffdxq']), /not Switchyard's own tree any more/);
      assert.equal(await findOwnTree(opened.commonDir, folder), null);
    });
  });
});
