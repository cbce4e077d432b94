import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { StoryRecord } from '../../../../src/core/story/story';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { TestWindow } from '../harness';

describe('gates after a landing', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;
  let slowLog: string;
  let go: string;

  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': 'good\n' }, 'Begin');
    [slowLog, go] = [path.join(repository.folder, 'slow-log'), path.join(repository.folder, 'go')];
    appendFileSync(slowLog, '');
    appendFileSync(go, '');
    window = new TestWindow(repository, { settings: { gates: [quick, slow()] } });
    await window.open();
  });
  afterEach(async () => {
    appendFileSync(go, '');
    await window.close();
    await repository.dispose();
  });

  const quick = { name: 'quick', command: ['sh', '-c', 'echo "# tests 1"'] };
  /** Notes the commit it runs on, waits until it may go on, and fails where a file is bad. */
  const slow = (): object => ({
    name: 'slow',
    after: 'landing',
    command: ['sh', '-c', `git rev-parse HEAD >> '${slowLog}'; while [ ! -e '${go}' ]; do sleep 0.05; done; echo '# tests 1'; ! grep -rq bad --include=*.txt .`], // prettier-ignore
  });
  const slowRuns = (): string[] =>
    readFileSync(slowLog, 'utf8')
      .split('\n')
      .filter((line) => line !== '');

  async function landed(title: string, files: Readonly<Record<string, string>>): Promise<[StoryRecord, string]> {
    const story = await window.codedStory(title, files);
    await window.must(story, 'GatesStarted');
    const done = await window.waitForStage(story, 'Done');
    return [story, done.mergeCommit];
  }

  it('[MQ23] they hold no landing up, the newest landing is proven first, and what a kill cut off runs again, once', async () => {
    await repository.remove('../go');
    const [, first] = await landed('One', { 'one.txt': 'good\n' });
    await waitFor('the slow gate on the first landing', () => slowRuns().length === 1);
    await landed('Two', { 'two.txt': 'good\n' });
    const [, third] = await landed('Three', { 'three.txt': 'good\n' });
    assert.deepEqual(slowRuns(), [first], 'it is still at the first, and the others landed');
    await window.close();
    assert.deepEqual(slowRuns(), [first]);
    writeFileSync(go, '');
    await window.open();
    await waitFor('the slow gate on the newest landing', () => slowRuns().length > 1);
    await window.session.settle();
    assert.deepEqual(slowRuns(), [first, third]);
    const [, fourth] = await landed('Four', { 'four.txt': 'good\n' });
    await waitFor('the slow gate on the next landing', () => slowRuns().includes(fourth));
    assert.deepEqual(slowRuns(), [first, third, fourth], 'nothing ran twice, and nothing that is no longer the newest');
  });

  it('[MQ23, MQ18] red: the first red landing is found, its story goes back to Coding with the output, and its revert is offered', async () => {
    await landed('Good', { 'one.txt': 'good\n' });
    await waitFor('the slow gate on it', () => slowRuns().length === 1);
    await repository.remove('../go');
    await landed('Also good', { 'two.txt': 'good\n' });
    await waitFor('the slow gate on the second one', () => slowRuns().length === 2);
    const [bad, commit] = await landed('Bad', { 'three.txt': 'bad\n' });
    const [later] = await landed('Later', { 'four.txt': 'good\n' });
    writeFileSync(go, '');
    const stage = await window.waitForStage(bad, 'Coding');
    assert.equal(stage.feedback?.kind, 'landed');
    assert.match(
      stage.feedback.summary,
      new RegExp(`After it landed as ${commit.slice(0, 7)}, gate slow is red on main`),
    );
    assert.match((await window.session.outputsOf(bad.key)).join(''), /Gate slow exited with code 1/);
    assert.equal(window.now(later).stage.name, 'Done', 'whoever landed later is not to blame');
    assert.deepEqual(window.now(bad).strikes, []);
    const card = await window.waitForCard(bad, 'its revert on offer', ({ primaryActions }) => primaryActions.includes('revertStory')); // prettier-ignore
    assert.equal(card.need, 'fix');
    assert.match(
      window.session
        .model()
        ?.notices.map(({ text }) => text)
        .join('\n') ?? '',
      /Gate slow.*is red on main since/,
    );
    const ran = slowRuns();
    assert.equal(new Set(ran).size, ran.length, 'no landing is proven twice');
    const made = await window.session.revertStory(bad.key, '');
    assert.ok(made.kind === 'created');
    await window.waitForStage(made.story, 'Done');
    await waitFor('no notice any more', () => window.session.model()?.notices.length === 0, { seen: () => window.session.model()?.notices }); // prettier-ignore
    assert.equal(window.now(bad).stage.name, 'Coding');
  });

  it('[MQ23, MQ21] one with paths runs where those changed, and blames only who changed them', async () => {
    window.settings = { ...window.settings, gates: [quick, { ...slow(), paths: ['docs/**'] }] };
    const [, good] = await landed('Good', { 'docs/a.txt': 'good\n' });
    await waitFor('the slow gate on it', () => slowRuns().length === 1);
    await landed('Elsewhere', { 'one.txt': 'good\n' });
    await window.session.settle();
    const [bad, commit] = await landed('Bad', { 'docs/b.txt': 'bad\n' });
    const [later] = await landed('Elsewhere later', { 'two.txt': 'good\n' });
    await window.waitForStage(bad, 'Coding');
    await window.session.settle();
    assert.deepEqual(slowRuns(), [good, commit]);
    assert.equal(window.now(later).stage.name, 'Done');
  });

  it('[MQ23] where the setting says so the revert is made by itself, once, and lands', async () => {
    window.settings = { ...window.settings, afterLandingRevert: 'queue' };
    const [bad] = await landed('Bad', { 'three.txt': 'bad\n' });
    await window.waitForStage(bad, 'Coding');
    const reverts = () => window.engine.stories().filter((one) => one.reverts?.key === bad.key);
    await waitFor('a revert that landed', () => reverts()[0]?.stage.name === 'Done', { seen: () => [reverts(), window.warnings] }); // prettier-ignore
    await window.session.settle();
    assert.equal(reverts().length, 1);
    assert.equal(await repository.git('ls-tree', '--name-only', 'main', 'three.txt'), '');
  });

  it('[G13, MQ23] while a filter hangs in the worktree that a story gets again, others land, and it is told once that answers', async () => {
    const [begun, hold, smudge] = ['begun', 'hold', 'smudge'].map((one) => path.join(repository.folder, one)) as [string, string, string]; // prettier-ignore
    const hangs = `[ ! -e '${hold}' ] || : > '${begun}'; while [ -e '${hold}' ]; do sleep 0.05; done`;
    writeFileSync(smudge, `#!/bin/sh\ncase "$PWD" in */1-bad) ${hangs} ;; esac\nexec cat\n`, { mode: 0o755 });
    await repository.git('config', 'filter.slow.smudge', smudge);
    await repository.commit({ '.gitattributes': '*.bin filter=slow\n', 'a.bin': 'a\n' }, 'Filters');
    await repository.remove('../go');
    const [bad] = await landed('Bad', { 'one.txt': 'bad\n' });
    await repository.git('worktree', 'remove', '--force', path.join(`${repository.path}.worktrees`, '1-bad'));
    const other = await window.codedStory('Other', { 'two.txt': 'good\n' });
    writeFileSync(hold, '');
    writeFileSync(go, '');
    await waitFor('its worktree to be made', () => existsSync(begun));
    await window.must(other, 'GatesStarted');
    await window.waitForStage(other, 'Done');
    assert.equal(window.now(bad).stage.name, 'Done');
    await repository.remove('../hold');
    const { feedback } = await window.waitForStage(bad, 'Coding');
    assert.equal(feedback?.kind, 'landed');
    assert.deepEqual(window.errors, []);
  });
});
