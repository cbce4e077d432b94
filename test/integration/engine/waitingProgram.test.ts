import assert from 'node:assert/strict';
import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expectError } from '../../support/mocha/unexpectedErrors';
import { TemporaryRepository } from '../../support/temporaryRepository';
import { waitFor } from '../../support/waitFor';
import { TestWindow } from './harness';

describe('a signing program that waits', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    await repository.commit({ 'a.txt': 'one\n' }, 'Begin');
    const program = path.join(repository.folder, 'my-gpg');
    await writeFile(program, '#!/bin/sh\nsleep 600\n');
    await chmod(program, 0o755);
    await repository.git('config', 'gpg.program', program);
    window = new TestWindow(repository, { gitLimits: { waitingAfterMs: 200, endAfterMs: 3_600_000 } });
    await window.open();
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  it('[G13] is named on the board, holds up no other story, and can be ended; the story says why', async () => {
    const story = await window.codedStory('Two', { 'a.txt': 'two\n' });
    const other = await window.codedStory('Three', { 'b.txt': 'three\n' });
    await repository.git('config', 'commit.gpgsign', 'true');
    await window.must(story, 'QaSkipped');
    const notices = () => window.session.model()?.notices ?? [];
    const notice = await waitFor('the notice', () => notices().find(({ action }) => action?.id === 'stopWaiting'), {
      seen: notices,
    });
    const shown = await window.waitForCard(story, 'the card to name it', ({ brief }) => brief === 'Waits for my-gpg');
    assert.match(shown.why ?? '', /^Waits for my-gpg, since \d\d:\d\d\. Try it in a terminal in .*git commit-tree\.$/);
    assert.deepEqual([shown.state, shown.primaryActions], ['waiting', ['stopWaitingFor']]);
    assert.notEqual(window.card(other)?.state, 'waiting');
    assert.match(notice.text, /^git commit-tree has waited for \d+ s in .* for my-gpg\. Try/);

    await window.must(other, 'GatesStarted');
    await window.waitForStage(other, 'Merge');
    await window.must(other, 'MergeAborted');
    expectError(/broke off at leased: my-gpg did not answer/);
    await window.session.stopWaiting(other.key);
    assert.equal(window.card(story)?.state, 'waiting', 'what is asked of another story ends nothing of this one');
    await window.session.stopWaiting(story.key);
    await waitFor('the story to say why', () => /my-gpg did not answer, so git commit-tree was ended/.test(whyOf()), {
      seen: whyOf,
    });
    await waitFor('the notice to go', () => notices().every(({ action }) => action?.id !== 'stopWaiting'));

    function whyOf(): string {
      return window.card(story)?.why ?? '';
    }
  });
});
