import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, mkdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import type { LandOutcome, LandRequest } from '../../../../src/ports/candidates';
import type { GitPort } from '../../../../src/ports/git';
import { fastForward } from '../../../../src/git/landing/followTarget';
import { gitBinary, snapshotFiles, TemporaryRepository, type Files } from '../../../support/temporaryRepository';
import { build, landing, openRepository, portFor, withStory } from '../fixture';

describe('Landing on a target that a person has checked out', () => {
  let repository: TemporaryRepository;
  let port: GitPort;

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    port = portFor(repository.path);
  });
  afterEach(() => repository.dispose());

  async function prepare(story?: Record<string, string | null>): Promise<LandRequest> {
    const tips = await withStory(repository, story);
    return landing(repository, await build(port, tips), tips.base);
  }

  const gitDir = (...parts: string[]): string => path.join(repository.path, '.git', ...parts);
  const status = (): Promise<string> => repository.git('status', '--porcelain=v2', '--untracked-files=all');

  /** The landing must wait and name these files, and not a byte of the checkout, index or refs may change. */
  async function assertWaits(request: LandRequest, files: string[], why: RegExp): Promise<void> {
    const look = async (): Promise<unknown> => [
      await snapshotFiles(repository.path),
      await status(),
      await repository.git('show-ref', '--head'),
    ];
    const before = await look();
    const outcome = await port.land(request);
    assert.equal(outcome.kind, 'waiting');
    assert.deepEqual(outcome.files, files);
    assert.match(outcome.why.message, why);
    assert.deepEqual(await look(), before);
  }

  /** The landing must succeed and leave every given file as it is, byte for byte. */
  async function assertLandsAround(request: LandRequest, kept: Files): Promise<void> {
    const before = await snapshotFiles(repository.path);
    const outcome: LandOutcome = await port.land(request);
    assert.deepEqual(outcome, { kind: 'landed', commit: request.candidate.commit });
    assert.equal(
      await repository.git('rev-parse', 'main', 'HEAD'),
      `${request.candidate.commit}\n${request.candidate.commit}`,
    );
    const after = await snapshotFiles(repository.path);
    for (const name of Object.keys(kept)) assert.equal(after[name], before[name], name);
    assert.equal(await repository.git('symbolic-ref', 'HEAD'), 'refs/heads/main');
  }

  it('[MQ9] a clean checkout follows and stays clean', async () => {
    const request = await prepare();
    await assertLandsAround(request, {});
    assert.equal(await status(), '');
    assert.equal(await repository.read('story.txt'), 'story\n');
    assert.match(await repository.git('reflog', '-1', 'main'), /switchyard: land #42: Fast-forward$/);
    assert.equal((await port.land(request)).kind, 'landed');
  });

  it('[MQ9] local changes of every kind beside the landing are kept byte for byte', async () => {
    const request = await prepare({ 'src/a.txt': 'from the story\n', 'added/new.txt': 'new\n' });
    await repository.write('src/b.txt', 'staged\n');
    await repository.git('add', 'src/b.txt');
    await repository.write('src/b.txt', 'staged and changed again\n');
    await repository.write('README.md', 'unstaged\n');
    await repository.write('loose ü\n"q".txt', 'untracked\n');
    await repository.write('ignored.log', 'ignored\n');
    await repository.git('mv', 'main.txt', 'renamed.txt');
    const before = await status();
    const kept = { 'src/b.txt': '', 'README.md': '', 'loose ü\n"q".txt': '', 'ignored.log': '', 'renamed.txt': '' };
    await assertLandsAround(request, kept);
    assert.equal(await status(), before);
    assert.equal(await repository.git('show', ':src/b.txt'), 'staged');
  });

  const overlaps: {
    what: string;
    story: Record<string, string | null>;
    make: () => Promise<unknown>;
    files: string[];
  }[] = [
    {
      what: 'an unstaged change',
      story: { 'src/a.txt': 'story\n' },
      make: () => repository.write('src/a.txt', 'mine\n'),
      files: ['src/a.txt'],
    },
    {
      what: 'a staged change',
      story: { 'src/a.txt': 'story\n' },
      make: async () => {
        await repository.write('src/a.txt', 'mine\n');
        await repository.git('add', '--all');
      },
      files: ['src/a.txt'],
    },
    {
      what: 'a file deleted by the person',
      story: { 'src/a.txt': 'story\n' },
      make: () => repository.remove('src/a.txt'),
      files: ['src/a.txt'],
    },
    {
      what: 'a staged rename of a file that the story changed',
      story: { 'src/a.txt': 'story\n' },
      make: () => repository.git('mv', 'src/a.txt', 'moved.txt'),
      files: ['src/a.txt'],
    },
    {
      what: 'a change in a file that the story deleted',
      story: { 'src/a.txt': null },
      make: () => repository.write('src/a.txt', 'mine\n'),
      files: ['src/a.txt'],
    },
    {
      what: 'an untracked file with a hostile name',
      story: { '-new "ü"\n.txt': 'story\n' },
      make: () => repository.write('-new "ü"\n.txt', 'mine\n'),
      files: ['-new "ü"\n.txt'],
    },
    {
      what: 'an ignored file, which git merge would overwrite by default',
      story: { 'ignored.env': 'story\n' },
      make: () => repository.write('ignored.env', 'SECRET=mine\n'),
      files: ['ignored.env'],
    },
    {
      what: 'an untracked file where the story makes a folder',
      story: { 'place/new.txt': 'story\n' },
      make: () => repository.write('place', 'mine\n'),
      files: ['place'],
    },
    {
      what: 'ignored files in a folder where the story makes a file',
      story: { ignoredFolder: 'story\n' },
      make: () => repository.write('ignoredFolder/deep/mine.txt', 'mine\n'),
      files: ['ignoredFolder/deep/mine.txt'],
    },
  ];
  for (const { what, story, make, files } of overlaps) {
    it(`[MQ9] ${what} is waited for, named and kept; out of the way, the story lands`, async () => {
      const request = await prepare(story);
      await make();
      await assertWaits(request, files, /checked out in .* with changes of yours in the same files/);
      await repository.git('reset', '--quiet', '--hard');
      for (const file of files.concat('moved.txt')) if (!(await isTracked(file))) await repository.remove(file);
      await repository.git('clean', '-fdxq');
      assert.equal((await port.land(request)).kind, 'landed');
    });
  }

  it('[MQ9] a file that a person took out of the index and kept is waited for where the story deletes it', async () => {
    const request = await prepare({ 'src/a.txt': null, 'src/b.txt': null });
    await repository.git('rm', '--quiet', '--cached', 'src/a.txt', 'src/b.txt');
    await repository.write('src/b.txt', 'mine\n');
    await assertWaits(request, ['src/a.txt', 'src/b.txt'], /changes of yours/);
    await repository.write('.git/info/exclude', '*.txt\n');
    await assertWaits(request, ['src/a.txt', 'src/b.txt'], /changes of yours in the same files, which git status/);
    for (const name of ['src/a.txt', 'src/b.txt']) await repository.remove(name);
    assert.equal((await port.land(request)).kind, 'landed');
  });

  for (const flag of ['--skip-worktree', '--assume-unchanged']) {
    it(`[MQ9] a change that ${flag} hides from git is waited for and named, as any other`, async () => {
      const request = await prepare({ 'src/a.txt': 'story\n', 'src/b.txt': 'story\n' });
      await repository.git('update-index', flag, 'src/a.txt', 'src/b.txt');
      await repository.write('src/a.txt', 'mine\n');
      await assertWaits(request, ['src/a.txt'], /changes of yours in the same files, which git status does not show/);
      await repository.write('src/a.txt', 'a\n');
      await repository.git('update-index', flag.replace('--', '--no-'), 'src/a.txt');
      assert.equal((await port.land(request)).kind, 'landed');
    });
  }

  const staged: { what: string; inIndex: string; onDisk: string; story: Record<string, string> }[] = [
    {
      what: 'work that is staged, under bytes as they land',
      inIndex: 'mine\n',
      onDisk: 'story\n',
      story: { 'src/a.txt': 'story\n' },
    },
    {
      what: 'what lands, staged, under bytes as they were',
      inIndex: 'story\n',
      onDisk: 'a\n',
      story: { 'src/a.txt': 'story\n' },
    },
  ];
  for (const { what, inIndex, onDisk, story } of staged) {
    it(`[MQ9] ${what} is a person’s: it is waited for, and index and file stay`, async () => {
      const request = await prepare(story);
      await repository.write('src/a.txt', inIndex);
      await repository.git('add', 'src/a.txt');
      await repository.write('src/a.txt', onDisk);
      await assertWaits(request, ['src/a.txt'], /changes of yours/);
      assert.equal(await repository.git('show', ':src/a.txt'), inIndex.trim());
    });
  }

  it('[MQ9] an unmerged file is a person’s, also where its bytes are as they land', async () => {
    await repository.commit({ 'c.txt': 'c\n' }, 'Begin');
    await repository.write('c.txt', 'mine\n');
    await repository.git('stash', '--quiet');
    await repository.commit({ 'c.txt': 'theirs\n' }, 'Theirs');
    const request = await prepare({ 'c.txt': 'story\n' });
    await assert.rejects(repository.git('stash', 'apply', '--quiet'));
    await repository.write('c.txt', 'story\n');
    await assertWaits(request, ['c.txt'], /changes of yours/);
    assert.equal((await repository.git('ls-files', '--unmerged')).split('\n').length, 3);
  });

  const isTracked = async (file: string): Promise<boolean> =>
    (await repository.git('ls-files', '-z', '--', `:(literal)${file}`)) !== '';

  it('[MQ9] a change that is exactly what lands is not in the way, as after a killed fast-forward', async () => {
    const request = await prepare({ 'src/a.txt': 'story\n', 'src/b.txt': null, 'n.txt': 'new\n' });
    await repository.git('read-tree', '-m', '-u', request.base, request.candidate.commit);
    await assertLandsAround(request, {});
    assert.equal(await status(), '');
  });

  it('[MQ9] none of the person’s settings and hooks changes how the checkout follows', async () => {
    const request = await prepare();
    const settings = {
      'merge.ff': 'false',
      'merge.autostash': 'true',
      'rebase.autostash': 'true',
      'pull.rebase': 'true',
      'pull.ff': 'false',
      'merge.verifySignatures': 'true',
      'merge.log': 'true',
      'commit.gpgsign': 'true',
      'branch.main.mergeOptions': '--squash --strategy=ours',
      'core.fsmonitor': path.join(repository.folder, 'hook'),
      'core.hooksPath': path.join(repository.folder, 'hooks'),
    };
    const trace = path.join(repository.folder, 'ran');
    await mkdir(path.join(repository.folder, 'hooks'));
    const hooks = [
      'reference-transaction',
      'post-merge',
      'pre-merge-commit',
      'post-checkout',
      'post-index-change',
      'commit-msg',
    ];
    for (const hook of ['../hook', ...hooks]) {
      const file = path.join(repository.folder, 'hooks', hook);
      await writeFile(file, `#!/bin/sh\necho ${hook} >> '${trace}'\nexit 1\n`);
      await chmod(file, 0o755);
    }
    await repository.write('README.md', 'mine\n');
    for (const [name, value] of Object.entries(settings)) await repository.git('config', name, value);
    await assertLandsAround(request, { 'README.md': '' });
    await assert.rejects(rm(trace), /ENOENT/);
    assert.equal(
      await repository.git('-c', 'core.fsmonitor=false', 'log', '-1', '--format=%H', 'main'),
      request.candidate.commit,
    );
  });

  it('[MQ9] a story that moved does not land in a checkout either', async () => {
    const request = await prepare();
    const tip = await repository.commitOn('story/42-sign-in', { more: 'x' }, 'One more');
    assert.deepEqual(await port.land(request), { kind: 'storyMoved', tip });
    assert.equal(await repository.git('rev-parse', 'HEAD'), request.base);
  });

  const underWay: { what: string; file: string; why: RegExp }[] = [
    { what: 'a merge', file: 'MERGE_HEAD', why: /A merge is under way/ },
    { what: 'a cherry-pick', file: 'CHERRY_PICK_HEAD', why: /cherry-pick is under way/ },
    { what: 'a revert', file: 'REVERT_HEAD', why: /revert is under way/ },
    { what: 'a row of cherry-picks, between two', file: 'sequencer/todo', why: /cherry-pick or revert is under way/ },
    { what: 'a bisect', file: 'BISECT_LOG', why: /bisect is under way/ },
    { what: 'git am', file: 'rebase-apply/applying', why: /git am is under way/ },
    { what: 'another git command', file: 'index.lock', why: /Another git command is at work/ },
  ];
  for (const { what, file, why } of underWay) {
    it(`[MQ9] ${what} in the checkout is waited for and left as it is`, async () => {
      const request = await prepare();
      await repository.write('README.md', 'mine\n');
      await mkdir(path.dirname(gitDir(file)), { recursive: true });
      await writeFile(gitDir(file), `${request.base}\n`);
      await assertWaits(request, [], why);
      await rm(gitDir(file.split('/')[0] ?? ''), { recursive: true });
      await assertLandsAround(request, { 'README.md': '' });
    });
  }

  it('[MQ9] a real merge under way, with its conflict, is waited for and left as it is', async () => {
    const request = await prepare();
    await repository.branch('clash', 'HEAD~1');
    await repository.commitOn('clash', { 'main.txt': 'other\n' }, 'Clash');
    await assert.rejects(repository.git('merge', '--quiet', 'clash'));
    await assertWaits(request, [], /A merge is under way/);
  });

  const races: { what: string; story: Record<string, string>; happens: () => Promise<unknown> }[] = [
    {
      what: 'an ignored file appears',
      story: { 'ignored.env': 'story\n' },
      happens: () => repository.write('ignored.env', 'mine\n'),
    },
    {
      what: 'a file is changed',
      story: { 'src/a.txt': 'story\n' },
      happens: () => repository.write('src/a.txt', 'mine\n'),
    },
    {
      what: 'another branch is checked out',
      story: { 'src/a.txt': 'story\n' },
      happens: () => repository.git('switch', '--quiet', '--create', 'other'),
    },
    {
      what: 'somebody commits',
      story: { 'src/a.txt': 'story\n' },
      happens: () => repository.commit({ 'main.txt': 'later\n' }, 'Later'),
    },
  ];
  for (const { what, story, happens } of races) {
    it(`[MQ9] nothing is lost or moved where, after the look, ${what}`, async () => {
      const request = await prepare(story);
      await repository.git('config', 'merge.autostash', 'true');
      const opened = await openRepository(repository.path);
      const checkout = { path: repository.path, gitDir: gitDir() };
      await happens();
      const look = async (): Promise<unknown> => [
        await snapshotFiles(repository.path),
        await status(),
        await repository.git('show-ref', '--head'),
        await repository.git('stash', 'list'),
      ];
      const before = await look();
      await fastForward(opened, checkout, request, 'test');
      assert.deepEqual(await look(), before);
    });
  }

  it('[MQ9] a linked worktree that has the target checked out follows instead of the main one', async () => {
    const request = await prepare();
    const linked = path.join(repository.folder, 'linked');
    await repository.git('switch', '--quiet', '--detach');
    await repository.git('worktree', 'add', '--quiet', linked, 'main');
    await writeFile(path.join(linked, 'README.md'), 'mine\n');
    const before = await snapshotFiles(repository.path);
    assert.equal((await port.land(request)).kind, 'landed');
    assert.deepEqual(await snapshotFiles(repository.path), before);
    const after = await snapshotFiles(linked);
    assert.equal(Buffer.from(after['README.md'] ?? '', 'base64').toString(), 'mine\n');
    assert.equal(Buffer.from(after['story.txt'] ?? '', 'base64').toString(), 'story\n');
    assert.equal(await repository.gitIn(linked, 'status', '--porcelain'), 'M README.md');
  });

  it('[MQ9] a workspace in a subdirectory lands for the whole checkout', async () => {
    const request = await prepare({ 'src/a.txt': 'story\n', 'top.txt': 'top\n' });
    await repository.write('src/a.txt', 'mine\n');
    port = portFor(path.join(repository.path, 'src'));
    await assertWaits(request, ['src/a.txt'], /changes of yours/);
    await repository.write('src/a.txt', 'a\n');
    await assertLandsAround(request, {});
    assert.equal(await repository.read('top.txt'), 'top\n');
  });

  it('[MQ9] a submodule with changes of its own is left alone', async () => {
    const inner = await TemporaryRepository.create();
    try {
      await inner.commit({ 'in.txt': 'in\n' }, 'Inner');
      await repository.commit({ x: 'x' }, 'Begin');
      await repository.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.path, 'sub');
      await repository.git('config', 'submodule.recurse', 'true');
      const request = await prepare();
      await appendFile(path.join(repository.path, 'sub', 'in.txt'), 'mine\n');
      await assertLandsAround(request, { 'sub/in.txt': '' });
      assert.equal(await repository.gitIn(path.join(repository.path, 'sub'), 'status', '--porcelain'), 'M in.txt');
    } finally {
      await inner.dispose();
    }
  });

  const kinds: { what: string; before: Record<string, Kind>; after: Record<string, Kind> }[] = [
    {
      what: 'a link to a folder by a folder',
      before: { x: '-> src' },
      after: { 'x/a.txt': 'new\n', 'x/z.txt': 'z\n' },
    },
    { what: 'a link to a file by a folder', before: { x: '-> README.md' }, after: { 'x/y.txt': 'new\n' } },
    { what: 'a folder by a link', before: { 'x/y.txt': 'y\n' }, after: { x: '-> src' } },
    { what: 'a file by a folder', before: { x: 'x\n' }, after: { 'x/y.txt': 'y\n' } },
    { what: 'a folder by a file', before: { 'x/y/z.txt': 'z\n' }, after: { x: 'x\n' } },
    { what: 'a file by a link, and a link by a file', before: { x: 'x\n', y: '-> x' }, after: { x: '-> y', y: 'y\n' } },
    { what: 'a name by the same in other case', before: { 'X/Y.txt': 'y\n' }, after: { 'x/y.txt': 'y\n' } },
  ];
  for (const { what, before, after } of kinds) {
    it(`[MQ9] a story that replaces ${what} lands in a clean checkout`, async () => {
      await withStory(repository);
      await put(before);
      const base = await repository.commit({}, 'Before');
      for (const name of Object.keys(before)) await repository.remove(name.split('/')[0] ?? '');
      await put(after);
      const storyTip = await repository.commit({}, 'After');
      await repository.git('update-ref', 'refs/heads/story/42-sign-in', storyTip);
      await repository.git('reset', '--quiet', '--hard', base);
      const request = await landing(repository, await build(port, { base, storyTip }), base);
      await assertLandsAround(request, {});
      assert.equal(await status(), '');
    });
  }

  type Kind = string;
  const put = async (files: Record<string, Kind>): Promise<void> => {
    for (const [name, text] of Object.entries(files)) {
      if (!text.startsWith('-> ')) await repository.write(name, text);
      else await symlink(text.slice(3), path.join(repository.path, name));
    }
  };

  it('[MQ9] a person’s own link where the story makes a folder is waited for', async () => {
    const request = await prepare({ 'place/new.txt': 'story\n' });
    await symlink('src', path.join(repository.path, 'place'));
    await assertWaits(request, ['place'], /changes of yours/);
  });

  describe('after git was killed while it updated the checkout', () => {
    /** Files and index as a killed fast-forward leaves them; the branch has not moved. */
    async function halfDone(): Promise<LandRequest> {
      await repository.commit({ 'old/link.txt': 'x\n', 'c.txt': 'c\n' }, 'Begin');
      const request = await prepare({
        'src/a.txt': 'story\n',
        'src/b.txt': null,
        'n.txt': 'new\n',
        'c.txt': 'story\n',
        'later.txt': 'not yet\n',
      });
      await repository.write('src/a.txt', 'story\n');
      await repository.remove('src/b.txt');
      await repository.write('n.txt', 'new\n');
      return request;
    }

    /** The mark of a git that was to bring this candidate here, and of which no process is left. */
    async function cutOff({ candidate }: LandRequest, host = hostname()): Promise<void> {
      await writeFile(gitDir('switchyard-following'), `${candidate.commit}\nfollow-gone\n${host}\n`);
    }

    it('[MQ9] its half-done work is finished: files of the old and the new commit are nobody’s', async () => {
      await assertLandsAround(await halfDone(), {});
      assert.equal(await status(), '');
      assert.equal(await repository.read('later.txt'), 'not yet\n');
    });

    it('[MQ9] an index that is further than its files is brought back with them', async () => {
      const request = await halfDone();
      await cutOff(request);
      await repository.git('read-tree', request.candidate.commit);
      await assertLandsAround(request, {});
      assert.equal(await status(), '');
    });

    it('[MQ9] killed together with its host in the middle, it is finished: lock, missing file and all', async () => {
      const hold = path.join(repository.folder, 'hold');
      const whileThere = `if test -e '${hold}'; then rm '${hold}'; kill -9 $PPID; fi; cat`;
      await repository.commit({ '.gitattributes': 'm.txt filter=cut\n', 'a.txt': 'a\n', 'm.txt': 'm\n' }, 'Begin');
      await repository.git('config', 'filter.cut.smudge', whileThere);
      const request = await prepare({ 'a.txt': 'story\n', 'm.txt': 'story\n', 'z.txt': 'story\n' });
      await repository.write('README.md', 'mine\n');
      await writeFile(hold, '');
      await assert.rejects(port.land(request));
      await stat(gitDir('index.lock'));
      assert.equal(await repository.git('rev-parse', 'main'), request.base);
      // Another host, which knows nothing but what is on disk.
      port = portFor(repository.path);
      await assertLandsAround(request, { 'README.md': '' });
      assert.equal(await repository.git('status', '--porcelain'), 'M README.md');
      assert.equal(await repository.read('m.txt'), 'story\n');
      await assert.rejects(stat(gitDir('index.lock')), /ENOENT/);
      await assert.rejects(stat(gitDir('switchyard-following')), /ENOENT/);
    });

    const beginnings: { what: string; left: string; attributes: string }[] = [
      { what: 'a beginning of the new bytes', left: 'sto', attributes: '' },
      { what: 'nothing yet', left: '', attributes: '' },
      { what: 'a beginning of what a filter makes of them', left: 'story\r', attributes: '*.txt text eol=crlf\n' },
    ];
    for (const { what, left, attributes } of beginnings) {
      it(`[MQ9] the file that it was writing, with ${what}, is no change of the person’s`, async () => {
        await repository.commit({ '.gitattributes': attributes }, 'Attributes');
        const request = await halfDone();
        await repository.write('c.txt', left);
        await assertWaits(request, ['c.txt'], /changes of yours/);
        await cutOff(request);
        await repository.write('c.txt', 'stir');
        await assertWaits(request, ['c.txt'], /changes of yours/);
        await repository.write('c.txt', left);
        await assertLandsAround(request, {});
        assert.equal(await status(), '');
      });
    }

    it('[MQ9] a lock is never removed while a git works there, or where it is not surely that git’s', async () => {
      const request = await halfDone();
      const lock = gitDir('index.lock');
      await cutOff(request);
      await writeFile(lock, '');
      const alive = spawn(gitBinary, ['hash-object', '--stdin'], {
        cwd: repository.path,
        stdio: ['pipe', 'ignore', 'ignore'],
      });
      await once(alive, 'spawn');
      try {
        await assertWaits(request, [], /index\.lock, since/);
      } finally {
        alive.stdin.end();
        await once(alive, 'close');
      }
      await utimes(lock, 1, 1);
      await assertWaits(request, [], /index\.lock, since/);
      const later = Date.now() / 1000 + 3600;
      await utimes(lock, later, later);
      await assertWaits(request, [], /index\.lock, since/);
      await rm(lock);
      await cutOff(request, 'another machine');
      await writeFile(lock, '');
      await assertWaits(request, [], /index\.lock, since/);
      await rm(lock);
      await cutOff(request);
      await writeFile(lock, '');
      await assertLandsAround(request, {});
    });

    it('[MQ9] a change of the person’s among it is waited for, and nothing is touched', async () => {
      const request = await halfDone();
      await repository.write('c.txt', 'mine\n');
      await assertWaits(request, ['c.txt'], /changes of yours/);
      await repository.write('c.txt', 'c\n');
      await assertLandsAround(request, {});
    });

    it('[G8, MQ9] where nobody lands it any more it goes back, and no change of the person’s does, of what they committed since', async () => {
      const request = await halfDone();
      await repository.write('mine.txt', 'mine\n');
      await repository.git('add', 'mine.txt');
      await repository.git('commit', '--quiet', '-m', 'Mine', '--', 'mine.txt', 'README.md');
      await rm(path.join(repository.path, 'mine.txt'));
      await cutOff(request);
      await port.leaveCheckout(request.target, request.candidate.commit);
      assert.equal(await repository.git('status', '--porcelain'), 'D mine.txt');
      await assert.rejects(stat(gitDir('switchyard-following')), /ENOENT/);
    });

    it('[MQ9] filters of an attribute do not hide it', async () => {
      await repository.commit({ '.gitattributes': 'src/a.txt text eol=crlf\n' }, 'Attributes');
      const request = await halfDone();
      await repository.write('src/a.txt', 'story\r\n');
      await assertLandsAround(request, {});
      assert.equal(await status(), '');
    });

    it('[MQ9] the lock that it left is named, with how long it is there and what to do', async () => {
      const request = await halfDone();
      await writeFile(gitDir('switchyard-following'), 'x\n');
      await writeFile(gitDir('index.lock'), '');
      await assertWaits(request, [], /A landing was cut off .*index\.lock, since \d{4}-.*remove that file/);
      await rm(gitDir('index.lock'));
      await assertLandsAround(request, {});
      await assert.rejects(rm(gitDir('switchyard-following')), /ENOENT/);
    });
  });

  describe('in a repository that is dirty right after clone', () => {
    /** CRLF in the object under a text attribute: git shows it as changed in any checkout. */
    async function crlf(): Promise<string> {
      await withStory(repository, { 'other.txt': 'x\n' });
      await repository.commit({ 'crlf.txt': 'one\r\ntwo\r\n' }, 'CRLF');
      const base = await repository.commitOn('main', { '.gitattributes': 'crlf.txt text\n' }, 'Attributes');
      await repository.git('reset', '--quiet', '--hard');
      await utimes(path.join(repository.path, 'crlf.txt'), 1, 1);
      assert.match(await repository.git('status', '--porcelain'), /M crlf\.txt/);
      return base;
    }
    const land = async (base: string, storyTip: string, branch: string): Promise<LandRequest> =>
      landing(repository, await build(port, { base, storyTip }), base, branch);

    it('[G8] the files are no change of anybody’s, in the checkout and in a worktree', async () => {
      await crlf();
      assert.deepEqual(await port.localChanges(repository.path), []);
      await repository.write('README.md', 'mine\n');
      await repository.write('crlf.txt', 'one\r\nmine\r\n');
      assert.deepEqual(await port.localChanges(repository.path), [
        { path: 'README.md', kind: 'tracked' },
        { path: 'crlf.txt', kind: 'tracked' },
      ]);
    });

    it('[G8, MQ9] a file that a person made executable is a change of theirs, whatever its bytes are', async () => {
      const base = await crlf();
      await chmod(path.join(repository.path, 'crlf.txt'), 0o755);
      assert.deepEqual(await port.localChanges(repository.path), [{ path: 'crlf.txt', kind: 'tracked' }]);
      await repository.branch('story/43-x', base);
      const storyTip = await repository.commitOn('story/43-x', { 'crlf.txt': 'story\r\n' }, 'Touch it');
      await assertWaits(await land(base, storyTip, 'story/43-x'), ['crlf.txt'], /changes of yours/);
    });

    it('[G8, MQ9] a story beside them lands, and so does one that changes them', async () => {
      const base = await crlf();
      await assertLandsAround(
        await land(base, await repository.git('rev-parse', 'story/42-sign-in'), 'story/42-sign-in'),
        {
          'crlf.txt': '',
        },
      );
      const landed = await repository.git('rev-parse', 'main');
      await repository.branch('story/43-x', landed);
      const storyTip = await repository.commitOn('story/43-x', { 'crlf.txt': 'one\r\nthree\r\n' }, 'Touch it');
      await assertLandsAround(await land(landed, storyTip, 'story/43-x'), {});
      assert.equal(await repository.read('crlf.txt'), 'one\r\nthree\r\n');
    });

    it('[G8, MQ9] a person’s change of them is waited for like any other', async () => {
      const base = await crlf();
      await repository.branch('story/43-x', base);
      const storyTip = await repository.commitOn('story/43-x', { 'crlf.txt': 'story\r\n' }, 'Touch it');
      await repository.write('crlf.txt', 'mine\r\n');
      await assertWaits(await land(base, storyTip, 'story/43-x'), ['crlf.txt'], /changes of yours/);
    });

    it('[G8] where git itself must refuse, that is said in those words', async () => {
      await withStory(repository, { 'other.txt': 'x\n' });
      await repository.commit({ 'mixed.txt': 'one\r\ntwo\n' }, 'Mixed');
      const base = await repository.commitOn('main', { '.gitattributes': 'mixed.txt text eol=crlf\n' }, 'Attributes');
      await repository.git('reset', '--quiet', '--hard');
      await repository.remove('mixed.txt');
      await repository.git('checkout', '--quiet', '--', 'mixed.txt');
      await utimes(path.join(repository.path, 'mixed.txt'), 1, 1);
      assert.equal(await repository.read('mixed.txt'), 'one\r\ntwo\r\n');
      assert.deepEqual(await port.localChanges(repository.path), []);
      await repository.branch('story/43-x', base);
      const storyTip = await repository.commitOn('story/43-x', { 'mixed.txt': 'story\n' }, 'Touch it');
      await assertWaits(await land(base, storyTip, 'story/43-x'), ['mixed.txt'], /any fresh checkout.*renormalize/);
    });
  });
});
