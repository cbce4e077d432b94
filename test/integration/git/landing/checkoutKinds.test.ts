import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { appendFile, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import type { LandRequest } from '../../../../src/ports/candidates';
import type { GitPort } from '../../../../src/ports/git';
import { snapshotFiles, TemporaryRepository } from '../../../support/temporaryRepository';
import { build, landing, portFor } from '../fixture';

const BRANCH = 'story/42-sign-in';
type Change = Readonly<Record<string, string | null>>;

describe('Landing on checkouts of special kinds', () => {
  let repository: TemporaryRepository;
  let port: GitPort;

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    port = portFor(repository.path);
  });
  afterEach(() => repository.dispose());

  /** The candidate of a story that changes these files, on the target as it is now. */
  async function story(change: Change): Promise<LandRequest> {
    await repository.branch(BRANCH);
    const storyTip = await repository.commitOn(BRANCH, change, 'Sign in');
    const base = await repository.git('rev-parse', 'main');
    return landing(repository, await build(port, { base, storyTip }), base);
  }
  async function assertWaitsUnchanged(request: LandRequest, files: readonly string[]): Promise<void> {
    const before = await snapshotFiles(repository.path);
    const outcome = await port.land(request);
    assert.equal(outcome.kind, 'waiting', JSON.stringify(outcome));
    assert.deepEqual(outcome.files, files);
    assert.deepEqual(await snapshotFiles(repository.path), before);
    assert.equal(await repository.git('rev-parse', 'main'), request.base);
  }
  async function assertLands(request: LandRequest): Promise<void> {
    const outcome = await port.land(request);
    assert.equal(outcome.kind, 'landed', JSON.stringify(outcome));
    assert.equal(await repository.git('rev-parse', 'HEAD'), request.candidate.commit);
  }

  describe('sparse', () => {
    beforeEach(async () => {
      await repository.commit(
        { 'src/a.txt': 'a\n', 'lib/x.txt': 'x\n', 'lib/y.txt': 'y\n', 'top.txt': 'top\n' },
        'Begin',
      );
      await repository.git('sparse-checkout', 'set', 'src');
    });

    it('[MQ9] a sparse checkout follows, and what it leaves out stays out', async () => {
      const request = await story({ 'src/a.txt': 'new\n', 'lib/x.txt': 'new\n', 'lib/z.txt': 'z\n' });
      await repository.write('src/mine.txt', 'mine\n');
      await assertLands(request);
      assert.deepEqual(
        [await repository.read('src/a.txt'), await repository.read('src/mine.txt')],
        ['new\n', 'mine\n'],
      );
      assert.ok(!existsSync(path.join(repository.path, 'lib')));
      assert.equal(await repository.git('status', '--porcelain'), '?? src/mine.txt');
      assert.equal(await repository.git('show', ':lib/z.txt'), 'z');
    });

    for (const [what, name] of [['that the story changes', 'lib/x.txt'], ['that the story makes', 'lib/new.txt']] as const) {
      it(`[MQ9] a file of a person’s where a sparse checkout has none, and ${what}, loses no byte`, async () => {
        const request = await story({ 'src/a.txt': 'new\n', [name]: 'theirs\n' });
        await repository.write(name, 'mine\n');
        const outcome = await port.land(request);
        assert.equal(await repository.read(name), 'mine\n', JSON.stringify(outcome));
        if (outcome.kind === 'landed') return;
        assert.deepEqual(outcome, { ...outcome, kind: 'waiting', files: [name] });
        await repository.remove(name);
        await assertLands(request);
      });
    } // prettier-ignore
  });

  describe('with files that a filter keeps elsewhere, as Git LFS does', () => {
    beforeEach(async () => {
      // Of a pointer it makes the same pointer.
      await repository.git('config', 'filter.lfs.clean', `sed 's/^pointer //; s/^/pointer /'`);
      await repository.git('config', 'filter.lfs.smudge', `sed 's/^pointer //'`);
      await repository.git('config', 'filter.lfs.required', 'true');
      await repository.commit(
        { '.gitattributes': '*.big filter=lfs\n', 'a.big': 'first\n', 'b.big': 'first\n' },
        'Begin',
      );
      assert.equal(await repository.git('show', ':a.big'), 'pointer first');
    });

    it('[MQ9] the checkout gets what the pointer stands for, and a change of a person’s beside it stays', async () => {
      const request = await story({ 'a.big': 'pointer second\n' });
      await repository.write('b.big', 'mine\n');
      await assertLands(request);
      assert.deepEqual([await repository.read('a.big'), await repository.read('b.big')], ['second\n', 'mine\n']);
      assert.equal(await repository.git('status', '--porcelain'), 'M b.big');
    });

    it('[MQ9] a change of a person’s in the same file is waited for, named and kept', async () => {
      const request = await story({ 'a.big': 'pointer second\n' });
      await repository.write('a.big', 'mine\n');
      await assertWaitsUnchanged(request, ['a.big']);
      await repository.git('checkout', '--quiet', '--', 'a.big');
      await assertLands(request);
    });

    it('[MQ9, G8] a checkout that holds the pointers alone follows with pointers, and one that was filled since is no change', async () => {
      await repository.git('config', 'filter.lfs.smudge', 'cat');
      for (const name of ['a.big', 'b.big']) await repository.remove(name);
      await repository.git('checkout', '--quiet', '--', '.');
      assert.equal(await repository.read('a.big'), 'pointer first\n');
      const request = await story({ 'a.big': 'pointer second\n', 'b.big': 'pointer second\n' });
      // As `git lfs pull` fills it.
      await repository.write('b.big', 'first\n');
      await repository.git('update-index', 'b.big');
      await assertLands(request);
      for (const name of ['a.big', 'b.big']) assert.equal(await repository.read(name), 'pointer second\n');
      assert.equal(await repository.git('status', '--porcelain'), '');
    });
  });

  it('[MQ9] a story that moves a submodule leaves the files in it, and what a person changed there, as they are', async () => {
    const inner = await TemporaryRepository.create();
    try {
      await inner.commit({ 'in.txt': 'in\n' }, 'Inner');
      await repository.commit({ 'a.txt': 'a\n' }, 'Begin');
      await repository.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.path, 'sub');
      const base = await repository.commit({}, 'Add a submodule');
      const next = await inner.commit({ 'in.txt': 'next\n' }, 'Next');
      await repository.git('update-index', '--cacheinfo', `160000,${next},sub`);
      await repository.git('commit', '--quiet', '--message', 'Move it');
      await repository.git('update-ref', `refs/heads/${BRANCH}`, await repository.git('rev-parse', 'HEAD'));
      await repository.git('reset', '--quiet', '--hard', base);
      await appendFile(path.join(repository.path, 'sub', 'in.txt'), 'mine\n');
      const request = await landing(repository, await build(port, { base, storyTip: await repository.git('rev-parse', BRANCH) }), base);
      const outcome = await port.land(request);
      assert.equal(await repository.read('sub/in.txt'), 'in\nmine\n', JSON.stringify(outcome));
      assert.equal(outcome.kind, 'landed', JSON.stringify(outcome));
    } finally {
      await inner.dispose();
    }
  }); // prettier-ignore

  describe('with a submodule that the story makes something else', () => {
    let inner: TemporaryRepository;
    beforeEach(async () => {
      inner = await TemporaryRepository.create();
      await inner.commit({ 'in.txt': 'in\n' }, 'Inner');
      await repository.commit({ 'a.txt': 'a\n' }, 'Begin');
      await repository.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.path, 'lib/sub');
      await repository.commit({}, 'Add a submodule');
    });
    afterEach(() => inner.dispose());

    const kinds: { what: string; change: Change; file: string }[] = [
      { what: 'a file', change: { 'lib/sub': 'story\n' }, file: 'lib/sub' },
      { what: 'a folder', change: { 'lib/sub/new.txt': 'story\n' }, file: 'lib/sub/new.txt' },
      { what: 'a file above it', change: { lib: 'story\n' }, file: 'lib' },
    ];
    for (const { what, change, file } of kinds) {
      it(`[MQ9] ${what}: what a person has in it is waited for and kept; out of the way, the story lands`, async () => {
        const request = await story({ 'lib/sub': null, ...change });
        await appendFile(path.join(repository.path, 'lib', 'sub', 'in.txt'), 'mine\n');
        await assertWaitsUnchanged(request, ['lib/sub']);
        await repository.git('submodule', '--quiet', 'deinit', '--force', 'lib/sub');
        await assertLands(request);
        assert.equal(await repository.read(file), 'story\n');
      });
    }
  });

  for (const flag of ['--skip-worktree', '--assume-unchanged']) {
    it(`[MQ9] a link of a person’s that ${flag} hides from git is waited for and named`, async () => {
      const link = path.join(repository.path, 'link');
      await symlink('a.txt', link);
      const base = await repository.commit({ 'a.txt': 'a\n' }, 'Begin');
      await rm(link);
      await symlink('b.txt', link);
      const storyTip = await repository.commit({}, 'Point elsewhere');
      await repository.branch(BRANCH);
      await repository.git('reset', '--quiet', '--hard', base);
      const request = await landing(repository, await build(port, { base, storyTip }), base);
      await repository.git('update-index', flag, 'link');
      await rm(link);
      await symlink('mine.txt', link);
      await assertWaitsUnchanged(request, ['link']);
    });
  }
});
