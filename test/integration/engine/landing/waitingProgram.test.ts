import assert from 'node:assert/strict';
import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expectError } from '../../../support/mocha/unexpectedErrors';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { TestWindow } from '../harness';

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

  it('[MQ26, G13] holds back nothing that lands without it, and is waited for afterwards', async () => {
    const go = path.join(repository.folder, 'go');
    const first = await window.codedStory('First', { 'a.txt': 'two\n' });
    const other = await window.codedStory('Other', { 'a.txt': 'one\n', 'b.txt': 'three\n' });
    const wait = `while [ ! -e '${go}' ]; do sleep 0.05; done`;
    const signature = '-----BEGIN PGP SIGNATURE-----\\n\\nx\\n-----END PGP SIGNATURE-----\\n';
    const signs = `printf '\\n[GNUPG:] SIG_CREATED \\n' >&2\nprintf -- '${signature}'`;
    const program = path.join(repository.folder, 'my-gpg');
    await writeFile(program, `#!/bin/sh\ncase "$(cat)" in *'Story: #1'*) ${wait} ;; esac\n${signs}\n`);
    await repository.git('config', 'commit.gpgsign', 'true');
    await window.must(first, 'QaSkipped');
    await window.waitForCard(first, 'the card to name it', ({ brief }) => brief === 'Waits for my-gpg');
    await window.must(other, 'GatesStarted');
    await window.waitForStage(other, 'Done');
    const waits = await window.waitForCard(first, 'the card to name it', ({ brief }) => brief === 'Waits for my-gpg');
    assert.equal(waits.state, 'waiting');
    await writeFile(go, '');
    await window.waitForStage(first, 'Done');
    assert.equal(await repository.git('log', '--first-parent', '--format=%s'), 'First (#1)\nOther (#2)\nBegin');
    assert.deepEqual(window.errors, []);
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
