import assert from 'node:assert/strict';
import { symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { reasonsToHold } from '../../../../src/core/review/reviewHold';
import type { GitPort } from '../../../../src/ports/git';
import { createGitPort } from '../../../../src/git/gitPort';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { portFor, quietLog, stillClock, withStory } from '../fixture';

describe('Looking at a repository', () => {
  let repository: TemporaryRepository;
  let port: GitPort;

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    port = portFor(repository.path);
  });
  afterEach(() => repository.dispose());

  describe('check', () => {
    it('[G1] ready, from any folder of it, with its places', async () => {
      await repository.commit({ 'a/b/c.txt': 'x' }, 'Begin');
      const check = await portFor(path.join(repository.path, 'a', 'b')).check();
      assert.deepEqual(check, {
        kind: 'ready',
        topLevel: repository.path,
        commonDir: path.join(repository.path, '.git'),
        worktree: 'main',
        superprojects: [],
      });
    });

    it('[G1] no repository, a bare one, one without commits, no git, an old git', async () => {
      assert.deepEqual(await portFor(repository.folder).check(), { kind: 'notARepository' });
      assert.deepEqual(await port.check(), { kind: 'noCommits' });
      await repository.git('init', '--quiet', '--bare', '../bare.git');
      assert.deepEqual(await portFor(path.join(repository.folder, 'bare.git')).check(), { kind: 'bare' });
      const binary = path.join(repository.folder, 'old git');
      const withBinary = (): GitPort =>
        createGitPort({ folder: repository.path, binary, log: quietLog, clock: stillClock });
      assert.deepEqual(await withBinary().check(), { kind: 'gitMissing' });
      await writeFile(binary, '#!/bin/sh\necho git version 2.37.9.windows.1\n', { mode: 0o755 });
      assert.deepEqual(await withBinary().check(), { kind: 'gitTooOld', found: '2.37.9' });
    });

    it('[G1] a repository that git will not open is not called none', async () => {
      await repository.commit({ a: 'a' }, 'Begin');
      await writeFile(path.join(repository.path, '.git', 'HEAD'), 'broken');
      await assert.rejects(port.check(), /There is a repository at .*repository, and git does not open it/);
    });

    it('[G1] an unborn branch beside others, a linked worktree, and worktrees of a bare repository are ready', async () => {
      await repository.commit({ a: 'a' }, 'Begin');
      await repository.git('worktree', 'add', '--quiet', '../linked');
      const linked = await portFor(path.join(repository.folder, 'linked')).check();
      assert.equal(linked.kind === 'ready' && linked.commonDir, path.join(repository.path, '.git'));
      await repository.git('switch', '--quiet', '--orphan', 'unborn');
      assert.equal((await port.check()).kind, 'ready');
      await repository.git('clone', '--quiet', '--bare', '.', '../bare.git');
      await repository.gitIn(
        path.join(repository.folder, 'bare.git'),
        'worktree',
        'add',
        '--quiet',
        '../of-bare',
        'main',
      );
      const ofBare = portFor(path.join(repository.folder, 'of-bare'));
      assert.equal((await ofBare.check()).kind, 'ready');
      assert.deepEqual(
        (await ofBare.worktrees()).map((one) => one.branch),
        ['refs/heads/main'],
      );
    });

    it('[G1] a submodule is a repository of its own, with its own place', async () => {
      const outer = await TemporaryRepository.create();
      try {
        await repository.commit({ a: 'a' }, 'Begin');
        await outer.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', repository.path, 'sub');
        const sub = path.join(outer.path, 'sub');
        const inner = portFor(sub);
        assert.equal((await inner.check()).kind, 'ready');
        assert.deepEqual(
          (await inner.worktrees()).map((one) => one.path),
          [sub],
        );
      } finally {
        await outer.dispose();
      }
    });
  });

  describe('the target', () => {
    const found = async (configured: string | null = null): Promise<string> => {
      const outcome = await port.findTarget(configured);
      return outcome.kind === 'found' ? outcome.ref : `missing ${outcome.wanted}: ${outcome.branches.join(' ')}`;
    };

    it('[MQ1] is the configured branch, also one with a hostile name, or said to be missing', async () => {
      const tip = await repository.commit({ a: 'a' }, 'Begin');
      await repository.branch('release/$(id)');
      assert.deepEqual(await port.findTarget('release/$(id)'), { kind: 'found', ref: 'refs/heads/release/$(id)', tip });
      assert.equal(await found('--nothing'), 'missing --nothing: main release/$(id)');
    });

    it('[MQ1] is what origin calls its default, if it is here, whatever is checked out', async () => {
      await repository.commit({ a: 'a' }, 'Begin');
      await repository.branch('trunk');
      await repository.git('update-ref', 'refs/remotes/origin/trunk', 'HEAD');
      await repository.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/trunk');
      await repository.git('switch', '--quiet', '--detach');
      assert.equal(await found(), 'refs/heads/trunk');
      await repository.git('branch', '--quiet', '-D', 'trunk');
      assert.equal(await found(), 'refs/heads/main');
    });

    it('[MQ1] is main, master, init.defaultBranch or the only branch that is no story', async () => {
      await repository.commit({ a: 'a' }, 'Begin');
      await repository.git('branch', '--move', 'main', 'only');
      await repository.branch('story/1-x');
      assert.equal(await found(), 'refs/heads/only');
      await repository.branch('another');
      assert.equal(await found(), 'missing main: another only story/1-x');
      await repository.git('config', 'init.defaultBranch', 'another');
      assert.equal(await found(), 'refs/heads/another');
      await repository.branch('master');
      assert.equal(await found(), 'refs/heads/master');
      await repository.branch('main');
      assert.equal(await found(), 'refs/heads/main');
    });
  });

  it('[S5] branches come by full name with their tips, and a detached HEAD is none of them', async () => {
    const { base, storyTip } = await withStory(repository);
    await repository.git('switch', '--quiet', '--detach');
    assert.deepEqual(
      await port.branchTips(),
      new Map([
        ['refs/heads/main', base],
        ['refs/heads/story/42-sign-in', storyTip],
      ]),
    );
  });

  it('[ST1] commits ahead and trees are told by full id', async () => {
    const { base, storyTip } = await withStory(repository);
    assert.equal(await port.commitsAhead(base, storyTip), 1);
    assert.equal(await port.commitsAhead(storyTip, storyTip), 0);
    assert.equal(await port.treeOf(base), await repository.git('rev-parse', 'main^{tree}'));
  });

  it('[MQ10] a file is read from the commit, not from the checkout; a folder or nothing is null', async () => {
    const commit = await repository.commit({ '.switchyard/config.yaml': 'gates: ü\n', 'new\nline': 'x' }, 'Begin');
    await repository.write('.switchyard/config.yaml', 'changed');
    assert.equal(await port.readFileAt(commit, '.switchyard/config.yaml'), 'gates: ü\n');
    assert.equal(await port.readFileAt(commit, 'new\nline'), 'x');
    for (const none of ['.switchyard', 'nothing', 'no\nthing', '', 'a\0b'])
      assert.equal(await port.readFileAt(commit, none), null);
  });

  it('[A7] local changes name every path once as it is on disk, ignored ones left out', async () => {
    await withStory(repository);
    await repository.git('mv', 'main.txt', 'renamed ü.txt');
    await repository.write('src/a.txt', 'changed');
    await repository.remove('src/b.txt');
    await repository.write('folder/-new "q" -> x\n.txt', 'x');
    await repository.write('folder/two.txt', 'x');
    await repository.write('ignored.txt', 'x');
    await repository.git('config', 'status.showUntrackedFiles', 'no');
    await repository.git('config', 'status.relativePaths', 'true');
    const changes = await port.localChanges(repository.path);
    assert.deepEqual(changes.map(({ kind, path: name }) => `${kind} ${name}`).sort(), [
      'tracked main.txt',
      'tracked renamed ü.txt',
      'tracked src/a.txt',
      'tracked src/b.txt',
      'untracked folder/-new "q" -> x\n.txt',
      'untracked folder/two.txt',
    ]);
  });

  describe('for review', () => {
    it('[MQ10] changed, deleted and reviewed paths count from where the story left the target', async () => {
      const { base } = await withStory(repository, {
        'src/a.txt': null,
        'ci/gate.sh': 'x',
        '.GitHub/Workflows/x.yml': 'x',
        'new\nline.txt': 'x',
      });
      const storyTip = await repository.git('rev-parse', 'story/42-sign-in');
      const reviewPaths = ['ci/', './.github/**', '../outside', '', '**/*.sh'];
      const facts = await port.reviewFacts({ base, tip: storyTip, reviewPaths, maxFileMB: 5 });
      assert.deepEqual(facts.changedPaths, ['.GitHub/Workflows/x.yml', 'ci/gate.sh', 'new\nline.txt', 'src/a.txt']);
      assert.deepEqual(facts.deletedPaths, ['src/a.txt']);
      assert.deepEqual(facts.reviewedPaths, ['.GitHub/Workflows/x.yml', 'ci/gate.sh']);
      assert.deepEqual(
        (await port.reviewFacts({ base, tip: storyTip, reviewPaths: [], maxFileMB: 5 })).reviewedPaths,
        [],
      );
    });

    it('[MQ10] `*` stays in its folder and `**` does not', async () => {
      const { base } = await withStory(repository, { 'top.cfg': 'x', 'deep/er.cfg': 'x' });
      const tip = await repository.git('rev-parse', 'story/42-sign-in');
      const reviewed = async (pattern: string): Promise<readonly string[]> =>
        (await port.reviewFacts({ base, tip, reviewPaths: [pattern], maxFileMB: 5 })).reviewedPaths;
      assert.deepEqual(await reviewed('*.cfg'), ['top.cfg']);
      assert.deepEqual(await reviewed('**/*.cfg'), ['deep/er.cfg', 'top.cfg']);
    });

    it('[MQ10] lines added to tests are given, whatever attributes and names try to hide', async () => {
      await repository.commit({ 'test/a.test.ts': 'one\ntwo\nthree\n', 'test/gone.test.ts': 'x\n' }, 'Tests');
      const { base } = await withStory(repository, {
        '.gitattributes': '*.test.ts binary diff=hidden\n',
        'test/a.test.ts': 'one\n+++ b/fake\nthree\n@@ -1 +1 @@\ndiff --git a/x b/x\n',
        'test/"q"\nü.test.ts': 'it.skip()',
        'test/gone.test.ts': null,
        'src/code.ts': 'it.skip()\n',
      });
      await writeFile(path.join(repository.path, '.git', 'info', 'attributes'), '*.test.ts -diff\n');
      const tip = await repository.git('rev-parse', 'story/42-sign-in');
      const { addedTestLines, removedTestLines } = await port.reviewFacts({ base, tip, reviewPaths: [], maxFileMB: 5 });
      assert.deepEqual(removedTestLines.get('test/a.test.ts'), ['two']);
      assert.deepEqual(
        addedTestLines,
        new Map([
          ['test/"q"\nü.test.ts', ['it.skip()']],
          ['test/a.test.ts', ['+++ b/fake', '@@ -1 +1 @@', 'diff --git a/x b/x']],
        ]),
      );
    });

    it('[MQ10] what a story brings in that no test notices is found, by few git calls', async () => {
      await repository.commit(
        {
          'docs/how.md': '<<<<<<< ours\nan example of a conflict\n>>>>>>> theirs\n',
          'heading.md': 'Old\n',
          'README.md': 'hello\n',
          'old-link': 'x',
        },
        'Begin',
      );
      const base = await repository.git('rev-parse', 'main');
      await repository.write('docs/how.md', '<<<<<<< ours\nan example of a conflict\n>>>>>>> theirs\nmore\n');
      await repository.write('heading.md', 'Changes\n=======\n');
      await repository.write('left ü.txt', 'a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> theirs\n');
      await repository.write('crlf.bin', '\0\r\n|||||||\r\n');
      await repository.write('large.bin', Buffer.alloc(1_200_000, 1));
      await symlink('/home/a/node_modules', path.join(repository.path, 'node_modules'));
      await symlink('docs/how.md', path.join(repository.path, 'fine'));
      await repository.git('add', '--all');
      const head = await repository.git('rev-parse', 'HEAD');
      for (const name of ['sub', 'vendor/x'])
        await repository.git('update-index', '--add', '--cacheinfo', `160000,${head},${name}`);
      const blob = await repository.blob('x');
      for (const name of ['readme.md', 'src/aux.c'])
        await repository.git('update-index', '--add', '--cacheinfo', `100644,${blob},${name}`);
      const modules = await repository.blob('[submodule "s"]\n\tpath = sub\n\turl = ../sub\n');
      await repository.git('update-index', '--add', '--cacheinfo', `100644,${modules},.gitmodules`);
      await repository.git('commit', '--quiet', '-m', 'Story');
      const tip = await repository.git('rev-parse', 'HEAD');
      let calls = 0;
      const counted = portFor(repository.path, { ...quietLog, debug: () => (calls += 1) });
      await counted.tip('refs/heads/main');
      calls = 0;
      const facts = await counted.reviewFacts({ base, tip, reviewPaths: [], maxFileMB: 1 });
      assert.ok(calls <= 7, `${calls} calls`);
      assert.deepEqual(facts.conflictMarkers, ['crlf.bin', 'left ü.txt']);
      assert.deepEqual(facts.unnamedRepositories, ['vendor/x']);
      assert.deepEqual(
        [...facts.links],
        [
          ['fine', 'docs/how.md'],
          ['node_modules', '/home/a/node_modules'],
        ],
      );
      assert.equal(facts.sizes.get('large.bin'), 1_200_000);
      assert.deepEqual(facts.twins, [['readme.md', 'README.md']]);
      assert.deepEqual(reasonsToHold(facts), [
        'It leaves conflict markers in crlf.bin.',
        'It leaves conflict markers in left ü.txt.',
        'It adds vendor/x, a repository inside the repository that .gitmodules does not name, so that nobody else gets its files.',
        'It adds the link node_modules, which leads to an absolute place, which is another one on every machine (/home/a/node_modules).',
        'It adds readme.md, which differs from README.md in case or Unicode form only: where that does not count, one hides the other.',
        'It adds src/aux.c, a name that Windows cannot hold.',
        'It brings in large.bin with 1.2 MB; review.maxFileMB is 1 MB.',
      ]);
    });

    it('[MQ10] many test files are all read', async () => {
      const files = Object.fromEntries(
        Array.from({ length: 230 }, (_, index) => [`test/t${index}.test.ts`, `line ${index}\n`]),
      );
      const base = await repository.commit({ a: 'a' }, 'Begin');
      const tip = await repository.commit(files, 'Tests');
      const { addedTestLines } = await port.reviewFacts({ base, tip, reviewPaths: [], maxFileMB: 5 });
      for (const [name, text] of Object.entries(files)) assert.deepEqual(addedTestLines.get(name), [text.trim()], name);
    });
  });

  it('[MQ1] a partial clone and a shallow clone build candidates too', async () => {
    await withStory(repository);
    await repository.git('config', 'uploadpack.allowFilter', 'true');
    const url = `file://${repository.path}`;
    for (const [name, option] of [
      ['partial', '--filter=blob:none'],
      ['shallow', '--depth=2'],
    ] as const) {
      await repository.git('clone', '--quiet', option, '--no-single-branch', url, `../${name}`);
      const clone = path.join(repository.folder, name);
      for (const [key, value] of [
        ['user.name', 'S'],
        ['user.email', 's@example.com'],
      ] as const)
        await repository.gitIn(clone, 'config', key, value);
      const [base, storyTip] = await Promise.all([
        repository.git('rev-parse', 'main'),
        repository.git('rev-parse', 'story/42-sign-in'),
      ]);
      const outcome = await portFor(clone).buildCandidate({
        strategy: 'merge',
        base,
        storyTip,
        storyBranch: null,
        subject: 's',
        number: 1,
        storyKey: 'k',
      });
      assert.equal(outcome.kind, 'built', name);
    }
  });
});
