import assert from 'node:assert/strict';
import { utimes } from 'node:fs/promises';
import path from 'node:path';
import { TemporaryRepository } from '../../support/temporaryRepository';
import { TestWindow } from './harness';

describe('a repository that is dirty right after clone', () => {
  it('[G8] its stories go Ready for QA and land, also one that changes such a file, and hold up no other', async () => {
    const repository = await TemporaryRepository.create();
    const window = new TestWindow(repository);
    try {
      await repository.commit({ 'a.txt': 'one\n', 'crlf.txt': 'one\r\ntwo\r\n' }, 'CRLF');
      await repository.commitOn('main', { '.gitattributes': 'crlf.txt text\n' }, 'Attributes');
      await repository.git('reset', '--quiet', '--hard');
      await utimes(path.join(repository.path, 'crlf.txt'), 1, 1);
      assert.equal(await repository.git('status', '--porcelain'), 'M crlf.txt');
      await window.open();
      for (const files of [{ 'crlf.txt': 'one\r\nthree\r\n' }, { 'a.txt': 'two\n' }]) {
        const story = await window.codedStory('Work', files);
        const worktree = (await window.engine.worktreeOf(story.key)) ?? '';
        await utimes(path.join(worktree, 'crlf.txt'), 1, 1);
        await window.must(story, 'GatesStarted');
        await window.waitForStage(story, 'Done');
      }
      assert.equal(await repository.read('a.txt'), 'two\n');
    } finally {
      await window.close();
      await repository.dispose();
    }
  });
});
