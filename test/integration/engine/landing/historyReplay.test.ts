import assert from 'node:assert/strict';
import { chmod, mkdir, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import type { MergeStrategy } from '../../../../src/core/landing/strategy';
import type { QueueBounds } from '../../../../src/core/pipeline/policy';
import type { StoryRecord } from '../../../../src/core/story/story';
import { TemporaryRepository, type Files } from '../../../support/temporaryRepository';
import { TestWindow } from '../harness';

const LINES = Array.from({ length: 40 }, (_, at) => `line ${at}`);
const text = (change: Readonly<Record<number, string>> = {}, end = '\n'): string =>
  LINES.map((line, at) => change[at] ?? line).join(end) + end;
const BYTES = Buffer.from(Array.from({ length: 2000 }, (_, byte) => byte % 251));

/** What a story does in its worktree, before files are written there and all is committed. */
interface Work {
  readonly title: string;
  readonly files?: Files;
  readonly before?: (worktree: string, git: (...args: string[]) => Promise<string>) => Promise<unknown>;
}

const WORK: readonly Work[] = [
  { title: 'Rename', files: { 'there.txt': text({ 30: 'story' }), 'changes.log': 'begin\nrename\n' }, before: (_, git) => git('mv', 'moved.txt', 'there.txt') },
  { title: 'Move a folder', before: (_, git) => git('mv', 'dir', 'elsewhere') },
  {
    title: 'Delete, bytes, mode, link, line ends',
    files: { 'gone.txt': null, 'pic.bin': Buffer.from([0, 1, 2, 255]), 'dos.crlf': text({ 35: 'story' }, '\r\n') },
    before: async (worktree) => {
      await rm(path.join(worktree, 'link'));
      await symlink('größe/файл.txt', path.join(worktree, 'link'));
      await chmod(path.join(worktree, 'run.sh'), 0o755);
    },
  },
  { title: 'Names outside ASCII', files: { 'größe/файл.txt': text({ 39: 'сюжет' }), 'größe/\u{1f600}.txt': 'new\n', 'changes.log': 'begin\nnames\n' } },
  {
    title: 'A submodule comes',
    files: { '.gitmodules': '[submodule "sub"]\n\tpath = sub\n\turl = ../sub\n' },
    before: async (worktree, git) => {
      await git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},sub`);
      // Else it would be gone from the commit again.
      await mkdir(path.join(worktree, 'sub'));
    },
  },
  { title: 'Several merge bases', files: { 'kept.txt': text({ 35: 'story' }) } },
]; // prettier-ignore

describe('a history as projects have it, landed by the queue', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;
  const main = (files: Files, message = 'Meanwhile') => repository.commit(files, message);

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    await symlink('kept.txt', path.join(repository.path, 'link'));
    await main({
      '.gitattributes': '*.crlf text eol=crlf\n*.log merge=union\n', 'kept.txt': text(), 'moved.txt': text(), 'gone.txt': 'gone\n', 'pic.bin': BYTES,
      'run.sh': '#!/bin/sh\n', 'dos.crlf': text({}, '\r\n'), 'changes.log': 'begin\n', 'größe/файл.txt': text(), 'dir/one.txt': text(), 'dir/two.txt': 'two\n',
    }, 'Begin');
  }); // prettier-ignore
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  /** Both merge what the other has, so that neither point where they were one is the latest. */
  async function cross(branch: string, worktree: string): Promise<void> {
    const before = await repository.git('rev-parse', 'main');
    await repository.git('merge', '--quiet', '--no-edit', branch);
    await repository.gitIn(worktree, 'merge', '--quiet', '--no-edit', before);
  }

  async function work({ title, files = {}, before }: Work, story: StoryRecord, worktree: string): Promise<void> {
    if (title === 'Several merge bases') {
      await window.commit(story, { 'dir/two.txt': 'from the story\n' });
      await window.close();
      await cross(story.branch ?? '', worktree);
      await window.open();
    }
    await before?.(worktree, (...args) => repository.gitIn(worktree, ...args));
    await window.commit(story, files);
  }

  for (const [name, strategy, queue] of [
    ['one at a time, rebased', 'rebase', { wanted: 'one', parallel: 1, batch: 1 }],
    ['as a train, merged', 'merge', { wanted: 'train', parallel: 3, batch: 1 }],
    ['as a batch, squashed', 'squash', { wanted: 'batch', parallel: 1, batch: 6 }],
  ] satisfies [string, MergeStrategy, QueueBounds][]) {
    it(`[MQ1, MQ2, MQ12] ${name}: each commit of the target has the tree that git merge gives`, async () => {
      const gates = [{ name: 'test', command: ['sh', '-c', "echo '# tests 1'"] }];
      window = new TestWindow(repository, { settings: { gates, queue, strategy, reviewPaths: [] } });
      await window.open();
      window.permission = 'unapproved';
      const stories: StoryRecord[] = [];
      for (const { title } of WORK) stories.push(await window.must(await window.newStory(title), 'Start'));
      await main({ 'kept.txt': text({ 1: 'target' }), 'moved.txt': text({ 3: 'target' }), 'changes.log': 'begin\ntarget\n' });
      for (const [at, story] of stories.entries()) {
        await work(WORK[at]!, story, (await window.engine.worktreeOf(story.key)) ?? '');
      }
      await main({ 'dir/one.txt': text({ 9: 'target' }), 'dos.crlf': text({ 2: 'target' }, '\r\n'), 'größe/файл.txt': text({ 0: 'ziel' }) });
      const plain = path.join(repository.folder, 'plain');
      await repository.git('worktree', 'add', '--quiet', '--detach', plain, 'main');
      const begin = await repository.git('rev-parse', 'main');
      const trees: string[] = [];
      for (const { branch } of stories) {
        await repository.gitIn(plain, 'merge', '--quiet', '--no-edit', branch ?? '');
        trees.push(await repository.gitIn(plain, 'rev-parse', 'HEAD^{tree}'));
      }
      for (const story of stories) await window.must(story, 'QaSkipped');
      window.permission = 'granted';
      window.engine.poke();
      for (const story of stories) await window.waitForStage(story, 'Done');
      const landed = (await repository.git('log', '--reverse', '--first-parent', '--format=%T', `${begin}..main`)).split('\n');
      // Replayed one by one, a story can be of several commits.
      assert.deepEqual(landed.filter((tree) => strategy !== 'rebase' || trees.includes(tree)), trees);
      const moves = (await repository.git('reflog', '--format=%gs', 'main')).split('\n').filter((line) => /land/.test(line));
      assert.equal(moves.length, queue.wanted === 'batch' ? 1 : stories.length, moves.join('\n'));
      assert.equal(await repository.git('status', '--porcelain'), '');
    });
  } // prettier-ignore
});
