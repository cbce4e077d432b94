import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { CandidateOutcome } from '../../../../src/ports/candidates';
import type { GitPort } from '../../../../src/ports/git';
import { takenBackReasons } from '../../../../src/core/review/takenBack';
import { TemporaryRepository, type Files } from '../../../support/temporaryRepository';
import { build, candidateDefaults, portFor } from '../fixture';

const BRANCH = 'story/42-sign-in';

describe('What a landing would take back', () => {
  let repository: TemporaryRepository;
  let port: GitPort;
  let worktree: string;

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    port = portFor(repository.path);
    await repository.commit({ 'a.txt': '1\n2\n3\n4\n5\n6\n7\n8\n', 'b.txt': 'b\n', 'd/x.txt': 'x\n' }, 'Begin');
    worktree = path.join(repository.folder, 'story');
    await repository.git('worktree', 'add', '--quiet', '-b', BRANCH, worktree);
  });
  afterEach(() => repository.dispose());

  const inStory = (...args: string[]): Promise<string> => repository.gitIn(worktree, ...args);
  const commitInStory = async (files: Record<string, string>): Promise<void> => {
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(worktree, name), text);
    await inStory('add', '--all');
    await inStory('commit', '--quiet', '--message', 'Story');
  };
  /** Another story lands, as Switchyard lands it. */
  const landOther = (files: Files): Promise<string> =>
    repository.commit(files, 'Other work (#7)\n\nStory: #7\nStory-Key: k7');
  const request = async (): Promise<Parameters<GitPort['buildCandidate']>[0]> => ({
    ...candidateDefaults,
    base: await repository.git('rev-parse', 'main'),
    storyTip: await repository.git('rev-parse', BRANCH),
    storyBranch: `refs/heads/${BRANCH}`,
  });
  const lost = (outcome: CandidateOutcome): string[] =>
    'takenBack' in outcome ? outcome.takenBack.map(({ whose, path: name }) => `${whose} ${name}`) : [outcome.kind];
  const takenBack = async (): Promise<string[]> => lost(await port.buildCandidate(await request()));

  it('[MQ25] a merge that keeps the story’s side alone is named with each path and the story that had landed it', async () => {
    await commitInStory({ 'own.txt': 'own\n' });
    await landOther({ 'a.txt': 'changed\n', 'new.txt': 'new\n', 'b.txt': null });
    await inStory('merge', '--quiet', '--no-edit', '-s', 'ours', 'main');
    const outcome = await port.buildCandidate(await request());
    assert.deepEqual(lost(outcome), ['target a.txt', 'target b.txt', 'target new.txt']);
    assert.ok('takenBack' in outcome);
    assert.equal(takenBackReasons(outcome.takenBack)[0], 'It takes back a.txt, which #7 had landed (Other work).');
  });

  it('[MQ10, MQ25] a file that differs in case alone from what came to the target since is named', async () => {
    await commitInStory({ 'README.txt': 'own\n' });
    await landOther({ 'readme.txt': 'theirs\n' });
    const outcome = await port.buildCandidate(await request());
    assert.ok('takenBack' in outcome);
    const reasons = takenBackReasons(outcome.takenBack);
    assert.match(
      reasons.join('; '),
      /^It adds README\.txt, which differs from readme\.txt in case or Unicode form only: [^;]*$/,
    );
    // Of what it has merged, its review knows.
    await inStory('merge', '--quiet', '--no-edit', 'main');
    assert.deepEqual(await takenBack(), []);
  });

  it('[MQ10, MQ25] a name that the landing takes away is met by none; one that stays is', async () => {
    await inStory('mv', 'd', 'D');
    await inStory('commit', '--quiet', '--message', 'Rename the folder');
    await landOther({ 'd/later.txt': 'later\n' });
    await repository.git('config', 'merge.directoryRenames', 'true');
    assert.deepEqual(await takenBack(), []);
    await repository.git('config', 'merge.directoryRenames', 'false');
    assert.deepEqual(await takenBack(), ['story D']);
  });

  it('[MQ25] the same by a soft reset onto the target, which leaves no merge to be seen', async () => {
    await commitInStory({ 'own.txt': 'own\n' });
    await landOther({ 'a.txt': 'changed\n' });
    await inStory('reset', '--quiet', '--soft', 'main');
    await inStory('commit', '--quiet', '--message', 'All in one');
    assert.deepEqual(await takenBack(), ['target a.txt']);
  });

  it('[MQ25] work on top of such a merge does not hide what it dropped', async () => {
    await commitInStory({ 'a.txt': '1\n2\n3\n4\n5\n6\n7\nstory\n' });
    await landOther({ 'a.txt': 'main\n2\n3\n4\n5\n6\n7\n8\n' });
    await inStory('merge', '--quiet', '--no-edit', '-s', 'ours', 'main');
    await commitInStory({ 'a.txt': '1\n2\n3\nmore\n5\n6\n7\nstory\n' });
    assert.deepEqual(await takenBack(), ['target a.txt']);
  });

  it('[MQ25] a conflict that was settled by one side alone is named, whichever side went', async () => {
    await commitInStory({ 'a.txt': 'story\n', 'b.txt': 'story\n' });
    await landOther({ 'a.txt': 'main\n', 'b.txt': 'main\n' });
    await assert.rejects(inStory('merge', '--quiet', 'main'));
    await inStory('checkout', '--ours', 'a.txt');
    await inStory('checkout', '--theirs', 'b.txt');
    await inStory('add', '--all');
    await inStory('commit', '--quiet', '--no-edit');
    const outcome = await port.buildCandidate(await request());
    assert.deepEqual(lost(outcome), ['target a.txt', 'story b.txt']);
    assert.ok('takenBack' in outcome);
    assert.equal(takenBackReasons(outcome.takenBack)[1], 'Its own change of b.txt is not in what would land.');
  });

  it('[MQ25] a merge of more than two parents that keeps one of them alone is named for each of the others', async () => {
    await inStory('branch', 'beside');
    await commitInStory({ 'a.txt': '1\n2\n3\n4\n5\n6\n7\nstory\n' });
    await landOther({ 'a.txt': 'main\n2\n3\n4\n5\n6\n7\n8\n', 'd/x.txt': 'main\n' });
    await inStory('switch', '--quiet', 'beside');
    await commitInStory({ 'b.txt': 'beside\n', 'd/x.txt': 'beside\n' });
    await inStory('switch', '--quiet', BRANCH);
    await inStory('merge', '--quiet', '--no-edit', '-s', 'ours', 'main', 'beside');
    // Work on top, so that what the target had is not there again as it was.
    await writeFile(path.join(worktree, 'd', 'x.txt'), 'more\n');
    await commitInStory({ 'a.txt': '1\n2\n3\nmore\n5\n6\n7\nstory\n' });
    assert.deepEqual(await takenBack(), ['target a.txt', 'story b.txt', 'target d/x.txt']);
  });

  it('[MQ25] a merge of more than two parents as git makes it takes nothing back, nor does what one of them took back', async () => {
    await inStory('branch', 'beside');
    await commitInStory({ 'a.txt': '1\n2\n3\n4\n5\n6\n7\nstory\n', 'own.txt': 'own\n' });
    await landOther({ 'a.txt': 'main\n2\n3\n4\n5\n6\n7\n8\n', 'd/x.txt': 'main\n' });
    await inStory('switch', '--quiet', 'beside');
    await commitInStory({ 'b.txt': 'beside\n' });
    await inStory('switch', '--quiet', BRANCH);
    await inStory('merge', '--quiet', '--no-edit', 'main', 'beside');
    assert.equal((await inStory('rev-list', '--parents', '-1', 'HEAD')).split(' ').length, 4);
    assert.deepEqual(await takenBack(), []);
    // The third parent stands on the second and takes back what that had done; git leaves out the second by itself.
    await inStory('switch', '--quiet', '-c', 'first', 'beside');
    await commitInStory({ 'b.txt': 'changed\n' });
    await inStory('switch', '--quiet', '-c', 'second');
    await commitInStory({ 'b.txt': 'beside\n' });
    await inStory('switch', '--quiet', BRANCH);
    const parents = ['-p', 'HEAD', '-p', 'first', '-p', 'second'];
    const octopus = await inStory('commit-tree', ...parents, '-m', 'All three', 'HEAD^{tree}');
    await inStory('reset', '--quiet', '--hard', octopus.trim());
    assert.deepEqual(await takenBack(), []);
  });

  it('[MQ25] a merge driver that drops the story’s change is found out', async () => {
    await repository.commit({ '.gitattributes': 'a.txt merge=mine\n' }, 'Attributes');
    await inStory('merge', '--quiet', 'main');
    await commitInStory({ 'a.txt': '1\n2\n3\n4\n5\n6\n7\nstory\n', 'b.txt': 'story\n' });
    await landOther({ 'a.txt': 'main\n2\n3\n4\n5\n6\n7\n8\n' });
    await repository.git('config', 'merge.mine.driver', 'true');
    assert.deepEqual(await takenBack(), ['story a.txt']);
    await repository.git('config', '--unset', 'merge.mine.driver');
    assert.deepEqual(await takenBack(), []);
  });

  it('[MQ25] ordinary work takes nothing back: merges, conflicts settled by hand, moved folders, rebased stories', async () => {
    await commitInStory({ 'a.txt': '1\n2\n3\n4\n5\n6\n7\nstory\n', 'own.txt': 'own\n' });
    await landOther({ 'a.txt': 'main\n2\n3\n4\n5\n6\n7\n8\n', 'd/late.txt': 'late\n' });
    assert.deepEqual(await takenBack(), []);
    await inStory('merge', '--quiet', '--no-edit', 'main');
    await repository.git('config', 'merge.directoryRenames', 'true');
    await inStory('mv', 'd', 'e');
    await inStory('commit', '--quiet', '--message', 'Move the folder');
    await landOther({ 'd/later.txt': 'later\n' });
    assert.deepEqual(await takenBack(), []);
    await commitInStory({ 'b.txt': 'story\n' });
    await landOther({ 'b.txt': 'main\n' });
    await assert.rejects(inStory('merge', '--quiet', 'main'));
    await writeFile(path.join(worktree, 'b.txt'), 'both\n');
    await inStory('add', '--all');
    await inStory('commit', '--quiet', '--no-edit');
    assert.deepEqual(await takenBack(), []);
    await landOther({ 'c.txt': 'c\n' });
    await inStory('-c', 'core.editor=true', 'reset', '--quiet', '--hard', 'main');
    await commitInStory({ 'z.txt': 'z\n' });
    assert.deepEqual(await takenBack(), []);
  });

  it('[MQ25] every strategy looks the same way', async () => {
    await commitInStory({ 'own.txt': 'own\n' });
    await landOther({ 'a.txt': 'changed\n' });
    await inStory('reset', '--quiet', '--soft', 'main');
    await inStory('commit', '--quiet', '--message', 'All in one');
    for (const strategy of ['merge', 'squash', 'rebase'] as const)
      assert.deepEqual((await build(port, { ...(await request()), strategy })).takenBack.length, 1, strategy);
  });
});
