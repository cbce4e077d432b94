import assert from 'node:assert/strict';
import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { TestWindow } from '../harness';

describe('a landing that waits', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    await repository.commit({ 'a.txt': 'one\n', 'b.txt': 'one\n', 'c.txt': 'one\n' }, 'Begin');
    window = new TestWindow(repository);
    await window.open();
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  it('[MQ26] for a person’s files holds back only what changes the same, and says since when', async () => {
    await repository.write('a.txt', 'mine\n');
    const first = await window.codedStory('First', { 'a.txt': 'story\n', 'b.txt': 'story\n' });
    const touching = await window.codedStory('Touching', { 'b.txt': 'story\n', 'd.txt': 'd\n' });
    const beside = await window.codedStory('Beside', { 'c.txt': 'story\n' });
    await window.must(first, 'QaSkipped');
    const held = await window.waitForCard(first, 'a landing that waits', (card) =>
      /changes of yours/.test(card.why ?? ''),
    );
    assert.match(held.why ?? '', /Your file a\.txt is in the way/);
    const status = window.engine.questions.mergeStatus(first.key);
    assert.ok(status.kind === 'waiting' && status.since > 0 && status.since <= Date.now());
    await window.must(touching, 'QaSkipped');
    await window.waitForCard(touching, 'one that waits behind it', (card) => /behind #1/.test(card.why ?? ''));
    await window.must(beside, 'QaSkipped');
    await window.waitForStage(beside, 'Done');
    assert.equal(await repository.read('c.txt'), 'story\n');
    assert.equal(await repository.read('a.txt'), 'mine\n');
    assert.equal(window.now(first).stage.name, 'Merge');
    await repository.write('a.txt', 'one\n');
    await window.waitForStage(first, 'Done');
    await window.waitForStage(touching, 'Done');
    assert.equal(await repository.git('status', '--porcelain'), '');
    assert.equal(
      await repository.git('log', '--first-parent', '--format=%s', '-3'),
      'Touching (#2)\nFirst (#1)\nBeside (#3)',
    );
    assert.deepEqual(window.now(first).strikes, []);
  });

  it('[MQ26] can be taken out of the queue while another one is at work', async () => {
    await repository.write('a.txt', 'mine\n');
    const first = await window.codedStory('First', { 'a.txt': 'story\n' });
    await window.must(first, 'QaSkipped');
    await window.waitForCard(first, 'a landing that waits', (card) => /changes of yours/.test(card.why ?? ''));
    await window.must(first, 'MergeAborted');
    await window.waitForStage(first, 'Coding');
    const second = await window.codedStory('Second', { 'c.txt': 'story\n' });
    await window.must(second, 'QaSkipped');
    await window.waitForStage(second, 'Done');
  });

  it('[MQ2] a signature that fails stops the story with its cause and what to do', async () => {
    const program = path.join(repository.folder, 'sign');
    await writeFile(program, '#!/bin/sh\necho no key for you >&2\nexit 2\n');
    await chmod(program, 0o755);
    const story = await window.codedStory('Signed', { 'a.txt': 'story\n' });
    await repository.git('config', 'gpg.program', program);
    await repository.git('config', 'commit.gpgsign', 'true');
    await window.must(story, 'QaSkipped');
    const blocked = await window.waitForStage(story, 'Blocked');
    assert.match(blocked.reason, /^The merge stopped: gpg failed to sign.*signing key/);
    assert.doesNotMatch(blocked.reason, /exit code/);
  });
});
