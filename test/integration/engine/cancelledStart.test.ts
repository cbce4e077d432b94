import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { TemporaryRepository } from '../../support/temporaryRepository';
import { waitFor } from '../../support/waitFor';
import { TestWindow } from './harness';

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
