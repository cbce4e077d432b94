import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { TestWindow } from '../harness';

describe('a story that would undo what others landed', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    await repository.commit({ 'a.txt': 'one\n' }, 'Begin');
    window = new TestWindow(repository);
    await window.open();
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  it('[MQ25] is held before it lands, says what and whose, and lands once a person approves just that', async () => {
    const story = await window.codedStory('Ours', { 'own.txt': 'own\n' });
    await repository.commit({ 'a.txt': 'two\n' }, 'Theirs (#9)\n\nStory: #9\nStory-Key: k9');
    const worktree = (await window.engine.worktreeOf(story.key)) ?? '';
    execFileSync('git', ['merge', '-q', '-s', 'ours', '--no-edit', 'main'], { cwd: worktree });
    await window.must(story, 'GatesStarted');
    const held = await window.waitForStage(story, 'ReviewHold');
    assert.deepEqual(held.reasons, ['It takes back a.txt, which #9 had landed (Theirs).']);
    assert.equal(await repository.read('a.txt'), 'two\n');
    assert.equal(await repository.git('log', '-1', '--format=%s', 'main'), 'Theirs (#9)');
    await window.must(story, 'Approved');
    await window.waitForStage(story, 'Done');
    assert.equal(await repository.read('a.txt'), 'one\n');
  });

  it('[MQ14] a story that was squashed by hand becomes Done by that commit, and no other lands', async () => {
    const story = await window.codedStory('Squashed', { 'own.txt': 'own\n' });
    await repository.git('merge', '--quiet', '--squash', story.branch ?? '');
    const squash = await repository.commit({}, 'By hand');
    await window.must(story, 'GatesStarted');
    const done = await window.waitForStage(story, 'Done');
    assert.deepEqual([done.mergeCommit, done.by], [squash, 'outside']);
    assert.equal(await repository.git('rev-parse', 'main'), squash);
  });
});
