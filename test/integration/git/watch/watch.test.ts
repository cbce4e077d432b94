import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../../../../src/ports/clock';
import { GitWatch } from '../../../../src/git/watch/watchGit';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { openRepository } from '../fixture';

/** Timers that run when the test says so; `asked` resolves as soon as one of that length is wanted. */
class HandClock implements Clock {
  readonly #timers = new Map<number, () => void>();
  readonly #waiting = new Map<number, () => void>();

  now(): number {
    return 0;
  }

  after(ms: number, callback: () => void): { dispose(): void } {
    this.#timers.set(ms, callback);
    this.#waiting.get(ms)?.();
    return { dispose: () => this.#timers.delete(ms) };
  }

  async asked(ms: number): Promise<void> {
    if (this.#timers.has(ms)) return;
    await new Promise<void>((resolve) => this.#waiting.set(ms, resolve));
    this.#waiting.delete(ms);
  }

  run(ms: number): void {
    const callback = this.#timers.get(ms);
    this.#timers.delete(ms);
    callback?.();
  }

  get pending(): number {
    return this.#timers.size;
  }
}

const SETTLE = 100;
const POLL = 5_000;

describe('Watching a repository', () => {
  let repository: TemporaryRepository;
  let clock: HandClock;
  let watch: GitWatch;
  let hints: number;

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    await repository.commit({ a: 'a' }, 'Begin');
    clock = new HandClock();
    hints = 0;
    watch = new GitWatch(
      () => openRepository(repository.path),
      clock,
      () => (hints += 1),
    );
    await watch.start();
  });
  afterEach(async () => {
    watch.dispose();
    await repository.dispose();
  });

  const changes: { what: string; change: () => Promise<unknown> }[] = [
    { what: 'a branch that moves', change: () => repository.commitOn('main', { b: 'b' }, 'More') },
    { what: 'a new branch in a new folder', change: () => repository.branch('story/1-x') },
    { what: 'packed refs', change: () => repository.git('pack-refs', '--all') },
    { what: 'a HEAD that moves', change: () => repository.git('switch', '--quiet', '--detach') },
    { what: 'a staged file', change: async () => repository.write('b', 'b').then(() => repository.git('add', 'b')) },
    { what: 'a new worktree', change: () => repository.git('worktree', 'add', '--quiet', '../linked') },
  ];
  for (const { what, change } of changes) {
    it(`[G1] ${what} gives one hint once it is quiet`, async () => {
      const asked = clock.asked(SETTLE);
      await change();
      await asked;
      assert.equal(hints, 0);
      clock.run(SETTLE);
      assert.equal(hints, 1);
    });
  }

  it('[G1] a branch inside a folder that came later is seen too', async () => {
    await repository.branch('story/1-x');
    await clock.asked(SETTLE);
    watch.dispose();
    watch = new GitWatch(
      () => openRepository(repository.path),
      clock,
      () => (hints += 1),
    );
    await watch.start();
    const asked = clock.asked(SETTLE);
    await repository.commitOn('story/1-x', { b: 'b' }, 'Work');
    await asked;
  });

  it('[G1] where the file system tells nothing, the slow comparison does, and once a change', async () => {
    const silent = new GitWatch(
      () => openRepository(repository.path),
      clock,
      () => (hints += 1),
    );
    await silent.start();
    try {
      await repository.git('update-ref', 'refs/tags/deep/tag', 'HEAD');
      for (const expected of [1, 1]) {
        clock.run(POLL);
        await clock.asked(POLL);
        assert.equal(hints, expected);
      }
    } finally {
      silent.dispose();
    }
  });

  it('[G1] a repository that goes away, and an end in the middle, leave no timer and no error', async () => {
    await rm(path.join(repository.path, '.git'), { recursive: true });
    clock.run(POLL);
    await clock.asked(POLL);
    watch.dispose();
    assert.equal(clock.pending, 0);
    watch.dispose();
  });
});
