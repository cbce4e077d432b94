import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expectError } from '../../support/mocha/unexpectedErrors';
import { quickClock } from '../../support/quickClock';
import { TemporaryFolder } from '../../support/temporaryFolder';
import { TemporaryRepository } from '../../support/temporaryRepository';
import { waitFor } from '../../support/waitFor';
import { TestWindow } from './harness';

describe('windows on one repository', () => {
  let repository: TemporaryRepository;

  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
  });
  afterEach(() => repository.dispose());

  it('[U6, U12] a repository without commits is told apart, and usable with its first one', async () => {
    const window = new TestWindow(repository);
    assert.deepEqual(await window.open(), { kind: 'unavailable', check: { kind: 'noCommits' } });
    await repository.commit({ 'a.txt': 'one\n' }, 'Begin');
    assert.equal((await window.open()).kind, 'open');
    await window.close();
  });

  it('[P5] the second window follows and shows; it leads and lands when the first one closes', async () => {
    await repository.commit({ 'a.txt': 'one\n' }, 'Begin');
    const first = new TestWindow(repository);
    const second = new TestWindow(repository);
    await first.open();
    await second.open();
    try {
      assert.equal(second.session.engine(), null);
      const story = await first.codedStory('Two', { 'a.txt': 'two\n' });
      const card = await waitFor('the story in the following window', () =>
        second.session.model()?.cards.find((one) => one.stage === 'Coding'),
      );
      assert.equal(card.number, 1);
      assert.match(second.session.model()?.notices[0]?.text ?? '', /Another window runs Switchyard/);
      await first.close();
      await waitFor('the second window to lead', () => second.session.engine());
      await second.must(story, 'GatesStarted');
      await second.waitForStage(story, 'Done');
      assert.equal(await repository.git('rev-list', '--count', '--first-parent', 'main'), '2');
    } finally {
      await first.close();
      await second.close();
    }
  });

  it('[P5] a window that has been overtaken acts no more and takes part in the choice again', async () => {
    await repository.commit({ 'a.txt': 'one\n' }, 'Begin');
    const window = new TestWindow(repository);
    await window.open();
    try {
      const story = await window.newStory('Two');
      const leader = path.join(repository.path, '.git', 'switchyard', 'leader');
      const epochs = () =>
        readdirSync(leader)
          .flatMap((name) => /^epoch-(\d+)\.json$/.exec(name)?.[1] ?? [])
          .map(Number);
      const overtaken = Math.max(...epochs());
      writeFileSync(
        path.join(leader, `epoch-${overtaken + 1}.json`),
        JSON.stringify({
          socket: { at: 'folder', name: '00.sock' },
          token: '0'.repeat(64),
          pid: 1,
          startedAt: '2026-01-01T00:00:00.000Z',
        }),
      );
      window.engine.poke();
      await waitFor(
        'a higher epoch of its own',
        () => Math.max(...epochs()) > overtaken + 1 && window.session.engine(),
        { seen: epochs },
      );
      assert.equal(window.now(story).number, 1);
    } finally {
      await window.close();
    }
  });

  it('[P5, P8] a window that cannot tell who leads says why, and takes part as soon as it can', async () => {
    await repository.commit({ 'a.txt': 'one\n' }, 'Begin');
    const store = path.join(repository.path, '.git', 'switchyard');
    mkdirSync(store);
    writeFileSync(path.join(store, 'leader'), 'in the way');
    const window = new TestWindow(repository, { clock: quickClock });
    expectError(/cannot tell whether another window works/);
    await window.open();
    try {
      assert.match(
        window.session.problem()?.message ?? '',
        /cannot tell whether another window works on this repository: .*leader/,
      );
      const refused = await window.session.createStory({ title: 'Two', type: 'story', body: '' });
      assert.match(refused.kind === 'refused' ? refused.message : '', /^Nothing was done: Switchyard cannot tell/);
      rmSync(path.join(store, 'leader'));
      await waitFor('the window to lead', () => window.session.engine());
      assert.equal(window.session.problem(), null);
    } finally {
      await window.close();
    }
  });

  it('[P4] everything but worktrees lives under the common git directory', async () => {
    await repository.commit({ 'a.txt': 'one\n' }, 'Begin');
    const window = new TestWindow(repository);
    await window.open();
    await window.newStory('A');
    await window.close();
    assert.equal(await repository.git('status', '--porcelain', '--ignored'), '');
    assert.ok(existsSync(path.join(repository.path, '.git', 'switchyard', 'stories.log')));
  });

  it('[S5, P3] numbers stay unique over restarts, a lost mirror and a branch of that number', async () => {
    await repository.commit({ 'a.txt': 'one\n' }, 'Begin');
    await repository.branch('story/7-made-by-hand');
    const window = new TestWindow(repository);
    await window.open();
    assert.equal((await window.newStory('A')).number, 8);
    await window.close();
    await repository.git('update-ref', '-d', 'refs/heads/story/7-made-by-hand');
    await window.open();
    assert.equal((await window.newStory('B')).number, 9);
    await window.close();
  });

  it('[U6] a folder that is not a repository is told apart', async () => {
    const folder = new TemporaryFolder();
    const window = new TestWindow({ path: folder.path });
    assert.deepEqual(await window.open(), { kind: 'unavailable', check: { kind: 'notARepository' } });
    folder.remove();
  });
});
