import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { TestWindow } from '../harness';

describe('Start where a worktree takes long', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;
  let hold: string;
  let begun: string;

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    hold = path.join(repository.folder, 'hold');
    begun = path.join(repository.folder, 'begun');
    const filter = path.join(repository.folder, 'slow-filter');
    await writeFile(filter, `#!/bin/sh\n: > '${begun}'\nwhile [ -e '${hold}' ]; do sleep 0.05; done\nexec cat\n`);
    await chmod(filter, 0o755);
    await repository.git('config', 'filter.slow.smudge', `'${filter}'`);
    await repository.commit({ '.gitattributes': '*.big filter=slow\n', 'a.txt': 'one\n', 'z.big': 'big\n' }, 'Begin');
    window = new TestWindow(repository);
    await window.open();
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  it('[U11, G4] can be cancelled: the story stays in Backlog and says so, and the next Start makes all of it', async () => {
    await writeFile(hold, '');
    const story = await window.newStory('Add two');
    const starting = window.session.perform(story.key, { event: 'Start' });
    await waitFor('the checkout to be under way', () => existsSync(begun));
    await window.session.cancelStart(story.key);
    const outcome = await starting;
    assert.ok(outcome.kind === 'refused');
    assert.match(outcome.message, /^#1 was not started, because you cancelled it\./);
    assert.equal(window.card(story)?.stage, 'Backlog');

    await rm(hold);
    await window.must(story, 'Start');
    const folder = path.join(`${repository.path}.worktrees`, '1-add-two');
    assert.equal(await repository.gitIn(folder, 'status', '--porcelain'), '');
    assert.equal(await repository.gitIn(folder, 'symbolic-ref', '--short', 'HEAD'), 'story/1-add-two');
    await window.session.cancelStart(story.key);
    assert.equal(window.card(story)?.stage, 'Coding', 'what is made is not taken back');
  });

  it('[U11, G7] Restore can be cancelled as well: nothing of it stays, all is kept as it was, and it can be restored', async () => {
    const story = await window.codedStory('Add two', { 'work.txt': 'work\n' });
    const folder = path.join(`${repository.path}.worktrees`, '1-add-two');
    await writeFile(path.join(folder, 'new.txt'), 'new\n');
    const [removed] = await window.session.remove({ keys: [story.key], what: 'delete', large: 'refuse' });
    assert.equal(removed?.kind, 'done', removed?.message);
    await writeFile(hold, '');
    await rm(begun);
    const [before] = await window.session.kept();
    assert.ok(before);
    const restoring = window.session.restore(before.id);
    await waitFor('the checkout to be under way', () => existsSync(begun));
    await window.session.cancelUnderWay('restore');
    const outcome = await restoring;
    assert.deepEqual([outcome.kind, outcome.message], ['refused', 'You cancelled; what was kept is as it was.']);
    assert.ok(!existsSync(folder), 'what there was of the worktree is gone');
    assert.doesNotMatch(await repository.git('worktree', 'list'), /1-add-two/);
    assert.equal(await repository.git('for-each-ref', 'refs/heads/story'), '');
    assert.deepEqual(await window.session.kept(), [before]);

    await rm(hold);
    const back = await window.session.restore(before.id);
    assert.match(back.message, /^#1 is back in Frozen, with its branch and worktree\./);
    assert.equal(await repository.gitIn(folder, 'status', '--porcelain'), '?? new.txt');
  });

  for (const word of ['Freeze', 'Abandon', 'delete'] as const)
    it(`[G13, ST4] ${word} waits for no worktree that is being made: it ends that`, async () => {
      await writeFile(hold, '');
      const story = await window.newStory('Add two');
      const starting = window.session.perform(story.key, { event: 'Start' });
      await waitFor('the checkout to be under way', () => existsSync(begun));
      if (word === 'delete') {
        const [removed] = await window.session.remove({ keys: [story.key], what: 'delete', large: 'refuse' });
        assert.equal(removed?.kind, 'done', removed?.message);
        assert.ok(window.engine.stories().every(({ key }) => key !== story.key));
      } else assert.match((await window.must(story, word)).stage.name, /^(?:Frozen|Archived)$/);
      assert.equal((await starting).kind, 'refused');
      assert.deepEqual(window.errors, []);
    });
});
