import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SmallDisk } from '../../support/smallDisk';
import { expectError } from '../../support/mocha/unexpectedErrors';
import { TemporaryRepository } from '../../support/temporaryRepository';
import { waitFor } from '../../support/waitFor';
import { TestWindow } from './harness';

/** Says its name, waits for a file, and ends as the test wants. */
const waiting = (release: string, then = ''): string[] => [
  process.execPath,
  '-e',
  `const fs = require('fs'); console.log('# tests 1'); const timer = setInterval(() => { if (!fs.existsSync(${JSON.stringify(release)})) return; clearInterval(timer); ${then} }, 20)`,
];

describe('a disk that is full or read-only', () => {
  let disk: SmallDisk;
  let repository: TemporaryRepository;
  let window: TestWindow;

  beforeEach(async () => {
    disk = await SmallDisk.make(64);
    repository = await TemporaryRepository.create({ within: disk.path });
    await repository.commit({ 'a.txt': 'one\n' }, 'Begin');
    window = new TestWindow(repository);
    await window.open();
    expectError(/could not be written and is kept|No space left|the disk is full|ENOSPC|EROFS|cannot be written/);
  });
  afterEach(async () => {
    disk.free();
    await window.close();
    disk.dispose();
  });

  const told = (): string[] => (window.session.model()?.notices ?? []).map((notice) => notice.text);
  const diskNotices = (): string[] => told().filter((text) => /disk is full|cannot be written/.test(text));
  const waitUntilTold = (): Promise<unknown> =>
    waitFor('a notice of the disk', () => diskNotices().length === 1, { seen: () => [told(), window.warnings.slice(-5)] }); // prettier-ignore
  const waitUntilWell = (): Promise<unknown> =>
    waitFor('no notice of the disk', () => diskNotices().length === 0, { seen: told });

  for (const how of ['fill', 'makeReadOnly'] as const) {
    it(`[P6, S7] ${how === 'fill' ? 'a full disk' : 'a read-only disk'} refuses what a person asks for, says so once where they look, and loses nothing; with room all works again`, async () => {
      const kept = await window.newStory('Kept', 'Its words.');
      await window.session.settle();
      disk[how]();
      await assert.rejects(window.newStory('Refused'), /disk is full|cannot be written/);
      await waitUntilTold();
      await assert.rejects(window.must(kept, 'Start'));
      assert.deepEqual(window.session.model()?.cards.map((card) => card.title), ['Kept']); // prettier-ignore
      assert.equal(await window.session.bodyOf(kept.key), 'Its words.');
      assert.equal(window.session.problem(), null);
      disk.free();
      await waitUntilWell();
      const next = await window.newStory('Next');
      await window.close();
      await window.open();
      assert.deepEqual(window.engine.stories().map((story) => story.title), ['Kept', 'Next']); // prettier-ignore
      assert.ok(next.number > kept.number);
      assert.deepEqual((await window.session.recoverHalfWritten({})).found, []);
      assert.deepEqual(window.session.model()?.notices.filter((one) => one.severity === 'error') ?? [], []);
    });
  }

  it('[P6] a window that is opened on a full disk shows the stories and says why nothing moves; with room it goes on by itself', async () => {
    const kept = await window.newStory('Kept', 'Its words.');
    await window.close();
    disk.fill();
    await window.open();
    await waitFor('the board', () => window.session.model()?.cards.length === 1);
    assert.match(window.session.problem()?.message ?? '', /the disk is full/);
    await waitUntilTold();
    disk.free();
    await waitFor('a role', () => window.session.engine() !== null);
    await waitUntilWell();
    assert.equal(window.session.problem(), null);
    await window.must(kept, 'Start');
    assert.equal(await window.session.bodyOf(kept.key), 'Its words.');
  });

  it('[P6, MQ4] gates that fail on a full disk are no strike: the story is proven and lands by itself once there is room', async () => {
    const release = path.join(repository.folder, '..', '..', `release-${process.pid}`);
    const gate = { name: 'test', command: waiting(release, `fs.writeFileSync('out.bin', Buffer.alloc(1e5))`) };
    window.settings = { ...window.settings, gates: [gate] };
    const story = await window.codedStory('Two', { 'a.txt': 'two\n' });
    await window.must(story, 'GatesStarted');
    await waitFor('the gate', () => window.output.join('').includes('# tests 1'));
    disk.fill();
    writeFileSync(release, '');
    await waitUntilTold();
    assert.equal(window.now(story).stage.name, 'QA');
    disk.free();
    await window.waitForStage(story, 'Done');
    assert.deepEqual(window.now(story).strikes, []);
    await waitUntilWell();
  });

  it('[P6, A7] an agent that a full disk stopped is no reason to block its story: it works again once there is room', async () => {
    const release = path.join(repository.folder, '..', '..', `release-agent-${process.pid}`);
    const commit = `fs.writeFileSync('b.txt', 'b'.repeat(5e4)); const { execFileSync } = require('child_process'); execFileSync('git', ['add', '-A']); execFileSync('git', ['commit', '-qm', 'Work'])`;
    const agent = { name: 'sample', role: 'coder', command: waiting(release, commit) };
    window.settings = { ...window.settings, agents: [agent] };
    const story = await window.newStory('Work on it');
    await window.must(story, 'Start');
    await waitFor('the agent', () => window.output.join('').includes('# tests 1'));
    disk.fill();
    writeFileSync(release, '');
    await waitUntilTold();
    assert.equal(window.now(story).stage.name, 'Coding');
    disk.free();
    await window.waitForStage(story, 'Done');
    assert.equal(readFileSync(path.join(repository.path, 'a.txt'), 'utf8'), 'one\n');
  });

  it('[P6, MQ3] a disk that fills up while a story lands keeps it in the queue, and it lands once there is room', async () => {
    const release = path.join(repository.folder, '..', '..', `release-merge-${process.pid}`);
    window.settings = { ...window.settings, gates: [{ name: 'test', command: waiting(release) }] };
    const story = await window.codedStory('Two', { 'a.txt': 'two\n' });
    await window.must(story, 'QaSkipped');
    await waitFor('the gate', () => window.output.join('').includes('# tests 1'));
    disk.fill();
    writeFileSync(release, '');
    await waitUntilTold();
    assert.equal(window.now(story).stage.name, 'Merge');
    disk.free();
    const done = await window.waitForStage(story, 'Done');
    assert.equal(await repository.git('rev-parse', 'main'), done.mergeCommit);
    assert.equal(await repository.git('rev-list', '--count', '--merges', 'main'), '1');
  });
});
