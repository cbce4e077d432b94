import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { GitPort } from '../../../../src/ports/git';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { build, candidateDefaults, portFor, withStory } from '../fixture';

describe('Building a candidate', () => {
  let repository: TemporaryRepository;
  let port: GitPort;

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    port = portFor(repository.path);
  });
  afterEach(() => repository.dispose());

  /** Two changes to one line of `name`: a conflict unless attributes say otherwise. */
  async function clash(
    attributes: Record<string, string>,
    name = 'log.txt',
  ): Promise<{ base: string; storyTip: string }> {
    await repository.commit({ ...attributes, [name]: 'first\n' }, 'Begin');
    await repository.branch('story/1-x');
    const storyTip = await repository.commitOn('story/1-x', { [name]: 'first\nstory\n' }, 'Story');
    const base = await repository.commit({ [name]: 'first\nmain\n' }, 'Main');
    return { base, storyTip };
  }

  const request = (tips: { base: string; storyTip: string }): Parameters<GitPort['buildCandidate']>[0] => ({
    ...candidateDefaults,
    ...tips,
  });
  const objects = async (): Promise<string> =>
    repository.git('cat-file', '--batch-all-objects', '--batch-check=%(objectname)');

  it('[MQ1] equals what git merge makes, without touching checkout, index or refs', async () => {
    const tips = await withStory(repository);
    await repository.write('README.md', 'changed by a person\n');
    const before = [await repository.git('status', '--porcelain=v2', '-uall'), await repository.git('show-ref')];
    const built = await build(port, tips);
    assert.deepEqual(
      [await repository.git('status', '--porcelain=v2', '-uall'), await repository.git('show-ref')],
      before,
    );
    await repository.git('worktree', 'add', '--quiet', '--detach', '../reference', tips.base);
    await repository.gitIn(
      path.join(repository.folder, 'reference'),
      'merge',
      '--quiet',
      '--no-ff',
      '--no-edit',
      tips.storyTip,
    );
    const reference = await repository.gitIn(path.join(repository.folder, 'reference'), 'rev-parse', 'HEAD^{tree}');
    assert.equal(built.tree, reference);
    assert.deepEqual(built.parents, [tips.base, tips.storyTip]);
    assert.equal(await repository.git('rev-parse', `${built.candidate}^{tree}`), reference);
  });

  it('[MQ1] a changed .gitattributes in the checkout gives the same tree', async () => {
    const tips = await clash({ '.gitattributes': '*.txt merge=union\n' });
    const { tree } = await build(port, tips);
    assert.equal(await repository.git('show', `${tree}:log.txt`), 'first\nmain\nstory');
    await repository.write('.gitattributes', '*.txt merge=binary\n');
    assert.equal((await build(port, tips)).tree, tree);
    await repository.remove('.gitattributes');
    assert.equal((await build(port, tips)).tree, tree);
  });

  it('[MQ1] attributes that the target does not have make no conflict vanish', async () => {
    const tips = await clash({});
    await repository.write('.gitattributes', '*.txt merge=union\n');
    await writeFile(path.join(repository.path, '.git', 'info', 'attributes'), '*.txt merge=union\n');
    const mine = path.join(repository.folder, 'attributes');
    await writeFile(mine, '*.txt merge=union\n');
    await repository.git('config', 'core.attributesFile', mine);
    assert.equal((await port.buildCandidate(request(tips))).kind, 'conflict');
  });

  it('[MQ1] attribute files in folders count, and follow the target from tip to tip', async () => {
    const first = await clash({ 'docs/.gitattributes': 'log.txt merge=union\n' }, 'docs/log.txt');
    assert.equal((await port.buildCandidate(request(first))).kind, 'built');
    const base = await repository.commit({ 'docs/.gitattributes': null }, 'No attributes any more');
    assert.equal((await port.buildCandidate(request({ ...first, base }))).kind, 'conflict');
    assert.equal((await port.buildCandidate(request(first))).kind, 'built');
  });

  it('[MQ1] the same tree from a subdirectory, another branch, a linked worktree and a detached HEAD', async () => {
    const tips = await clash({ '.gitattributes': '*.txt merge=union\n', 'deep/er/file': 'x' });
    const { tree } = await build(port, tips);
    assert.equal((await build(portFor(path.join(repository.path, 'deep', 'er')), tips)).tree, tree);
    await repository.git('worktree', 'add', '--quiet', '../linked', 'story/1-x');
    assert.equal((await build(portFor(path.join(repository.folder, 'linked')), tips)).tree, tree);
    await repository.git('switch', '--quiet', '--orphan', 'elsewhere');
    assert.equal((await build(portFor(repository.path), tips)).tree, tree);
    await repository.git('switch', '--quiet', '--detach', 'main');
    assert.equal((await build(portFor(repository.path), tips)).tree, tree);
  });

  it('[MQ1] works in a SHA-256 repository', async () => {
    const other = await TemporaryRepository.create({ objectFormat: 'sha256' });
    try {
      const built = await build(portFor(other.path), await withStory(other));
      assert.equal(built.candidate.length, 64);
      assert.equal(await other.git('show', `${built.candidate}:story.txt`), 'story');
    } finally {
      await other.dispose();
    }
  });

  it('[MQ1] a conflict names every file once, hostile names intact, and leaves no object behind', async () => {
    const names = ['-dash.txt', 'ümlaut "q".txt', 'new\nline.txt', 'a b.txt', '$(id).txt'];
    const all = (text: string): Record<string, string> => Object.fromEntries(names.map((name) => [name, text]));
    await repository.commit(all('first\n'), 'Begin');
    await repository.branch('story/1-x');
    const storyTip = await repository.commitOn('story/1-x', all('story\n'), 'Story');
    const base = await repository.commit(all('main\n'), 'Main');
    const before = await objects();
    const outcome = await port.buildCandidate(request({ base, storyTip }));
    assert.equal(outcome.kind, 'conflict');
    assert.deepEqual([...outcome.files].sort(), [...names].sort());
    assert.match(outcome.message, /CONFLICT \(content\)/);
    assert.equal(await objects(), before);
    assert.deepEqual(await readdir(path.join(repository.path, '.git', 'switchyard', 'scratch')), []);
  });

  it('[MQ1] a conflict without any file, as a split directory rename, is still a conflict with its message', async () => {
    await repository.commit({ 'd/1': '1\n1\n', 'd/2': '2\n2\n', 'd/3': '3\n3\n', 'd/4': '4\n4\n' }, 'Begin');
    await repository.branch('story/1-x');
    const storyTip = await repository.commitOn('story/1-x', { 'd/new': 'new\n' }, 'Story');
    const moved = { 'd/1': null, 'd/2': null, 'd/3': null, 'd/4': null };
    const base = await repository.commit(
      { ...moved, 'e/1': '1\n1\n', 'e/2': '2\n2\n', 'f/3': '3\n3\n', 'f/4': '4\n4\n' },
      'Split',
    );
    const outcome = await port.buildCandidate(request({ base, storyTip }));
    assert.equal(outcome.kind, 'conflict');
    assert.deepEqual(outcome.files, []);
    assert.match(outcome.message, /split/);
  });

  it('[MQ6] a story that the target has already, and one of another history, are named as such', async () => {
    const { base, storyTip } = await withStory(repository);
    const { candidate } = await build(port, { base, storyTip });
    assert.deepEqual(await port.buildCandidate(request({ base: candidate, storyTip })), {
      kind: 'alreadyMerged',
      commit: candidate,
      takenBack: [],
    });
    await repository.git('switch', '--quiet', '--orphan', 'other');
    const other = await repository.commit({ x: 'x' }, 'Another history');
    assert.deepEqual(await port.buildCandidate(request({ base, storyTip: other })), { kind: 'unrelatedHistories' });
  });

  it('[MQ1] a submodule that only the story moved is taken over; one that both moved is a conflict', async () => {
    const link = (oid: string): string => `160000,${oid.repeat(40).slice(0, 40)},sub`;
    await repository.git('update-index', '--add', '--cacheinfo', link('1'));
    await repository.git('commit', '--quiet', '-m', 'Add a submodule');
    await repository.branch('story/1-x');
    await repository.git('switch', '--quiet', 'story/1-x');
    await repository.git('update-index', '--cacheinfo', link('2'));
    await repository.git('commit', '--quiet', '-m', 'Move it');
    const storyTip = await repository.git('rev-parse', 'HEAD');
    const base = await repository.git('rev-parse', 'main');
    const other = await repository.commitOn('main', { 'x.txt': 'x' }, 'Elsewhere');
    assert.match(await repository.git('ls-tree', (await build(port, { base: other, storyTip })).tree, 'sub'), /2{40}/);
    await repository.git('switch', '--quiet', 'main', '--force');
    await repository.git('update-index', '--cacheinfo', link('3'));
    await repository.git('commit', '--quiet', '-m', 'Move it too');
    const both = await repository.git('rev-parse', 'HEAD');
    assert.equal((await port.buildCandidate(request({ base: both, storyTip }))).kind, 'conflict');
    assert.equal(base.length, 40);
  });

  it('[MQ1] what a killed merge left in the scratch folder is removed once it is old', async () => {
    const tips = await withStory(repository);
    const scratch = path.join(repository.path, '.git', 'switchyard', 'scratch');
    await mkdir(path.join(scratch, 'merge-killed', 'tree'), { recursive: true });
    const { utimes } = await import('node:fs/promises');
    await mkdir(path.join(scratch, 'merge-running'));
    await utimes(path.join(scratch, 'merge-killed'), 1, 1);
    await build(port, tips);
    assert.deepEqual(await readdir(scratch), ['merge-running']);
  });
});
