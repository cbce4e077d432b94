import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import type { Disposable } from '../../../../src/base/disposable';
import { systemClock } from '../../../../src/base/systemClock';
import { CALL_LIMITS } from '../../../../src/git/door/callWatch';
import type { Clock } from '../../../../src/ports/clock';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { compactStore } from '../compactStore';
import { TestWindow } from '../harness';

const HOUR = 60 * 60 * 1000;

/** After this long (ms) a git that does not answer is ended: no hours pass for one that has just begun. */
const GIT_MS = CALL_LIMITS.endAfterMs;

/** The time of the system, and as much more as the test says; what waits for minutes waits for that. */
class TestClock implements Clock {
  #ahead = 0;
  readonly #waiting = new Set<{ at: number; callback: () => void }>();

  now(): number {
    return systemClock.now() + this.#ahead;
  }

  after(ms: number, callback: () => void): Disposable {
    if (ms < 60_000 || ms === GIT_MS) return systemClock.after(ms, callback);
    const one = { at: this.now() + ms, callback };
    this.#waiting.add(one);
    return { dispose: () => void this.#waiting.delete(one) };
  }

  pass(ms: number): void {
    this.#ahead += ms;
    for (const one of [...this.#waiting].filter(({ at }) => at <= this.now())) {
      this.#waiting.delete(one);
      one.callback();
    }
  }
}

describe('stories that have landed', () => {
  let repository: TemporaryRepository;
  let clock: TestClock;
  let window: TestWindow;

  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': '1\n' }, 'Begin');
    clock = new TestClock();
    window = new TestWindow(repository, { clock });
    await window.open();
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  it('[ST8] a story is archived four hours after it landed, also when nobody was there, keeps branch and worktree, and can be reopened', async () => {
    const story = await window.codedStory('Greet', { 'greet.txt': 'hello\n' });
    const follower = await window.newStory('Greet louder');
    await window.session.describe(follower.key, { dependsOn: [story.key] });
    await window.must(story, 'GatesStarted');
    await window.waitForStage(story, 'Done');

    clock.pass(3.9 * HOUR);
    await window.session.settle();
    assert.equal(window.now(story).stage.name, 'Done');
    clock.pass(0.2 * HOUR);
    const archived = await window.waitForStage(story, 'Archived');
    assert.deepEqual(archived.reason, { kind: 'completed' });
    const last = (await window.session.historyOf(story.key, 1)).at(-1);
    assert.deepEqual([last?.event, last?.by], ['Accept', 'scheduler']);
    const { branch } = window.now(story);
    assert.ok(branch !== null && (await repository.git('rev-parse', '--verify', branch)) !== '');
    const worktree = await window.engine.worktreeOf(story.key);
    assert.ok(worktree !== null && existsSync(worktree), 'its worktree is left alone');
    const page = await window.session.archived({ after: null, limit: 10 });
    assert.deepEqual(
      page.stories.map(({ number }) => number),
      [1],
    );
    const ready = await window.waitForCard(follower, 'what depends on it free to start', ({ why }) => why === null);
    assert.deepEqual(ready.primaryActions, ['start'], 'archived as completed counts as landed');

    await window.must(story, 'Reopen', { reopenTo: 'Coding' });
    assert.equal(window.now(story).stage.name, 'Coding');
    const held = await window.waitForCard(follower, 'the wait for it again', ({ why }) => why !== null);
    assert.equal(held.why, 'Waits for #1 (in Coding).');
  });

  it('[ST8, S10, P2] one that the compacted log no longer holds counts as landed, is found, and comes back when it is reopened', async () => {
    const story = await window.codedStory('Greet', { 'greet.txt': 'hello\n' });
    const given = await window.newStory('Given up');
    const later = await window.newStory('Later');
    const never = await window.newStory('Never');
    await window.must(story, 'GatesStarted');
    await window.waitForStage(story, 'Done');
    await window.must(story, 'Accept');
    await window.must(given, 'Abandon');
    await window.session.describe(later.key, { dependsOn: [story.key] });
    await window.session.describe(never.key, { dependsOn: [given.key] });
    await window.close();
    await compactStore(repository);
    await window.open();
    assert.deepEqual(
      window.engine.stories().map(({ number }) => number),
      [3, 4],
      'the archived ones are elsewhere',
    );

    const ready = await window.waitForCard(later, 'the start on offer', ({ primaryActions }) =>
      primaryActions.includes('start'),
    );
    assert.deepEqual(ready.dependsOn, [{ key: story.key, number: 1, state: 'completed' }]);
    const blocked = await window.waitForCard(never, 'why it is blocked', ({ why }) => why !== null);
    assert.match(blocked.why ?? '', /^It depends on #2, which was abandoned\./);
    await window.must(later, 'Start');

    const page = await window.session.archived({ after: null, limit: 1 });
    assert.deepEqual(
      page.stories.map(({ number }) => number),
      [2],
    );
    const rest = await window.session.archived({ after: page.next, limit: 1 });
    assert.deepEqual([rest.stories.map(({ number }) => number), rest.next], [[1], null]);
    await window.must(given, 'Reopen', { reopenTo: 'Backlog' });
    assert.equal(window.now(given).stage.name, 'Backlog');
    await window.waitForCard(never, 'the wait for it', ({ why }) => why === 'Waits for #2 (in Backlog).');
    await window.must(story, 'Reopen', { reopenTo: 'Coding' });
    assert.equal(window.now(story).stage.name, 'Coding');
    assert.ok((await window.engine.worktreeOf(story.key)) !== null);
  });

  it('[ST8] what became due while no window was open is archived right after the start, and 0 hours keeps it for ever', async () => {
    const story = await window.codedStory('Greet', { 'greet.txt': 'hello\n' });
    await window.must(story, 'GatesStarted');
    await window.waitForStage(story, 'Done');
    await window.close();
    clock.pass(100 * HOUR);
    window.settings = { ...window.settings, archiveAfterHours: 0 };
    await window.open();
    await window.session.settle();
    assert.equal(window.now(story).stage.name, 'Done');
    window.settings = { ...window.settings, archiveAfterHours: 4 };
    await window.close();
    await window.open();
    await window.waitForStage(story, 'Archived');
    await window.must(story, 'Reopen', { reopenTo: 'Backlog' });
    assert.equal(window.now(story).stage.name, 'Backlog');
  });
});
