import assert from 'node:assert/strict';
import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { MergeStrategy } from '../../../../src/core/landing/strategy';
import type { QueueBounds } from '../../../../src/core/pipeline/policy';
import type { StoryRecord } from '../../../../src/core/story/story';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { TestWindow } from '../harness';

const LINES = Array.from({ length: 40 }, (_, at) => `line ${at}`);
const text = (change: Readonly<Record<number, string>> = {}, end = '\n') =>
  LINES.map((line, at) => change[at] ?? line).join(end) + end;

/** What stories do to a project, each in a worktree of its own that stands at the first commit. */
const WORK: Readonly<Record<string, (at: (name: string) => string, git: Git) => Promise<unknown>>> = {
  'Rename a file': async (at, git) => {
    await git('mv', 'moved.txt', 'there.txt');
    await writeFile(at('there.txt'), text({ 30: 'renamed' }));
  },
  'Move a folder': (_, git) => git('mv', 'dir', 'elsewhere'),
  'Bytes, modes and links': async (at) => {
    await rm(at('link'));
    await symlink('größe/файл.txt', at('link'));
    await chmod(at('run.sh'), 0o755);
    await rm(at('gone.txt'));
    await writeFile(at('pic.bin'), Buffer.from([0, 1, 2, 255]));
    await writeFile(at('dos.crlf'), text({ 35: 'story' }, '\r\n'));
  },
  'Names outside ASCII': async (at) => {
    await writeFile(at('größe/файл.txt'), text({ 39: 'сюжет' }));
    await writeFile(at('größe/\u{1f600}.txt'), 'new\n');
    await writeFile(at('changes.log'), 'begin\nemoji\n');
  },
  'Bring the target in twice': async (at, git) => {
    for (const line of [12, 18]) {
      await git('merge', '--quiet', '--no-edit', 'main');
      await writeFile(at('kept.txt'), text({ 1: 'target', [line]: 'story' }));
      await git('commit', '--quiet', '--all', '--message', `Line ${line}`);
    }
    await writeFile(at('changes.log'), 'begin\ntarget\nstory\n');
  },
  'Add a submodule': async (at, git) => {
    await git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},sub`);
    await writeFile(at('.gitmodules'), '[submodule "sub"]\n\tpath = sub\n\turl = ../sub\n');
    await mkdir(at('sub'));
  },
};

type Git = (...args: string[]) => Promise<string>;

const QUEUES: readonly (readonly [MergeStrategy, string, QueueBounds])[] = [
  ['merge', 'one at a time', { wanted: 'one', parallel: 1, batch: 1 }],
  ['squash', 'a train', { wanted: 'train', parallel: 3, batch: 1 }],
  ['rebase', 'a batch', { wanted: 'batch', parallel: 1, batch: 6 }],
];

describe('a history as projects have it, through the queue', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    await symlink('kept.txt', path.join(repository.path, 'link'));
    await repository.commit({
      '.gitattributes': '*.crlf text eol=crlf\n*.log merge=union\n', 'kept.txt': text(), 'moved.txt': text(), 'gone.txt': 'gone\n',
      'pic.bin': Buffer.from(Array.from({ length: 2000 }, (_, byte) => byte % 251)), 'run.sh': '#!/bin/sh\n', 'dos.crlf': text({}, '\r\n'),
      'changes.log': 'begin\n', 'größe/файл.txt': text(), 'dir/one.txt': text(), 'dir/two.txt': 'two\n',
    }, 'Begin');
  }); // prettier-ignore
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  for (const [strategy, how, queue] of QUEUES) {
    it(`[MQ1, MQ2, MQ12] ${strategy}, ${how}: each commit of the target has the tree that git merge gives`, async () => {
      const settings = { strategy, queue, reviewPaths: [] };
      window = new TestWindow(repository, { settings });
      await window.open();
      const stories: StoryRecord[] = [];
      for (const title of Object.keys(WORK)) stories.push(await window.must(await window.newStory(title), 'Start'));
      await repository.commit(
        {
          'moved.txt': text({ 3: 'target' }),
          'dir/one.txt': text({ 9: 'target' }),
          'kept.txt': text({ 1: 'target' }),
          'dos.crlf': text({ 2: 'target' }, '\r\n'),
          'größe/файл.txt': text({ 0: 'ziel' }),
          'changes.log': 'begin\ntarget\n',
        },
        'Move on',
      );
      window.permission = 'unapproved';
      for (const story of stories) await work(story);
      window.permission = 'granted';
      const begin = await repository.git('rev-parse', 'main');
      window.engine.poke();
      for (const story of stories) await window.waitForStage(story, 'Done');

      const landed = (await repository.git('log', '--reverse', '--first-parent', '--format=%T', `${begin}..main`)).split('\n');
      const trees = await mergedByGit(begin, stories.map(({ branch }) => branch ?? ''));
      // Replayed one by one, a story can be of several commits.
      assert.deepEqual(landed.filter((tree) => trees.includes(tree)), trees, landed.join('\n'));
      assert.equal(landed.at(-1), trees.at(-1));
      if (strategy !== 'rebase') assert.equal(landed.length, trees.length);
      assert.match(await repository.git('ls-tree', 'main', 'sub'), /^160000 commit 1{40}/);
      const moves = (await repository.git('reflog', '--format=%gs', 'main')).split('\n').filter((line) => /land/.test(line));
      assert.equal(moves.length, queue.wanted === 'batch' ? 1 : stories.length, moves.join('\n'));
      assert.equal(await repository.git('status', '--porcelain'), '');
    }); // prettier-ignore
  }

  async function work(story: StoryRecord): Promise<void> {
    const folder = (await window.engine.worktreeOf(story.key)) ?? '';
    const git: Git = (...args) => repository.gitIn(folder, ...args);
    await WORK[story.title]?.((name) => path.join(folder, name), git);
    await git('add', '--all');
    await git('commit', '--quiet', '--message', story.title);
    await window.must(story, 'QaSkipped');
  }

  /** The trees that plain git makes of these branches, one after another. */
  async function mergedByGit(begin: string, branches: readonly string[]): Promise<string[]> {
    const folder = path.join(repository.folder, 'by-hand');
    await repository.git('worktree', 'add', '--quiet', '--detach', folder, begin);
    const trees: string[] = [];
    for (const branch of branches) {
      await repository.gitIn(folder, 'merge', '--quiet', '--no-edit', branch);
      trees.push(await repository.gitIn(folder, 'rev-parse', 'HEAD^{tree}'));
    }
    return trees;
  }
});
