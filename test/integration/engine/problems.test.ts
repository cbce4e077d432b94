import assert from 'node:assert/strict';
import { writeFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expectError } from '../../support/mocha/unexpectedErrors';
import { TemporaryRepository } from '../../support/temporaryRepository';
import { waitFor } from '../../support/waitFor';
import { TestWindow } from './harness';

describe('an engine that cannot do its work', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;

  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': 'one\n' }, 'Begin');
    window = new TestWindow(repository);
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  const notices = () => window.session.model()?.notices.map((notice) => notice.text) ?? [];
  const packedRefs = () => path.join(repository.path, '.git', 'packed-refs');

  it('[P8] what fails again and again stands on the board, with its cause, and is gone with it; stories then go on', async () => {
    await window.open();
    const story = await window.codedStory('Two', { 'a.txt': 'two\n' });
    expectError(/unexpected line/);
    writeFileSync(packedRefs(), 'this is not a list of refs\n');
    const shown = await waitFor('a notice', () => notices().find((text) => /unexpected line/.test(text)), {
      seen: notices,
    });
    assert.match(shown, /Until then no story starts, is proven or lands/);
    assert.equal(window.card(story)?.stage, 'Coding', 'what was known is still shown');
    rmSync(packedRefs());
    await waitFor('no notice', () => notices().length === 0, { seen: notices });
    await window.must(story, 'GatesStarted');
    await window.waitForStage(story, 'Done');
  });

  it('[U11] what a person asks for does not wait for a round that waits', async () => {
    const held = path.join(repository.folder, 'held');
    const gitBinary = path.join(repository.folder, 'sometimes-slow-git');
    const waits = `case "$*" in *show-origin*) while [ -e '${held}' ]; do sleep 0.05; done;; esac`;
    writeFileSync(gitBinary, `#!/bin/sh\n${waits}\nexec git "$@"\n`, { mode: 0o755 });
    window = new TestWindow(repository, { gitBinary });
    await window.open();
    const story = await window.newStory('One');
    await window.waitForCard(story, 'the story on the board', () => true);
    writeFileSync(held, '');
    try {
      await repository.git('config', 'user.name', 'Another');
      let rounds = 0;
      const settled = window.engine.settle().then(() => (rounds += 1));
      const second = await window.newStory('Two');
      await window.must(second, 'Start');
      assert.equal(window.now(second).stage.name, 'Coding');
      assert.equal((await window.engine.moveTo(second.key, 'Frozen')).kind, 'changed');
      assert.equal(window.card(second)?.stage ?? 'Frozen', 'Frozen');
      assert.equal(rounds, 0, 'the round is still waiting');
      rmSync(held);
      await settled;
    } finally {
      rmSync(held, { force: true });
    }
  });

  it('[P8] a window that cannot even look once shows its stories and says why', async () => {
    await window.open();
    await window.newStory('Two');
    await window.close();
    const broken = path.join(repository.folder, 'broken');
    const gitBinary = path.join(repository.folder, 'sometimes-broken-git');
    const fails = `[ -e '${broken}' ] && case "$*" in *show-origin*) echo "fatal: no settings today" >&2; exit 128;; esac`;
    writeFileSync(gitBinary, `#!/bin/sh\n${fails}\nexec git "$@"\n`, { mode: 0o755 });
    writeFileSync(broken, '');
    expectError(/no settings today/);
    window = new TestWindow(repository, { gitBinary });
    await window.open();
    await waitFor('a notice', () => notices().find((text) => /no settings today/.test(text)), { seen: notices });
    assert.equal(window.session.model()?.cards.length, 1);
    rmSync(broken);
    await waitFor('the target', () => window.session.model()?.target !== null && notices().length === 0);
  });
});
