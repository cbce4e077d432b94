import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { StoryRecord } from '../../../../src/core/story/story';
import { snapshotFiles, TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { TestWindow } from '../harness';

describe('conflicts that a person resolves in the story’s worktree', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;
  let story: StoryRecord;
  let worktree: string;

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    await repository.commit({ 'a.txt': 'one\n', 'b.txt': 'b\n' }, 'Begin');
    window = new TestWindow(repository);
    await window.open();
    story = await window.codedStory('Ours', { 'a.txt': 'one\nours\n' });
    worktree = (await window.engine.worktreeOf(story.key)) ?? '';
    await repository.commit({ 'a.txt': 'one\ntheirs\n' }, 'Theirs');
    await window.must(story, 'GatesStarted');
    await window.waitForStage(story, 'MergeFailure');
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  const status = (): Promise<string> => repository.gitIn(worktree, 'status', '--porcelain');

  it('[MQ8, B3] stand there as git leaves them, and the commit that concludes the merge is proven and lands by itself', async () => {
    const offered = await window.waitForCard(story, 'it to need a person', (card) => card.mark === 'cold');
    assert.deepEqual(offered.primaryActions, ['resolveConflicts', 'fixUp', 'freeze']);
    const outcome = await window.session.resolveConflicts(story.key, 'refuse');
    assert.deepEqual(outcome, { kind: 'conflicted', folder: worktree, files: ['a.txt'], kept: null });
    assert.match(readFileSync(path.join(worktree, 'a.txt'), 'utf8'), /<{7}.*ours.*={7}.*theirs/s);
    const card = await window.waitForCard(story, 'it to say who is at it', (one) => /You are solving/.test(one.why ?? '')); // prettier-ignore
    assert.match(card.why ?? '', /Still open: a\.txt\. Commit there when it is done/);
    assert.deepEqual(card.primaryActions, ['openWorktree', 'abortResolving']);
    assert.deepEqual(await window.session.resolveConflicts(story.key, 'refuse'), outcome);
    const fixUp = await window.session.perform(story.key, { event: 'FixupRequested' });
    assert.match(fixUp.kind === 'refused' ? fixUp.message : '', /you are resolving it\. Commit it, or take it back/);
    writeFileSync(path.join(worktree, 'a.txt'), 'one\nours\ntheirs\n');
    await repository.gitIn(worktree, 'commit', '-qam', 'Both');
    await window.waitForStage(story, 'Done');
    assert.equal(await repository.read('a.txt'), 'one\nours\ntheirs\n');
  });

  it('[MQ8] uncommitted work is asked about, kept, and back byte for byte when the merge is taken back', async () => {
    writeFileSync(path.join(worktree, 'b.txt'), 'staged\r\n');
    await repository.gitIn(worktree, 'add', 'b.txt');
    writeFileSync(path.join(worktree, 'b.txt'), 'staged\r\nand more\n');
    writeFileSync(path.join(worktree, 'a.txt'), 'mine\n');
    writeFileSync(path.join(worktree, 'new é.bin'), Buffer.from([0, 255, 13, 10]));
    const before = { files: await snapshotFiles(worktree), status: await status() };
    const staged = await repository.gitIn(worktree, 'diff', '--cached');
    const refused = await window.session.resolveConflicts(story.key, 'refuse');
    assert.ok(refused.kind === 'dirty');
    assert.deepEqual([...refused.paths].sort(), ['a.txt', 'b.txt', 'new é.bin']);
    assert.deepEqual(await snapshotFiles(worktree), before.files);
    const begun = await window.session.resolveConflicts(story.key, 'keepAside');
    assert.ok(begun.kind === 'conflicted' && begun.kept !== null);
    assert.match(await status(), /^UU a\.txt$/m);
    writeFileSync(path.join(worktree, 'a.txt'), 'half done\n');
    const back = await window.session.takeBackMerge(story.key);
    assert.ok(back.kind === 'takenBack' && back.kept !== null, JSON.stringify(back));
    assert.deepEqual({ files: await snapshotFiles(worktree), status: await status() }, before);
    assert.equal(await repository.gitIn(worktree, 'diff', '--cached'), staged);
    const kept = await repository.git('ls-tree', '-r', '--name-only', '-z', begun.kept);
    assert.ok(kept.includes('new é.bin'), kept);
    assert.equal((await window.session.takeBackMerge(story.key)).kind, 'refused');
  });

  it('[MQ8, B1] a merge that was given up goes on as well, with its strikes forgotten', async () => {
    const command = [process.execPath, '-e', ''];
    window.settings = { ...window.settings, agents: [{ name: 'idle', role: 'mergemaster', command }] };
    await window.engine.settle();
    await window.waitForStage(story, 'MergeFailureFinal');
    assert.equal((await window.session.resolveConflicts(story.key, 'refuse')).kind, 'conflicted');
    writeFileSync(path.join(worktree, 'a.txt'), 'one\nours\ntheirs\n');
    await repository.gitIn(worktree, 'commit', '-qam', 'Both');
    await window.waitForStage(story, 'Done');
    assert.deepEqual(window.now(story).strikes, []);
  });

  it('[MQ8] where the target moved and the conflict is gone, nothing is changed and Retry Merge is named', async () => {
    await repository.commit({ 'a.txt': 'one\n' }, 'Taken back');
    const outcome = await window.session.resolveConflicts(story.key, 'refuse');
    assert.ok(outcome.kind === 'noConflict');
    assert.match(outcome.message, /#1 has no conflict with main any more\. Retry Merge lands it\./);
    assert.equal(await status(), '');
    assert.equal(window.now(story).stage.name, 'MergeFailure');
  });

  it('[MQ8, P5] a window that follows can do both', async () => {
    const follower = new TestWindow(repository);
    await follower.open();
    try {
      await waitFor('its board', () => follower.session.model()?.cards.length === 1);
      assert.equal((await follower.session.resolveConflicts(story.key, 'refuse')).kind, 'conflicted');
      assert.equal((await follower.session.takeBackMerge(story.key)).kind, 'takenBack');
      assert.equal(await status(), '');
    } finally {
      await follower.close();
    }
  });

  it('[MQ8, A11] nothing is merged in an untrusted workspace, nor where no conflict was', async () => {
    window.permission = 'untrusted';
    const untrusted = await window.session.resolveConflicts(story.key, 'refuse');
    assert.match(untrusted.kind === 'refused' ? untrusted.message : '', /not trusted/);
    window.permission = 'granted';
    const other = await window.newStory('Other');
    const none = await window.session.resolveConflicts(other.key, 'refuse');
    assert.match(none.kind === 'refused' ? none.message : '', /^#2 is in Backlog\./);
    assert.equal(await status(), '');
  });
});
